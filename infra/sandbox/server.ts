/**
 * One port for everything: from Node's HTTP to the requests that the functions know.
 *
 * Promises: listens on loopback alone, on the port or the next one that is free; who asks before the sandbox is ready
 * waits. A body above 1 MB is 413, a failure 500 without its reason. Hides: streams and sockets.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpRequest, HttpResponse } from '../../functions/lambda/hosted.ts';

export type Answering = (request: HttpRequest) => Promise<HttpResponse>;
/** Answers some requests and leaves the others to whoever comes next. */
export type Mounted = (request: HttpRequest) => Promise<HttpResponse | undefined>;

export type OpenServer = {
  readonly port: number;
  readonly serve: (answering: Answering) => void;
  /** Lets requests under way end, for a moment. */
  readonly close: () => Promise<void>;
};

const MOST_BYTES = 1024 * 1024;
const CLOSING_MILLISECONDS = 3_000;

export async function openServer(wanted: number, failed: (cause: unknown) => void): Promise<OpenServer> {
  let serve: (answering: Answering) => void = () => {};
  const ready = new Promise<Answering>((resolve) => {
    serve = resolve;
  });
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, ready).catch((cause) => {
      failed(cause);
      if (outgoing.headersSent) outgoing.destroy();
      else send(outgoing, plainText(500, 'Something went wrong here; the log says what.'));
    });
  });
  // A clock that is moved by a year may take its time.
  server.requestTimeout = 0;
  const port = await listen(server, wanted);
  return {
    port,
    serve,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MILLISECONDS);
      await closed;
      clearTimeout(late);
    },
  };
}

const listen = (server: ReturnType<typeof createServer>, wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    let next = wanted;
    server.on('error', (problem: NodeJS.ErrnoException) => {
      if (problem.code === 'EADDRINUSE' && next < wanted + 100) server.listen(++next, '127.0.0.1');
      else reject(problem);
    });
    server.on('listening', () => resolve((server.address() as AddressInfo).port));
    server.listen(next, '127.0.0.1');
  });

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, ready: Promise<Answering>): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    outgoing.setHeader('connection', 'close');
    send(outgoing, plainText(413, 'That is more than 1 MB.'));
    return;
  }
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const { rawHeaders } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([(rawHeaders[index] as string).toLowerCase(), rawHeaders[index + 1] as string]);
  }
  send(
    outgoing,
    await (await ready)({
      method: incoming.method ?? 'GET',
      path,
      query: query.join('?'),
      headers,
      body,
      from: incoming.socket.remoteAddress ?? '',
    }),
  );
}

const bodyOf = async (incoming: IncomingMessage): Promise<Uint8Array | undefined> => {
  if (Number(incoming.headers['content-length'] ?? 0) > MOST_BYTES) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const send = (outgoing: ServerResponse, { status, headers, body }: HttpResponse): void => {
  for (const [name, value] of headers) outgoing.appendHeader(name, value);
  outgoing.statusCode = status;
  outgoing.setHeader('content-length', Buffer.byteLength(body));
  outgoing.end(body);
};

/** Asked for by a name of this machine, and not by one that somebody from elsewhere has pointed at it. */
export const isLocalName = (request: HttpRequest): boolean =>
  /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headerOf(request, 'host') ?? '');

const COMMON = [
  ['cache-control', 'no-store'],
  ['x-content-type-options', 'nosniff'],
] as const;

export const plainText = (status: number, sentence: string): HttpResponse => ({
  status,
  headers: [['content-type', 'text/plain; charset=utf-8'], ...COMMON],
  body: `${sentence}\n`,
});

export const json = (status: number, value: unknown): HttpResponse => ({
  status,
  headers: [['content-type', 'application/json; charset=utf-8'], ...COMMON],
  body: `${JSON.stringify(value)}\n`,
});

/** Another page of ours, after a form was sent. */
export const seeOther = (path: string): HttpResponse => ({
  status: 303,
  headers: [['location', path], ...COMMON],
  body: '',
});

export const headerOf = ({ headers }: HttpRequest, name: string): string | undefined =>
  headers.find(([one]) => one === name)?.[1];
