/**
 * Webhooks: `POST /hooks/{source}/{pathSecret}` (W1–W12).
 *
 * Promises: answered within two seconds, before the run is started; what was let in starts its run however often that
 * takes, since the request stands in the history. A repeat gets the same run. 5xx only for our faults.
 */

import { heldAgainst } from '../core/live-secrets.ts';
import type { Ports } from '../core/ports.ts';
import { farDatesOf } from '../core/request-run.ts';
import { admitHook } from '../core/throttle.ts';
import { type Admission, admit, type Source } from '../core/webhooks/admit.ts';
import type { Delivery } from '../core/webhooks/delivery.ts';
import { corsHeaders, formRulesOf } from '../core/webhooks/html-form.ts';
import { keepIntake } from '../core/webhooks/intakes.ts';
import { hashPathSecret, pathSecretFits, pathSecretName } from '../core/webhooks/path-secret.ts';
import { type Answer, settle, throttled } from '../core/webhooks/settle.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { problemPage } from '../pages/problem-page.ts';
import { sentFormProblemPage } from '../pages/public-form-pages.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { headerOf, html, json, safely } from './replies.ts';

export const receiveHook =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [source = '', pathSecret = ''] = request.path.split('/').slice(2);
    const known = await sourceOf(ports, source, pathSecret);
    const delivery: Delivery = {
      method: request.method,
      publicUrl: `${ports.settings.base_url}${request.path}${request.query === '' ? '' : `?${request.query}`}`,
      headers: request.headers,
      body: request.body,
    };
    // Whoever does not know the secret learns nothing of the source, nor which pages may send to it.
    const isOpen = known !== undefined && pathSecretFits(pathSecret, known.pathSecretHashes);
    const cors = corsHeaders(isOpen && known.form !== undefined ? known.form : { origins: [] }, delivery);
    if (request.method === 'OPTIONS') return safely({ status: 204, headers: [...cors], body: '' });
    if (request.method !== 'POST') return safely({ status: 405, headers: [['allow', 'POST, OPTIONS']], body: '' });
    const now = Date.parse(ports.clock.now());
    const by = (secrets: Source['secrets']) =>
      admit(known === undefined ? undefined : { ...known, secrets }, pathSecret, delivery, now);
    const admission =
      known?.hook.secret === undefined
        ? await by(undefined)
        : await heldAgainst(ports.secrets, known.hook.secret, by, wantsSecret);
    if (admission.outcome === 'refused')
      ports.log.warn('a webhook was refused', { source: knownName(known), reason: admission.reason });
    if (admission.outcome === 'refused' || admission.outcome === 'caught')
      return answered(settle(admission, undefined), cors, isOpen ? known : undefined, request);
    // Only what was let in is counted, so that nobody else can use up what a source may send.
    const waits = await admitHook(ports, source);
    if (waits !== undefined) return answered(throttled(waits), cors, known, request);
    const earlier = await keepIntake(ports, admission.intake, admission.outcome === 'admitted');
    return answered(settle(admission, earlier), cors, known, request);
  };

const knownName = (known: KnownSource | undefined): string => known?.source ?? 'unknown';

/** Whether another secret of its provider's could have let it in. */
const wantsSecret = (admission: Admission): boolean => admission.outcome === 'refused' && WANTING.has(admission.reason);
const WANTING: ReadonlySet<string> = new Set<Extract<Admission, { outcome: 'refused' }>['reason']>([
  'no-secret',
  'wrong-signature',
  'wrong-form-key',
]);

/** All but the secret of its provider. */
export type KnownSource = Omit<Source, 'secrets'>;

/**
 * What is known of a source; undefined: there is none of this name.
 * @param pathSecret what stood in the address, if that is what opens it.
 */
export const sourceOf = async (ports: Ports, source: string, pathSecret?: string): Promise<KnownSource | undefined> => {
  const hook = Object.hasOwn(ports.catalogue.hooks, source) ? ports.catalogue.hooks[source] : undefined;
  if (hook === undefined) return undefined;
  const published = ports.catalogue.workflows.get(hook.workflow);
  const pathSecretHashes = await heldAgainst(
    ports.secrets,
    pathSecretName(source),
    (live) => live.map(hashPathSecret),
    (hashes) => pathSecret !== undefined && !pathSecretFits(pathSecret, hashes),
  );
  const inputs = published?.outline.workflow.inputs ?? {};
  const form = hook.provider === 'form' ? formRulesOf(hook, inputs, ports.settings.base_url) : undefined;
  return {
    source,
    hook,
    inputs,
    state: published === undefined || published.state === 'retired' ? 'retired' : 'open',
    pathSecretHashes,
    farDates: (given) => farDatesOf(ports, { workflow: hook.workflow, inputs: given }),
    ...(form === undefined ? {} : { form }),
  };
};

type Headers = readonly (readonly [name: string, value: string])[];

/** A person who sent a form is not shown a protocol, and a script is not led to a page that it may not read. */
const answered = (
  answer: Answer,
  cors: Headers,
  known: KnownSource | undefined,
  request: HttpRequest,
): HttpResponse => {
  const { status, headers, body } = answer;
  if (known?.form !== undefined && status === 303 && isScript(request)) {
    const thanks = headers.find(([name]) => name === 'location')?.[1];
    return json(202, { status: 'accepted', thanks }, cors);
  }
  if (known?.form !== undefined && status !== 303 && readsPages(request))
    return html(status, pageOf(answer), [...headers, ...cors]);
  return json(status, body, [...headers, ...cors]);
};

/** A page of somebody else's sends it by `fetch`. */
const isScript = (request: HttpRequest): boolean =>
  headerOf(request, 'sec-fetch-mode') === 'cors' || /\bapplication\/json\b/i.test(headerOf(request, 'accept') ?? '');

/** Browsers say that they take pages. */
const readsPages = (request: HttpRequest): boolean =>
  !isScript(request) && /\btext\/html\b/i.test(headerOf(request, 'accept') ?? '');

const pageOf = ({ status, headers, body }: Answer): string => {
  const words = PAGE_WORDS.publicForm;
  if (status === 422) return sentFormProblemPage((body.problems ?? []).map(({ message }) => message));
  const seconds = Number(headers.find(([name]) => name === 'retry-after')?.[1] ?? 60);
  const title = status === 429 ? words.busyElsewhere(Math.ceil(seconds / 60)) : words.refused[sentenceFor(status)];
  return problemPage({ status, title });
};
const sentenceFor = (status: number): 401 | 409 | 410 | 413 | 415 =>
  status === 409 || status === 410 || status === 413 || status === 415 ? status : 401;
