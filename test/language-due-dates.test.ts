import { describe, expect, test } from 'vitest';
import { errorsIn, fileWith, placesOf, stepIn, told, unmark } from './support/language-files.ts';

const INPUTS =
  'inputs: { publish: { type: date, required: true }, opens: { type: datetime, default: "2027-01-31T09:00" }, maybe: { type: date }, topic: { type: text, required: true } }';
const dueOf = (due: string) =>
  stepIn(
    'task',
    'draft',
    fileWith(
      `  - { step: outline, title: Outline, owner: writer }\n  - { step: draft, title: Draft, owner: writer, due: "${due}" }`,
      INPUTS,
    ),
  ).due;
const expectErrors = (marked: string, codes: readonly string[], message = ''): void => {
  const { text, places } = unmark(fileWith(marked, INPUTS));
  const errors = errorsIn(text);
  expect(
    errors.map(({ code }) => code),
    errors.map(told).join('\n'),
  ).toEqual(codes);
  expect(placesOf(errors)).toEqual(places);
  expect(errors[0]?.message ?? '').toContain(message);
};
const expectRefused = (due: string, code: string, message = ''): void =>
  expectErrors(
    `  - { step: outline, title: Outline, owner: writer }\n  - { step: draft, title: Draft, owner: writer, due: »"${due}" }\n  - { step: later, title: Later, owner: writer }`,
    [code],
    message,
  );

describe('a due date', () => {
  const publish = { kind: 'input', name: 'publish' } as const;
  test.each([
    ['30 days before publish', { direction: 'before', span: { count: 30, unit: 'days' }, reference: publish }],
    ['1 day after publish', { direction: 'after', span: { count: 1, unit: 'days' }, reference: publish }],
    ['2 workdays before publish', { direction: 'before', span: { count: 2, unit: 'workdays' }, reference: publish }],
    ['1 week before publish', { direction: 'before', span: { count: 1, unit: 'weeks' }, reference: publish }],
    ['6 hours before publish', { direction: 'before', span: { count: 6, unit: 'hours' }, reference: publish }],
    ['48h before publish', { direction: 'before', span: { count: 48, unit: 'hours' }, reference: publish }],
    ['on publish', { direction: 'on', reference: publish }],
    ['on publish at 09:00', { direction: 'on', reference: publish, time: '09:00' }],
    [
      '3 days before publish at 23:59',
      { direction: 'before', span: { count: 3, unit: 'days' }, reference: publish, time: '23:59' },
    ],
    ['on opens', { direction: 'on', reference: { kind: 'input', name: 'opens' } }],
    [
      '2 workdays after start',
      { direction: 'after', span: { count: 2, unit: 'workdays' }, reference: { kind: 'start' } },
    ],
    ['on start', { direction: 'on', reference: { kind: 'start' } }],
    [
      '1 day after outline',
      { direction: 'after', span: { count: 1, unit: 'days' }, reference: { kind: 'step', id: 'outline' } },
    ],
    ['on outline at 17:00', { direction: 'on', reference: { kind: 'step', id: 'outline' }, time: '17:00' }],
    ['  3   days   before   publish  ', { direction: 'before', span: { count: 3, unit: 'days' }, reference: publish }],
    ['0 days before publish', { direction: 'before', span: { count: 0, unit: 'days' }, reference: publish }],
  ])('may be written `%s`', (due, expected) => expect(dueOf(due)).toEqual(expected));

  test.each([
    ['2027-01-31', 'does not begin with a length of time'],
    ['publish', 'does not begin with a length of time'],
    ['tomorrow', 'does not begin with a length of time'],
    ['before publish', 'does not begin with a length of time'],
    ['1.5 days before publish', 'does not begin with a length of time'],
    ['-3 days before publish', 'does not begin with a length of time'],
    ['three days before publish', 'does not begin with a length of time'],
    ['3 Days before publish', 'does not begin with a length of time'],
    ['', 'The due date is empty.'],
    ['3 days before', 'does not begin with a length of time'],
    ['3 days before the publish date', 'behind `before` comes one name'],
    ['on publish at', 'behind `on` comes one name'],
    ['on publish 09:00', 'behind `on` comes one name'],
    ['3 dayz before publish', '`dayz` is no unit'],
    ['3 months before publish', '`months` is no unit'],
    ['on publish at 9:00', '`9:00` is no time of day'],
    ['on publish at 24:00', '`24:00` is no time of day'],
    ['on publish at noon', '`noon` is no time of day'],
    ['6 hours before publish at 09:00', 'hours and a time of day exclude each other'],
    ['3 days before publsh', 'there is no input or step of that name. Did you mean `publish`?'],
    ['3 days before sometime', 'there is no input or step of that name.'],
    ['on topic', 'it is an input of type `text`'],
    ['on constructor', 'there is no input or step of that name.'],
  ])('may not be written `%s`, and why is told', (due, problem) => expectRefused(due, 'bad-due', problem));

  test('does not count from an input that may be left empty', () => {
    expectRefused('on maybe', 'may-be-absent', '`inputs.maybe`');
    const { text } = unmark(fileWith('  - { step: draft, title: Draft, owner: writer, due: on maybe }', INPUTS));
    expect(errorsIn(text)[0]?.fix).toBe('Write `required: true` or a `default` for the input.');
  });

  test('counts from a step only that it comes after', () => {
    expectRefused('1 day after later', 'not-before', '`draft` counts from `later`');
    expectRefused('1 day after draft', 'not-before');
    expectErrors(
      '  - { step: a, title: A, owner: writer, after: [] }\n  - { step: b, title: B, owner: writer, after: [], due: »1 day after a }',
      ['not-before'],
    );
  });

  test('within an each counts from the steps of the same item and from what came before the each', () => {
    const each = (due: string) => `  - { step: outline, title: Outline, owner: writer }
  - step: spread
    title: Spread
    type: each
    over: "[1, 2]"
    as: one
    steps:
      - { step: write, title: Write, owner: writer }
      - { step: post, title: Post, owner: writer, due: »1 day after ${due} }
  - { step: later, title: Later, owner: writer }`;
    for (const due of ['outline', 'write', 'start', 'publish']) expectErrors(each(due).replace('»', ''), []);
    expectErrors(each('later'), ['not-before'], '`post` counts from `later`');
    expectErrors(each('post'), ['not-before']);
    expectErrors(each('spread'), ['not-before']);
  });

  test('does not count from within an each, seen from outside', () => {
    expectErrors(
      '  - { step: all, title: All, type: each, over: "[1]", as: one, steps: [{ step: inside, title: Inside, owner: writer }] }\n  - { step: look, title: Look, owner: writer, due: »1 day after inside }',
      ['unknown-step'],
      'in this list of steps',
    );
    expectErrors(
      '  - { step: all, title: All, type: each, over: "[1]", as: one, steps: [{ step: inside, title: Inside, owner: writer }] }\n  - { step: look, title: Look, owner: writer, due: 1 day after all }',
      [],
    );
  });

  test('means an input before a step of the same name', () => {
    expect(
      stepIn(
        'task',
        'draft',
        fileWith(
          '  - { step: publish, title: P, owner: writer }\n  - { step: draft, title: D, owner: writer, due: on publish }',
          INPUTS,
        ),
      ).due,
    ).toEqual({ direction: 'on', reference: { kind: 'input', name: 'publish' } });
  });
});

describe('until when a wait waits', () => {
  test('follows the same rules', () => {
    const wait = (until: string) =>
      `  - { step: draft, title: Draft, owner: writer }\n  - { step: pause, title: Pause, type: wait, until: ${until} }`;
    expect(stepIn('wait', 'pause', fileWith(wait('1 day after draft at 10:00'), INPUTS)).until).toEqual({
      direction: 'after',
      span: { count: 1, unit: 'days' },
      reference: { kind: 'step', id: 'draft' },
      time: '10:00',
    });
    expectErrors(wait('»on maybe'), ['may-be-absent']);
    expectErrors(wait('»on topic'), ['bad-due']);
    expectErrors(wait('»soon'), ['bad-due']);
  });
});
