/**
 * What has been issued in this test file, and in which lines of a log it was found.
 *
 * A secret is known by its runs of letters, digits, `-` and `_`, as far as they are long enough to be no word; a code by
 * its six digits.
 */

const LONG = 16;
const RUNS = /[A-Za-z0-9_-]+/g;
const CODE = /^\d{6}$/;
/** A link of ours, the address of a webhook, or any full address. */
const ADDRESS = /\/a\/[\w-]{8,}|\/hooks\/[\w-]+\/[\w-]|https?:\/\/[^\s"'/<>]+\/[\w-]/;
/** 256 random bits as base64url, or 128 as hex. */
const TOKEN = /^(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{40,}$|^[0-9a-f]{32}$/;

const issued = new Set<string>();
/** Lines that should not have been written, each with what is wrong with it. */
export const leaks: string[] = [];

/** Whatever is text in it is secret from now on. */
export const noteIssued = (secret: unknown): void => {
  if (typeof secret === 'object' && secret !== null) for (const part of Object.values(secret)) noteIssued(part);
  else if (typeof secret === 'string')
    for (const [run] of secret.matchAll(RUNS)) if (run.length >= LONG || CODE.test(secret)) issued.add(run);
};

/** The token of a task may be made of what is no secret: the names of its run and its step. */
export const noteTaskToken = (payload: unknown): void => {
  const { token, ...named } = (payload ?? {}) as { readonly [name: string]: unknown };
  if (typeof token === 'string')
    noteIssued([...token.matchAll(RUNS)].flatMap(([run]) => (Object.values(named).includes(run) ? [] : [run])));
};

export const watch = (line: string): void => {
  if (ADDRESS.test(line)) leaks.push(`a full address: ${line}`);
  for (const [run] of line.matchAll(RUNS)) {
    if (issued.has(run)) leaks.push(`what was issued: ${line}`);
    else if (TOKEN.test(run)) leaks.push(`what looks like a token: ${line}`);
  }
};
