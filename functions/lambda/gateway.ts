/**
 * An HTTP API of API Gateway (payload format 2.0) and the requests that the functions know, both ways.
 *
 * Promises: cookies come as one header and go as many; a body is the bytes that came. Hides: the event's shape.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { z } from 'zod';
import type { HttpRequest, HttpResponse } from './hosted.ts';

const gatewayEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  cookies: z.array(z.string()).default([]),
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z.object({
    stage: z.string().default('$default'),
    http: z.object({ method: z.string(), sourceIp: z.string().default('') }),
  }),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

export type GatewayResponse = {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string };
  readonly cookies: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: false;
};

/** @throws ZodError when it is no event of an HTTP API: the function hangs on something else. */
export const requestOf = (event: unknown): HttpRequest => {
  const { rawPath, rawQueryString, cookies, headers, requestContext, body, isBase64Encoded } =
    gatewayEvent.parse(event);
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method: requestContext.http.method,
    path: withoutStage(rawPath, requestContext.stage),
    query: rawQueryString,
    headers:
      cookies.length === 0 ? named : [...named.filter(([name]) => name !== 'cookie'), ['cookie', cookies.join('; ')]],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
    from: requestContext.http.sourceIp,
  };
};

/** A stage that has a name stands in front of every path. */
const withoutStage = (path: string, stage: string): string =>
  stage !== '$default' && (path === `/${stage}` || path.startsWith(`/${stage}/`))
    ? path.slice(stage.length + 1) || '/'
    : path;

export const gatewayResponseOf = ({ status, headers, body }: HttpResponse): GatewayResponse => {
  const sent: { [name: string]: string } = Object.create(null);
  for (const [name, value] of headers) {
    if (name !== 'set-cookie') sent[name] = sent[name] === undefined ? value : `${sent[name]}, ${value}`;
  }
  const cookies = headers.flatMap(([name, value]) => (name === 'set-cookie' ? [value] : []));
  return { statusCode: status, headers: { ...sent }, cookies, body, isBase64Encoded: false };
};
