import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readInputs } from '../functions/core/webhooks/map-payload.ts';
import { readHooks } from '../statemachines/language/surroundings.ts';
import type { Fields } from '../statemachines/language/workflow.ts';
import { field } from './support/webhook-sources.ts';

const { value: HOOKS = {} } = readHooks(
  readFileSync(new URL('../statemachines/hooks.yaml', import.meta.url), 'utf8'),
  'hooks.yaml',
);

/** Milliseconds that something takes. */
const took = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describe('the map of a hook', () => {
  const inputs: Fields = {
    topic: field('text', { label: 'Topic', required: true }),
    budget: field('number', { label: 'Budget', default: 500 }),
    channels: field('choice', { label: 'Channels', options: ['mail', 'print'], many: true }),
  };
  const read = (map: { readonly [input: string]: string }, payload: { readonly [name: string]: never } | object) =>
    readInputs(map, inputs, payload as never);

  it('gives the inputs; what it leaves out or does not find takes the default', async () => {
    const payload = {
      answers: [
        { ref: 'topic', text: ' A topic ' },
        { ref: 'channels', labels: ['print', 'mail'] },
      ],
    };
    expect(
      await read(
        {
          topic: "answers[ref='topic'].text",
          channels: "answers[ref='channels'].labels[]",
          budget: "answers[ref='budget'].number",
        },
        payload,
      ),
    ).toEqual({ values: { topic: 'A topic', budget: 500, channels: ['mail', 'print'] }, problems: [] });
  });

  it('tells what does not fit, by the name of the input', async () => {
    expect(await read({ budget: 'b' }, { b: 'much' })).toEqual({
      values: {},
      problems: [
        { code: 'misfit', message: 'Topic is needed.', at: 'topic' },
        { code: 'misfit', message: 'Budget must be a number, like 1200 or 99.50.', at: 'budget' },
      ],
    });
  });

  it.each([
    ['a failure', '$number(b)', 'map-failed'],
    ['what is no JSONata', 'a.[', 'map-failed'],
    ['a record', 'r', 'map-no-text'],
    ['a function', '$string', 'map-no-text'],
    ['a list of records', '[r, r]', 'map-no-text'],
    ['a text that is too long', "$pad('', 70000, 'x')", 'map-no-text'],
    ['an endless loop', '($f := function($x) { $f($x + 1) }; $f(1))', 'too-slow'],
    ['endless depth', '($f := function($x) { 1 + $f($x + 1) }; $f(1))', 'too-slow'],
    ['a list of millions', '$count([1..n])', 'too-slow'],
    ['the clock', '$now()', 'map-failed'],
    ['the clock by another name', '($f := $millis; $string($f()))', 'map-failed'],
    ['chance', '$string($random())', 'map-failed'],
    ['evaluation', '$eval(b)', 'map-failed'],
    ['a regular expression', '$replace(b, /(a+)+$/, "")', 'map-failed'],
  ])('%s is a problem of that input, and no exception', async (_, expression, code) => {
    const ms = await took(async () => {
      const { values, problems } = await read({ topic: expression }, { b: 'x', r: { a: 1 }, n: 5_000_000 });
      expect(values).toEqual({ budget: 500 });
      expect(problems.map((one) => [one.code, one.at])).toEqual([[code, 'topic']]);
      expect(problems[0]?.message).toContain(expression.slice(0, 20));
    });
    expect(ms).toBeLessThan(2_000);
  });

  it('takes the payload as data, whatever it looks like', async () => {
    const payload = { b: '$eval("1+1") {{ 1 }} %} <script>', toString: 'x', valueOf: 'y', hasOwnProperty: 'z' };
    expect((await read({ topic: 'b' }, payload)).values.topic).toBe(payload.b);
    expect((await read({ topic: 'toString' }, payload)).values.topic).toBe('x');
  });

  it.each<[string, object, object]>([
    [
      'content-brief',
      {
        form_response: {
          answers: [
            { text: 'A topic', field: { ref: 'topic' } },
            { number: 900, field: { ref: 'budget' } },
          ],
        },
      },
      { topic: 'A topic', budget: '900' },
    ],
    [
      'campaign-request',
      {
        form_response: {
          answers: [
            { choice: { label: 'Leads' }, field: { ref: 'goal_type' } },
            { choices: { labels: ['mail'] }, field: { ref: 'channels' } },
          ],
        },
      },
      { goal_type: 'Leads', channels: ['mail'] },
    ],
    [
      'client-intake',
      {
        data: {
          fields: [
            { label: 'Client', value: 'Acme' },
            {
              label: 'Plan',
              value: ['id-2'],
              options: [
                { id: 'id-1', text: 'Basic' },
                { id: 'id-2', text: 'Full' },
              ],
            },
          ],
        },
      },
      { client: 'Acme', plan: 'Full' },
    ],
    [
      'speaker-booking',
      {
        payload: {
          name: 'Sam',
          email: 'sam@example.com',
          questions_and_answers: [{ question: 'Topic of the webinar', answer: 'Search' }],
          scheduled_event: { start_time: '2027-03-01T15:00:00.000000Z' },
        },
      },
      {
        topic: 'Search',
        held_on: '2027-03-01',
        starts_at: '15:00 UTC',
        speaker: 'Sam',
        speaker_email: 'sam@example.com',
      },
    ],
    [
      'product-brief',
      {
        data: {
          product: { name: 'Shoe', physical: true, list_price: 99.5 },
          release: { date: '2027-03-01', tier: 'A', marketing_budget: 5_000 },
        },
      },
      { product: 'Shoe', launch: '2027-03-01', launch_kind: 'Physical', tier: 'A', price: '99.5', budget: '5000' },
    ],
    [
      'ppc-request',
      { product: 'Shoe', go_live: '2027-03-01', market: 'DE', monthly_budget: '1200', max_cost_per_lead: '12.5' },
      { product: 'Shoe', go_live: '2027-03-01', market: 'DE', monthly_budget: '1200', max_cost_per_lead: '12.5' },
    ],
  ])('of the shipped hook %s reads what its provider sends', async (name, payload, expected) => {
    const map = HOOKS[name]?.map ?? {};
    const fields: Fields = Object.fromEntries(
      Object.keys(map).map((input) => [
        input,
        input === 'channels' ? field('choice', { options: ['mail'], many: true }) : field('text'),
      ]),
    );
    expect(await readInputs(map, fields, payload as never)).toEqual({ values: expected, problems: [] });
  });
});
