/**
 * Who takes part in a decision: approvers who answer, the lead who gives an approval to somebody else, the alarm at its
 * expiry, the machine that begins its wait, and begins it again, and the sweeper. Each comes back when nothing came of
 * what it tried.
 */
import { type Answered, answer } from '../../functions/core/answer.ts';
import { TryAgain } from '../../functions/core/history.ts';
import { steer } from '../../functions/core/steer.ts';
import { answerOf, JUDGED, LEAD, openStep, RUN, STAND_IN, type World } from './decision-world.ts';
import type { Turns } from './turns.ts';

export type Heard = { readonly person: string; readonly decision: string; readonly answered: Answered };
export type Cast = ReturnType<typeof castIn>;

const DAY = 86_400_000;

export const castIn = (world: World, turns: Turns) => {
  const heard: Heard[] = [];
  const faults: unknown[] = [];
  const begin = (actor: string, work: (as: ReturnType<World['as']>) => Promise<void>): void =>
    turns.begin(actor, () => insisting(() => work(world.as(turns, actor))).catch((cause) => void faults.push(cause)));
  /** Each attempt of a machine has a token of its own, and the one before is worth nothing any more. */
  const wait = (actor: string): void =>
    begin(actor, async ({ functions }) => {
      let token = '';
      await turns.doing(actor, 'wait', () => {
        const isTold = world.signals.some((signal) => signal.token === world.token());
        token = isTold ? '' : world.nextToken();
      });
      if (token !== '') await functions.task('OpenStep', openStep(token));
    });
  return {
    heard,
    /** What went wrong with somebody otherwise than by a fault that can be tried again. */
    faults,
    posts: (person: string, decision: string, tag = 'posts'): void =>
      begin(`${person} ${tag}`, async ({ ports }) => {
        const answered = await answer(ports, answerOf(person, decision));
        heard.push({ person, decision, answered });
      }),
    waits: (): void => wait('machine'),
    waitsAgain: (): void => wait('machine again'),
    reassigns: (from: string): void =>
      begin('reassign', async ({ ports }) => {
        await steer(ports, {
          run: RUN,
          person: LEAD,
          act: { by: LEAD, proof: 'verified' },
          reason: 'Away.',
          what: 'reassign',
          opening: JUDGED,
          from,
          to: STAND_IN,
        });
      }),
    expires: (): void =>
      begin('expiry', async ({ functions }) => {
        await turns.doing('expiry', 'days', () => world.advance(20 * DAY));
        for (const { call } of [...world.alarms.values()]) await functions.alarm(call);
      }),
    sweeps: (): void =>
      begin('sweeper', async ({ functions }) => {
        await turns.doing('sweeper', 'time', () => world.advance(90_000));
        await functions.sweep();
      }),
  };
};

const insisting = async (work: () => Promise<void>): Promise<void> => {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      return await work();
    } catch (cause) {
      if (!(cause instanceof TryAgain || (cause as Error).name === 'Stopped')) throw cause;
    }
  }
};
