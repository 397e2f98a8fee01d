/** Expressions: what an author wrote, and what of it stands in a machine. */
import { describe, expect, it } from 'vitest';
import { MACHINE_FUNCTIONS } from '../statemachines/compiler/machine-expressions.ts';
import { knownFunctions } from '../statemachines/language/expression.ts';
import { MachineHost } from './support/compiler-host.ts';
import { compiledFromText } from './support/compiler-literals.ts';

const INPUTS = `
inputs:
  topic: { type: text, required: true }
  note: { type: text }
  budget: { type: money, default: 0 }
  express: { type: yes_no, required: true }
  channels: { type: choice, many: true, required: true, options: [mail, web] }`;

/** A condition as an author may write it: each step in it has finished when it is asked. */
const conditionOf = (when: string): unknown => {
  const { asl } = compiledFromText(`${INPUTS}
steps:
  - step: draft
    title: Draft
    owner: writer
    fields: { n: { type: number, required: true }, yes: { type: yes_no, required: true }, words: { type: text } }
  - { step: approve-draft, title: Approve, type: approval, of: draft, approvers: [cmo] }
  - step: posts
    title: Posts
    type: each
    over: inputs.channels
    as: channel
    steps:
      - { step: post, title: Post, owner: writer, fields: { reach: { type: number, required: true } } }
  - { step: last, title: Last, owner: writer, when: ${JSON.stringify(when)} }
`);
  return ((asl.States['last.when'] as { Choices: unknown }).Choices as { Condition: string }[])[0]?.Condition;
};

const opensOrSkips = async (
  when: string,
  inputs: { readonly [name: string]: string | number | boolean | string[] },
): Promise<string[]> => {
  const compiled = compiledFromText(
    `${INPUTS}\nsteps:\n  - { step: only, title: Only, owner: writer, when: ${JSON.stringify(when)} }`,
  );
  const host = await MachineHost.start(
    compiled,
    { topic: 'x', express: true, budget: 0, channels: [], ...inputs },
    { result: () => ({}), finished: () => undefined },
  );
  expect(host.execution.error).toBeUndefined();
  return host.calls;
};

describe('a condition in a machine', () => {
  it.each([
    // Names lead to variables, of which a machine has only what its conditions need.
    ['inputs.budget > 50000', '$inputs.budget > 50000'],
    ['run.title = "Spring"', '$run.title = "Spring"'],
    ['steps.draft.n >= 3', '$draft.n >= 3'],
    ['steps.approve-draft.decision = "skip"', '$approve_draft.decision = "skip"'],
    ['steps.`approve-draft`.round - 1 = 2', '($approve_draft.round - 1) = 2'],
    // A value by itself, and what may give nothing, become true or false.
    ['inputs.express', '$inputs.express = true'],
    ['steps.draft.yes', '$draft.yes = true'],
    ['$not(inputs.express)', '$boolean($not($inputs.express)) = true'],
    ['$contains(inputs.topic, "a")', '$boolean($contains($inputs.topic, "a")) = true'],
    [
      'inputs.express ? steps.draft.yes : inputs.budget > 3',
      '$boolean($inputs.express ? $draft.yes : ($inputs.budget > 3)) = true',
    ],
    ['$sum(steps.posts.post.reach) > 10', '$boolean($sum($posts.post.reach) > 10) = true'],
    // These give true or false whatever is there.
    ['$exists(inputs.note)', '$exists($inputs.note)'],
    ['$exists(inputs.note) and inputs.note > "a"', '$exists($inputs.note) and ($inputs.note > "a")'],
    ['"mail" in inputs.channels', '"mail" in $inputs.channels'],
    ['$count(steps.posts) > 1', '$count($posts) > 1'],
    // Operators that are newer than the JSONata of Step Functions become what they mean.
    ['(inputs.note ?? "none") != "none"', '($exists($inputs.note) ? $inputs.note : "none") != "none"'],
    // A step that it does not come after has no results, and an each no items.
    ['$exists(steps.last.round)', '$exists({}.last.round)'],
    // An author's own variables are told from those of the machine.
    ['($n := 3; steps.draft.n = $n)', '$boolean(($n__own := 3; $draft.n = $n__own)) = true'],
  ])('that an author writes as %s reads %s', (written, read) => {
    expect(conditionOf(written)).toBe(`{% ${read} %}`);
  });

  it.each([
    ['what looks like a placeholder', 'inputs.topic = "${OpenRun}"', '$inputs.topic = "\\u0024{OpenRun}"'],
    ['what looks like the end of an expression', 'inputs.topic = "%} {%"', '$inputs.topic = "%\\u007d \\u007b%"'],
    ['a quotation mark', String.raw`inputs.topic = "\" or true or \""`, String.raw`$inputs.topic = "\" or true or \""`],
    ['a line separator', 'inputs.topic = "\u2028"', String.raw`$inputs.topic = "\u2028"`],
    ['a line', 'inputs.topic = "a\nb"', String.raw`$inputs.topic = "a\nb"`],
    ['a name', 'inputs.topic = "$run.id"', '$inputs.topic = "$run.id"'],
  ])('has %s only as a literal', (_what, written, read) => {
    expect(conditionOf(written)).toBe(`{% ${read} %}`);
  });

  it.each([
    '${OpenRun}',
    '%} {%',
    '" or true or "',
    '\u2028',
    'a\nb',
    '$run.id',
    '\\',
    '`',
    "'",
    '{{ x }}',
    '\u{1f4a3}',
  ])('still compares with %j itself', async (text) => {
    const when = `inputs.topic = ${JSON.stringify(text)}`;
    expect(await opensOrSkips(when, { topic: text })).toEqual(['OpenStep only round 1']);
    expect(await opensOrSkips(when, { topic: `${text}.` })).toEqual(['SkipStep only round 1']);
  });

  it.each([
    ['$exists(inputs.note) and inputs.note = "a"', 'for a value that is not there'],
    ['$exists(inputs.note) and $contains(inputs.note, "a")', 'for a guarded one'],
    ['$exists(inputs.note) ? inputs.note = "a" : false', 'for the other way of a choice'],
    ['$max(inputs.channels.$length($)) > 2', 'for a list of nothing'],
    ['$contains($join(inputs.channels[$ = "none"]), "a")', 'for a text of nothing'],
    ['$not($boolean(inputs.channels[0]))', 'for the opposite of nothing'],
  ])('%s is false and fails nothing %s', async (when, _why) => {
    expect(await opensOrSkips(when, {})).toEqual(['SkipStep only round 1']);
  });

  it('sees no input and nothing of the run but what conditions name', () => {
    const { outline } = compiledFromText(`${INPUTS}
steps:
  - { step: draft, title: 'For {{ inputs.topic }} in {{ run.title }}', owner: writer, when: inputs.budget > 1 or run.started > "2026" }
`);
    expect(outline.needs).toEqual({ inputs: ['budget'], run: ['started'] });
  });
});

describe('the list of an each', () => {
  const itemsOf = (over: string): unknown => {
    const { asl } = compiledFromText(
      `${INPUTS}\nsteps:\n  - step: posts\n    title: Posts\n    type: each\n    over: ${JSON.stringify(over)}\n    as: channel\n    steps:\n      - { step: post, title: Post, owner: writer }\n`,
    );
    return (asl.States.posts as { Items: unknown }).Items;
  };

  it.each([
    ['inputs.channels', '[$inputs.channels]'],
    ['["mail", "web"]', '["mail", "web"]'],
    ['[["mail"], ["web"]]', '[["mail"], ["web"]]'],
    ['[1..3]', '[1..3]'],
    ['inputs.express ? ["a"] : ["b"]', '[$inputs.express ? ["a"] : ["b"]]'],
    ['$split(inputs.topic, " ")', '[$split($inputs.topic, " ")]'],
  ])('%s reads %s', (over, items) => {
    expect(itemsOf(over)).toBe(`{% ${items} %}`);
  });

  it.each([
    ['["mail", "web"]', ['mail', 'web']],
    ['["mail"]', ['mail']],
    ['[]', []],
    ['[["mail", "web"]]', [['mail', 'web']]],
    ['inputs.channels', ['mail']],
    ['inputs.channels[$ = "none"]', []],
    ['$split(inputs.topic, " ")', ['one', 'two']],
    ['[1..3]', [1, 2, 3]],
  ])('%s has its items and no others', async (over, items) => {
    const compiled = compiledFromText(
      `${INPUTS}\nsteps:\n  - step: posts\n    title: Posts\n    type: each\n    over: ${JSON.stringify(over)}\n    as: channel\n    steps:\n      - { step: post, title: Post, owner: writer }\n`,
    );
    const host = await MachineHost.start(
      compiled,
      { topic: 'one two', channels: ['mail'] },
      { result: () => ({}), finished: () => undefined },
    );
    expect(host.calls[0]).toBe(`OpenEach posts round 1 of ${items.length}`);
    expect(
      [...host.values.entries()].filter(([key]) => key.startsWith('post ')).map(([, values]) => values.channel),
    ).toEqual(items);
  });
});

describe('the results that a machine is told', () => {
  const yieldsFor = (when: string): { readonly [step: string]: readonly string[] } => {
    const { outline } = compiledFromText(`
steps:
  - { step: draft, title: Draft, owner: writer, fields: { n: { type: number, required: true }, text: { type: long_text } } }
  - step: posts
    title: Posts
    type: each
    over: '["mail", "web"]'
    as: channel
    steps:
      - { step: post, title: Post, owner: writer, fields: { reach: { type: number, required: true }, story: { type: long_text } } }
      - step: parts
        title: Parts
        type: each
        over: '["a", "b"]'
        as: part
        steps:
          - { step: piece, title: Piece, owner: writer, fields: { size: { type: number, required: true } } }
  - { step: last, title: Last, owner: writer, when: ${JSON.stringify(when)} }
`);
    return Object.fromEntries(
      Object.entries(outline.steps).flatMap(([step, { yields }]) => (yields.length === 0 ? [] : [[step, yields]])),
    );
  };

  it.each([
    ['steps.draft.n > 1', { draft: ['n'] }],
    ['$sum(steps.posts.post.reach) > 1', { post: ['reach'] }],
    // To count a list nothing of its items is needed, to count a step's results one of them.
    ['$count(steps.posts) > 1', {}],
    ['$count(steps.posts.post) > 1', { post: ['round'] }],
    ['$count(steps.posts.parts.piece) > 1', { piece: ['round'] }],
    ['$sum(steps.posts.parts.piece.size) > 1', { piece: ['size'] }],
    // Where it cannot be told which results are meant, all are.
    ['$count(steps.posts.post[decision = "done"]) > 1', { post: ['at', 'by', 'decision', 'reach', 'round', 'story'] }],
  ])('for %s are %o', (when, yields) => {
    expect(yieldsFor(when)).toEqual(yields);
  });
});

it('every function that an author may call is one that a machine may call', () => {
  expect(knownFunctions.filter((name) => !MACHINE_FUNCTIONS.has(name))).toEqual([]);
});
