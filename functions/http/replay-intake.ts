/**
 * What a webhook brought, run once more (W13): `POST /api/intakes/{source}/{id}/replay`, and what there is to replay,
 * `GET /api/intakes/{source}`.
 *
 * Promises: what never started a run, because it did not fit then, starts the one that it would have; so a later
 * repeat by the provider finds that one. What did start one starts another for each key. Input only from what is kept.
 */
import { z } from 'zod';
import type { Ports } from '../core/ports.ts';
import { readRun } from '../core/read-run.ts';
import { record } from '../core/record.ts';
import { requestRun } from '../core/request-run.ts';
import { runName } from '../core/webhooks/delivery-id.ts';
import { readInputs } from '../core/webhooks/map-payload.ts';
import type { Payload } from '../core/webhooks/payload.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { json } from './replies.ts';

/** As receive-hook.ts keeps them. */
const KIND = 'intake';
const intake = z.object({
  run: z.string(),
  at: z.string(),
  signed: z.boolean(),
  payload: z.json(),
  problems: z.array(z.looseObject({ message: z.string().optional() })),
});
const wish = z.strictObject({ key: z.string().min(1).max(100) });

export const listIntakes =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const source = decodeURIComponent(request.path.split('/')[3] ?? '');
    const after = new URLSearchParams(request.query).get('after');
    const { records, next } = await ports.records.list(`${KIND}:${source}`, after === null ? {} : { after });
    return json(200, {
      intakes: records.map(({ key, value }) => {
        const { run, at, problems } = intake.parse(value);
        return { id: key.slice(source.length + 1), at, run, fits: problems.length === 0 };
      }),
      ...(next === undefined ? {} : { next }),
    });
  };

export const replayIntake =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [source = '', id = ''] = request.path.split('/').slice(3).map(decodeURIComponent);
    const asked = wish.safeParse(parsed(request.body));
    if (!asked.success)
      return json(422, { error: 'Send JSON like { "key": "…" }: the same key again is the same run.' });
    const kept = await ports.records.read(KIND, `${source} ${id}`);
    const hook = Object.hasOwn(ports.catalogue.hooks, source) ? ports.catalogue.hooks[source] : undefined;
    if (kept === undefined || hook === undefined)
      return json(404, { error: `Nothing is kept of ${id} from ${source}.` });
    const { run: first, payload, signed } = intake.parse(kept.value);
    if (payload === null)
      return json(422, { error: 'It could not be read when it came, so there is nothing to start from.' });
    const fields = ports.catalogue.workflows.get(hook.workflow)?.outline.workflow.inputs ?? {};
    const { values, problems } = await readInputs(hook.map, fields, payload as Payload);
    if (problems.length > 0) return json(422, { error: problems.map(({ message }) => message).join(' '), problems });
    const run = (await readRun(ports, first)) === undefined ? first : runName(source, `${id} ${asked.data.key}`);
    const outcome = await requestRun(ports, record, {
      id: run,
      workflow: hook.workflow,
      inputs: values,
      people: {},
      started: { how: 'hook', source, signed, proof: 'command' },
    });
    return outcome === 'requested' || outcome === 'requested before'
      ? json(202, { run })
      : json(409, { error: `It cannot be started again: ${outcome}.` });
  };

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // What is no JSON fits no schema.
    return undefined;
  }
};
