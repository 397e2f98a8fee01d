/**
 * Every fault that the checker can find: one catalogue, from which messages, the
 * reference and the tests are made.
 *
 * Promises: codes are stable and unique; each says why it is one, what is wrong in
 * the author's words, and what to write instead. Hides: the wording.
 */

export type Severity = 'error' | 'warning';

/** Where in a file, counted from 1 as editors do. `length` is how many characters to mark on that line. */
export type Place = { readonly line: number; readonly column: number; readonly length: number };

export type Fault = {
  readonly code: FaultCode;
  readonly severity: Severity;
  /** What is wrong, in the author's words. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
};

type Facts = { readonly [name: string]: unknown };
type Entry<F extends Facts> = {
  readonly severity: Severity;
  /** Why this is a fault at all: for the reference. */
  readonly why: string;
  readonly message: (facts: F) => string;
  readonly fix: (facts: F) => string;
};

const error = <F extends Facts>(entry: Omit<Entry<F>, 'severity'>): Entry<F> => ({ severity: 'error', ...entry });
const warning = <F extends Facts>(entry: Omit<Entry<F>, 'severity'>): Entry<F> => ({ severity: 'warning', ...entry });

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const listed = (names: readonly string[]): string =>
  names.length < 2 ? quoted(names) : `${quoted(names.slice(0, -1))} and ${quoted(names.slice(-1))}`;
const orNearest = (nearest: string | undefined, known: readonly string[], what: string): string => {
  if (nearest !== undefined) return `Did you mean \`${nearest}\`?`;
  if (known.length === 0) return `There is no ${what} yet.`;
  if (known.length === 1) return `There is only ${quoted(known)}.`;
  return `There are ${known.length > 12 ? `${quoted(known.slice(0, 12))} and ${known.length - 12} more` : listed(known)}.`;
};
const days = (count: number): string => `${count} working day${count === 1 ? '' : 's'}`;

/** The limit of a text that must be there. */
const NOT_EMPTY = 'at least 1 character long';

type Unknown = { name: string; nearest: string | undefined; known: readonly string[] };

export const catalogue = {
  // The file itself.
  'unreadable-file': error<{ problem: string }>({
    why: 'What cannot be read cannot be checked, and a workflow that is silently missing is missed too late.',
    message: (f) => `The file cannot be read: ${f.problem}.`,
    fix: () => 'Make the file readable, or take it out of the folder.',
  }),
  'file-too-large': error<{ kilobytes: number; limit: number }>({
    why: 'A workflow that a person can read is a few pages long; a larger file is something else by mistake.',
    message: (f) => `The file has ${f.kilobytes} KB; at most ${f.limit} KB are read.`,
    fix: () => 'Give the right file, or split the workflow and join the parts with a step of type `run`.',
  }),
  'file-empty': error<Facts>({
    why: 'Without content there is nothing to compile.',
    message: () => 'The file is empty.',
    fix: () => 'Begin with `workflow:` and its id, or make a file with `npx runsheet new ID --from blog-post`.',
  }),
  'file-not-text': error<{ character: string }>({
    why: 'A control character or a byte that is not UTF-8 means that the file was saved in another format or damaged.',
    message: (f) => `The file holds ${f.character}, which no text has.`,
    fix: () => 'Save the file as plain text in UTF-8 and take that character out.',
  }),
  'not-yaml': error<{ problem: string; fix: string }>({
    why: 'The file must be YAML, or nothing in it can be understood for certain.',
    message: (f) => f.problem,
    fix: (f) => f.fix,
  }),
  'duplicate-key': error<{ key: string }>({
    why: 'Of two values with one key one would be lost without a word.',
    message: (f) => `\`${f.key}\` stands here for the second time.`,
    fix: (f) => `Keep one \`${f.key}\`, or rename the other.`,
  }),
  'alias-used': error<{ name: string }>({
    why: 'A reader would have to look elsewhere for what is meant, and nested aliases can grow without bound.',
    message: (f) => `\`${f.name}\` is a YAML anchor, alias or tag; a workflow is written without them.`,
    fix: () => 'Write the text out where it is meant. A text that begins with `&`, `*` or `!` goes into quotes.',
  }),
  'too-deep': error<{ limit: number }>({
    why: 'No workflow is nested so deep; the file is damaged or hostile.',
    message: (f) => `The file is nested more than ${f.limit} levels deep.`,
    fix: () => 'Check the brackets and the indentation here.',
  }),
  'wrong-file-name': error<{ id: string; expected: string }>({
    why: 'Workflows are found by their file name, so it must be their id.',
    message: (f) => `The workflow is called \`${f.id}\`, but its file is not.`,
    fix: (f) => `Rename the file to \`${f.expected}\`, or change the id.`,
  }),

  // The shape.
  'unknown-key': error<Unknown & { where: string; fix?: string | undefined }>({
    why: 'A misspelt key would be ignored without a word, and with it what the author meant.',
    message: (f) => `\`${f.name}\` is not a key of ${f.where}.`,
    fix: (f) => f.fix ?? orNearest(f.nearest, f.known, 'key').replace(/^There are /, 'Possible are '),
  }),
  'missing-key': error<{ key: string; where: string; hint: string }>({
    why: 'Without it the step or file cannot do its work.',
    message: (f) => `${f.where} needs \`${f.key}\`.`,
    fix: (f) => f.hint,
  }),
  'wrong-type': error<{ what: string; expected: string; came: string; fix?: string | undefined }>({
    why: 'A value of another kind than expected would be misread.',
    message: (f) => `${f.what} must be ${f.expected}; this is ${f.came}.`,
    fix: (f) => f.fix ?? `Write ${f.expected}.`,
  }),
  'unknown-value': error<Unknown & { what: string }>({
    why: 'Only these values have a meaning here.',
    message: (f) => `${f.what} cannot be \`${f.name}\`.`,
    fix: (f) =>
      f.nearest === undefined
        ? `Write one of ${quoted(f.known)}.`
        : `Did you mean \`${f.nearest}\`? Possible are ${quoted(f.known)}.`,
  }),
  'out-of-bounds': error<{ what: string; limit: string }>({
    why: 'The limit keeps pages readable and machines within what Step Functions takes.',
    message: (f) => (f.limit === NOT_EMPTY ? `${f.what} is empty.` : `${f.what} must be ${f.limit}.`),
    fix: (f) =>
      f.limit === NOT_EMPTY
        ? 'Write a text, or take the key out.'
        : /^at most .* long$/.test(f.limit)
          ? 'Shorten it.'
          : `Write it so that it is ${f.limit}.`,
  }),
  'bad-id': error<{ what: string; id: string; form: string }>({
    why: 'Ids become names of files, states and links, so only some characters are safe.',
    message: (f) =>
      f.id === ''
        ? `${f.what.charAt(0).toUpperCase()}${f.what.slice(1)} is empty.`
        : `\`${f.id}\` cannot be ${f.what}.`,
    fix: (f) => `Write ${f.form}.`,
  }),
  'bad-span': error<{ text: string; forms: string }>({
    why: 'A length of time needs a number and a unit.',
    message: (f) => (f.text === '' ? 'The length of time is empty.' : `\`${f.text}\` is not a length of time.`),
    fix: (f) => `Write it like ${f.forms}.`,
  }),
  'bad-due': error<{ text: string; problem: string }>({
    why: 'A due date counts from an input, from the start, or from another step.',
    message: (f) => (f.text === '' ? 'The due date is empty.' : `\`${f.text}\` is not a due date: ${f.problem}`),
    fix: () =>
      'Write it like `10 days before publish`, `2 workdays after start`, `on publish at 09:00` or `1 day after outline`.',
  }),
  'bad-frequency': error<{ text: string }>({
    why: 'The yearly cost is counted from it.',
    message: (f) => `\`${f.text}\` does not say how often.`,
    fix: () => 'Write it like `52 per year` or `2 per month` (day, week, month, quarter, year).',
  }),
  'bad-cron': error<{ text: string; problem: string }>({
    why: 'EventBridge Scheduler would refuse the schedule at deployment, or never fire it.',
    message: (f) => `\`${f.text}\` is no schedule: ${f.problem}`,
    fix: () =>
      'Write six fields, minute hour day-of-month month day-of-week year, with one of the two days as `?`: `0 8 ? * MON *` is every Monday at 08:00.',
  }),
  'bad-field': error<{ name: string; problem: string; fix: string }>({
    why: 'The form, the webhook and the expressions all rely on the definition of the field.',
    message: (f) => `The field \`${f.name}\` ${f.problem}`,
    fix: (f) => f.fix,
  }),
  'bad-address': error<{ text: string; problem: string; fix?: string | undefined }>({
    why: 'A mail or request to an address that cannot exist would fail in the middle of a run.',
    message: (f) => `\`${f.text}\` ${f.problem}`,
    fix: (f) =>
      f.fix ??
      'Write a role, the id of a person, an address like `name@example.com`, or an `{{ expression }}` that gives one.',
  }),
  'bad-origin': error<{ text: string; problem: string }>({
    why: 'Browsers name the page that sends a form by its origin, and origins are compared letter by letter.',
    message: (f) => `\`${f.text}\` ${f.problem}`,
    fix: () =>
      'Write it as browsers do, like `https://www.example.com`: without a path, and without a slash at the end.',
  }),
  'bad-zone': error<Unknown>({
    why: 'Dates are computed in the zone; a zone that does not exist has no clock.',
    message: (f) => `\`${f.name}\` is not a time zone.`,
    fix: (f) => (f.nearest === undefined ? 'Write an IANA name like `Europe/Oslo`.' : `Did you mean \`${f.nearest}\`?`),
  }),
  'bad-date': error<{ text: string; problem: string }>({
    why: 'A date that does not exist cannot be planned with.',
    message: (f) => `\`${f.text}\` ${f.problem}`,
    fix: () => 'Write a date like `2027-01-31`, and the earlier one first.',
  }),
  'bad-country': error<{ country: string; problem: string }>({
    why: 'Holidays are looked up by country and region; of an unknown one every day would count as a working day.',
    message: (f) => `\`${f.country}\`: ${f.problem}`,
    fix: () => 'Write the ISO code of a country like `NO`, or list the days under `add`.',
  }),

  // Names that lead elsewhere.
  'duplicate-id': error<{ what: string; id: string; first: number; isSpare?: boolean }>({
    why: 'Links, history and machine know a thing by its id alone.',
    message: (f) => `${f.what} \`${f.id}\` is there already, on line ${f.first}.`,
    fix: (f) => (f.isSpare === true ? 'Take one of the two out.' : 'Give one of the two another id.'),
  }),
  'reserved-name': error<{ name: string; what: string }>({
    why: 'Expressions already use this name for something else.',
    message: (f) => `${f.what} cannot be called \`${f.name}\`: expressions use that name for something else.`,
    fix: () => 'Choose another name.',
  }),
  'unknown-step': error<Unknown & { scope: string }>({
    why: 'What it waits for, judges or redoes must exist.',
    message: (f) => `There is no step \`${f.name}\` ${f.scope}.`,
    fix: (f) => orNearest(f.nearest, f.known, 'step'),
  }),
  'unknown-role': error<Unknown>({
    why: 'A role that team.yaml does not list is usually misspelt, and nobody would get the mail.',
    message: (f) => `There is no role \`${f.name}\`.`,
    fix: (f) => `${orNearest(f.nearest, f.known, 'role')} Roles are listed in team.yaml.`,
  }),
  'unknown-person': error<Unknown>({
    why: 'Nobody would get the mail.',
    message: (f) => `There is no person \`${f.name}\`.`,
    fix: (f) => `${orNearest(f.nearest, f.known, 'person')} People are listed in team.yaml.`,
  }),
  'unknown-recipient': error<Unknown>({
    why: 'Nobody would get the mail.',
    message: (f) => `\`${f.name}\` is no role, no person and no address.`,
    fix: (f) =>
      `${orNearest(f.nearest, f.known, 'role')} Or write an address like \`name@example.com\`, or an \`{{ expression }}\`.`,
  }),
  'unknown-workflow': error<Unknown>({
    why: 'A step of type `run` or a hook can only start a workflow that exists.',
    message: (f) => `There is no workflow \`${f.name}\`.`,
    fix: (f) => orNearest(f.nearest, f.known, 'workflow'),
  }),
  'unknown-calendar': error<Unknown>({
    why: 'Without a calendar no due date can be computed.',
    message: (f) => `There is no calendar \`${f.name}\`.`,
    fix: (f) => `${orNearest(f.nearest, f.known, 'calendar')} Calendars are listed in calendars.yaml.`,
  }),
  'unknown-hook': error<Unknown>({
    why: 'A webhook that is not in hooks.yaml has no provider and no secret, so nothing would ever start.',
    message: (f) => `There is no webhook source \`${f.name}\`.`,
    fix: (f) => `${orNearest(f.nearest, f.known, 'source')} Sources are listed in hooks.yaml.`,
  }),
  'hook-elsewhere': error<{ source: string; workflow: string }>({
    why: 'A source starts one workflow; the other file says a different one.',
    message: (f) => `The webhook source \`${f.source}\` starts \`${f.workflow}\`, says hooks.yaml.`,
    fix: () => 'Name a source that starts this workflow, or change `workflow` of the source in hooks.yaml.',
  }),
  'unknown-input': error<Unknown & { workflow: string }>({
    why: 'A value for an input that does not exist would be lost.',
    message: (f) => `\`${f.name}\` is not an input of ${f.workflow}.`,
    fix: (f) => orNearest(f.nearest, f.known, 'input'),
  }),
  'input-not-given': error<{ input: string; workflow: string; by: string }>({
    why: 'The workflow cannot start without its required inputs.',
    message: (f) => `\`${f.workflow}\` needs the input \`${f.input}\`, which ${f.by} does not give.`,
    fix: (f) =>
      f.by.includes('clock')
        ? 'Give the input a default, or take this start out.'
        : `Give \`${f.input}\` a value here, or give the input a default.`,
  }),
  'bad-anchor': error<{ name: string; problem: string; known: readonly string[]; isUncertain?: boolean }>({
    why: 'Every due date of the plan hangs on the anchor.',
    message: (f) => `The anchor \`${f.name}\` ${f.problem}`,
    fix: (f) =>
      f.isUncertain === true
        ? `Write \`required: true\` or a \`default\` for the input \`${f.name}\`${f.known.length > 0 ? `, or name ${quoted(f.known)}` : ''}.`
        : `Name a \`date\` or \`datetime\` input that is required or has a default${f.known.length > 0 ? `: ${quoted(f.known)}` : ''}.`,
  }),

  // The graph.
  'no-end': error<{ where: string }>({
    why: 'What has no step has nothing that could be finished.',
    message: (f) => `${f.where} has no step, so it has no end.`,
    fix: () => 'Write at least one step.',
  }),
  'no-owner': error<{ step: string }>({
    why: 'A step without an owner is nobody’s (R22).',
    message: (f) => `Nobody owns \`${f.step}\`.`,
    fix: () => 'Write `owner:` with one role.',
  }),
  'no-approver': error<{ step: string; problem: string }>({
    why: 'A vote in which nobody counts would wait for ever or pass unseen.',
    message: (f) => `\`${f.step}\` ${f.problem}`,
    fix: () =>
      'Write `approvers:` with as many roles as the rule needs, not counting those with `when` or `required: false`.',
  }),
  cycle: error<{ steps: readonly string[] }>({
    why: 'Steps that wait for each other never begin.',
    message: (f) => `These steps wait for each other: ${f.steps.map((step) => `\`${step}\``).join(' → ')}.`,
    fix: () =>
      'Take one of them out of an `after`. To do work again after a review, write `on_changes: { redo: STEP, rounds: N }`.',
  }),
  'not-before': error<{ step: string; other: string; what: string }>({
    why: 'Only work that is finished when the step begins can be judged, redone or counted from.',
    message: (f) => `\`${f.step}\` ${f.what} \`${f.other}\`, but does not come after it.`,
    fix: (f) => `Let \`${f.step}\` come after \`${f.other}\`, or name a step that it comes after.`,
  }),
  'redo-not-closed': error<{ approval: string; redo: string; outside: string; middle: string }>({
    why: 'A step outside the block would already be going on with work that is being done again.',
    message: (f) =>
      `\`${f.approval}\` redoes everything from \`${f.redo}\`, but \`${f.outside}\` comes after \`${f.middle}\` in the middle of that.`,
    fix: (f) => `Let \`${f.outside}\` come after \`${f.approval}\`, or redo from a later step.`,
  }),
  'redo-overlap': error<{ approval: string; other: string }>({
    why: 'Two blocks that overlap only in part cannot be redone one without tearing the other.',
    message: (f) =>
      `What \`${f.approval}\` redoes and what \`${f.other}\` redoes overlap, and neither contains the other.`,
    fix: (f) => `Let both redo from the same step, or let \`${f.other}\` redo a step after \`${f.approval}\`.`,
  }),
  'run-cycle': error<{ workflows: readonly string[] }>({
    why: 'Workflows that start each other would never stop.',
    message: (f) => `These workflows start each other: ${f.workflows.map((id) => `\`${id}\``).join(' → ')}.`,
    fix: () => 'Take one of these `run` steps out.',
  }),

  // Expressions.
  'bad-expression': error<{ expression: string; problem: string }>({
    why: 'What cannot be read cannot be evaluated.',
    message: (f) =>
      f.expression.trim() === '' ? 'The expression is empty.' : `\`${f.expression}\` cannot be read: ${f.problem}`,
    fix: () =>
      "Write an expression like `inputs.budget > 50000` or `steps.review.decision = 'approve'`. A `{{` needs its `}}`.",
  }),
  'unsupported-expression': error<{ what: string }>({
    why: 'Step Functions evaluates JSONata 2.0.6, and a run must give the same result whenever it is asked again.',
    message: (f) => `${f.what} cannot be used here.`,
    fix: () =>
      'Use comparisons, `and`, `or`, `? :`, `??`, `[ ]` and the JSONata functions that always give the same result. For the time, use `run.started` or `steps.ID.at`. Within `[ ]`, write `$$.inputs` for `inputs`, and so for the item of an each.',
  }),
  'unknown-name': error<Unknown & { where: string }>({
    why: 'It would always be empty.',
    message: (f) => `There is no \`${f.name}\` ${f.where}.`,
    fix: (f) =>
      f.known.length > 0 || f.nearest !== undefined
        ? orNearest(f.nearest, f.known, 'name')
        : f.where.includes('input')
          ? 'There is no input yet; write it below `inputs:`.'
          : 'Nothing has a name there yet.',
  }),
  'may-be-absent': error<{ name: string; because: string; fix: string }>({
    why: 'A value that is not there when it is needed would stop the run in the middle.',
    message: (f) => `\`${f.name}\` may be absent: ${f.because}.`,
    fix: (f) => f.fix,
  }),
  'wrong-kind': error<{ what: string; problem: string; fix: string }>({
    why: 'A number is never equal to a text, and what cannot be compared or counted would stop the run in the middle.',
    message: (f) => `${f.what} ${f.problem}.`,
    fix: (f) => f.fix,
  }),
  'not-yes-or-no': error<{ came: string }>({
    why: 'A condition is either true or false; anything else would be a guess.',
    message: (f) => `A condition must be true or false; this gives ${f.came}.`,
    fix: () =>
      "Compare it with something: `inputs.budget > 50000`, `inputs.region = 'EU'`, `$count(inputs.channels) > 1`.",
  }),
  'each-too-many': error<{ step: string; items: number; limit: number }>({
    why: 'Each item writes to the history of the run, which has an end; and nobody keeps more in view.',
    message: (f) => `\`${f.step}\` may have ${f.items} items; at most ${f.limit} are possible.`,
    fix: (f) =>
      `Give the input \`max: ${f.limit}\`, offer fewer options, or let the items be runs of another workflow.`,
  }),
  'each-over-no-list': error<{ came: string }>({
    why: 'The steps are done once for each item, so there must be items.',
    message: (f) => `\`over\` must give a list; this gives ${f.came}.`,
    fix: () => "Name a `choice` with `many: true`, or write a list in quotes: `\"['email', 'social']\"`.",
  }),

  // The plan and the machine.
  'unreachable-due': error<{ step: string; problem: string }>({
    why: 'A date that never comes can never be kept, and nobody would be reminded.',
    message: (f) => `No calendar reaches the due date of \`${f.step}\`: ${f.problem}`,
    fix: () => 'Count from the anchor or forward from `start`, and give the calendar working days.',
  }),
  'outlives-limit': error<{ days: number; limit: number }>({
    why: 'Step Functions ends every run after a year; 350 days leave room for what comes late.',
    message: (f) => `A run can last ${f.days} days; at most ${f.limit} are possible.`,
    fix: () =>
      'Shorten the waits and due dates, or split the workflow and let the first part start the second with a step of type `run`.',
  }),
  'machine-too-large': error<{ kilobytes: number; limit: number }>({
    why: 'Step Functions takes a definition of at most 1 MB.',
    message: (f) => `The machine has ${f.kilobytes} KB; at most ${f.limit} KB are possible.`,
    fix: () => 'Split the workflow and let the first part start the second with a step of type `run`.',
  }),
  'too-many-events': error<{ events: number; limit: number; heaviest: string }>({
    why: 'Step Functions ends a run after 25,000 events in its history.',
    message: (f) =>
      `A run could write ${f.events.toLocaleString('en-GB')} events; at most ${f.limit.toLocaleString('en-GB')} are possible. The most come from \`${f.heaviest}\`.`,
    fix: () => 'Allow fewer rounds, go over fewer items, or let the items be runs of another workflow.',
  }),

  // Warnings.
  'more-faults': warning<{ count: number }>({
    why: 'Nobody reads on after so many, and often the first are the reason for the rest.',
    message: (f) =>
      f.count === 1
        ? 'There is one more fault, which is not told.'
        : `There are ${f.count.toLocaleString('en-GB')} more faults, which are not told.`,
    fix: () => 'Mend these first, and check again.',
  }),
  'unknown-code': warning<Unknown & { isError?: boolean }>({
    why: 'A comment that allows a warning by a code that does not exist, or an error, allows nothing.',
    message: (f) =>
      f.isError === true
        ? `\`# allow ${f.name}\` allows nothing: errors cannot be allowed.`
        : `\`# allow ${f.name}\` allows nothing: there is no such code of a warning.`,
    fix: (f) =>
      f.isError === true
        ? 'Mend the error, and take the comment out.'
        : f.nearest === undefined
          ? 'Write `# allow CODE: reason` with the code that stands in brackets behind a warning.'
          : `Did you mean \`${f.nearest}\`?`,
  }),
  'allow-without-reason': warning<{ name: string }>({
    why: 'Whoever reads the file next must know why the warning may stand.',
    message: (f) => `\`# allow ${f.name}\` allows nothing without a reason.`,
    fix: (f) => `Give a reason behind a colon: \`# allow ${f.name}: reason\`.`,
  }),
  'stray-expression': warning<{ where: string }>({
    why: 'Expressions are evaluated in texts of steps, mails, calls and runs only; elsewhere people would read the brackets.',
    message: (f) => `Nothing is put in the place of \`{{\` in ${f.where}.`,
    fix: () => 'Write the text out, or put the value into `title`, `instructions` or another text of a step.',
  }),
  'odd-number': warning<{ number: string; meant: string; whole: string }>({
    why: 'A point in a number begins its decimals, so what looks like thousands is a thousandth of them.',
    message: (f) => `\`${f.number}\` is the number ${f.whole}.`,
    fix: (f) => `Write \`${f.meant}\` where thousands are meant, else \`${f.whole}\`.`,
  }),
  'no-effort': warning<{ step: string }>({
    why: 'Without an estimate nobody knows what a run costs or whether there is time for it (R8, R32).',
    message: (f) => `\`${f.step}\` does not say how much work it is.`,
    fix: () => 'Write `effort:`, for example `effort: 3h`.',
  }),
  'no-done-when': warning<{ step: string }>({
    why: 'Who does the step must know what complete means (R14).',
    message: (f) => `\`${f.step}\` does not say when it is done.`,
    fix: () => 'Write `done_when:` with one sentence that can be checked.',
  }),
  'no-due': warning<{ step: string }>({
    why: 'Without a due date nobody is reminded in time (R41, R42).',
    message: (f) => `\`${f.step}\` has no due date.`,
    fix: () => 'Write `due:`, for example `due: 10 days before publish` or `due: 3 workdays after start`.',
  }),
  'due-against-order': warning<{ step: string; other: string; days: number }>({
    why: 'A step that is due before what it waits for is late before it begins.',
    message: (f) =>
      `\`${f.step}\` is due ${f.days} day${f.days === 1 ? '' : 's'} before \`${f.other}\`, which it comes after.`,
    fix: () => 'Move one of the two due dates, or change the order.',
  }),
  'too-little-time': warning<{ step: string; previous: string; needs: number; has: number }>({
    why: 'A step that begins on time and is late all the same was planned wrongly (R34).',
    message: (f) =>
      `\`${f.step}\` needs ${days(f.needs)}, but between \`${f.previous}\` and its own due date there ${f.has === 1 ? 'is' : 'are'} ${f.has === 0 ? 'none' : f.has}.`,
    fix: () => 'Give it more room, or correct `takes` or `effort`.',
  }),
  'approval-layers': warning<{ approvals: readonly string[]; workdays: number }>({
    why: 'Each layer between decision and action costs time and raises the risk of missing the date (R56).',
    message: (f) =>
      `${listed(f.approvals)} are ${f.approvals.length} approvals in a row; together they cost ${days(f.workdays)}.`,
    fix: () => 'Join them into one approval with several `approvers`, or drop one.',
  }),
  'approval-after-anchor': warning<{ step: string; anchor: string }>({
    why: 'An approval that comes after the date it is for can no longer change anything.',
    message: (f) => `\`${f.step}\` is due after \`${f.anchor}\`.`,
    fix: (f) => `Let it be due before \`${f.anchor}\`.`,
  }),
  'both-sides': warning<{ step: string; of: string; who: string }>({
    why: 'Nobody approves their own work; the vote could not be finished.',
    message: (f) => `In \`${f.step}\`, ${f.who} would judge their own work of \`${f.of}\`.`,
    fix: () => 'Name another approver, or let a second person hold the role.',
  }),
  'role-without-holder': warning<{ role: string }>({
    why: 'A step of a role that nobody holds reaches nobody.',
    message: (f) => `Nobody holds the role \`${f.role}\`.`,
    fix: () => 'Give the role to a person in team.yaml.',
  }),
  'no-measuring-step': warning<{ problem: string }>({
    why: 'What is not measured cannot be improved (R69–R72).',
    message: (f) => `The workflow is not measured: ${f.problem}`,
    fix: () =>
      'Write `goals:`, and a task with a `number` or `money` field, or in the phase `Measure`, that reports the figures.',
  }),
} as const;

export type FaultCode = keyof typeof catalogue;
export type FactsOf<C extends FaultCode> = (typeof catalogue)[C] extends Entry<infer F> ? F : never;

/** A fault in full, worded from its facts. */
export const fault = <C extends FaultCode>(code: C, file: string, place: Place, facts: FactsOf<C>): Fault => {
  const entry = catalogue[code] as unknown as Entry<Facts>;
  return {
    code,
    severity: entry.severity,
    message: entry.message(facts as Facts),
    fix: entry.fix(facts as Facts),
    file,
    line: place.line,
    column: place.column,
    length: place.length,
  };
};

export const hasErrors = (faults: readonly Fault[]): boolean => faults.some(({ severity }) => severity === 'error');
