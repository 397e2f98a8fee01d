/** Stories told to the deployed stack: webhooks go in, mails come out, people answer them, machines come to their end. */
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { bounced } from '../support/mail-events.ts';
import { type Form, hiddenIn, LATER, linkIn, type Outside } from '../support/outside.ts';
import { tellOfOperating } from './operating.ts';
import { tellOfSigningIn } from './signing-in.ts';

const ANN = 'ann@example.com';
const ED = 'ed@example.com';
const LEA = 'lea@example.com';

export const tellJourneys = (stack: () => DeployedStack): void => {
  let outside: Outside;
  beforeAll(() => {
    outside = stack().outside;
  });
  /** A run of a workflow by its hook. */
  const begin = (source: string, topic: string, deadline = LATER): Promise<string> =>
    outside.begin(source, topic, deadline);
  const says = async (to: string, words: readonly string[], form: Form): Promise<number> =>
    (await outside.answer(await outside.mail(to, ...words), form)).status;

  describe.concurrent('on the deployed stack', () => {
    test('a webhook becomes a run: changes are asked for, then it is approved, published and finished', async () => {
      const run = await begin('brief', 'Pricing');
      const draft = { decision: 'done', draft: 'https://docs.example.com/1' };
      expect(await says(ANN, ['Write it', 'Pricing'], draft)).toBe(200);
      const changes = { decision: 'request_changes', comment: 'Shorter, please.' };
      expect(await says(ED, ['Approve it', 'Pricing'], changes)).toBe(200);
      const again = await outside.mail(ANN, 'Round 2: Write it', 'Pricing');
      expect(again.text).toContain('Shorter, please.');
      expect((await outside.answer(again, { ...draft, draft: 'https://docs.example.com/2' })).status).toBe(200);
      expect(await says(ED, ['Round 2: Approve it', 'Pricing'], { decision: 'approve' })).toBe(200);
      expect(await says(ANN, ['Publish it', 'Pricing'], { decision: 'done' })).toBe(200);
      await outside.mail(LEA, 'Finished – Pricing');
      expect(await outside.endOf('article', run)).toBe('SUCCEEDED');
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

    test('a webhook that comes twice is one run, and one with a wrong signature or address is none', async () => {
      const first = await begin('chore', 'Twice');
      const again = await outside.hook('chore', 'msg_Twice', { topic: 'Twice', deadline: LATER });
      expect([again.status, JSON.parse(again.body).run]).toEqual([200, first]);
      const other = await outside.hook('chore', 'msg_Twice', { topic: 'Something else', deadline: LATER });
      expect(other.status).toBe(409);
      const [pathSecret] = await outside.secret('hook-path-chore');
      const unsigned = await outside.request('POST', `/hooks/chore/${pathSecret}`, '{}', {
        'content-type': 'application/json',
      });
      expect(unsigned.status).toBe(401);
      const guessed = await outside.request('POST', '/hooks/chore/guessed', '{}', {
        'content-type': 'application/json',
      });
      expect([401, 404]).toContain(guessed.status);
      await outside.mail(ANN, 'Do it', 'Twice');
      expect((await outside.mails(ANN)).filter(({ subject }) => subject.includes('Twice'))).toHaveLength(1);
    });

    test('whoever clicks twice, or ten times at once, decides once', async () => {
      const run = await begin('chore', 'Clicks');
      const mail = await outside.mail(ANN, 'Do it', 'Clicks');
      const page = await outside.open(mail);
      const form = { nonce: hiddenIn(page.body, 'nonce'), content: hiddenIn(page.body, 'content'), decision: 'done' };
      // By the first answer it is known who it is; the others come with the same cookie.
      expect((await outside.answer(mail, { decision: 'done' })).status).toBe(200);
      const clicks = await Promise.all(Array.from({ length: 10 }, () => outside.post(mail, linkIn(mail), form)));
      for (const { status } of clicks) expect([200, 409]).toContain(status);
      await outside.mail(LEA, 'Finished – Clicks');
      expect(await outside.endOf('chore', run)).toBe('SUCCEEDED');
      expect((await outside.story(run)).filter((event) => event.startsWith('step-finished'))).toEqual([
        'step-finished work ann done',
      ]);
    });

    test('reading a link, as a robot would, decides nothing', async () => {
      const run = await begin('chore', 'Robots');
      const mail = await outside.mail(ANN, 'Do it', 'Robots');
      for (const method of ['GET', 'HEAD', 'GET'])
        expect((await outside.request(method, linkIn(mail))).status).toBe(200);
      const nowhere = await outside.request('GET', '/runs/anything', '', { accept: 'text/html' });
      // Whoever is not signed in is told nothing but where to do so.
      expect([nowhere.status, nowhere.headers.location]).toEqual([303, '/sign-in?to=%2Fruns%2Fanything']);
      expect(nowhere.headers['content-security-policy']).toContain("default-src 'none'");
      expect((await outside.story(run)).at(-1)).toBe('step-opened work');
    });

    test('an execution that is stopped from outside ends its run, and the lead hears of it', async () => {
      const run = await begin('chore', 'Stopped');
      const mail = await outside.mail(ANN, 'Do it', 'Stopped');
      await outside.sfn.send(new StopExecutionCommand({ executionArn: outside.executionOf('chore', run) }));
      const told = await outside.mail(LEA, 'Cancelled', 'Stopped');
      expect(told.text).toContain('Its machine was stopped from outside.');
      expect((await outside.open(mail)).status).toBe(410);
      expect((await outside.story(run)).at(-1)).toBe('run-finished cancelled');
    });

    test('a mail that bounces flags its step, and the lead hears of it once', async () => {
      const run = await begin('chore', 'Bounced');
      await outside.mail(ANN, 'Do it', 'Bounced');
      const event = bounced(`${run}/3/mail-ann`, ANN);
      for (let times = 0; times < 2; times += 1) {
        const { failed, said } = await outside.invoke('note-mail-event', event);
        expect(failed, JSON.stringify(said)).toBe(false);
      }
      const told = await outside.mail(LEA, 'Ann cannot be reached by mail', 'Bounced');
      expect(told.text).toContain('550 no such mailbox');
      expect((await outside.story(run)).filter((one) => one.startsWith('mail-refused'))).toEqual(['mail-refused work']);
    });

    tellOfOperating(stack);
    tellOfSigningIn(stack);
  });
};
