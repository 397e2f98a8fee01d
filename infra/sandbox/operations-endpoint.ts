/**
 * What a sandbox does for those who operate it: `POST /sandbox/operations/NAME` with JSON, answered with a reply
 * (functions/core/operating/operations.ts).
 *
 * Promises: no page from elsewhere can use it, for it takes nothing but JSON, which a form cannot send.
 */
import type { Reply } from '../../functions/core/operating/operations.ts';
import type { HttpRequest } from '../../functions/lambda/hosted.ts';
import { isOurs } from './sandbox-endpoints.ts';
import { headerOf, json, type Mounted, plainText } from './server.ts';

export type Operate = (operation: string, given: unknown, from: string) => Promise<Reply>;

export const operationsEndpoint =
  (operate: Operate): Mounted =>
  async (request) => {
    const operation = /^\/sandbox\/operations\/([a-z-]+)$/.exec(request.path)?.[1];
    if (operation === undefined) return undefined;
    if (!isOurs(request)) return plainText(403, 'The sandbox is used from this machine alone.');
    if (request.method !== 'POST') return plainText(405, `${request.method} is not possible here.`);
    if (headerOf(request, 'content-type')?.startsWith('application/json') !== true)
      return plainText(415, 'Send JSON, with the content type application/json.');
    const given = parsed(request);
    if (given === undefined) return json(400, { error: 'This is no JSON.' });
    return json(200, await operate(operation, given.value, 'the command line'));
  };

const parsed = ({ body }: HttpRequest): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(Buffer.from(body).toString('utf8')) };
  } catch {
    return undefined;
  }
};
