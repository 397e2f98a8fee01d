/**
 * The HTTP API of the deployed stack at an address of this machine.
 *
 * The emulator tells its APIs apart by the `Host` header, which neither a browser nor a provider of webhooks lets
 * anybody write: what comes here goes on to the API with its host, and back as it is. So the base address that the
 * stack is deployed with is one that really leads there.
 */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export type FrontDoor = { readonly address: string; readonly close: () => Promise<void> };

/** @param port one that is free when left out. */
export const openFrontDoor = async (endpoint: string, port = 0): Promise<FrontDoor> => {
  const { hostname, port: behind } = new URL(endpoint);
  let known: string | undefined;
  const server = createServer(async (asked, answer) => {
    known ??= await apiHost(endpoint);
    if (known === undefined) {
      answer.writeHead(503, { 'content-type': 'text/plain' }).end('Nothing is deployed yet.\n');
      return;
    }
    const { method, url, headers } = asked;
    const on = httpRequest(
      { hostname, port: behind, method, path: url, headers: { ...headers, host: known } },
      (came) => {
        answer.writeHead(came.statusCode ?? 502, came.headers);
        came.pipe(answer);
      },
    );
    on.on('error', () => answer.destroy());
    asked.pipe(on);
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};

/** Undefined: nothing is deployed. */
const apiHost = async (endpoint: string): Promise<string | undefined> => {
  const { items } = (await (await fetch(`${endpoint}/v2/apis`)).json()) as {
    items: readonly { apiEndpoint: string; name: string }[];
  };
  const api = items.find(({ name }) => name.startsWith('runsheet-'));
  return api === undefined ? undefined : new URL(api.apiEndpoint).host;
};
