/**
 * Starting a run by hand: the form that a workflow's inputs make, the plan before anything happens, the start.
 *
 * Promises: what is not feasible is said before the start; the same form sent twice is one run; what was typed is never
 * lost. Tools start runs by JSON (`POST /api/runs`), with an id of their own that makes a repeat safe.
 */

import { z } from 'zod';
import { readValues } from '../../statemachines/language/values.ts';
import type { Workflow } from '../../statemachines/language/workflow.ts';
import type { Plan } from '../../statemachines/plan/plan.ts';
import { openLines } from '../core/board.ts';
import { whoOf } from '../core/brief.ts';
import { planOf, startCommanded } from '../core/command-start.ts';
import { crowdedBy } from '../core/crowding.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { titleOfRole } from '../core/people.ts';
import type { Ports } from '../core/ports.ts';
import { stepOf } from '../core/progress.ts';
import { readRun } from '../core/read-run.ts';
import type { Reader } from '../core/reader.ts';
import { record } from '../core/record.ts';
import { farDatesOf, type RunRequest, requestRun, runIdFrom } from '../core/request-run.ts';
import { rolesOf } from '../core/roles.ts';
import type { Run } from '../core/run.ts';
import { runUrl, titleIn } from '../core/run-texts.ts';
import { titleOf } from '../core/start-input.ts';
import { sha256 } from '../core/webhooks/digests.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { asTyped } from '../pages/form-parts.ts';
import { inputNameOf, personInputOf } from '../pages/input-name.ts';
import { addressWith } from '../pages/list-parts.ts';
import type { Frame } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { shortMoment, weekDay, wholeDay } from '../pages/shown-dates.ts';
import { type StartPlan, type StartView, startedPage, startPage } from '../pages/start-pages.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { SAID } from '../words/said.ts';
import { wantsCsv } from './csv.ts';
import { planCsv, planViewOf } from './plan-view.ts';
import { actOf, frameFor, readerForm, readerNonce } from './reader.ts';
import { type Form, formIn, html, json, seeOther } from './replies.ts';

/** `/start/{workflow}`; inputs may stand in its query, so that a half filled form can be shared. */
export const startRun =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const id = decodeURIComponent(request.path.split('/')[2] ?? '');
    const published = ports.catalogue.workflows.get(id);
    const frame = frameFor(ports, reader, 'workflows', request.path);
    if (published === undefined || published.state === 'retired')
      return html(404, problemPage({ status: 404, title: SAID.start.noWorkflow, frame }));
    const visit = { request, reader, workflow: published.outline.workflow, frame };
    if (request.method !== 'POST') {
      if (wantsCsv(request)) return planTable(ports, visit);
      const begun = new URLSearchParams(request.query).get('started');
      if (begun !== null) return started(ports, visit, begun);
      return form(ports, visit, 200, prefilled(visit.workflow, request.query));
    }
    const posted = await readerForm(ports, request, reader, ({ values }) =>
      form(ports, visit, 403, { values, notice: SAID.request.stale }),
    );
    if ('status' in posted) return posted;
    const sent = onOtherDay(visit.workflow, posted);
    const read = readInputs(ports, visit.workflow, sent);
    if (Object.keys(read.problems).length > 0)
      return form(ports, visit, 422, { values: sent.values, problems: read.problems });
    if (sent.one('act') !== 'start') return preview(ports, visit, sent, read);
    // Nobody starts what they have not seen planned.
    return sent.one('seen') === seenOf(read)
      ? start(ports, visit, sent, read)
      : preview(ports, visit, sent, read, PAGE_WORDS.start.changed);
  };

/** What the plan that was shown was made from. */
const seenOf = ({ inputs, people }: Pick<Read, 'inputs' | 'people'>): string =>
  sha256(JSON.stringify([inputs, people]))
    .toString('base64url')
    .slice(0, 22);

const placeOf = ({ id }: Workflow): string => `/start/${encodeURIComponent(id)}`;

const prefilled = (workflow: Workflow, text: string): Shown => {
  const query = new URLSearchParams(text);
  const fields = Object.entries(workflow.inputs).flatMap(([name, field]) => {
    const all = query.getAll(inputNameOf(name));
    return all.length === 0 ? [] : [[inputNameOf(name), field.many === true ? all : (all[0] ?? '')] as const];
  });
  const people = rolesOf(workflow).map(personInputOf);
  const given = [...fields, ...people.flatMap((name) => query.getAll(name).map((one) => [name, one] as const))];
  if (given.length === 0) return {};
  const defaults = Object.entries(workflow.inputs).map(([name, field]) => [inputNameOf(name), asTyped(field.default)]);
  return { values: { ...Object.fromEntries(defaults), ...Object.fromEntries(given) } };
};

/** What is written freely moves no date, and would only make an address long. */
const WRITTEN = ['text', 'long_text', 'email', 'url'];

/** The inputs that a plan hangs on: dates, choices, numbers and people. */
const movingInputs = (workflow: Workflow): readonly string[] => {
  const moving = Object.entries(workflow.inputs).filter(([, { type }]) => !WRITTEN.includes(type));
  return [...moving.map(([name]) => inputNameOf(name)), ...rolesOf(workflow).map(personInputOf)];
};

/** The address of a plan as a table: with all that it hangs on, and no more. */
const tableOfPlan = (workflow: Workflow, sent: Form): string => {
  const chosen = movingInputs(workflow).flatMap((name) =>
    sent.all(name).map((value): [string, string] => [name, value]),
  );
  return `${placeOf(workflow)}?${new URLSearchParams([...chosen, ['format', 'csv']])}`;
};

/** The plan of what stands in the address; where that makes none, the form says what is missing. */
const planTable = async (ports: Ports, visit: Visit): Promise<HttpResponse> => {
  const { workflow, reader, request } = visit;
  const sent = formIn(request.query);
  const read = sent === undefined ? undefined : readInputs(ports, workflow, sent);
  const isWrong = movingInputs(workflow).some((name) => Object.hasOwn(read?.problems ?? {}, name));
  const plan = read === undefined || isWrong ? undefined : planOf(ports, workflow, read);
  if (plan !== undefined && !('problem' in plan))
    return planCsv(workflow.id, planViewOf(ports, workflow, plan, reader.zone));
  const { values = {} } = prefilled(workflow, request.query);
  return form(ports, visit, 422, { values, problems: read?.problems });
};

/** The button of another day puts it into the form. */
const onOtherDay = (workflow: Workflow, sent: Form): Form => {
  const [, day] = /^on:(.+)$/.exec(sent.one('act')) ?? [];
  if (day === undefined || workflow.anchor === undefined) return sent;
  const anchor = inputNameOf(workflow.anchor);
  return {
    one: (name) => (name === anchor ? day : sent.one(name)),
    all: (name) => (name === anchor ? [day] : sent.all(name)),
    values: { ...sent.values, [anchor]: day },
  };
};

type Visit = {
  readonly request: HttpRequest;
  readonly reader: Reader;
  readonly workflow: Workflow;
  readonly frame: Frame;
};

type Read = Pick<RunRequest, 'inputs' | 'people'> & { readonly problems: { readonly [input: string]: string } };

const readInputs = (ports: Ports, workflow: Workflow, sent: Form): Read => {
  const given = Object.fromEntries(
    Object.entries(workflow.inputs).map(([name, field]) => {
      const input = inputNameOf(name);
      return [name, field.many === true ? sent.all(input) : sent.one(input)];
    }),
  );
  const people = ports.catalogue.team.people.map(({ id }) => id);
  const { values, problems } = readValues(workflow.inputs, given, { people });
  const named = rolesOf(workflow).flatMap((role) => {
    const person = sent.one(personInputOf(role));
    return person === '' ? [] : [[role, person] as const];
  });
  const strangers = named.filter(([, person]) => !people.includes(person));
  return {
    inputs: values,
    people: Object.fromEntries(named),
    problems: {
      ...Object.fromEntries(
        farDatesOf(ports, { workflow: workflow.id, inputs: values }).map(({ input, sentence }) => [
          inputNameOf(input),
          sentence,
        ]),
      ),
      ...Object.fromEntries(Object.entries(problems).map(([name, problem]) => [inputNameOf(name), problem])),
      ...Object.fromEntries(strangers.map(([role]) => [personInputOf(role), SAID.start.notInTeam])),
    },
  };
};

type Shown = Pick<StartView, 'values' | 'problems' | 'notice' | 'plan'>;

const form = async (
  ports: Ports,
  { reader, workflow, frame }: Visit,
  status: number,
  shown: Shown = {},
): Promise<HttpResponse> => {
  const { people } = ports.catalogue.team;
  return html(
    status,
    startPage({
      workflow,
      inputs: workflow.inputs,
      roles: rolesOf(workflow).map((role) => {
        const holders = people.filter(({ roles }) => roles.includes(role));
        // Of several, whoever has time gets it; else it may be given to somebody who does not hold it.
        const others = people.filter((one) => !holders.includes(one));
        const [only] = holders.length === 1 ? holders : [];
        const choice = only === undefined ? [...holders, ...others] : others;
        return { role, title: titleOfRole(ports, role), held: holders.length > 0, only: only?.name, people: choice };
      }),
      people,
      action: placeOf(workflow),
      nonce: await readerNonce(ports, reader),
      frame,
      ...shown,
    }),
  );
};

/** Nothing has begun, and what was typed belongs in no address: this is a page that was sent, and may be sent again. */
const preview = async (ports: Ports, visit: Visit, sent: Form, read: Read, notice?: string): Promise<HttpResponse> => {
  const { workflow, reader } = visit;
  const plan = planOf(ports, workflow, read);
  const once = Buffer.from(ports.chance.bytes(12)).toString('base64url');
  const nearest = 'problem' in plan ? undefined : plan.earliest_anchor;
  const twin = await twinOf(ports, workflow, read, reader.zone);
  return form(ports, visit, 200, {
    values: sent.values,
    notice,
    plan: {
      ...planViewOf(ports, workflow, plan, reader.zone),
      hours: 'problem' in plan ? [] : await hoursOf(ports, plan, read.people),
      csv: tableOfPlan(workflow, sent),
      sent: { once, seen: seenOf(read) },
      ...(twin === undefined ? {} : { twin }),
      ...(nearest === undefined ? {} : { nearest: { day: wholeDay(nearest.slice(0, 10)), value: nearest } }),
    },
  });
};

/** What is called the same is most often the same, started twice: by two people, or from two windows. */
const twinOf = async (ports: Ports, workflow: Workflow, { inputs }: Read, zone: string): Promise<StartPlan['twin']> => {
  const now = ports.clock.now();
  const title = titleOf(workflow, inputs as never, now);
  const twin = (await openLines(ports)).find((line) => line.workflow === workflow.id && line.title === title);
  if (twin === undefined) return undefined;
  const calendar = calendarFor(ports.catalogue, workflow.calendar, now);
  return { title, href: runUrl(ports, twin.run), since: shortMoment(shownDate(twin.started, zone, calendar, now)) };
};

const CROWDED_TOLD = 5;

const hoursOf = async (ports: Ports, plan: Plan, people: Read['people']): Promise<readonly string[]> => {
  const words = PAGE_WORDS.start;
  const crowded = await crowdedBy(ports, plan, people);
  if (crowded.length === 0) return [words.roomy];
  const told = crowded.slice(0, CROWDED_TOLD).map(({ person, week, isThisWeek }) => {
    const { hours, capacity = 0 } = week;
    return isThisWeek
      ? words.crowdedThisWeek(person.name, hours, capacity)
      : words.crowded(person.name, weekDay(week.week), hours, capacity);
  });
  return crowded.length > told.length ? [...told, words.crowdedMore(crowded.length - told.length)] : told;
};

const start = async (ports: Ports, visit: Visit, sent: Form, read: Read): Promise<HttpResponse> => {
  const { request, reader, workflow } = visit;
  const once = sent.one('once');
  const part = once === '' ? Buffer.from(ports.chance.bytes(12)).toString('base64url') : once;
  const id = runIdFrom(workflow.id, 'form', workflow.id, part);
  const outcome = await requestRun(ports, record, {
    id,
    workflow: workflow.id,
    inputs: read.inputs,
    people: read.people,
    started: { how: 'form', ...actOf(reader, request) },
  });
  if (outcome !== 'requested' && outcome !== 'requested before')
    return form(ports, visit, 409, {
      values: sent.values,
      problems: { '': SAID.start.sentBefore },
    });
  // Asked for anew, so that a page that is loaded again starts nothing again.
  return seeOther(addressWith(placeOf(workflow), { started: id }));
};

/** Who has it now, once the machine has begun. */
const started = async (ports: Ports, visit: Visit, id: string): Promise<HttpResponse> => {
  const { workflow, frame } = visit;
  const requested = await readRun(ports, id);
  const run = requested === undefined ? undefined : await whenOpened(ports, id);
  if (run?.requested.workflow !== workflow.id)
    return html(404, problemPage({ status: 404, title: SAID.request.noRun, frame }));
  const opened = run.opened === undefined ? undefined : run;
  return html(
    200,
    startedPage({
      run: {
        title: opened?.opened.title ?? titleOf(workflow, run.requested.inputs as never, ports.clock.now()),
        url: runUrl(ports, id),
      },
      first: opened === undefined ? [] : await firstOf(ports, opened),
      frame,
    }),
  );
};

/** The machine begins a moment later: whoever started it waits that long to see who has it. */
const whenOpened = async (ports: Ports, id: string): Promise<Awaited<ReturnType<typeof readRun>>> => {
  for (let waited = 0; waited < MOST_WAITED_MS; waited += PAUSE_MS) {
    const run = await readRun(ports, id);
    const begun = run?.opened !== undefined && run.openings.size > 0;
    if (begun || run?.finished !== undefined) return run;
    await new Promise((later) => setTimeout(later, PAUSE_MS));
  }
  return readRun(ports, id);
};
const MOST_WAITED_MS = 1_500;
const PAUSE_MS = 50;

const firstOf = async (ports: Ports, run: Run) => {
  const now = ports.clock.now();
  const calendar = calendarFor(ports.catalogue, run.workflow.calendar, now);
  const asked = [...run.openings.values()].filter(({ state, people }) => state === 'open' && people.length > 0);
  const all = asked.map(async (opening) => {
    const step = stepOf(run, opening.step);
    if (step === undefined) return [];
    const title = await titleIn(ports, run, opening);
    const due = opening.due === undefined ? {} : { due: shownDate(opening.due.instant, calendar.zone, calendar, now) };
    return [{ step: step.id, title, who: whoOf(ports, run, step, opening), results: [], ...due }];
  });
  return (await Promise.all(all)).flat();
};

const startRequest = z.strictObject({
  workflow: z.string(),
  inputs: z.record(z.string(), z.json()).default({}),
  people: z.record(z.string(), z.string()).default({}),
  /** The same id again is the same run. */
  id: z.string().min(1).max(200).exactOptional(),
});

const STATUSES = { unknown: 404, wrong: 422, retired: 410, conflict: 409 } as const;

/** `POST /api/runs`: for the command line and other tools of the same house. */
export const startByCommand =
  (ports: Ports) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const body = startRequest.safeParse(parsed(request.body));
    if (!body.success) return json(422, { error: SAID.start.json });
    const started = await startCommanded(ports, { ...body.data, from: request.from });
    if (started.outcome !== 'started') {
      const { outcome, why, problems } = started;
      return json(STATUSES[outcome], { error: why, ...(problems === undefined ? {} : { problems }) });
    }
    const { run, url, again, feasible } = started;
    return json(again ? 200 : 201, { run, url, ...(feasible === undefined ? {} : { feasible }) });
  };

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // What is no JSON fits no schema.
    return undefined;
  }
};
