/**
 * What a webhook brought, run once more (W13): `POST /api/intakes/{source}/{id}/replay`, and what there is to replay,
 * `GET /api/intakes/{source}`.
 */

import { z } from 'zod';
import type { Ports } from '../core/ports.ts';
import { listIntakes as listKept, replayIntake as replayKept } from '../core/webhooks/intakes.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { SAID } from '../words/said.ts';
import { json } from './replies.ts';

const wish = z.strictObject({ key: z.string().min(1).max(100) });

export const listIntakes =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const source = decodeURIComponent(request.path.split('/')[3] ?? '');
    const after = new URLSearchParams(request.query).get('after');
    return json(200, await listKept(ports, source, after ?? undefined));
  };

export const replayIntake =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [source = '', id = ''] = request.path.split('/').slice(3).map(decodeURIComponent);
    const asked = wish.safeParse(parsed(request.body));
    if (!asked.success) return json(422, { error: SAID.replay.json });
    const replayed = await replayKept(ports, source, id, asked.data.key);
    switch (replayed.outcome) {
      case 'on its way':
        return json(202, { run: replayed.run });
      case 'unknown':
        return json(404, { error: SAID.replay.nothingKept(id, source) });
      case 'unreadable':
        return json(422, { error: SAID.replay.unreadable });
      case 'gone':
        return json(410, { error: SAID.replay.tooOld });
      case 'misfit':
        return json(422, {
          error: replayed.problems.map(({ message }) => message).join(' '),
          problems: replayed.problems,
        });
      case 'refused':
        return json(409, { error: SAID.replay.refused(replayed.why) });
    }
  };

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // What is no JSON fits no schema.
    return undefined;
  }
};
