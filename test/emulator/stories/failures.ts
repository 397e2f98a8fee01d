/** A function that is made to fail. That it is called again while that may pass is not shown here (README.md). */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { LATER } from '../support/outside.ts';

const LEA = 'lea@example.com';
/** Only the workflow `notice` calls it. */
const FUNCTION = 'send-email';

export const tellOfFailures = (stack: () => DeployedStack): void => {
  test('a function that fails ends its machine and the run, and the lead hears of it once; the next run goes well again', async () => {
    const { outside } = stack();
    const mend = await outside.reconfigure(FUNCTION, { HISTORY_TABLE: 'there-is-none' });
    const run = await outside.begin('notice', 'Failing', LATER);
    expect(await outside.endOf('notice', run)).toBe('FAILED');
    await mend();
    const told = await outside.mail(LEA, 'Failing');
    // A difference of the emulator: on AWS it is the error's own name, which machines tell apart by.
    expect(told.text).toContain('Its machine failed with Runtime.HandlerError');
    expect((await outside.story(run)).at(-1)).toBe('run-finished failed');
    // Events come at least once: it is told again, and nobody is told again.
    const detail = { name: run, status: 'FAILED' };
    expect(await outside.invoke('note-machine-end', { detail })).toMatchObject({ failed: false });
    await setTimeout(500);
    expect((await outside.mails(LEA)).filter(({ subject }) => subject.includes('Failing'))).toHaveLength(1);

    await outside.begin('notice', 'Mended', LATER);
    await outside.mail('ed@example.com', 'Mended is coming');
    const mail = await outside.mail('ann@example.com', 'Print it', 'Mended');
    expect((await outside.answer(mail, { decision: 'done' })).status).toBe(200);
    await outside.mail(LEA, 'Finished – Mended');
  });
};
