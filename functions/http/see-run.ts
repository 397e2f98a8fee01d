/** `/runs/{id}`: where a run stands, as a page, as tables, as dates for a calendar; and how its course is changed. */

import { nameOf } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { eventsOf, readRun } from '../core/read-run.ts';
import type { Reader } from '../core/reader.ts';
import type { Requested, Run } from '../core/run.ts';
import { runUrl, titleIn } from '../core/run-texts.ts';
import { sentenceOf } from '../core/telling.ts';
import { asText } from '../core/texts.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { calendarFeed } from '../pages/calendar-feed.ts';
import { PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { runPage } from '../pages/run-page.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { SAID } from '../words/said.ts';
import { answerAddress } from './answer-address.ts';
import { csvReply, tableIn, wantsCsv } from './csv.ts';
import { actOf, frameFor, readerForm, readerNonce } from './reader.ts';
import { type Form, html, safely, seeOther } from './replies.ts';
import { lookAt, stepRowsOf, viewOfRun } from './run-view.ts';
import { readSteering, steered, steeringFor } from './steer-run.ts';

export const seeRun =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const id = decodeURIComponent(request.path.split('/')[2] ?? '');
    const run = await readRun(ports, id);
    if (run?.opened === undefined) return noSuchRun(ports, request, reader, run);
    if (request.method === 'POST') return steerHere(ports, request, reader, run);
    if (wantsCsv(request)) return tableOf(ports, request, reader, run);
    const told = new URLSearchParams(request.query).get('told');
    return show(ports, request, reader, run, told === 'steered' ? { notice: PAGE_WORDS.run.steered } : {});
  };

const placeOf = ({ id }: Pick<Run, 'id'>): string => `${PLACES.runs}/${encodeURIComponent(id)}`;

type Told = {
  readonly status?: number;
  readonly problem?: string;
  readonly notice?: string;
  readonly sent?: Form;
};

const show = async (
  ports: Ports,
  request: HttpRequest,
  reader: Reader,
  run: Run,
  { status = 200, problem, notice, sent }: Told,
): Promise<HttpResponse> => {
  const form = { action: placeOf(run), nonce: await readerNonce(ports, reader), problem, sent };
  const [view, steering] = await Promise.all([
    viewOfRun(ports, run, reader.person, request.query),
    steeringFor(ports, run, reader.person, form),
  ]);
  return html(
    status,
    runPage({
      ...view,
      open: view.open.map((row) =>
        row.people.includes(reader.person) ? { ...row, answer: answerAddress({ run: run.id, ...row }) } : row,
      ),
      frame: frameFor(ports, reader, 'board', request.path),
      steering,
      // What is wrong with a form is told with the form, where there is one.
      notice: notice ?? (steering === undefined ? problem : undefined),
    }),
  );
};

const steerHere = async (ports: Ports, request: HttpRequest, reader: Reader, run: Run): Promise<HttpResponse> => {
  const sent = await readerForm(ports, request, reader, (typed) =>
    show(ports, request, reader, run, { status: 403, problem: SAID.request.stale, sent: typed }),
  );
  if ('status' in sent) return sent;
  const wanted = readSteering(ports, run, sent);
  if (typeof wanted === 'string') return show(ports, request, reader, run, { status: 422, problem: wanted, sent });
  const by = { person: reader.person, act: actOf(reader, request), reason: sent.one('reason') };
  const outcome = await steered(ports, run, wanted, by);
  // Asked for anew, so that a page that is loaded again sends nothing again.
  if (outcome.outcome === 'recorded') return seeOther(`${placeOf(run)}?told=steered`);
  const after = await readRun(ports, run.id);
  return show(ports, request, reader, after?.opened === undefined ? run : after, {
    status: 409,
    problem: outcome.why,
    sent,
  });
};

/** `/runs/{id}/calendar.ics`: what is open and what is to come, by when it is due. */
export const runCalendar =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const run = await readRun(ports, decodeURIComponent(request.path.split('/')[2] ?? ''));
    if (run?.opened === undefined) return noSuchRun(ports, request, reader, run);
    const { steps } = lookAt(ports, run, reader.person).forecast;
    const entries = steps.map(async ({ step, round, item, due }) => {
      if (due === undefined) return [];
      const place = { step: step.id, round, ...(item === undefined ? {} : { item }) };
      const title = await titleIn(ports, run, place);
      return [{ ...place, run: run.id, title, run_title: run.opened.title, due, url: runUrl(ports, run.id) }];
    });
    return safely({
      status: 200,
      headers: [['content-type', 'text/calendar; charset=utf-8']],
      body: calendarFeed(run.opened.title, (await Promise.all(entries)).flat(), ports.clock.now()),
    });
  };

const noSuchRun = (ports: Ports, request: HttpRequest, reader: Reader, run: Requested | undefined): HttpResponse => {
  const title = run === undefined ? SAID.request.noRun : SAID.request.notBegun;
  return html(404, problemPage({ status: 404, title, frame: frameFor(ports, reader, 'board', request.path) }));
};

const tableOf = async (ports: Ports, request: HttpRequest, reader: Reader, run: Run): Promise<HttpResponse> => {
  if (tableIn(request) === 'history') return historyTable(ports, run);
  const steps = await stepRowsOf(lookAt(ports, run, reader.person));
  return csvReply(
    `${run.id}-steps`,
    PAGE_WORDS.run.stepsHeader,
    steps.map(({ step, title, item, round, state, who, starts, due, finished, results, comments }) => [
      step,
      title,
      item,
      round,
      state,
      who.join('; '),
      starts.instant,
      due?.instant,
      finished?.instant,
      results.map(({ label, text }) => `${label}: ${text}`).join('; '),
      comments.map(({ who: by, text }) => `${by}: ${text}`).join('; '),
    ]),
  );
};

const historyTable = async (ports: Ports, run: Run): Promise<HttpResponse> => {
  const events = eventsOf(await ports.history.read(run.id));
  return csvReply(
    `${run.id}-history`,
    PAGE_WORDS.run.historyHeader,
    await Promise.all(
      events.map(async (event, index) => {
        const { step, round, by, proof } = event as { readonly [name: string]: unknown };
        return [
          index + 1,
          event.at,
          event.type,
          asText(step as never),
          asText(round as never),
          typeof by === 'string' ? nameOf(ports, run, by) : '',
          asText(proof as never),
          await sentenceOf(ports, run, event),
        ];
      }),
    ),
  );
};
