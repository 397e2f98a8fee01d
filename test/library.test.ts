import DateHolidays from 'date-holidays';
import { describe, expect, it } from 'vitest';
import { readFolder, SHIPPED } from '../infra/workflow-folder.ts';
import { checkMachine } from '../statemachines/compiler/machine-check.ts';
import { HOLIDAY_COUNTRIES } from '../statemachines/language/holiday-countries.ts';
import { readLibrary, type Sources } from '../statemachines/library.ts';
import { validateWithAslValidator, validateWithLanguageService } from './support/machine-validators.ts';

const shipped = readLibrary(readFolder(SHIPPED));
const FIFTEEN = [
  'blog-post',
  'campaign-launch',
  'campaign-management',
  'client-onboarding',
  'content-marketing',
  'digital-strategy',
  'lead-generation',
  'marketing-process-setup',
  'newsletter',
  'ppc-campaign',
  'product-launch',
  'social-media',
  'sop-writing',
  'web-copy-review',
  'webinar',
];

describe('the library that comes with runsheet', () => {
  it('has its fifteen workflows, each without a fault but for what a comment allows with its reason', () => {
    expect([...shipped.workflows.keys()]).toEqual(FIFTEEN);
    expect(shipped.faults).toEqual([]);
  });

  it.each(FIFTEEN)('%s compiles to a machine that every validator takes', async (id) => {
    const compiled = shipped.workflows.get(id)?.compiled;
    expect(checkMachine(compiled?.asl, { functions: compiled?.invokes ?? [] })).toEqual([]);
    expect(validateWithAslValidator(compiled?.asl)).toEqual([]);
    expect(await validateWithLanguageService(compiled?.asl)).toEqual([]);
  });

  it('says of every step who, when, how much work, and when it is done, but where the source example is short', () => {
    for (const { workflow } of shipped.workflows.values()) {
      if (workflow.id === 'blog-post') continue;
      for (const step of workflow.steps) {
        if (step.type !== 'task') continue;
        expect([
          workflow.id,
          step.id,
          step.done_when === undefined,
          step.effort === undefined,
          step.due === undefined,
        ]).toEqual([workflow.id, step.id, false, false, false]);
        expect(step.instructions?.length ?? 0, `${workflow.id} ${step.id}`).toBeGreaterThan(40);
      }
    }
  });

  it('uses all seven kinds of step and all rules of approval', () => {
    const steps = [...shipped.workflows.values()].flatMap(({ workflow }) =>
      workflow.steps.flatMap((step) => (step.type === 'each' ? [step, ...step.steps] : [step])),
    );
    expect(new Set(steps.map(({ type }) => type))).toEqual(
      new Set(['task', 'approval', 'email', 'wait', 'call', 'run', 'each']),
    );
    const rules = steps.flatMap((step) =>
      step.type === 'approval' ? [typeof step.rule === 'object' ? 'at_least' : step.rule] : [],
    );
    expect(new Set(rules)).toEqual(new Set(['all', 'any', 'in_order', 'at_least']));
  });

  it('reaches people only at example.com', () => {
    expect(shipped.team.people.filter(({ email }) => !email.endsWith('@example.com'))).toEqual([]);
  });
});

const step = (id: string, rest = ''): string => `  - step: ${id}\n    title: ${id}\n    owner: writer\n${rest}`;
const workflow = (id: string, steps: string, rest = ''): string =>
  `workflow: ${id}\ntitle: T\npurpose: P.\nlead: writer\n${rest}steps:\n${steps}`;
const TEAM = {
  file: 'team.yaml',
  text: 'roles: { writer: Writer }\npeople: [{ id: ada, name: Ada, email: ada@example.com, roles: [writer] }]\n',
};
const codes = (sources: Partial<Sources>): string[] =>
  readLibrary({ team: TEAM, workflows: [], ...sources })
    .faults.filter(({ severity }) => severity === 'error')
    .map(({ code, file, line, column }) => `${code} ${file}:${line}:${column}`);
const file = (id: string, steps: string, rest = '') => ({ file: `${id}.yaml`, text: workflow(id, steps, rest) });

describe('workflows that start each other', () => {
  const started = file(
    'started',
    step('a'),
    'inputs: { topic: { type: text, required: true }, note: { type: text } }\n',
  );

  it('must exist', () => {
    expect(codes({ workflows: [file('one', step('a', '    type: run\n    workflow: startd\n')), started] })).toEqual([
      'unknown-workflow one.yaml:10:15',
    ]);
  });

  it('get every input that they need, and none that they do not know', () => {
    expect(
      codes({
        workflows: [file('one', step('a', '    type: run\n    workflow: started\n    with: { topci: x }\n')), started],
      }),
    ).toEqual(['input-not-given one.yaml:10:15', 'unknown-input one.yaml:11:11']);
    expect(
      codes({
        workflows: [file('one', step('a', '    type: run\n    workflow: started\n    with: { topic: x }\n')), started],
      }),
    ).toEqual([]);
  });

  it('do not go in a circle', () => {
    const runs = (id: string, other: string) => file(id, step('a', `    type: run\n    workflow: ${other}\n`));
    expect(codes({ workflows: [runs('one', 'two'), runs('two', 'three'), runs('three', 'one')] })).toEqual([
      'run-cycle one.yaml:10:15',
      'run-cycle two.yaml:10:15',
      'run-cycle three.yaml:10:15',
    ]);
  });

  it('are not to blame for a fault in the other file', () => {
    const broken = { file: 'started.yaml', text: `${workflow('started', step('a'))}extra: 1\n` };
    expect(codes({ workflows: [file('one', step('a', '    type: run\n    workflow: started\n')), broken] })).toEqual([
      'unknown-key started.yaml:9:1',
    ]);
  });
});

describe('a file that cannot be read', () => {
  const unreadable = { file: 'shut.yaml', text: '', unreadable: 'permission denied' };
  it('is one fault among the others, and what starts it is not to blame', () => {
    const one = file('one', step('a', '    type: run\n    workflow: shut\n'));
    const wrong = { file: 'wrong.yaml', text: `${workflow('wrong', step('a'))}extra: 1\n` };
    expect(codes({ workflows: [one, unreadable, wrong] })).toEqual([
      'unreadable-file shut.yaml:1:1',
      'unknown-key wrong.yaml:9:1',
    ]);
    expect(codes({ workflows: [file('one', step('a'))], hooks: { ...unreadable, file: 'hooks.yaml' } })).toEqual([
      'unreadable-file hooks.yaml:1:1',
    ]);
  });
});

describe('webhook sources', () => {
  const hooks = (text: string) => ({ file: 'hooks.yaml', text });
  const target = file('target', step('a'), 'inputs: { topic: { type: text, required: true } }\n');

  it('start a workflow that exists, with the inputs that it needs', () => {
    expect(
      codes({ workflows: [target], hooks: hooks('hooks:\n  brief: { provider: tally, workflow: targte, map: {} }\n') }),
    ).toEqual(['unknown-workflow hooks.yaml:2:39']);
    expect(
      codes({
        workflows: [target],
        hooks: hooks('hooks:\n  brief: { provider: tally, workflow: target, map: { topci: a } }\n'),
      }),
    ).toEqual(['input-not-given hooks.yaml:2:52', 'unknown-input hooks.yaml:2:61']);
    expect(
      codes({ workflows: [target], hooks: hooks('hooks:\n  brief: { provider: form, workflow: target }\n') }),
    ).toEqual([]);
  });
});

describe('what only dates and machines show', () => {
  const found = (steps: string, rest = ''): string[] =>
    readLibrary({ team: TEAM, workflows: [file('one', steps, rest)] }).faults.map(
      ({ code, line }) => `${code}:${line}`,
    );
  const dated = 'anchor: publish\ninputs: { publish: { type: date, required: true } }\n';

  it('a due date that no calendar reaches', () => {
    expect(found(step('a', '    due: 3 days before start\n'))).toContain('unreachable-due:9');
  });
  it('a due date against the order', () => {
    expect(
      found(`${step('a', '    due: 3 days before publish\n')}${step('b', '    due: 9 days before publish\n')}`, dated),
    ).toContain('due-against-order:15');
  });
  it('a step that cannot be done in its time', () => {
    expect(
      found(
        `${step('a', '    due: 9 days before publish\n')}${step('b', '    due: 8 days before publish\n    takes: 6 workdays\n')}`,
        dated,
      ),
    ).toContain('too-little-time:15');
  });
  it('an approval after the anchor, and more than two in a row with their cost', () => {
    const approve = (id: string, due: string) =>
      `  - step: ${id}\n    type: approval\n    of: a\n    title: ${id}\n    approvers: [writer]\n    due: ${due}\n`;
    expect(
      found(`${step('a', '    due: 9 days before publish\n')}${approve('b', '5 days after publish')}`, dated),
    ).toContain('approval-after-anchor:17');
    const layers = readLibrary({
      team: TEAM,
      workflows: [
        file(
          'one',
          `${step('a', '    due: 40 days before publish\n')}${approve('b', '30 days before publish')}${approve('c', '20 days before publish')}${approve('d', '10 days before publish')}`,
          dated,
        ),
      ],
    });
    expect(layers.faults.find(({ code }) => code === 'approval-layers')?.message).toBe(
      '`b`, `c` and `d` are 3 approvals in a row; together they cost 20 working days.',
    );
  });
  it('a run that can outlive 350 days', () => {
    expect(found(`${step('a')}  - step: w\n    type: wait\n    title: W\n    for: 400 days\n`)).toContain(
      'outlives-limit:9',
    );
  });
  it('a run that lasts longer than can be counted, or once for each of many items', () => {
    for (const span of ['for: 5200 weeks', 'for: 5300 weeks', 'for: 99999 workdays'])
      expect(found(`${step('a')}  - step: w\n    type: wait\n    title: W\n    ${span}\n`)).toContain(
        'outlives-limit:9',
      );
    expect(found(step('a', '    takes: 99999 workdays\n'))).toContain('outlives-limit:6');
    const each = (atOnce: number): string =>
      `  - step: e\n    type: each\n    title: E\n    over: inputs.channels\n    as: channel\n    at_once: ${atOnce}\n    steps:\n      - { step: a, title: A, owner: writer, takes: 200 days }\n`;
    const channels = 'inputs: { channels: { type: choice, many: true, required: true, options: [a, b, c] } }\n';
    expect(found(each(1), channels).filter((one) => one.startsWith('outlives'))).toHaveLength(1);
    expect(found(each(3), channels).filter((one) => one.startsWith('outlives'))).toEqual([]);
  });

  it('more events than a run may write', () => {
    const steps = Array.from(
      { length: 45 },
      (_, index) => `        - { step: s${index}, title: S, owner: writer }`,
    ).join('\n');
    expect(
      found(
        `  - step: many\n    type: each\n    title: M\n    over: "[1..39]"\n    as: n\n    steps:\n      - step: inner\n        type: each\n        title: I\n        over: "[1..39]"\n        as: m\n        steps:\n${steps.replaceAll('        - ', '          - ')}\n`,
      ),
    ).toContain('too-many-events:6');
  });
  it('a machine that is too large', () => {
    const approve = (index: number) =>
      `  - { step: s${index}, title: S, type: approval, of: work, approvers: [writer], takes: 1 hours, on_changes: { redo: work, rounds: 1 }, when: inputs.long = '${'x'.repeat(620)}' }\n`;
    const steps = `${step('work')}${Array.from({ length: 299 }, (_, index) => approve(index)).join('')}`;
    expect(found(steps, 'inputs: { long: { type: text, required: true } }\n')).toContain('machine-too-large:1');
  });
});

describe('warnings', () => {
  it('stand where a comment allows them with a reason, and are counted', () => {
    const text = `# allow no-due: dates are agreed by phone\n# allow no-effort:\n${workflow('one', step('a'))}`;
    const { faults, allowed } = readLibrary({ team: TEAM, workflows: [{ file: 'one.yaml', text }] });
    expect(faults.map(({ code }) => code).sort()).toEqual([
      'allow-without-reason',
      'no-done-when',
      'no-effort',
      'no-measuring-step',
    ]);
    expect(allowed).toBe(1);
  });
});

describe('holidays', () => {
  it('are known for exactly the countries that the library of holidays has', () => {
    expect([...HOLIDAY_COUNTRIES]).toEqual(Object.keys(new DateHolidays().getCountries()));
  });
  it('of an unknown country or region are a fault', () => {
    const calendars = (holidays: string) => ({
      file: 'calendars.yaml',
      text: `calendars:\n  default: { zone: Europe/Oslo, holidays: ${holidays} }\n`,
    });
    expect(codes({ calendars: calendars('{ country: XX }') })).toEqual(['bad-country calendars.yaml:2:54']);
    expect(codes({ calendars: calendars('{ country: DE, region: ZZ }') })).toEqual(['bad-country calendars.yaml:2:66']);
    expect(codes({ calendars: calendars('{ country: DE, region: BY }') })).toEqual([]);
  });
});
