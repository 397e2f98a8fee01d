/**
 * What a first start shows: several runs in different states, so that there is something to look at and to answer.
 *
 * Promises: made only where there is no run yet; through the same functions as everything else.
 */

import { answer } from '../../functions/core/answer.ts';
import { owersOf } from '../../functions/core/ballots.ts';
import { calendarFor } from '../../functions/core/dates.ts';
import type { Ports } from '../../functions/core/ports.ts';
import { stepOf } from '../../functions/core/progress.ts';
import { readRun } from '../../functions/core/read-run.ts';
import { record } from '../../functions/core/record.ts';
import { requestRun, runIdFrom } from '../../functions/core/request-run.ts';
import type { StepOpening } from '../../functions/core/run.ts';
import { addWorkdays } from '../../statemachines/plan/calendar.ts';
import type { Time } from './time.ts';

type Saying = { readonly decision: 'done' | 'approve' | 'request_changes' | 'reject'; readonly comment?: string };
type Example = {
  readonly workflow: string;
  /** Working days from today on which it is to be published. */
  readonly days: number;
  readonly topic: string;
  /** What is answered, step by step, as long as there is something. */
  readonly said: readonly Saying[];
};

const done: Saying = { decision: 'done' };
const approve: Saying = { decision: 'approve' };

const EXAMPLES: readonly Example[] = [
  { workflow: 'blog-post', days: 40, topic: 'What our clients ask before they sign', said: [] },
  {
    workflow: 'blog-post',
    days: 28,
    topic: 'Pricing pages that answer the real question',
    said: [done, done, done, approve],
  },
  {
    workflow: 'blog-post',
    days: 24,
    topic: 'Five landing pages we rewrote this spring',
    said: [
      done,
      done,
      done,
      { decision: 'request_changes', comment: 'Good start. Name one reader, and lead with what they gain.' },
    ],
  },
  { workflow: 'blog-post', days: 9, topic: 'A year of newsletters in ten charts', said: [done, done] },
  {
    workflow: 'blog-post',
    days: 31,
    topic: 'Why our prices end in nothing',
    said: [done, done, done, { decision: 'reject', comment: 'Sales has promised the opposite. Let us not.' }],
  },
  {
    workflow: 'blog-post',
    days: 30,
    topic: 'How we answer within a day',
    said: [done, done, done, approve, approve, done, done, done, done],
  },
];

export const showDemo = async (ports: Ports, time: Time): Promise<void> => {
  for (const [index, example] of EXAMPLES.entries()) {
    const published = ports.catalogue.workflows.get(example.workflow);
    if (published === undefined || !Object.hasOwn(published.outline.workflow.inputs, 'publish')) continue;
    const now = ports.clock.now();
    const calendar = calendarFor(ports.catalogue, published.outline.workflow.calendar, now);
    const run = runIdFrom(example.workflow, 'demo', String(index));
    await requestRun(ports, record, {
      id: run,
      workflow: example.workflow,
      inputs: {
        topic: example.topic,
        publish: addWorkdays(calendar, now.slice(0, 10), example.days) ?? now.slice(0, 10),
      },
      people: {},
      started: { how: 'command', source: 'demo', proof: 'command' },
    });
    await time.rest();
    for (const said of example.said) await say(ports, time, run, said);
  }
};

/** Somebody who owes something answers. */
const say = async (ports: Ports, time: Time, id: string, { decision, comment = '' }: Saying): Promise<void> => {
  const run = await readRun(ports, id);
  if (run?.opened === undefined) return;
  const opening = [...run.openings.values()].find(({ state, people }) => state === 'open' && people.length > 0);
  const [person] = opening === undefined ? [] : owersOf(run, opening);
  if (opening === undefined || person === undefined) return;
  await answer(ports, {
    run: id,
    opening,
    person,
    decision,
    comment,
    hours: '',
    fields: Object.fromEntries(exampleFields(run, opening)),
    act: { by: person, proof: 'command' },
  });
  await time.rest();
};

const VALUES: { readonly [type: string]: string } = {
  url: 'https://example.com/document',
  date: '2027-01-29',
  datetime: '2027-01-29T10:00',
  number: '3',
  money: '100',
  email: 'somebody@example.com',
  yes_no: 'yes',
};

const exampleFields = (run: Parameters<typeof stepOf>[0], opening: StepOpening): [string, string][] =>
  Object.entries(stepOf(run, opening.step)?.fields ?? {}).map(([name, field]) => [
    name,
    field.options?.[0] ??
      VALUES[field.type] ??
      (name === 'keywords' ? 'pricing page, price anchoring, value metric' : 'The question behind the question'),
  ]);
