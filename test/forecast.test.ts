/** What is foreseen of runs, what comes to people, and what ended runs teach. */

import { expect, test } from 'vitest';
import { openLines } from '../functions/core/board.ts';
import { aheadLines, comingTo } from '../functions/core/coming.ts';
import { calendarFor } from '../functions/core/dates.ts';
import { experienceOf, newestEnded } from '../functions/core/ended-runs.ts';
import { forecastOf } from '../functions/core/forecast.ts';
import { workIn } from '../functions/core/plate.ts';
import { readRun } from '../functions/core/read-run.ts';
import type { Run } from '../functions/core/run.ts';
import type { Received } from '../infra/sandbox/inbox.ts';
import { catalogueOf } from '../infra/sandbox/sandbox-functions.ts';
import { beginJourney, type Journey, libraryWith } from './support/sandbox-journey.ts';

const NOTE = libraryWith(`workflow: note
title: Note
purpose: Say one thing to all customers.
lead: marketing-manager
starts: [form]
inputs:
  topic: { type: text, label: Topic, required: true }
  out: { type: date, label: Out, required: true }
anchor: out
steps:
  - { step: write, title: "Write about {{ inputs.topic }}", owner: graphic-designer, due: 8 workdays before out, effort: 4h }
  - step: check
    title: Check the note
    type: approval
    of: write
    approvers: [seo-strategist]
    on_changes: { redo: write, rounds: 2 }
    takes: 2 workdays
    effort: 1h
  - { step: picture, title: Find a picture, owner: blog-writer, after: [check], takes: 1 workday, effort: 3h }
  - { step: send, title: Send the note, owner: email-manager, due: on out, effort: 1h }
`);
const [INGRID, MAREK, NORA] = ['ingrid-holm', 'marek-wojcik', 'nora-haugen'];

const begin = async (): Promise<{ journey: Journey; run: string }> => {
  const journey = await beginJourney({ library: NOTE, start: '2027-01-11T08:00:00.000Z' });
  // A Friday.
  const run = await journey.start('note', { topic: 'Snow', out: '2027-01-29' });
  return { journey, run };
};
const foreseen = async (journey: Journey, id: string) => {
  const run = (await readRun(journey.sandbox.ports, id)) as Run;
  const now = journey.now();
  const { steps, ends } = forecastOf(run, calendarFor(catalogueOf(NOTE), 'default', now), now);
  return {
    ends,
    steps: steps.map(({ step, starts, due, waits_for }) => [step.id, starts, due, waits_for.map((one) => one.step)]),
  };
};
const comesTo = async (ports: Journey['sandbox']['ports'], person: string) =>
  comingTo(await openLines(ports), await aheadLines(ports), person);
const mailTo = (journey: Journey, person: string, subject: string): Promise<Received> =>
  journey.mail(`${person.replace('-', '.')}@example.com`, subject);

test('each step comes when what is before it is due, and is due when it will be', async () => {
  const { journey, run } = await begin();
  expect(await foreseen(journey, run)).toEqual({
    ends: '2027-01-29T16:00:00.000Z',
    steps: [
      ['write', '2027-01-11T08:00:00.000Z', '2027-01-19T16:00:00.000Z', []],
      ['check', '2027-01-20T08:00:00.000Z', '2027-01-21T16:00:00.000Z', ['write']],
      ['picture', '2027-01-22T08:00:00.000Z', '2027-01-22T16:00:00.000Z', ['write']],
      ['send', '2027-01-25T08:00:00.000Z', '2027-01-29T16:00:00.000Z', ['write']],
    ],
  });
});

test('who is late moves what comes after, and the end once nothing is left to spare', async () => {
  const { journey, run } = await begin();
  await journey.to('2027-01-28T12:00:00.000Z');
  expect(await foreseen(journey, run)).toEqual({
    ends: '2027-02-02T16:00:00.000Z',
    steps: [
      ['write', '2027-01-11T08:00:00.000Z', '2027-01-19T16:00:00.000Z', []],
      ['check', '2027-01-28T12:00:00.000Z', '2027-01-29T16:00:00.000Z', ['write']],
      ['picture', '2027-02-01T08:00:00.000Z', '2027-02-01T16:00:00.000Z', ['write']],
      ['send', '2027-02-02T08:00:00.000Z', '2027-01-29T16:00:00.000Z', ['write']],
    ],
  });
});

test('what somebody owes, what comes to them and whom they wait for, as the run goes on', async () => {
  const { journey, run } = await begin();
  const { ports } = journey.sandbox;
  expect(workIn(await openLines(ports), INGRID)).toEqual([
    {
      run,
      workflow: 'note',
      run_title: expect.any(String),
      step: 'write',
      title: 'Write about Snow',
      type: 'task',
      round: 1,
      hours: 4,
      due: '2027-01-19T16:00:00.000Z',
    },
  ]);
  const [marek] = await comesTo(ports, MAREK);
  expect(marek?.steps.map(({ step, starts }) => [step, starts])).toEqual([['check', '2027-01-20T08:00:00.000Z']]);
  expect(marek?.waits).toEqual([
    { step: 'write', title: 'Write about Snow', owners: [INGRID], due: '2027-01-19T16:00:00.000Z' },
  ]);
  // Two hold the role of the picture: half of it may be hers, half his.
  for (const person of ['kasia-nowak', 'tomas-vik'])
    expect((await comesTo(ports, person))[0]?.steps).toMatchObject([{ hours: 1.5, perhaps: true }]);
  // It is too far off to wait for anybody yet.
  expect((await comesTo(ports, NORA))[0]).toMatchObject({ steps: [{ step: 'send' }], waits: [] });

  await journey.answer(await mailTo(journey, INGRID, 'Write about Snow'), { decision: 'done' });
  expect(workIn(await openLines(ports), INGRID)).toEqual([]);
  // What she handed in is being judged.
  expect(await comesTo(ports, INGRID)).toMatchObject([
    { steps: [], waits: [{ step: 'check', owners: [MAREK], judges: true }] },
  ]);
  expect(await comesTo(ports, MAREK)).toEqual([]);

  await journey.answer(await mailTo(journey, MAREK, 'Check the note'), {
    decision: 'request_changes',
    comment: 'More snow.',
  });
  expect(workIn(await openLines(ports), INGRID)).toMatchObject([{ step: 'write', round: 2 }]);
  expect(await comesTo(ports, MAREK)).toMatchObject([{ steps: [{ step: 'check', round: 2 }] }]);
});

test('an ended run is remembered in numbers, and comes to nobody any more', async () => {
  const { journey, run } = await begin();
  const { ports } = journey.sandbox;
  await journey.to('2027-01-20T12:00:00.000Z');
  await journey.answer(await mailTo(journey, INGRID, 'Write about Snow'), { decision: 'done', hours: '6.5' });
  await journey.answer(await mailTo(journey, MAREK, 'Check the note'), {
    decision: 'request_changes',
    comment: 'More.',
  });
  await journey.answer(await mailTo(journey, INGRID, 'Write about Snow'), { decision: 'done', hours: '1' });
  await journey.answer(await mailTo(journey, MAREK, 'Check the note'), { decision: 'approve' });
  for (const mail of await journey.mails())
    if (mail.subject.includes('Find a picture')) await journey.answer(mail, { decision: 'done' });
  await journey.to('2027-02-01T12:00:00.000Z');
  await journey.answer(await mailTo(journey, NORA, 'Send the note'), { decision: 'done' });
  const ended = await newestEnded(ports, 'note');
  expect(ended).toMatchObject([
    {
      run,
      outcome: 'finished',
      days: 15,
      late: 1,
      steps: {
        write: { days: 7, late: 1, rounds: 2, hours: 7.5 },
        check: { rounds: 2 },
        send: { late: 1, rounds: 1 },
      },
    },
  ]);
  expect(experienceOf(ended)).toMatchObject({ runs: 1, finished: 1, days: 15, late: 1, planned: 1 });
  for (const person of [INGRID, MAREK, NORA, 'kasia-nowak', 'tomas-vik']) {
    expect(await comesTo(ports, person)).toEqual([]);
    expect(workIn(await openLines(ports), person)).toEqual([]);
  }
});

test('numbers of many runs are medians of the newest two hundred', async () => {
  const step = (days: number, late: number) => ({ days, late, rounds: 1 });
  const told = (days: number, late: number) => ({
    run: `r${days}`,
    title: 'R',
    outcome: 'finished' as const,
    started: '2027-01-01T00:00:00.000Z',
    ended: '2027-01-09T00:00:00.000Z',
    days,
    late,
    steps: { write: step(days, late) },
  });
  const { days, late, planned, steps } = experienceOf([told(2, -1), told(4, 3), told(90, 60), told(3, 0)]);
  expect({ days, late, planned }).toEqual({ days: 3.5, late: 2, planned: 4 });
  expect(steps.get('write')).toEqual({
    runs: 4,
    days: 3.5,
    late: 1.5,
    late_runs: 2,
    dated_runs: 4,
    rounds: 1,
    most_rounds: 1,
  });
  expect(experienceOf([])).toEqual({ runs: 0, finished: 0, late: 0, planned: 0, steps: new Map() });
});
