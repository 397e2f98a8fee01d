/** Runs for tools: `GET /api/runs`, newest first. */
import type { Ports } from '../core/ports.ts';
import { listedRuns } from '../core/run-list.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { json } from './replies.ts';

export const listRuns =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const openOnly = new URLSearchParams(request.query).get('state') === 'open';
    return json(200, await listedRuns(ports, { openOnly }));
  };
