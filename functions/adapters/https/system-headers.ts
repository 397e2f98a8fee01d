/**
 * The headers of a request that a workflow's author wrote.
 *
 * Promises: an author can add what the other system wants to see, and nothing that changes where a request goes, where
 * it ends, or who is said to have sent and signed it. Nothing is dropped in silence: what may not be sent is refused.
 */
export type CheckedHeaders =
  | { readonly headers: ReadonlyMap<string, string>; readonly refused?: undefined }
  | { readonly refused: string };

/** Of the connection and not of the request (RFC 9110, 7.6.1), of its framing, or ours to say. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'content-length',
  'content-encoding',
  'expect',
  'accept-encoding',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'forwarded',
  'via',
]);
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** One line of what HTTP can carry. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const JSON_TYPE = /^application\/([a-z0-9!#$&^_.-]+\+)?json\s*(;|$)/i;
const MOST_CHARACTERS = 8_000;

/** Names come back in lower case. */
export const checkedHeaders = (written: { readonly [name: string]: string }): CheckedHeaders => {
  const headers = new Map<string, string>();
  let characters = 0;
  for (const [name, value] of Object.entries(written)) {
    const key = name.toLowerCase();
    if (!NAME.test(name)) return { refused: 'A header has a name that HTTP does not know.' };
    if (OURS.has(key) || key.startsWith('x-forwarded-'))
      return { refused: `The header ${key} is not an author's to set.` };
    if (headers.has(key)) return { refused: `The header ${key} is there twice.` };
    if (!VALUE.test(value))
      return { refused: `The header ${key} has a line break or a character that HTTP cannot carry.` };
    if (key === 'content-type' && !JSON_TYPE.test(value))
      return { refused: 'What is sent is JSON: content-type has to say so.' };
    characters += name.length + value.length;
    headers.set(key, value);
  }
  return characters > MOST_CHARACTERS ? { refused: 'The headers are too long.' } : { headers };
};
