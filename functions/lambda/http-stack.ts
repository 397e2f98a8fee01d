/**
 * The stack of every Lambda that people and other systems talk to.
 *
 * Promises: whatever happens, there is an answer, with the headers of trust.md, L10; a fault of ours shows a reference
 * number and nothing of what happened, which stands in the log under that number; a line in the log for each request,
 * without its path, in which tokens stand. Hides: events of API Gateway, middy.
 *
 * In middy the hooks of answers and errors run in reverse order: what is used first speaks last.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import { TryAgain } from '../core/history.ts';
import type { Log } from '../core/ports.ts';
import { html, safely } from '../http/replies.ts';
import { problemPage } from '../pages/problem-page.ts';
import { type GatewayResponse, gatewayResponseOf, requestOf } from './gateway.ts';
import type { HttpRequest, HttpResponse } from './hosted.ts';
import { EARLY_MS, requestIdOf } from './invocation.ts';

export type HttpStack = {
  /** For the log. */
  readonly name: string;
  readonly answer: (request: HttpRequest) => Promise<HttpResponse>;
  readonly log: Log;
  /** A short random text, by which a person and the log speak of the same fault. */
  readonly reference: () => string;
};
export type HttpHandler = (event: unknown, context?: unknown) => Promise<GatewayResponse>;

export const httpStack = ({ name, answer, log, reference }: HttpStack): HttpHandler => {
  const stack = middy({ timeoutEarlyInMillis: EARLY_MS })
    .use(gateway())
    .use(lines(name, log, reference))
    .handler((async (request: HttpRequest) => answer(request)) as never);
  return (event, context = {}) => stack(event, context as never) as Promise<GatewayResponse>;
};

type Inner = { request?: HttpRequest; reference?: string; began?: number };
type Layer = MiddlewareObj<unknown, unknown, Error, object, Inner>;

const gateway = (): Layer => ({
  before: (invocation) => {
    invocation.event = invocation.internal.request = requestOf(invocation.event);
  },
  after: (invocation) => {
    invocation.response = gatewayResponseOf(safely(invocation.response as HttpResponse));
  },
  onError: (invocation) => {
    invocation.response = gatewayResponseOf(faultOf(invocation.error, invocation.internal));
  },
});

const lines = (name: string, log: Log, reference: () => string): Layer => ({
  before: ({ internal }) => {
    internal.began = performance.now();
  },
  after: ({ context, internal, response }) => {
    const { status } = response as HttpResponse;
    log.info('answered', { name, status, ...aboutOf(context, internal) });
  },
  onError: ({ context, error, internal }) => {
    internal.reference = reference();
    log.error('a request failed', error, { name, reference: internal.reference, ...aboutOf(context, internal) });
  },
});

const aboutOf = (context: unknown, { request, began }: Inner) => ({
  invocation: requestIdOf(context),
  method: request?.method,
  ms: began === undefined ? undefined : Math.round(performance.now() - began),
});

const faultOf = (error: unknown, { request, reference }: Inner): HttpResponse => {
  const busy = error instanceof TryAgain;
  const status = busy ? 503 : 500;
  const title = busy
    ? 'Too much is going on just now. Please try again in a moment.'
    : 'Something went wrong on our side.';
  const again: [string, string][] = busy ? [['retry-after', '5']] : [];
  if (request !== undefined && readsPages(request))
    return html(status, problemPage({ status, title, reference }), again);
  // RFC 9457
  const problem = JSON.stringify({ title, status, reference });
  return safely({ status, headers: [['content-type', 'application/problem+json'], ...again], body: `${problem}\n` });
};

/** Browsers say that they take pages; other systems take anything, or JSON. */
const readsPages = ({ headers }: HttpRequest): boolean =>
  headers.some(([name, value]) => name === 'accept' && /\btext\/html\b/i.test(value));
