/**
 * The sandbox's time, and who sees to it that what is due gets done.
 *
 * Promises: nothing fires before `open`. A real clock fires what is due when it is. A virtual one stands still until
 * it is moved; then it goes from one due thing to the next, and on only when everything is quiet, so that whatever
 * follows from one thing has happened before the next; its value is kept before anything sees it.
 * Errors: `NotPossible`, with a sentence for whoever asked.
 */
import type { Agenda, Due } from './agenda.ts';
import type { Store } from './store.ts';
import type { UnderWay } from './under-way.ts';

export class NotPossible extends Error {
  override readonly name = 'NotPossible';
  /** As HTTP would say it. */
  readonly status: 400 | 409;
  constructor(status: 400 | 409, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export type Time = {
  readonly kind: 'real' | 'virtual';
  readonly now: () => string;
  /** When the next thing is due. */
  readonly next: () => string | undefined;
  /**
   * Moves a virtual clock, one move after the other. @param instant, or how it follows from where the clock then stands.
   * @returns the instant, when everything that became due has been done.
   */
  readonly to: (instant: string | (() => string)) => Promise<string>;
  /** Answers when nothing is under way, and nothing is due that was not done. */
  readonly rest: () => Promise<void>;
  readonly open: () => void;
  readonly close: () => void;
};

type Around = {
  readonly agenda: Agenda;
  readonly work: UnderWay;
  /** Told of what went wrong with what was due. */
  readonly failed: (what: string, cause: unknown) => void;
};

const CLOCK = 'clock';
/** What one clock can wait for at once. */
const LONGEST_MILLISECONDS = 86_400_000;
/** Due one after the other at one instant: more than this never ends. */
const MOST_AT_ONCE = 200_000;

const fire = (due: Due, { work, failed }: Around): Promise<void> =>
  work.during(async () => {
    try {
      await due.fire();
    } catch (cause) {
      failed(`what was due failed: ${due.key.split('/')[0]}`, cause);
    }
  });

export async function realTime(around: Around, store: Store): Promise<Time> {
  const { agenda, work } = around;
  const now = (): string => new Date().toISOString();
  const kept = await store.read<{ readonly now: string }>(CLOCK);
  if (kept !== undefined && kept.now > now()) {
    throw new NotPossible(
      409,
      `This folder has lived on a virtual clock until ${kept.now}, which is still to come. Go on with --clock virtual, or take another folder with --data.`,
    );
  }
  let timer: NodeJS.Timeout | undefined;
  let opened = false;
  const fireDue = (): void => {
    for (let due = agenda.take(now()); due !== undefined; due = agenda.take(now())) void fire(due, around);
    wait();
  };
  const wait = (): void => {
    clearTimeout(timer);
    const next = agenda.next();
    if (!opened || next === undefined) return;
    timer = setTimeout(fireDue, Math.min(Math.max(0, Date.parse(next) - Date.now()), LONGEST_MILLISECONDS));
  };
  agenda.onSet(wait);
  return {
    kind: 'real',
    now,
    next: agenda.next,
    to: async () => {
      throw new NotPossible(
        409,
        'This sandbox runs on the real clock, which cannot be moved. Start it with --clock virtual.',
      );
    },
    rest: work.quiet,
    open: () => {
      opened = true;
      fireDue();
    },
    close: () => {
      opened = false;
      clearTimeout(timer);
    },
  };
}

/** @param start where it stands when the store does not know; whoever starts it again with the same line goes on. */
export async function virtualTime(around: Around, store: Store, start: string | undefined): Promise<Time> {
  const { agenda, work } = around;
  const kept = await store.read<{ readonly now: string }>(CLOCK);
  let now = kept?.now ?? start ?? new Date().toISOString();
  if (kept === undefined) await store.write([{ key: CLOCK, value: { now } }]);

  let opened = false;
  let resting: Promise<void> | undefined;
  const comeToRest = async (): Promise<void> => {
    for (let count = 0; count < MOST_AT_ONCE; count += 1) {
      await work.quiet();
      const due = opened ? agenda.take(now) : undefined;
      if (due === undefined) {
        resting = undefined;
        return;
      }
      await fire(due, around);
    }
    resting = undefined;
    throw new NotPossible(409, `At ${now} one thing follows from the other without an end.`);
  };
  const rest = (): Promise<void> => {
    resting ??= comeToRest();
    return resting;
  };
  agenda.onSet(() => {
    const next = agenda.next();
    // A moment later: whoever set it is still at work on what it is for.
    if (opened && resting === undefined && next !== undefined && next <= now) {
      setImmediate(() => rest().catch((cause) => around.failed('no rest', cause)));
    }
  });

  const stand = async (instant: string): Promise<void> => {
    if (instant <= now) return;
    await store.write([{ key: CLOCK, value: { now: instant } }]);
    now = instant;
  };
  const move = async (instant: string): Promise<string> => {
    if (instant < now) throw new NotPossible(409, `The clock stands at ${now} and cannot go back to ${instant}.`);
    await rest();
    for (let next = agenda.next(); next !== undefined && next <= instant; next = agenda.next()) {
      // Nothing that is due is taken any more, so this would go round for ever.
      if (!opened) throw new NotPossible(409, `The sandbox ends; its clock goes on from ${now} at the next start.`);
      await stand(next);
      await rest();
    }
    await stand(instant);
    return now;
  };
  let moved: Promise<unknown> = Promise.resolve();
  return {
    kind: 'virtual',
    now: () => now,
    next: agenda.next,
    to: (instant) => {
      const moving = moved.then(() => move(typeof instant === 'string' ? instant : instant()));
      moved = moving.catch(() => {});
      return moving;
    },
    rest,
    open: () => {
      opened = true;
    },
    close: () => {
      opened = false;
    },
  };
}
