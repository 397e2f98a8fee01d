/**
 * The port `Secrets`: what stands in `secrets.json`, `{ "NAME": ["newest", "the one before"] }`, for its owner alone.
 *
 * Promises: what a person writes into the file counts at once. Our own secrets are made when they are first asked for,
 * and kept before they are handed out.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { madeSecret, rotated } from '../../functions/core/made-secret.ts';
import type { Backstage } from '../../functions/core/operating/backstage.ts';
import type { Chance, Secrets } from '../../functions/core/ports.ts';

export type KeptSecrets = Secrets & Backstage['secrets'];
type Written = { readonly [name: string]: readonly string[] };

export function secretsFile({
  path,
  chance,
  isOurs,
}: {
  readonly path: string;
  readonly chance: Chance;
  /** Whether a secret can be made up. */
  readonly isOurs: (name: string) => boolean;
}): KeptSecrets {
  const read = (): Written => {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw problem;
    }
    return JSON.parse(text);
  };
  const write = (all: Written): void => {
    writeFileSync(`${path}.new`, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const live: Secrets['live'] = async (name) => {
    const written = read();
    const known = written[name];
    if (known !== undefined) return known.slice(0, 2);
    if (!isOurs(name)) return [];
    const made = [madeSecret(name, chance)];
    write({ ...written, [name]: made });
    return made;
  };
  return {
    isOurs,
    rotate: async (name, { value = madeSecret(name, chance), alone }) => {
      const written = read();
      const now = rotated(written[name] ?? [], value, alone);
      write({ ...written, [name]: now });
      return now.length;
    },
    live,
    anew: live,
  };
}

export function memorySecrets({
  chance,
  isOurs,
  known = {},
}: {
  readonly chance: Chance;
  readonly isOurs: (name: string) => boolean;
  readonly known?: Written;
}): KeptSecrets {
  const written = new Map(Object.entries(known));
  const live: Secrets['live'] = async (name) => {
    if (!written.has(name) && isOurs(name)) written.set(name, [madeSecret(name, chance)]);
    return written.get(name)?.slice(0, 2) ?? [];
  };
  return {
    isOurs,
    rotate: async (name, { value = madeSecret(name, chance), alone }) => {
      const now = rotated(written.get(name) ?? [], value, alone);
      written.set(name, now);
      return now.length;
    },
    live,
    anew: live,
  };
}
