/**
 * Functions that are made to fail. That one which a machine calls is called again while that may pass is not shown here
 * (README.md).
 */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { bounced } from '../support/mail-events.ts';
import { LATER, until } from '../support/outside.ts';
import { findingsIn, wellSaid } from './operating.ts';

const ANN = 'ann@example.com';
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
    const mail = await outside.mail(ANN, 'Print it', 'Mended');
    expect((await outside.answer(mail, { decision: 'done' })).status).toBe(200);
    await outside.mail(LEA, 'Finished – Mended');
  });

  test('what a function could not do lies among dead letters, which the doctor minds, and is done by a command once it is mended', async () => {
    const { outside } = stack();
    const run = await outside.begin('chore', 'Undone', LATER);
    await outside.mail(ANN, 'Do it', 'Undone');
    const refusals = async () => (await outside.story(run)).filter((event) => event.startsWith('mail-refused'));
    const letters = async (): Promise<readonly { readonly id: string }[]> =>
      JSON.parse(await wellSaid(outside.runsheet('dlq', 'list', '--json')));
    const minded = async () => findingsIn((await outside.runsheet('doctor', '--json')).stdout);

    expect(await letters()).toEqual([]);
    const mend = await outside.reconfigure('note-mail-event', { HISTORY_TABLE: 'there-is-none' });
    await outside.call('note-mail-event', bounced(`${run}/3/mail-ann`, ANN));
    const [letter, ...others] = await until('a dead letter', async () => {
      const found = await letters();
      return found.length > 0 ? found : undefined;
    });
    expect([letter, others]).toMatchObject([
      { queue: 'FunctionsUndone', what: 'runsheet-test-note-mail-event failed (Runtime.HandlerError)' },
      [],
    ]);
    expect(await minded()).toEqual(['dkim', 'dead-letters']);
    await mend();
    expect(await refusals()).toEqual([]);

    const redriven = outside.runsheet('dlq', 'redrive', letter?.id ?? '');
    expect(await wellSaid(redriven)).toBe('1 dead letter is being done anew.\n');
    await outside.mail(LEA, 'Ann cannot be reached by mail', 'Undone');
    expect(await refusals()).toEqual(['mail-refused work']);
    expect([await letters(), await minded()]).toEqual([[], ['dkim']]);
  });
};
