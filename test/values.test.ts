import { describe, expect, it } from 'vitest';
import { readValue, readValues } from '../statemachines/language/values.ts';
import type { Field } from '../statemachines/language/workflow.ts';

const field = (rest: Partial<Field>): Field => ({ type: 'text', label: 'It', required: false, ...rest }) as Field;

describe('a value for a field', () => {
  it.each<[string, Partial<Field>, unknown, unknown]>([
    ['a text without the blanks around it', { type: 'text' }, '  Hello ', 'Hello'],
    ['several lines with plain line ends', { type: 'long_text' }, 'a\r\nb\r', 'a\nb\n'],
    ['a number from a form', { type: 'number' }, '12', 12],
    ['a number with a decimal comma', { type: 'money' }, '99,50', 99.5],
    ['a number with thin blanks between thousands', { type: 'money' }, '1\u202f200', 1200],
    ['a number from JSON', { type: 'number' }, -3.25, -3.25],
    ['a leap day', { type: 'date' }, '2028-02-29', '2028-02-29'],
    ['a date and time', { type: 'datetime' }, '2027-01-31T09:00', '2027-01-31T09:00'],
    ['a date and time with a zone', { type: 'datetime' }, '2027-01-31 09:00:00+0100', '2027-01-31T09:00:00+01:00'],
    ['one option', { type: 'choice', options: ['a', 'b'] }, 'b', 'b'],
    [
      'several options, in the order of the definition and each once',
      { type: 'choice', options: ['a', 'b', 'c'], many: true },
      ['c', 'a', 'c'],
      ['a', 'c'],
    ],
    ['several options in one text', { type: 'choice', options: ['a', 'b'], many: true }, 'b, a', ['a', 'b']],
    ['a checkbox', { type: 'yes_no' }, 'on', true],
    ['a plain no', { type: 'yes_no' }, 'No', false],
    ['a mail address', { type: 'email' }, ' ada@example.com ', 'ada@example.com'],
    ['a web address', { type: 'url' }, 'https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
    ['nothing, where nothing is needed', { type: 'text' }, '   ', undefined],
    ['the default, where nothing is given', { type: 'number', default: 0 }, '', 0],
  ])('is %s', (_, definition, given, value) => {
    expect(readValue(field(definition), given)).toEqual({ value });
  });

  it.each<[string, Partial<Field>, unknown]>([
    ['It is needed.', { required: true }, ' '],
    ['It must be one line.', {}, 'a\nb'],
    ['It can have at most 3 characters; these are 4.', { max: 3 }, 'abcd'],
    ['It must have at least 3 characters; these are 2.', { min: 3 }, 'ab'],
    ['It must be a number, like 1200 or 99.50.', { type: 'number' }, '1,200,300'],
    ['It must be a number, like 1200 or 99.50.', { type: 'number' }, '1e9'],
    ['It must be a number, like 1200 or 99.50.', { type: 'number' }, ['1']],
    ['It must be at least 5.', { type: 'number', min: 5 }, '4.99'],
    ['It can be at most 5.', { type: 'money', max: 5 }, 5.01],
    ['It must be a date, like 2027-01-31.', { type: 'date' }, '2027-02-29'],
    ['It must be a date, like 2027-01-31.', { type: 'date' }, '31.1.2027'],
    ['It must be 2027-02-01 or later.', { type: 'date', min: '2027-02-01' }, '2027-01-31'],
    [
      'It must be 2027-01-31T12:00+01:00 or later.',
      { type: 'datetime', min: '2027-01-31T12:00+01:00' },
      '2027-01-31T10:59Z',
    ],
    ['It can have at most 10 characters; these are 15.', { type: 'email', max: 10 }, 'ada@example.com'],
    ['It must be a date and time, like 2027-01-31T09:00.', { type: 'datetime' }, '2027-01-31'],
    ['It must be a date and time, like 2027-01-31T09:00.', { type: 'datetime' }, '2027-01-31T24:00'],
    ['It cannot be "z"; possible are a, b.', { type: 'choice', options: ['a', 'b'] }, 'z'],
    ['It can be only one of a, b.', { type: 'choice', options: ['a', 'b'] }, ['a', 'b']],
    ['It needs at least 2 choices.', { type: 'choice', options: ['a', 'b'], many: true, min: 2 }, ['a']],
    ['It must be yes or no.', { type: 'yes_no' }, 'maybe'],
    ['It must be a mail address, like name@example.com.', { type: 'email' }, 'a@b'],
    ['It must be a mail address, like name@example.com.', { type: 'email' }, 'a@example.com, b@example.com'],
    ['It must be a web address, like https://example.com.', { type: 'url' }, 'javascript:alert(1)'],
    ['It must be a web address, like https://example.com.', { type: 'url' }, 'https://user@example.com/'],
    ['It must be a text.', {}, { a: 1 }],
  ])('is refused with "%s"', (problem, definition, given) => {
    expect(readValue(field(definition), given)).toEqual({ problem });
  });

  it('is a person of the team, where the team is known', () => {
    expect(readValue(field({ type: 'person' }), 'ada', { people: ['ada'] })).toEqual({ value: 'ada' });
    expect(readValue(field({ type: 'person' }), 'eve', { people: ['ada'] })).toEqual({
      problem: 'It cannot be "eve", who is not in the team.',
    });
    expect(readValue(field({ type: 'datetime', min: '2027-01-31T12:00' }), '2027-01-31 13:00')).toEqual({
      value: '2027-01-31T13:00',
    });
  });

  it('keeps no value that is no field, and finds nothing in the prototype', () => {
    const { values, problems } = readValues(
      { constructor: field({ required: true }), topic: field({}) },
      JSON.parse('{"topic":"x","other":1,"__proto__":{"constructor":"y"}}'),
    );
    expect(values).toEqual({ topic: 'x' });
    expect(problems).toEqual({ constructor: 'It is needed.' });
  });
});
