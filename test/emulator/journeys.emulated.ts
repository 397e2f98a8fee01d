/** Stories told to the deployed stack: webhooks go in, mails come out, people answer them, machines come to their end. */
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ACCOUNT } from './support/emulator.ts';
import { lookFromOutside, type Outside } from './support/outside.ts';

const ANN = 'ann@example.com';
const ED = 'ed@example.com';
const LEA = 'lea@example.com';

let outside: Outside;
beforeAll(async () => {
  outside = await lookFromOutside(inject('emulated'));
});

/** A run of a workflow by its hook. */
const begin = async (source: string, topic: string, deadline = '2030-01-01T12:00'): Promise<string> => {
  const answer = await outside.hook(source, `msg_${topic.replaceAll(' ', '-')}`, { topic, deadline });
  expect(answer.status, answer.body).toBe(202);
  return (JSON.parse(answer.body) as { run: string }).run;
};
const says = async (to: string, words: readonly string[], form: object): Promise<number> =>
  (await outside.answer(await outside.mail(to, ...words), form)).status;

describe.concurrent('on the deployed stack', () => {
  test('a webhook becomes a run: changes are asked for, then it is approved, published and finished', async () => {
    const run = await begin('brief', 'Pricing');
    expect(await says(ANN, ['Write it', 'Pricing'], { decision: 'done', draft: 'https://docs.example.com/1' })).toBe(
      200,
    );
    const changes = { decision: 'request_changes', comment: 'Shorter, please.' };
    expect(await says(ED, ['Approve it', 'Pricing'], changes)).toBe(200);
    const again = await outside.mail(ANN, 'Round 2: Write it', 'Pricing');
    expect(again.text).toContain('Shorter, please.');
    const second = await outside.answer(again, { decision: 'done', draft: 'https://docs.example.com/2' });
    expect(second.status).toBe(200);
    expect(await says(ED, ['Round 2: Approve it', 'Pricing'], { decision: 'approve' })).toBe(200);
    expect(await says(ANN, ['Publish it', 'Pricing'], { decision: 'done' })).toBe(200);
    await outside.mail(LEA, 'Pricing: finished');
    expect(await outside.story(run)).toEqual([
      'run-requested',
      'run-opened',
      'step-opened draft',
      'step-finished draft ann done',
      'step-opened approve-draft',
      'vote-cast approve-draft ed request_changes',
      'changes-requested approve-draft ed request_changes',
      'step-opened draft round 2',
      'step-finished draft round 2 ann done',
      'step-opened approve-draft round 2',
      'vote-cast approve-draft round 2 ed approve',
      'step-finished approve-draft round 2 ed approve',
      'step-opened publish',
      'step-finished publish ann done',
      'run-finished finished',
    ]);
  });
});
void StopExecutionCommand;
void ACCOUNT;
