/**
 * Webhooks: `POST /hooks/{source}/{pathSecret}` (W1–W12).
 *
 * Promises: answered within two seconds, before the run is started; what was let in starts its run however often that
 * takes, since the request stands in the history. A repeat gets the same run. 5xx only for our faults.
 */

import type { Ports } from '../core/ports.ts';
import { admitHook } from '../core/throttle.ts';
import { admit, type Source } from '../core/webhooks/admit.ts';
import type { Delivery } from '../core/webhooks/delivery.ts';
import { corsHeaders, type FormRules } from '../core/webhooks/html-form.ts';
import { keepIntake } from '../core/webhooks/intakes.ts';
import { hashPathSecret, pathSecretName } from '../core/webhooks/path-secret.ts';
import { type Answer, settle, throttled } from '../core/webhooks/settle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { safely } from './replies.ts';

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
    const earlier = await keepIntake(ports, admission.intake, admission.outcome === 'admitted');
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

const answered = ({ status, headers, body }: Answer, cors: readonly (readonly [string, string])[]): HttpResponse =>
  safely({
    status,
    headers: [...headers, ...cors, ['content-type', 'application/json; charset=utf-8']],
    body: `${JSON.stringify(body)}\n`,
  });
