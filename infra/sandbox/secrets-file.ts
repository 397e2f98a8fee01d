/**
 * The port `Secrets`: what stands in `secrets.json`, `{ "NAME": ["newest", "the one before"] }`, for its owner alone.
 *
 * Promises: what a person writes into the file counts at once. Our own secrets are made when they are first asked for,
 * and kept before they are handed out.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Chance, Secrets } from '../../functions/core/ports.ts';

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
}): Secrets {
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
  return {
    live: async (name) => {
      const written = read();
      const known = written[name];
      if (known !== undefined) return known.slice(0, 2);
      if (!isOurs(name)) return [];
      const made = [madeSecret(name, chance)];
      writeFileSync(`${path}.new`, `${JSON.stringify({ ...written, [name]: made }, null, 2)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      return made;
    },
  };
}

/** A secret that stands in an address is written in letters that may; the others as Standard Webhooks writes them. */
const madeSecret = (name: string, chance: Chance): string => {
  const bytes = Buffer.from(chance.bytes(32));
  return name.startsWith('hook-path-') ? bytes.toString('base64url') : `whsec_${bytes.toString('base64')}`;
};

export function memorySecrets({
  chance,
  isOurs,
  known = {},
}: {
  readonly chance: Chance;
  readonly isOurs: (name: string) => boolean;
  readonly known?: Written;
}): Secrets {
  const written = new Map(Object.entries(known));
  return {
    live: async (name) => {
      if (!written.has(name) && isOurs(name)) written.set(name, [madeSecret(name, chance)]);
      return written.get(name)?.slice(0, 2) ?? [];
    },
  };
}
