/**
 * The port `Systems`: what `call` steps ask, over HTTPS.
 *
 * Promises: no request gets inside our network, whatever an author writes or a name server answers; each ends within 20
 * seconds; it carries the same id at every attempt and is signed as Standard Webhooks by every live secret `calls`, so
 * that a receiver may change its own in its own time (unsigned while there is none); a redirect is an answer like
 * another. Never throws: reasons are sentences, without the address and without what the other side said.
 * Hides: DNS, TLS, sockets.
 *
 * Used by both hosts. The time in the signature is the clock's.
 */
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { Json } from '../../core/history.ts';
import type { Clock, Secrets, SystemAnswer, SystemRequest, Systems } from '../../core/ports.ts';
import { parseJson } from '../../core/webhooks/parse-json.ts';
import { signCall } from '../../core/webhooks/sign-delivery.ts';
import { isSignedId } from '../../core/webhooks/signature.ts';
import { type BoundedAnswer, boundedRequest, NoAnswer, TooLate } from './bounded-request.ts';
import { checkedHeaders } from './system-headers.ts';
import { type Resolve, targetOf } from './system-target.ts';

export type HttpsSystems = {
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'live'>;
  /** Tests and demonstrations: this machine may be reached too, also by plain http and on any port. */
  readonly mayLoopBack?: boolean;
  readonly resolve?: Resolve;
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string;
  readonly connect_ms?: number;
  readonly whole_ms?: number;
};

const MOST_BYTES = 64 * 1_024;

export const httpsSystems = (settings: HttpsSystems): Systems => {
  const { clock, secrets, mayLoopBack = false, resolve = resolveAll, ca } = settings;
  const { connect_ms = 5_000, whole_ms = 20_000 } = settings;

  const ask = async (request: SystemRequest): Promise<SystemAnswer> => {
    const began = performance.now();
    const asked = checkedHeaders(request.headers);
    if (asked.refused !== undefined) return failed(asked.refused, false);
    const target = await inTime(targetOf(request.url, resolve, mayLoopBack), connect_ms);
    if (target.refused !== undefined) return failed(target.refused, false);
    const body = request.body === undefined ? '' : JSON.stringify(request.body);
    const bytes = Buffer.from(body, 'utf8');
    const signed = await signatureOf(bytes, request.id);
    if (signed === undefined) return failed('The secret `calls` cannot sign: it is base64, after `whsec_`.', false);
    const answer = await boundedRequest({
      ...target,
      method: request.method,
      headers: {
        accept: 'application/json, text/*;q=0.9, */*;q=0.1',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...Object.fromEntries(asked.headers),
        ...signed,
        'user-agent': 'runsheet',
        'accept-encoding': 'identity',
      },
      body: bytes,
      connect_ms,
      whole_ms: whole_ms - (performance.now() - began),
      most_bytes: MOST_BYTES,
      ca,
    });
    return answered(answer);
  };

  const signatureOf = async (body: Uint8Array, id: string): Promise<{ [name: string]: string } | undefined> => {
    const live = await secrets.live('calls');
    const now = Date.parse(clock.now());
    const sent = sentId(id);
    if (live.length === 0) return { 'webhook-id': sent, 'webhook-timestamp': String(Math.floor(now / 1_000)) };
    try {
      return Object.fromEntries(signCall(body, { secrets: live, now, id: sent }));
    } catch (problem) {
      if (problem instanceof RangeError) return undefined;
      throw problem;
    }
  };

  return {
    call: async (request) => {
      try {
        return await ask(request);
      } catch (problem) {
        return failureOf(problem);
      }
    },
  };
};

const failed = (why: string, again: boolean): SystemAnswer => ({ outcome: 'failed', why, again });

const resolveAll: Resolve = (host) => lookup(host, { all: true, order: 'verbatim' });

/** A look-up cannot be broken off; nobody has to wait for it, though. */
const inTime = async <T>(work: Promise<T>, within: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(`no address within ${within} ms`)), within);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The id as it is where it can be signed, which one with a full stop cannot; else what follows from it alone. */
const sentId = (id: string): string =>
  isSignedId(id) ? id : `call_${createHash('sha256').update(id).digest('base64url')}`;

const answered = ({ status, type, encoding, body, cut }: BoundedAnswer): SystemAnswer => {
  // Packed although it was not asked for: bytes are no text.
  if (body.length === 0 || (encoding !== '' && encoding !== 'identity')) return { outcome: 'answered', status };
  // A stream leaves out the character that was cut through.
  const text = new TextDecoder('utf-8').decode(body, { stream: cut });
  const read = !cut && isJson(type) ? jsonOf(text) : undefined;
  return { outcome: 'answered', status, body: read === undefined ? text : read };
};

const isJson = (type: string): boolean => /^\s*(application|text)\/([^;\s]+\+)?json\s*(;|$)/i.test(type);

/** Undefined: it is none, whatever its type says, or it would be too much for whoever reads it. */
const jsonOf = (text: string): Json | undefined => {
  // In a list, because a single value is fine here.
  const { payload } = parseJson(`[${text}]`);
  return Array.isArray(payload) && payload.length === 1 ? (payload as readonly Json[])[0] : undefined;
};

/** Codes of Node: what was in the way may be gone later. */
const PASSING: { readonly [code: string]: string } = {
  EAI_AGAIN: 'Its name could not be looked up just now.',
  ECONNREFUSED: 'It refused the connection.',
  ECONNRESET: 'It broke off the connection.',
  ECONNABORTED: 'It broke off the connection.',
  EPIPE: 'It broke off the connection.',
  ETIMEDOUT: 'It could not be reached in time.',
  EHOSTUNREACH: 'It could not be reached.',
  ENETUNREACH: 'It could not be reached.',
  EADDRNOTAVAIL: 'It could not be reached.',
};
const LASTING: { readonly [code: string]: string } = {
  ENOTFOUND: 'There is no system of that name.',
  ENODATA: 'There is no system of that name.',
  HPE_HEADER_OVERFLOW: 'Its answer has more headers than are read.',
};

const failureOf = (problem: unknown): SystemAnswer => {
  if (problem instanceof TooLate) return failed('It did not answer in time.', true);
  if (problem instanceof NoAnswer) return failed('Its answer is no HTTP.', false);
  const code = codeOf(problem);
  const passing = PASSING[code];
  if (passing !== undefined) return failed(passing, true);
  const lasting = LASTING[code];
  if (lasting !== undefined) return failed(lasting, false);
  if (isOfCertificate(code)) return failed(`Its certificate is not to be trusted (${code}).`, false);
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) return failed('It does not speak TLS as we do.', false);
  if (code.startsWith('HPE_')) return failed('Its answer is no HTTP.', false);
  // A fault on our side, such as secrets out of reach.
  return failed('The request could not be made.', true);
};

/** Several addresses that all failed come as one error, with the reasons in it: one that may pass counts for all. */
const codeOf = (problem: unknown): string => {
  if (problem instanceof AggregateError) {
    const codes = problem.errors.map(codeOf);
    return codes.find((code) => PASSING[code] !== undefined) ?? codes[0] ?? '';
  }
  const { code } = (problem ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** As OpenSSL and Node name what is wrong with a certificate. */
const isOfCertificate = (code: string): boolean =>
  code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/.test(
    code,
  );
