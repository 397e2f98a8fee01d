/**
 * Webhooks: `POST /hooks/{source}/{pathSecret}` (W1–W12).
 *
 * Promises: answered within two seconds, before the run is started; what was let in starts its run however often that
 * takes, since the request stands in the history. A repeat gets the same run. 5xx only for our faults.
 */

import type { Json } from '../core/history.ts';
import type { Ports } from '../core/ports.ts';
import { record } from '../core/record.ts';
import { changeRecord } from '../core/records.ts';
import { requestRun } from '../core/request-run.ts';
import { admitHook } from '../core/throttle.ts';
import { admit, type Intake, type Source } from '../core/webhooks/admit.ts';
import type { Delivery } from '../core/webhooks/delivery.ts';
import { corsHeaders, type FormRules } from '../core/webhooks/html-form.ts';
import { hashPathSecret } from '../core/webhooks/path-secret.ts';
import { type Answer, type Earlier, settle, throttled } from '../core/webhooks/settle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { safely } from './replies.ts';

/** What names the secret in a source's address. */
export const pathSecretName = (source: string): string => `hook-path-${source}`;

export const receiveHook =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [source = '', pathSecret = ''] = request.path.split('/').slice(2);
    const known = await sourceOf(ports, source);
    const delivery: Delivery = {
      method: request.method,
      publicUrl: `${ports.settings.base_url}${request.path}${request.query === '' ? '' : `?${request.query}`}`,
      headers: request.headers,
      body: request.body,
    };
    const cors = known?.form === undefined ? [] : corsHeaders(known.form, delivery);
    if (request.method === 'OPTIONS') return safely({ status: 204, headers: [...cors], body: '' });
    if (request.method !== 'POST') return safely({ status: 405, headers: [['allow', 'POST, OPTIONS']], body: '' });
    const now = Date.parse(ports.clock.now());
    const admission = await admit(known, pathSecret, delivery, now);
    if (admission.outcome === 'refused')
      ports.log.warn('a webhook was refused', { source: knownName(known), reason: admission.reason });
    if (admission.outcome === 'refused' || admission.outcome === 'caught')
      return answered(settle(admission, undefined), cors);
    // Only what was let in is counted, so that nobody else can use up what a source may send.
    const waits = await admitHook(ports, source);
    if (waits !== undefined) return answered(throttled(waits), cors);
    const earlier = await keep(ports, admission.intake, admission.outcome === 'admitted');
    return answered(settle(admission, earlier), cors);
  };

const knownName = (known: Source | undefined): string => known?.source ?? 'unknown';

const sourceOf = async (ports: Ports, source: string): Promise<Source | undefined> => {
  const hook = Object.hasOwn(ports.catalogue.hooks, source) ? ports.catalogue.hooks[source] : undefined;
  if (hook === undefined) return undefined;
  const published = ports.catalogue.workflows.get(hook.workflow);
  const [paths, secrets] = await Promise.all([
    ports.secrets.live(pathSecretName(source)),
    hook.secret === undefined ? undefined : ports.secrets.live(hook.secret),
  ]);
  const form = hook.provider === 'form' ? formRules(ports) : undefined;
  return {
    source,
    hook,
    inputs: published?.outline.workflow.inputs ?? {},
    state: published === undefined || published.state === 'retired' ? 'retired' : 'open',
    pathSecretHashes: paths.map(hashPathSecret),
    secrets,
    ...(form === undefined ? {} : { form }),
  };
};

/** A form of ours, on our own address. */
const formRules = ({ settings }: Pick<Ports, 'settings'>): FormRules => ({
  origins: [new URL(settings.base_url).origin],
  next: [`${settings.base_url}/thanks`],
  honeypot: 'website',
});

const KIND = 'intake';
const DAYS_KEPT = 95;

/**
 * Keeps what came, and asks for its run. What came before under the same id is found: by the run that it asked for, or
 * by what is kept of it where it fits no workflow.
 */
const keep = async (ports: Ports, intake: Intake, admitted: boolean): Promise<Earlier | undefined> => {
  const { source, id, bodyHash, run, problems, workflow, inputs, signed, payload } = intake;
  const expires = new Date(Date.parse(ports.clock.now()) + DAYS_KEPT * 86_400_000).toISOString();
  const value = {
    bodyHash,
    run,
    problems,
    workflow,
    at: ports.clock.now(),
    payload: (payload ?? null) as Json,
    signed,
  } as never as Json;
  const found = await changeRecord<{ readonly earlier?: Earlier }>(ports.records, KIND, `${source} ${id}`, (kept) =>
    kept === undefined
      ? { outcome: {}, value, keep: { expires, group: `${KIND}:${source}`, sort: ports.clock.now() } }
      : { outcome: { earlier: kept.value as never as Earlier } },
  );
  const earlier = found?.earlier;
  if (!admitted || (earlier !== undefined && earlier.bodyHash !== bodyHash)) return earlier;
  // Also when it came before: whoever kept it may have died before asking for its run.
  await requestRun(ports, record, {
    id: run,
    workflow,
    inputs,
    people: {},
    started: { how: 'hook', source, signed, proof: 'command' },
  });
  return earlier;
};

const answered = ({ status, headers, body }: Answer, cors: readonly (readonly [string, string])[]): HttpResponse =>
  safely({
    status,
    headers: [...headers, ...cors, ['content-type', 'application/json; charset=utf-8']],
    body: `${JSON.stringify(body)}\n`,
  });
