/** What happens by the clock, for which all other stories are the time to wait: told last, and begun before any. */
import { beforeAll, expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { until } from '../support/outside.ts';

const ANN = 'ann@example.com';
const MINUTE_MS = 60_000;

export const tellOfTheClock = (stack: () => DeployedStack): void => {
  let due: number;
  let run: string;
  beforeAll(async () => {
    const { outside, hours } = stack();
    // The next whole minute that Scheduler is still asked for: what is sooner goes to the queue itself.
    due = Math.ceil((Date.now() + 75_000) / MINUTE_MS) * MINUTE_MS;
    run = await outside.begin('chore', 'Reminded', minuteOf(due + hours * 60 * MINUTE_MS));
    await outside.mail(ANN, 'Do it', 'Reminded');
    await until('its schedule', async () =>
      (await outside.schedules()).find((expression) => expression === `at(${minuteOf(due)}:00)`),
    );
  });

  test('a reminder is really fired by Scheduler when the step is due, and then it is done late', async () => {
    const { outside } = stack();
    // One that meets a function in the middle of a deployment is tried again in three minutes.
    const [reminder] = await until(
      'the mail of the reminder',
      async () => {
        const mails = (await outside.mails(ANN)).filter(({ subject }) => subject.includes('Reminded'));
        return mails.length > 1 ? mails.slice(1) : undefined;
      },
      400,
    );
    expect(reminder?.subject).toContain('Due now: Do it');
    expect((await outside.story(run)).filter((event) => event.startsWith('reminder-sent'))).toHaveLength(1);
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    expect((await outside.answer(await outside.mail(ANN, 'Reminded'), { decision: 'done' })).status).toBe(200);
    expect(await outside.endOf('chore', run)).toBe('SUCCEEDED');
  });

  test('what starts by the clock has started', async () => {
    const { outside } = stack();
    const mail = await outside.mail(ANN, 'By the clock');
    expect(await outside.answer(mail, { decision: 'done' })).toMatchObject({ status: 200 });
  });
};

const minuteOf = (instant: number): string => new Date(instant).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
