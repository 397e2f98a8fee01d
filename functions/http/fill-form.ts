/**
 * The form of a webhook source, shown by us to people without sign-in: `/forms/{source}/{link}`, and `/thanks`.
 *
 * Promises: nothing is started by looking at it; what does not fit is shown again with all that was typed; the same form
 * sent twice is one run. A robot that is caught is led where a person is (W10). An unknown source, another kind of
 * source and a wrong link look the same.
 */
import { fitsLive, heldAgainst } from '../core/live-secrets.ts';
import { isCrossSite } from '../core/nonce.ts';
import type { Ports } from '../core/ports.ts';
import { admitHook } from '../core/throttle.ts';
import { inputsOfForm, readFilled, type Typed } from '../core/webhooks/filled-form.ts';
import { stampForm } from '../core/webhooks/form-stamp.ts';
import { type FormRules, OWN } from '../core/webhooks/html-form.ts';
import { keepIntake } from '../core/webhooks/intakes.ts';
import { formLinkFits, pathSecretName } from '../core/webhooks/path-secret.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { pagePolicy } from '../pages/policy.ts';
import { problemPage } from '../pages/problem-page.ts';
import { publicFormPage, thanksPage } from '../pages/public-form-pages.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { type KnownSource, sourceOf } from './receive-hook.ts';
import { html, seeOther } from './replies.ts';

/** Milliseconds. Nobody reads and fills in a form faster; a form of yesterday is looked at once more. */
const LEAST = 3_000;
const LONGEST = 24 * 3_600_000;

const words = PAGE_WORDS.publicForm;

export const thanks = () => async (): Promise<HttpResponse> => html(200, thanksPage());

export const fillForm =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const [name = '', link = ''] = request.path.split('/').slice(2);
    const known = await sourceOf(ports, name);
    const fits =
      known === undefined
        ? formLinkFits(link, [])
        : await fitsLive(ports.secrets, pathSecretName(name), (live) => formLinkFits(link, live));
    if (known?.form === undefined || !fits) return refused(404);
    if (known.state === 'retired') return refused(410);
    const visit: Visit = { request, known, rules: known.form };
    return request.method === 'POST' ? receive(ports, visit) : show(ports, visit, 200);
  };

type Visit = { readonly request: HttpRequest; readonly known: KnownSource; readonly rules: FormRules };
type Again = {
  readonly typed: Typed;
  readonly problems: { readonly [input: string]: string };
  readonly headers?: readonly (readonly [string, string])[];
};

const refused = (status: 404 | 409 | 410 | 413 | 415): HttpResponse =>
  html(status, problemPage({ status, title: words.refused[status] }));

const receive = async (ports: Ports, visit: Visit): Promise<HttpResponse> => {
  const { request, known, rules } = visit;
  if (isCrossSite(request.headers, ports.settings.base_url))
    return html(403, problemPage({ status: 403, title: words.refused.elsewhere }));
  const now = Date.parse(ports.clock.now());
  // On a clock that stands still nobody takes any time.
  const least = ports.settings.wary_of_robots ? LEAST : 0;
  const delivery = { method: 'POST', publicUrl: '', headers: request.headers, body: request.body };
  const { people } = ports.catalogue.team;
  const filled = await heldAgainst(
    ports.secrets,
    'forms',
    (keys) => readFilled(known, { ...rules, stamp: { keys, least, longest: LONGEST } }, delivery, { now, people }),
    (found) => found.outcome === 'robot' && found.reason === 'no-stamp',
  );
  switch (filled.outcome) {
    case 'refused':
      return refused(filled.status);
    case 'robot':
      ports.log.warn('a form was filled in by a robot', { source: known.source, reason: filled.reason });
      return seeOther(filled.location);
    case 'wrong':
      return show(ports, visit, 422, filled);
    case 'filled': {
      const waits = await admitHook(ports, known.source);
      if (waits !== undefined)
        return show(ports, visit, 429, {
          typed: filled.typed,
          problems: { '': words.busy(Math.ceil(waits / 60)) },
          headers: [['retry-after', String(Math.max(1, Math.ceil(waits)))]],
        });
      const earlier = await keepIntake(ports, filled.intake, true);
      return earlier !== undefined && earlier.bodyHash !== filled.intake.bodyHash
        ? refused(409)
        : seeOther(filled.location);
    }
  }
};

/** With a stamp and an id of its own; shown again, it keeps its id and has been open for long enough. */
const show = async (ports: Ports, visit: Visit, status: number, again?: Again): Promise<HttpResponse> => {
  const { request, known, rules } = visit;
  const [key = ''] = await ports.secrets.live('forms');
  const id = again === undefined ? undefined : textOf(again.typed, OWN.id);
  const opened = Date.parse(ports.clock.now()) - (again === undefined ? 0 : LEAST);
  const body = publicFormPage({
    title: ports.catalogue.workflows.get(known.hook.workflow)?.outline.workflow.title ?? '',
    inputs: inputsOfForm(known.hook, known.inputs),
    ...(again === undefined ? {} : { values: again.typed, problems: again.problems }),
    action: request.path,
    own: {
      [OWN.stamp]: stampForm(known.source, key, opened),
      [OWN.id]: id ?? Buffer.from(ports.chance.bytes(12)).toString('base64url'),
    },
    trap: rules.honeypot,
  });
  const next = [...new Set(rules.next.map((address) => new URL(address).origin))];
  return html(status, body, [['content-security-policy', pagePolicy(...next)], ...(again?.headers ?? [])]);
};

const textOf = (typed: Typed, name: string): string | undefined => {
  const value = Object.hasOwn(typed, name) ? typed[name] : undefined;
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : undefined;
};
