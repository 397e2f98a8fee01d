/**
 * A runsheet that is running somewhere, as the commands talk to it.
 *
 * Errors: `Refusal` in the user's words: 1 where nothing answers, 2 where the address or what was asked is wrong.
 */
import { Refusal } from './library-at.ts';

export type Answered = { readonly status: number; readonly body: unknown };

const PATIENCE_MILLISECONDS = 60_000;

/** The address without a slash at its end. */
export const addressOf = (to: string): string => {
  const url = URL.canParse(to) ? new URL(to) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Refusal(2, `--to ${to} is no address. Write one like http://localhost:8080.`);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/** Undefined: what answered is no JSON. */
export const ask = async (
  address: string,
  path: string,
  init: { readonly method?: string; readonly headers?: [string, string][]; readonly body?: string | Uint8Array } = {},
): Promise<Answered> => {
  let response: Response;
  try {
    response = await fetch(`${address}${path}`, {
      ...(init as RequestInit),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
  } catch (cause) {
    const late = (cause as Error).name === 'TimeoutError';
    throw Object.assign(
      new Refusal(
        1,
        late
          ? `${address} does not answer.`
          : `Nothing answers at ${address}. Start a sandbox with npm start; it says where it is.`,
      ),
      { cause },
    );
  }
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: undefined };
  }
};

/** What is wrong, as the other side says it. */
export const problemOf = (address: string, { status, body }: Answered): string => {
  const said = (body as { readonly error?: unknown } | null | undefined)?.error;
  if (typeof said === 'string') return said;
  return status >= 500
    ? `Something went wrong at ${address} (${status}).`
    : `What answers at ${address} is no runsheet.`;
};
