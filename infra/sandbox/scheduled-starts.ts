/**
 * What happens by the clock: workflows that start by themselves, `every: CRON` in the zone of their calendar, and the
 * mornings on which a digest may go out.
 *
 * Promises: each occurrence is told to the functions, again until that succeeded; after an outage only the latest that
 * was missed; a schedule that is new or changed counts from now. Kept: `schedule/WORKFLOW/CRON`, the next occurrence.
 */
import type { Hosted } from '../../functions/lambda/hosted.ts';
import type { Agenda } from './agenda.ts';
import type { Insist } from './insist.ts';
import type { Change, Store } from './store.ts';

export type ScheduledStart = {
  readonly workflow: string;
  /** What it is kept by: another one is another schedule. */
  readonly id: string;
  /** The first occurrence after an instant; undefined: there is none. */
  readonly after: (instant: string) => string | undefined;
  /** What is done then; left out: a run of the workflow is started. */
  readonly call?: (hosted: Hosted) => Promise<void>;
};

export function scheduledStarts({
  store,
  agenda,
  insist,
  now,
  hosted,
  starts,
}: {
  readonly store: Store;
  readonly agenda: Agenda;
  readonly insist: Insist;
  readonly now: () => string;
  readonly hosted: () => Hosted;
  readonly starts: readonly ScheduledStart[];
}): { readonly resume: () => Promise<void> } {
  const keyOf = ({ workflow, id }: ScheduledStart): string => `schedule/${workflow}/${id}`;

  const expect = (start: ScheduledStart, at: string): void =>
    agenda.set({ key: keyOf(start), at, fire: () => begin(start, latestMissed(start, at)) });

  const latestMissed = (start: ScheduledStart, at: string): string => {
    let latest = at;
    for (let next = start.after(at); next !== undefined && next <= now(); next = start.after(next)) latest = next;
    return latest;
  };

  const begin = (start: ScheduledStart, at: string): Promise<void> =>
    insist({
      key: keyOf(start),
      what: 'a scheduled start',
      stillOwed: () => true,
      attempt: async () => {
        await (start.call === undefined ? hosted().scheduled(start.workflow, at) : start.call(hosted()));
        const next = start.after(at > now() ? at : now());
        await store.write([next === undefined ? { key: keyOf(start) } : { key: keyOf(start), value: next }]);
        if (next !== undefined) expect(start, next);
      },
    });

  return {
    resume: async () => {
      const kept = new Map(await store.list<string>('schedule/'));
      const changes: Change[] = [];
      for (const start of starts) {
        const key = keyOf(start).slice('schedule/'.length);
        const known = kept.get(key);
        kept.delete(key);
        const next = known ?? start.after(now());
        if (next === undefined) continue;
        if (known === undefined) changes.push({ key: keyOf(start), value: next });
        expect(start, next);
      }
      for (const key of kept.keys()) changes.push({ key: `schedule/${key}` });
      if (changes.length > 0) await store.write(changes);
    },
  };
}
