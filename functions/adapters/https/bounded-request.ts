/**
 * One HTTP request with an end: to addresses that are given, in the time that is given, reading no more than is wanted.
 *
 * Promises: connects to one of the addresses and to nothing else, on a connection of its own and past every proxy;
 * follows nothing; ends in time, also where the other side never does. Rejects with Node's error, `TooLate` or
 * `NoAnswer`. Hides: sockets.
 */
import type { LookupAddress } from 'node:dns';
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';

export type BoundedRequest = {
  readonly url: URL;
  readonly addresses: readonly LookupAddress[];
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
  readonly connect_ms: number;
  readonly whole_ms: number;
  readonly most_bytes: number;
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string | undefined;
};
export type BoundedAnswer = {
  readonly status: number;
  readonly type: string;
  /** What the body is packed with, if it is. */
  readonly encoding: string;
  readonly body: Uint8Array;
  /** There was more. */
  readonly cut: boolean;
};

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** What came is none that can be read. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Node's own limit is the same; here it cannot be raised from outside. */
const MOST_HEADER_BYTES = 16 * 1_024;

export const boundedRequest = (wanted: BoundedRequest): Promise<BoundedAnswer> =>
  new Promise((resolve, reject) => {
    const sent = open(wanted);
    const end = (why: unknown) => {
      // First: what breaking off does to the answer is no news.
      reject(why);
      sent.destroy();
    };
    const late = (what: string, after: number) =>
      setTimeout(() => end(new TooLate(`${what} within ${after} ms`)), Math.max(0, after));
    const connecting = late('no connection', wanted.connect_ms);
    const whole = late('no whole answer', wanted.whole_ms);
    sent.on('socket', (socket) => {
      socket.once(wanted.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      read(answer, wanted.most_bytes)
        .then(resolve, reject)
        .finally(() => sent.destroy());
    });
    // Without an answer that is one, as when another protocol is offered instead.
    sent.on('upgrade', () => end(new NoAnswer('another protocol')));
    sent.on('close', () => {
      clearTimeout(connecting);
      clearTimeout(whole);
    });
    sent.end(wanted.body);
  });

const open = ({ url, addresses, method, headers, body, ca }: BoundedRequest): ClientRequest => {
  const options = {
    method,
    headers: { ...headers, 'content-length': String(body.length) },
    lookup: only(addresses),
    maxHeaderSize: MOST_HEADER_BYTES,
    // Said, because settings of the process could say otherwise, as for certificates below.
    insecureHTTPParser: false,
  };
  // Agents of their own: the global ones keep connections, and may be told to use a proxy.
  return url.protocol === 'https:'
    ? httpsRequest(url, {
        ...options,
        agent: new HttpsAgent(),
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca }),
      })
    : httpRequest(url, { ...options, agent: new HttpAgent() });
};

/** In place of DNS: a name that was checked cannot lead elsewhere a moment later. */
const only =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, found) => {
    const [first] = addresses;
    if (first === undefined) found(new Error('no address'), []);
    else if (all === true) found(null, [...addresses]);
    else found(null, first.address, first.family);
  };

const read = async (answer: IncomingMessage, most: number): Promise<BoundedAnswer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > most) break;
  }
  return {
    status: answer.statusCode ?? 0,
    type: answer.headers['content-type'] ?? '',
    encoding: answer.headers['content-encoding'] ?? '',
    body: Buffer.concat(parts).subarray(0, most),
    cut: bytes > most,
  };
};
