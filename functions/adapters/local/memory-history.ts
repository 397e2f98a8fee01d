/**
 * The history in the memory of one process: the tool of core tests, and the model that other adapters are compared
 * with.
 *
 * Promises what the port promises, and without any lag. Hides: that events are kept as text, as a database
 * would, so that nobody changes the past through an object that was handed in or out.
 */

import { checkInstant, type Debt, type Entry, type History, type Owed, written } from '../../core/history.ts';
import type { Whole } from '../../core/operating/backstage.ts';

type Effect = { readonly text: string; claimedUntil: string };
type Kept = { readonly event: string; readonly since: string; readonly owed: Map<string, Effect> };

export function memoryHistory(): History & Pick<Whole, 'runs' | 'replace'> {
  const runs = new Map<string, Kept[]>();
  const effectsOf = (run: string, number: number) => runs.get(run)?.[number - 1]?.owed;

  // No method awaits anything before it has had its effect: in one process, that is what makes it atomic.
  return {
    append: async (entry, owed = []) => {
      const text = written(entry, owed);
      const events = runs.get(entry.run) ?? [];
      if (entry.number <= events.length) return 'taken';
      if (entry.number > events.length + 1) return 'gap';
      const effects = text.owed.map(({ id, text }) => [id, { text, claimedUntil: '' }] as const);
      events.push({ event: text.event, since: entry.event.at, owed: new Map(effects) });
      runs.set(entry.run, events);
      return 'appended';
    },

    read: async (run, after = 0) => {
      return (runs.get(run) ?? [])
        .slice(after)
        .map((kept, index): Entry => ({ run, number: after + index + 1, event: JSON.parse(kept.event) }));
    },

    settle: async (run, number, owedId) => {
      effectsOf(run, number)?.delete(owedId);
    },

    claim: async (run, number, owedId, until, now) => {
      checkInstant(until);
      checkInstant(now);
      const effect = effectsOf(run, number)?.get(owedId);
      if (effect === undefined || effect.claimedUntil > now) return false;
      effect.claimedUntil = until;
      return true;
    },

    runs: async function* () {
      yield* [...runs.keys()];
    },

    replace: async (run, number, expected, by) => {
      const kept = runs.get(run)?.[number - 1];
      if (kept?.event !== JSON.stringify(expected)) return false;
      runs.get(run)?.splice(number - 1, 1, { ...kept, event: JSON.stringify(by) });
      return true;
    },

    owedBefore: async (instant, limit) => {
      checkInstant(instant);
      return [...runs]
        .flatMap(([run, events]) => events.flatMap((kept, index) => debtsOf(run, index + 1, kept)))
        .filter((debt) => debt.since < instant)
        .sort((one, other) => (one.since < other.since ? -1 : one.since > other.since ? 1 : one.number - other.number))
        .slice(0, Math.max(0, limit));
    },
  };
}

function debtsOf(run: string, number: number, kept: Kept): Debt[] {
  return [...kept.owed.values()].map((effect) => {
    const owed: Owed = JSON.parse(effect.text);
    return { run, number, owed, since: kept.since };
  });
}
