/** A function that is made to fail: for a while, and for good. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';

const ANN = 'ann@example.com';
const LEA = 'lea@example.com';
const LATER = '2030-01-01T12:00';
/** Only the workflow `notice` calls it. */
const FUNCTION = 'send-email';

export const tellOfFailures = (stack: () => DeployedStack): void => {
  describe('a function that fails', () => {
    test('because something is out of reach is called again by its machine until it is there, and the run goes on', async () => {
      const { outside } = stack();
      const mend = await outside.reconfigure(FUNCTION, { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' });
      const run = await outside.begin('notice', 'For a while', LATER);
      await outside.until('a call that failed', async () => (await outside.retries('notice', run)) > 0 || undefined);
      expect(await outside.story(run)).not.toContain('step-opened work');
      await mend();
      const mail = await outside.mail(ANN, 'Print it', 'For a while');
      expect((await outside.answer(mail, { decision: 'done' })).status).toBe(200);
      expect(await outside.endOf('notice', run)).toBe('SUCCEEDED');
      await outside.mail(LEA, 'Finished – For a while');
    });

    test('for good ends its machine and the run, and the lead hears of it once', async () => {
      const { outside } = stack();
      const mend = await outside.reconfigure(FUNCTION, { HISTORY_TABLE: 'there-is-none' });
      const run = await outside.begin('notice', 'For good', LATER);
      expect(await outside.endOf('notice', run)).toBe('FAILED');
      await mend();
      const told = await outside.mail(LEA, 'For good');
      expect(told.text).toContain('Its machine failed with');
      expect((await outside.story(run)).at(-1)).toBe('run-finished failed');
      // Events come at least once: it is told again, and nobody is told again.
      const detail = { name: run, status: 'FAILED' };
      expect(await outside.invoke('note-machine-end', { detail })).toMatchObject({ failed: false });
      await setTimeout(500);
      expect((await outside.mails(LEA)).filter(({ subject }) => subject.includes('For good'))).toHaveLength(1);
    });
  });
};
