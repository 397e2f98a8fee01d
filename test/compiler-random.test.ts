/** Whatever an author may write, the machine that comes of it is sound. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../statemachines/compiler/compile.ts';
import { sizeOf } from '../statemachines/compiler/limits.ts';
import { checkMachine } from '../statemachines/compiler/machine-check.ts';
import { readWorkflow } from '../statemachines/language/read-workflow.ts';
import type { Workflow } from '../statemachines/language/workflow.ts';
import { MachineHost } from './support/compiler-host.ts';
import { compiledFromText } from './support/compiler-literals.ts';
import { mostBacks } from './support/compiler-model.ts';
import { compiledFrom, INPUT_VALUES, play } from './support/compiler-play.ts';
import { validateWithAslValidator, validateWithLanguageService } from './support/machine-validators.ts';
import { type AuthoredStep, type AuthoredWorkflow, asYaml, MARK, randomWorkflow } from './support/random-workflow.ts';

const LONG = process.env.RUNSHEET_LONG === '1';
const COUNT = LONG ? 20_000 : 150;
/** The published validators take most of the time; of the two the language service takes more. */
const VALIDATED = LONG ? 5 : 3;
const SERVICED = LONG ? 20 : 6;

type State = { readonly [key: string]: unknown } & { readonly Type: string };

const workflowFrom = (authored: AuthoredWorkflow): Workflow => {
  const { workflow, faults } = readWorkflow(asYaml(authored), 'random.yaml', {});
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
  return workflow as Workflow;
};

/** Every state by its name, in whatever scope; a name that is there twice comes twice. */
const statesIn = (value: unknown): [string, State][] => {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === 'States' ? (Object.entries(inner as object) as [string, State][]) : []),
    ...statesIn(inner),
  ]);
};
const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value === null || typeof value !== 'object'
      ? []
      : Object.values(value).flatMap(stringsIn);

/** The same each time: enough of them that all that they are for is there. */
let sample: readonly string[] | undefined;
const sampled = (): readonly string[] =>
  (sample ??= fc
    .sample(fc.oneof(randomWorkflow({ mostSteps: 9 }), randomWorkflow({ mostSteps: 8, manyApprovals: true })), {
      numRuns: 200,
      seed: 11,
    })
    .map((authored) => JSON.stringify(compiledFrom(authored).asl)));

const TRANSIENT =
  /^(Lambda\.(ServiceException|AWSLambdaException|SdkClientException|ClientExecutionTimeoutException|TooManyRequestsException|Unknown)|Sandbox\.Timedout|Runtime\.ExitError|TryAgain)$/;

const expectSoundStates = (asl: unknown): void => {
  const states = statesIn(asl);
  const names = states.map(([name]) => name);
  expect(new Set(names).size, 'names are unique').toBe(names.length);
  expect(names.filter((name) => name.length > 80)).toEqual([]);
  for (const [name, state] of states) {
    if (state.Type !== 'Task') continue;
    const isWait = String(state.Resource).endsWith('.waitForTaskToken');
    expect(state.TimeoutSeconds, name).toBe(isWait ? 350 * 24 * 3600 : 120);
    const errors = (state.Retry as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(
      errors.filter((error) => !TRANSIENT.test(error) && (isWait || error !== 'States.Timeout')),
      name,
    ).toEqual([]);
  }
};

/** What an author wrote stands in literals of expressions and nowhere else, or not at all. */
const expectNoAuthorsText = (asl: unknown): void => {
  const strings = stringsIn(asl);
  for (const text of strings) {
    expect(text.replaceAll(/"(\\.|[^"\\])*"/g, '')).not.toContain(MARK);
    expect(/^\{% .* %\}$/.test(text) ? text.slice(2, -2) : text, 'no marks within marks').not.toMatch(/\{%|%\}/);
  }
  expect(strings.filter((text) => /\bDo s|example\.org|\bwriter\b|\bcmo\b/.test(text))).toEqual([]);
};

describe(`each of ${COUNT} random workflows`, () => {
  it(`is accepted, and its machine is without a defect to our check; one in ${VALIDATED} to asl-validator, one in ${SERVICED} to the language service`, async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(randomWorkflow({ mostSteps: 9 }), randomWorkflow({ mostSteps: 9, manyApprovals: true })),
        async (authored) => {
          const workflow = workflowFrom(authored);
          const { asl, invokes } = compile(workflow);
          const text = JSON.stringify(asl);
          expect(checkMachine(asl, { functions: invokes })).toEqual([]);
          number += 1;
          if (number % VALIDATED === 0) expect(validateWithAslValidator(asl)).toEqual([]);
          if (number % SERVICED === 0) {
            expect(await validateWithLanguageService(asl)).toEqual([]);
            expect(JSON.stringify(compile(workflowFrom(authored)).asl), 'the same bytes when read again').toBe(text);
          }
          expect([...new Set(text.match(/\$\{\w+\}/g))].toSorted()).toEqual(
            invokes.map((name) => `\${${name}}`).toSorted(),
          );
          expect(text.match(/\$\{/g)).toHaveLength(text.match(/"FunctionName":"\$\{\w+\}"/g)?.length ?? 0);
          expect(JSON.stringify(compile(workflow).asl), 'the same bytes again').toBe(text);
          expectSoundStates(asl);
          expectNoAuthorsText(asl);
          expect(sizeOf(workflow, asl).kilobytes).toBe(Math.ceil(Buffer.byteLength(text) / 1024));
        },
      ),
      { numRuns: COUNT },
    );
  });
});

describe('random workflows', () => {
  it.each<readonly [string, RegExp]>([
    ['branches', /"Parallel"/],
    ['items', /"Map"/],
    ['items within items', /__key & \\"\//],
    ['conditions', /\.when"/],
    ['gates', /\.gate"/],
    ['results that a gate fetches', /__awaited/],
    ['results that leave a branch', /"together__\d+":\{"/],
    ['rounds', /__rounds \+ 1/],
    ['rounds within rounds', /1 \+ \$\w+__rounds \+ /],
    ['two ways back', /__rejects/],
    ['ways back out of a branch', /\.returns"/],
    ['results of the round before', /"Assign":\{[^}]*":\{\}/],
    ['mails', /SendEmail/],
    ['waits', /HoldStep/],
    ['calls', /CallSystem/],
    ['runs', /StartSubRun/],
    ['names of eighty characters or nearly', /"[^"]{65,80}":\{"Type"/],
    ['names of functions', /\$step__/],
  ])('have %s', (_what, sign) => {
    expect(sampled().filter((text) => sign.test(text)).length).toBeGreaterThan(0);
  });
});

describe('the size of a machine', () => {
  it('has at least the events that its longest runs write', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow({ mostSteps: 6, manyApprovals: true, deepestEach: 1 }),
        fc.infiniteStream(fc.nat()),
        async (authored, numbers) => {
          const compiled = compiledFrom(authored);
          const { events } = sizeOf(compiled.outline.workflow, compiled.asl);
          const backs = new Map<string, number>();
          const decide = (step: AuthoredStep): string => {
            const before = backs.get(step.step) ?? 0;
            // In an each the count is shared by its items, so that they differ.
            backs.set(step.step, before + 1);
            if (before >= mostBacks(step)) return 'approve';
            return step.on_changes === undefined || (before % 2 === 1 && step.on_reject !== undefined)
              ? 'reject'
              : 'request_changes';
          };
          const { host } = await play(
            authored,
            compiled,
            (below) => (below < 2 ? 0 : numbers.next().value % below),
            decide,
            150,
            { ...INPUT_VALUES, channels: ['mail', 'web', 'shop'] },
          );
          expect(host.execution.historyEvents).toBeLessThanOrEqual(events);
        },
      ),
      { numRuns: LONG ? 2_000 : 25 },
    );
  });

  it('is met to the event by an each with as many items as there can be', async () => {
    const compiled = compiledFromText(`
inputs:
  channels: { type: choice, many: true, required: true, options: [mail, web, shop] }
steps:
  - step: posts
    title: Posts
    type: each
    over: inputs.channels
    as: channel
    steps:
      - { step: post, title: Post, owner: writer }
  - { step: report, title: Report, owner: writer, when: $count(steps.posts) > 1 }
`);
    const host = await MachineHost.start(
      compiled,
      { channels: ['mail', 'web', 'shop'] },
      { result: () => ({}), finished: () => undefined },
    );
    for (const key of ['post round 1 item 1:0', 'post round 1 item 1:1', 'post round 1 item 1:2', 'report round 1'])
      await host.answer(key, { decision: 'done' });
    expect(host.outcome).toBe('finished');
    expect(sizeOf(compiled.outline.workflow, compiled.asl).events).toBe(host.execution.historyEvents);
  });

  it('is met by the longest run of a workflow without each, save what a Choice and its ways could have cost', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow({ mostSteps: 8, onlyPeople: true, deepestEach: 0, conditions: false, rounds: false }),
        async (authored) => {
          const compiled = compiledFrom(authored);
          const { events } = sizeOf(compiled.outline.workflow, compiled.asl);
          const { host } = await play(
            authored,
            compiled,
            () => 0,
            () => 'approve',
          );
          const togethers = statesIn(compiled.asl).filter(([, { Type }]) => Type === 'Parallel').length;
          const branches = statesIn(compiled.asl).flatMap(
            ([, { Branches }]) => (Branches as unknown[] | undefined) ?? [],
          ).length;
          expect(host.execution.historyEvents).toBeLessThanOrEqual(events);
          expect(events - host.execution.historyEvents).toBeLessThanOrEqual(4 * togethers + 4 * branches);
        },
      ),
      { numRuns: LONG ? 1_000 : 25 },
    );
  });
});
