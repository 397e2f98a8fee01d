/**
 * Where a person is mentioned in what is kept, and how they are taken out of it.
 *
 * Promises: found are the id wherever it stands for a person, the mail address, and the full name as it was written in
 * the team, in any capitals; taken out, the same name stands in the place of all of them, so that who did what stays
 * told apart. What somebody wrote (comments, reasons) and from where is taken out whole.
 * Hides: that people stand in texts, in keys and in what a run keeps packed.
 *
 * Not found: a first name alone, a nickname, a misspelling. Whoever exports sees what is left only by reading.
 */
import type { HistoryEvent, Json } from '../history.ts';
import { type KeptForLife, pack, unpack } from '../kept.ts';

export type Terms = {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
  readonly names: readonly string[];
};

export const ERASED = '[erased]';

export type Mentions = {
  readonly isIn: (value: Json) => boolean;
  readonly isInEvent: (event: HistoryEvent) => boolean;
  /** The same without them. */
  readonly without: (event: HistoryEvent, pseudonym: string) => HistoryEvent;
};

export const mentionsOf = ({ ids, emails, names }: Terms): Mentions => {
  const inIds = new Set(ids);
  const patterns = [
    ...ids.map((id) => ({
      pattern: new RegExp(`(^|[^A-Za-z0-9_-]|mail-)${quoted(id)}(?![A-Za-z0-9_-])`, 'g'),
      // An id of one word may be a word of the language, and is not looked for in sentences.
      sentences: !/^[a-z]+$/.test(id),
    })),
    ...[...emails, ...names]
      .filter((text) => text.trim() !== '')
      .map((text) => ({
        pattern: new RegExp(`(^|[^\\p{L}\\p{N}])${quoted(text)}(?![\\p{L}\\p{N}])`, 'giu'),
        sentences: true,
      })),
  ];
  const replaced = (text: string, by: string): string => {
    if (inIds.has(text)) return by;
    return patterns
      .filter(({ sentences }) => sentences || !/\s/.test(text))
      .reduce((left, { pattern }) => left.replace(pattern, (_, before: string) => `${before}${by}`), text);
  };
  const deep = (value: Json, by: string): Json => {
    if (typeof value === 'string') return replaced(value, by);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Json) => deep(one, by));
    return Object.fromEntries(
      Object.entries(value as { readonly [key: string]: Json }).map(([key, one]) => [replaced(key, by), deep(one, by)]),
    );
  };
  const isIn = (value: Json): boolean => JSON.stringify(deep(value, '\u0000')) !== JSON.stringify(value);
  const opened = (event: HistoryEvent): HistoryEvent =>
    event.type === 'run-opened' && typeof event.kept === 'string'
      ? { ...event, kept: unpack(event.kept) as never as Json }
      : event;
  const packed = (event: HistoryEvent): HistoryEvent =>
    event.type === 'run-opened' ? { ...event, kept: pack(event.kept as never as KeptForLife) } : event;

  return {
    isIn,
    isInEvent: (event) => isIn(opened(event)),
    without: (event, pseudonym) => {
      if (!isIn(opened(event))) return event;
      const mine = typeof event.by === 'string' && inIds.has(event.by);
      const left = Object.fromEntries(
        Object.entries(opened(event)).flatMap(([name, value]): (readonly [string, Json])[] => {
          if (mine && name === 'from') return [];
          if (mine && (name === 'comment' || name === 'reason')) return [[name, ERASED]];
          if (name === 'kept') return [[name, withoutContact(deep(value, pseudonym), pseudonym)]];
          return [[name, deep(value, pseudonym)]];
        }),
      );
      return packed(left as HistoryEvent);
    },
  };
};

/** How somebody is reached is not kept under another name either: from now on only that name is known. */
const withoutContact = (kept: Json, pseudonym: string): Json => {
  const { people, ...rest } = kept as { readonly people: { readonly [person: string]: Json } };
  const { [pseudonym]: _gone, ...others } = people;
  return { ...rest, people: others };
};

/** With the flag `u` only what means something may be escaped. */
const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
