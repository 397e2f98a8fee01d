/**
 * Names that must lead somewhere, and values that one key alone cannot judge: ids, roles, sources,
 * calendars, addresses, definitions of fields.
 */
import { stepIdsOf } from './all-steps.ts';
import { isDate, isMailAddress } from './dates-and-addresses.ts';
import { itemsAtMost, LARGEST_EACH } from './each.ts';
import { type Expr, numbersLikeThousands, oddNumber, readExpression, readTemplate } from './expression.ts';
import { idOfFile, isYamlFile } from './file-name.ts';
import type { Checking } from './read-workflow.ts';
import { isUnknown, shorten, UNKNOWN } from './shape.ts';
import type { Field, FieldValue, Step } from './workflow.ts';
import type { Path } from './yaml-file.ts';

/** What expressions call something else; a step of this name could not be told from it. */
const RESERVED = ['inputs', 'steps', 'run', 'states', 'start'];
/** What every step's result has beside its own fields. */
export const RESULT_NAMES = ['decision', 'by', 'at', 'round', 'status', 'outcome', 'run'] as const;

export const checkNames = (checking: Checking): void => {
  const { workflow, places, report, surroundings, file, lists, nearest } = checking;
  if (workflow.id !== UNKNOWN && isYamlFile(file) && idOfFile(file) !== workflow.id) {
    report('wrong-file-name', places.ofValue(['workflow']), {
      id: shorten(workflow.id),
      expected: `${shorten(workflow.id)}.yaml`,
    });
  }
  if (surroundings.calendars !== undefined && !Object.hasOwn(surroundings.calendars, workflow.calendar)) {
    const known = Object.keys(surroundings.calendars);
    report('unknown-calendar', places.ofValue(['calendar']), {
      name: shorten(workflow.calendar),
      nearest: nearest('unknown-calendar', workflow.calendar, known),
      known,
    });
  }
  checkRole(checking, workflow.lead, ['lead']);
  for (const [name, field] of Object.entries(workflow.inputs)) checkField(checking, name, field, ['inputs', name]);
  checkAnchor(checking);
  checkStarts(checking);
  if (workflow.steps.length === 0) report('no-end', places.ofKey(['steps']), { where: 'The workflow' });
  checkIds(checking);
  for (const list of lists)
    for (const [index, step] of list.steps.entries()) checkStep(checking, step, [...list.path, index]);
};

const checkRole = (
  { surroundings: { team }, places, report, nearest }: Checking,
  role: string | undefined,
  path: Path,
): void => {
  if (role === undefined || role === '' || role === UNKNOWN || team === undefined || Object.hasOwn(team.roles, role))
    return;
  const known = Object.keys(team.roles);
  report('unknown-role', places.ofValue(path), {
    name: shorten(role),
    nearest: nearest('unknown-role', role, known),
    known,
  });
};

const checkAnchor = ({ workflow, places, report, nearest }: Checking): void => {
  if (workflow.anchor === undefined || Object.hasOwn(workflow.inputs, UNKNOWN)) return;
  const dates = Object.entries(workflow.inputs).filter(([, { type }]) => type === 'date' || type === 'datetime');
  const known = dates.flatMap(([name, field]) => (isCertain(field) ? [name] : []));
  const place = places.ofValue(['anchor']);
  const input = Object.hasOwn(workflow.inputs, workflow.anchor) ? workflow.inputs[workflow.anchor] : undefined;
  const name = shorten(workflow.anchor);
  if (input !== undefined && isUnknown(input)) return;
  if (input === undefined) {
    const close = nearest(
      'bad-anchor',
      workflow.anchor,
      dates.map(([date]) => date),
    );
    report('bad-anchor', place, {
      name,
      problem: `is not among the inputs.${close === undefined ? '' : ` Did you mean \`${close}\`?`}`,
      known,
    });
  } else if (input.type !== 'date' && input.type !== 'datetime')
    report('bad-anchor', place, { name, problem: `is an input of type \`${input.type}\`, not a date.`, known });
  else if (!isCertain(input))
    report('bad-anchor', place, { name, problem: 'may be left empty.', known, isUncertain: true });
};

const isCertain = (field: Field): boolean => field.required || field.default !== undefined;

const checkStarts = ({ workflow, surroundings: { hooks }, places, report, nearest }: Checking): void => {
  const first = new Map<string, number>();
  for (const [index, start] of workflow.starts.entries()) {
    const path: Path = ['starts', index];
    const name = start.kind === 'hook' ? start.source : start.kind === 'every' ? start.cron : 'form';
    const place = places.ofValue(path);
    const earlier = first.get(`${start.kind} ${name}`);
    if (earlier === undefined) first.set(`${start.kind} ${name}`, place.line);
    else if (name !== UNKNOWN)
      report('duplicate-id', place, { what: 'The start', id: shorten(name), first: earlier, isSpare: true });
    if (start.kind === 'hook' && hooks !== undefined && start.source !== UNKNOWN) {
      const known = Object.keys(hooks);
      const hook = Object.hasOwn(hooks, start.source) ? hooks[start.source] : undefined;
      if (hook === undefined)
        report('unknown-hook', places.ofValue([...path, 'hook']), {
          name: shorten(start.source),
          nearest: nearest('unknown-hook', start.source, known),
          known,
        });
      else if (hook.workflow !== workflow.id)
        report('hook-elsewhere', places.ofValue([...path, 'hook']), { source: start.source, workflow: hook.workflow });
    }
    if (start.kind === 'every') {
      for (const [input, field] of Object.entries(workflow.inputs)) {
        if (field.required && field.default === undefined)
          report('input-not-given', places.ofValue([...path, 'every']), {
            input,
            workflow: workflow.id,
            by: 'a start by the clock',
          });
      }
    }
  }
};

const checkIds = ({ lists, places, report, workflow }: Checking): void => {
  const first = new Map<string, Path>();
  const variables = new Map<string, string>();
  for (const { steps, path } of lists) {
    for (const [index, step] of steps.entries()) {
      if (step.id === UNKNOWN) continue;
      const own = [...path, index, 'step'];
      const earlier = first.get(step.id);
      if (earlier === undefined) first.set(step.id, own);
      else
        report('duplicate-id', places.ofValue(own), {
          what: 'The step',
          id: shorten(step.id),
          first: places.ofValue(earlier).line,
        });
      if (RESERVED.includes(step.id)) report('reserved-name', places.ofValue(own), { name: step.id, what: 'A step' });
      variables.set(step.id.replaceAll('-', '_'), step.id);
    }
  }
  for (const { steps, path, inside } of lists) {
    for (const [index, step] of steps.entries()) {
      if (step.type !== 'each' || step.as === UNKNOWN) continue;
      const place = places.ofValue([...path, index, 'as']);
      const taken =
        RESERVED.includes(step.as) || variables.has(step.as) || inside.some((outer) => outer.as === step.as);
      if (taken) report('reserved-name', place, { name: shorten(step.as), what: 'An item' });
    }
  }
  for (const name of Object.keys(workflow.inputs)) {
    if (name === 'start') report('reserved-name', places.ofKey(['inputs', name]), { name, what: 'An input' });
  }
};

const checkStep = (checking: Checking, step: Step, path: Path): void => {
  const { places, report } = checking;
  checkRole(checking, step.owner, [...path, 'owner']);
  checkRole(checking, step.backup, [...path, 'backup']);
  const [stray] = FILLED_IN.includes(step.type) ? [] : Object.keys(step.fields);
  if (stray !== undefined)
    report('bad-field', places.ofKey([...path, 'fields']), {
      name: stray,
      problem: `is never filled in: nobody answers a step of type \`${step.type}\`.`,
      fix: 'Take `fields` out, or put them on a task.',
    });
  for (const [name, field] of Object.entries(step.fields)) {
    if ((RESULT_NAMES as readonly string[]).includes(name))
      report('reserved-name', places.ofKey([...path, 'fields', name]), { name, what: 'A field of a step' });
    checkField(checking, name, field, [...path, 'fields', name]);
  }
  if (step.on_expiry === 'approve' && step.type !== 'approval') {
    report('unknown-value', places.ofValue([...path, 'on_expiry']), {
      name: 'approve',
      nearest: undefined,
      known: ['escalate', 'fail', 'skip'],
      what: `\`on_expiry\` of a step of type \`${step.type}\``,
    });
  }
  for (const [index, link] of step.links.entries()) checkLink(checking, link.url, [...path, 'links', index, 'url']);
  switch (step.type) {
    case 'task':
      if (step.owner === '') report('no-owner', places.ofValue([...path, 'step']), { step: step.id });
      break;
    case 'approval':
      checkApprovers(checking, step, path);
      break;
    case 'email':
      for (const [index, to] of step.to.entries()) checkRecipient(checking, to, [...path, 'to', index]);
      if (step.to.length === 0) report('no-owner', places.ofValue([...path, 'step']), { step: step.id });
      if (/[\r\n]/.test(step.subject.trim()))
        report('bad-address', places.ofValue([...path, 'subject']), {
          text: shorten(step.subject),
          problem: 'has more than one line.',
          fix: 'Write the subject on one line.',
        });
      break;
    case 'wait':
      if (step.until === undefined && step.for === undefined && !wasRefused(checking, path)) {
        report('missing-key', places.ofValue([...path, 'step']), {
          key: 'until',
          where: `The wait \`${step.id}\``,
          hint: 'Write `until: 3 days before publish` or `for: 2 workdays`.',
        });
      }
      if (step.until !== undefined && step.for !== undefined) {
        report('unknown-key', places.ofKey([...path, 'for']), {
          name: 'for',
          nearest: undefined,
          known: [],
          where: `the wait \`${step.id}\`, which has \`until\` already`,
          fix: 'Keep one of `until` and `for`.',
        });
      }
      break;
    case 'call':
      if (!isHttps(checking, step.url))
        report('bad-address', places.ofValue([...path, 'url']), {
          text: shorten(step.url),
          problem: 'is no https:// address.',
          fix: 'Write an address that begins with `https://`, without a name and password in it, or nothing but `{{ }}` with an input or a field of type `url`.',
        });
      for (const [name, value] of Object.entries(step.headers)) {
        if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || /[\r\n]/.test(value))
          report('bad-address', places.ofKey([...path, 'headers', name]), {
            text: shorten(name),
            problem: 'cannot be a header of a request.',
            fix: 'Write a name like `X-Campaign` and one line of text.',
          });
      }
      break;
    case 'each': {
      const items = itemsAtMost(step.over, checking.workflow.inputs);
      if (items !== undefined && items > LARGEST_EACH)
        report('each-too-many', places.ofValue([...path, 'over']), { step: step.id, items, limit: LARGEST_EACH });
      if (step.steps.length === 0)
        report('no-end', places.ofKey([...path, 'steps']), { where: `The each \`${step.id}\`` });
      break;
    }
    default:
  }
};

/** A request goes where the file says, or where an address leads that was checked when it was filled in. */
const HTTPS = /^https:\/\/[^\s/?#@:{}]+(?::\d{1,5})?(?:[/?#]\S*)?$/;
const isHttps = (checking: Checking, url: string): boolean => {
  const only = isOneExpression(url) ? readTemplate(url.trim()).pieces[0] : undefined;
  if (only !== undefined && 'expression' in only) {
    const { expr } = readExpression(only.expression, stepIdsOf(checking.workflow.steps));
    return expr === undefined || isUrl(checking, expr);
  }
  // A `{{` without its `}}` is told elsewhere.
  return (url.startsWith('{{') && !url.includes('}}')) || HTTPS.test(withoutExpressions(url));
};

/** What leads nowhere is told elsewhere. */
const isUrl = (checking: Checking, expr: Expr): boolean => {
  if (expr.kind === 'block' && expr.expressions.length === 1) return isUrl(checking, expr.expressions[0] as Expr);
  if (expr.kind === 'choice')
    return expr.otherwise !== undefined && [expr.then, expr.otherwise].every((one) => isUrl(checking, one));
  if (expr.kind === 'literal') return HTTPS.test(String(expr.value));
  if (expr.kind !== 'reference') return false;
  const { workflow, lists } = checking;
  const [root, second = '', third = ''] = expr.names;
  if (root === 'run' && expr.names.length === 2) return second === 'url';
  if (root !== 'inputs' && root !== 'steps') return false;
  const step = root === 'steps' ? lists.flatMap(({ steps }) => steps).find(({ id }) => id === second) : undefined;
  if (root === 'steps' && step === undefined) return true;
  const fields = step?.fields ?? workflow.inputs;
  const name = root === 'steps' ? third : second;
  if (!Object.hasOwn(fields, name)) return !(RESULT_NAMES as readonly string[]).includes(name);
  const field = fields[name] as Field;
  return isUnknown(field) || field.type === 'url';
};

const withoutExpressions = (text: string): string => text.replace(/\{\{[\s\S]*?\}\}/g, '{}');
const isOneExpression = (text: string): boolean => /^\s*\{\{(?:(?!\}\})[\s\S])*(?:\}\}\s*)?$/.test(text);

/** A wait whose `until` or `for` was there but could not be read has been reported already. */
const wasRefused = ({ places }: Checking, path: Path): boolean =>
  ['until', 'for'].some(
    (key) =>
      places.ofKey([...path, key]).line !== places.ofKey(path).line ||
      places.ofKey([...path, key]).column !== places.ofKey(path).column,
  );

const checkApprovers = (checking: Checking, step: Step & { type: 'approval' }, path: Path): void => {
  const { places, report, surroundings } = checking;
  const seen = new Map<string, number>();
  for (const [index, { role }] of step.approvers.entries()) {
    const rolePath =
      surroundings.team === undefined ? [...path, 'approvers', index] : [...path, 'approvers', index, 'role'];
    checkRole(checking, role, rolePath);
    const earlier = role === UNKNOWN ? undefined : seen.get(role);
    if (earlier !== undefined)
      report('duplicate-id', places.ofValue([...path, 'approvers', index]), {
        what: 'The approver',
        id: role,
        first: earlier,
        isSpare: true,
      });
    else seen.set(role, places.ofValue([...path, 'approvers', index]).line);
  }
  if (step.approvers.length === 0) {
    report('no-approver', places.ofValue([...path, 'step']), { step: step.id, problem: 'has no approver.' });
    return;
  }
  if (step.approvers.some(({ role }) => role === UNKNOWN)) return;
  const certain = step.approvers.filter(({ required, when }) => required && when === undefined).length;
  const needed = typeof step.rule === 'object' ? step.rule.at_least : 1;
  if (certain < needed) {
    report('no-approver', places.ofValue([...path, 'approvers']), {
      step: step.id,
      problem:
        certain === 0
          ? 'has no approver who is always asked and whose vote counts.'
          : `needs ${needed} approvals, but only ${certain} of its approvers ${certain === 1 ? 'is' : 'are'} always asked and count${certain === 1 ? 's' : ''}.`,
    });
  }
};

/** What nobody fills in has no fields: they would always be empty. */
const FILLED_IN: readonly Step['type'][] = ['task', 'approval', 'call'];

const checkRecipient = (checking: Checking, to: string, path: Path): void => {
  const { team } = checking.surroundings;
  if (to === UNKNOWN || to.includes('{{') || isMailAddress(to)) return;
  if (team === undefined && !to.includes('@')) return;
  if (team !== undefined && (Object.hasOwn(team.roles, to) || team.people.some(({ id }) => id === to))) return;
  const known = Object.keys(team?.roles ?? {});
  if (to.includes('@'))
    checking.report('bad-address', checking.places.ofValue(path), {
      text: shorten(to),
      problem: 'is no mail address.',
    });
  else
    checking.report('unknown-recipient', checking.places.ofValue(path), {
      name: shorten(to),
      nearest: checking.nearest('unknown-recipient', to, [...known, ...(team?.people ?? []).map(({ id }) => id)]),
      known,
    });
};

/** What it begins with must be written out: `javascript:` before a `{{ }}` would be a program. */
const checkLink = ({ places, report }: Checking, url: string, path: Path): void => {
  if (/^(https?:\/\/|mailto:)\S+$/.test(withoutExpressions(url)) || isOneExpression(url)) return;
  report('bad-address', places.ofValue(path), {
    text: shorten(url),
    problem: 'is no address of a page.',
    fix: 'Write an address that begins with `https://` or `mailto:`, or nothing but one `{{ }}`.',
  });
};

const checkField = (
  { places, report, surroundings: { team } }: Checking,
  name: string,
  field: Field,
  path: Path,
): void => {
  const bad = (key: string, problem: string, fix: string): void =>
    report('bad-field', places.ofValue([...path, key]), { name, problem, fix });
  if (field.options !== undefined && new Set(field.options).size < field.options.length)
    bad('options', 'lists an option twice.', 'Keep each option once.');
  if (field.many !== true && (field.min !== undefined || field.max !== undefined) && field.type === 'choice')
    bad(
      'min',
      'bounds the number of choices, but only one can be chosen.',
      'Write `many: true`, or take `min` and `max` out.',
    );
  if (field.currency !== undefined && !/^[A-Z]{3}$/.test(field.currency))
    bad('currency', `has the currency \`${shorten(field.currency)}\`.`, 'Write a code of three letters like `EUR`.');
  for (const key of ['min', 'max'] as const) {
    const bound = field[key];
    if (typeof bound === 'string' && !isMoment(field, bound))
      bad(key, `has \`${shorten(bound)}\` as ${key}, which is no date.`, 'Write it like `2027-01-31`.');
  }
  for (const key of ['min', 'max', 'default'] as const) {
    if (typeof field[key] !== 'number') continue;
    const own = [...path, key];
    for (const { number, offset } of numbersLikeThousands(places.written(own)))
      report('odd-number', places.within(own, offset, number.length), oddNumber(number));
  }
  if (field.min !== undefined && field.max !== undefined && field.min > field.max)
    bad('min', `has a \`min\` above its \`max\`.`, 'Exchange the two.');
  if (field.default === undefined) return;
  const problem = unfitDefault(
    field,
    field.default,
    team?.people.map(({ id }) => id),
  );
  if (problem !== undefined) bad('default', problem, 'Write a default that the form itself would take.');
};

const isMoment = (field: Field, text: string): boolean =>
  field.type === 'date'
    ? isDate(text)
    : /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d{2}:\d{2})?$/.test(text) &&
      isDate(text.slice(0, 10));

const unfitDefault = (field: Field, value: FieldValue, people: readonly string[] | undefined): string | undefined => {
  const { min, max } = field;
  const outside = (size: number): boolean =>
    (typeof min === 'number' && size < min) || (typeof max === 'number' && size > max);
  switch (field.type) {
    case 'text':
    case 'long_text':
      return outside(String(value).length) ? 'has a default that is shorter or longer than allowed.' : undefined;
    case 'number':
    case 'money':
      return outside(Number(value)) ? 'has a default outside its bounds.' : undefined;
    case 'date':
    case 'datetime':
      if (!isMoment(field, String(value)))
        return `has \`${shorten(String(value))}\` as default, which is no ${field.type === 'date' ? 'date' : 'date and time'}.`;
      return (typeof min === 'string' && value < min) || (typeof max === 'string' && value > max)
        ? 'has a default outside its bounds.'
        : undefined;
    case 'choice': {
      const chosen = Array.isArray(value) ? value : [value];
      if (field.many !== true && Array.isArray(value)) return 'has a list as default, but only one can be chosen.';
      const stray = chosen.find((option) => !field.options?.includes(option));
      if (stray !== undefined) return `has \`${shorten(String(stray))}\` as default, which is not among its options.`;
      return field.many === true && outside(chosen.length)
        ? 'has more or fewer choices as default than allowed.'
        : undefined;
    }
    case 'email':
      return isMailAddress(String(value))
        ? undefined
        : `has \`${shorten(String(value))}\` as default, which is no mail address.`;
    case 'url':
      return /^https?:\/\/\S+$/.test(String(value))
        ? undefined
        : `has \`${shorten(String(value))}\` as default, which is no web address.`;
    case 'person':
      return people === undefined || people.includes(String(value))
        ? undefined
        : `has \`${shorten(String(value))}\` as default, who is not in team.yaml.`;
    default:
      return undefined;
  }
};
