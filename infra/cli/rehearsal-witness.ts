/**
 * Whoever sees all that happens in a rehearsal: events and mails in their order, and what became of each run.
 *
 * Promises: what was seen is as it would be read from a history, whatever is done afterwards with what was handed in. A
 * mail that is sent again is one mail. Hides: that a run is folded on only when somebody asks.
 */
import type { RunEvent } from '../../functions/core/events.ts';
import type { Entry, History } from '../../functions/core/history.ts';
import type { Mail } from '../../functions/core/ports.ts';
import { runOf } from '../../functions/core/read-run.ts';
import type { Requested, Run } from '../../functions/core/run.ts';
import { codeIn, linkIn } from '../sandbox/hand.ts';
import type { RehearsedMail } from './rehearsal.ts';

export type Seen = { readonly mail: RehearsedMail } | { readonly run: string; readonly event: RunEvent };

export class Witness {
  /** In the order in which it happened. */
  readonly seen: Seen[] = [];
  readonly #entries = new Map<string, Entry[]>();
  readonly #runs = new Map<string, Run | Requested | undefined>();
  /** Runs of which something is new since they were last looked at. */
  #changed = new Set<string>();
  /** Links that were mailed and not fetched yet. */
  #links: string[] = [];
  readonly #codes = new Map<string, string>();
  readonly #mailIds = new Set<string>();

  /** A history that this one looks into. The same events are read hundreds of times, and nobody changes what was read. */
  within(history: History): History {
    return {
      ...history,
      append: async (entry, owed) => {
        const outcome = await history.append(entry, owed);
        const [kept] = outcome === 'appended' ? await history.read(entry.run, entry.number - 1) : [];
        if (kept !== undefined) this.#happened(kept);
        return outcome;
      },
      read: async (run, after = 0) => (this.#entries.get(run) ?? []).slice(after),
    };
  }

  #happened(entry: Entry): void {
    const { run, event } = entry;
    const before = this.#entries.get(run);
    if (before === undefined) this.#entries.set(run, [entry]);
    else before.push(entry);
    this.#changed.add(run);
    this.seen.push({ run, event: event as never as RunEvent });
  }

  mailed({ id, to, subject, lane, text }: Mail, at: string): void {
    if (this.#mailIds.has(id)) return;
    this.#mailIds.add(id);
    const { email, name } = to;
    this.seen.push({ mail: { at, to: email, ...(name === undefined ? {} : { name }), subject, kind: lane } });
    if (lane === 'code') this.#codes.set(email, codeIn(text) ?? '');
    const link = linkIn(text);
    if (link !== undefined) this.#links.push(link);
  }

  /** The newest code that was mailed to an address. */
  codeFor(address: string): string | undefined {
    return this.#codes.get(address);
  }

  /** Paths of the links that were mailed since this was last asked. */
  newLinks(): readonly string[] {
    const links = this.#links;
    this.#links = [];
    return links;
  }

  /** Runs of which something is new since this was last asked. */
  news(): readonly (readonly [id: string, run: Run | Requested | undefined])[] {
    const changed = [...this.#changed];
    this.#changed = new Set();
    return changed.map((id) => {
      const run = runOf(id, this.#entries.get(id) ?? []);
      this.#runs.set(id, run);
      return [id, run] as const;
    });
  }

  /** As of the last news. */
  get runs(): ReadonlyMap<string, Run | Requested | undefined> {
    return this.#runs;
  }
}
