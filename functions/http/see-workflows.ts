/**
 * `/workflows`, `/workflows/{id}`, and of each its procedure, also as Markdown, and its picture as SVG.
 *
 * Promises: numbers come from the newest ended runs alone, however many there are.
 */
import { drawWorkflow } from '../../statemachines/diagram/draw-workflow.ts';
import { allSteps } from '../../statemachines/language/all-steps.ts';
import { readValues } from '../../statemachines/language/values.ts';
import type { Fields, FieldValue, Workflow } from '../../statemachines/language/workflow.ts';
import { addWorkdays } from '../../statemachines/plan/calendar.ts';
import { dayAt, millisOf } from '../../statemachines/plan/wall-time.ts';
import { procedureOf } from '../../statemachines/procedure.ts';
import { plainSpan, plainTemplate, startWords } from '../../statemachines/wording.ts';
import { planOf } from '../core/command-start.ts';
import { calendarFor, shownDate } from '../core/dates.ts';
import { type EndedRun, experienceOf, listEnded, newestEnded, type StepExperience } from '../core/ended-runs.ts';
import { titleOfRole } from '../core/people.ts';
import type { Ports, Published } from '../core/ports.ts';
import type { Reader } from '../core/reader.ts';
import { rolesOf } from '../core/roles.ts';
import type { HttpRequest, HttpResponse } from '../lambda/hosted.ts';
import { inputNameOf } from '../pages/input-name.ts';
import { addressWith, chosenIn, partOf } from '../pages/list-parts.ts';
import { PLACES } from '../pages/page.ts';
import { problemPage } from '../pages/problem-page.ts';
import { shortMoment } from '../pages/shown-dates.ts';
import {
  procedurePage,
  type StepRecord,
  type WorkflowView,
  workflowPage,
  workflowsPage,
} from '../pages/workflow-pages.ts';
import { PAGE_WORDS } from '../words/page-words.ts';
import { csvReply, tableIn, wantsCsv } from './csv.ts';
import { planCsv, planViewOf } from './plan-view.ts';
import { addressOf, frameFor } from './reader.ts';
import { html, safely } from './replies.ts';

const PAST_ON_A_PAGE = 20;
const WORKFLOWS_ON_A_PAGE = 60;

export const seeWorkflows =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const cards = [...ports.catalogue.workflows.values()].map(({ outline: { workflow }, state }) => ({
      id: workflow.id,
      title: workflow.title,
      purpose: workflow.purpose,
      href: hrefOf(workflow),
      lead: titleOfRole(ports, workflow.lead),
      steps: workflow.steps.length,
      retired: state === 'retired',
      ...(state === 'retired' ? {} : { start: startOf(workflow) }),
    }));
    const sorted = cards.toSorted(
      (a, b) => Number(a.retired) - Number(b.retired) || a.title.localeCompare(b.title, 'en'),
    );
    if (wantsCsv(request))
      return csvReply(
        'workflows',
        PAGE_WORDS.workflows.listCsv,
        sorted.map(({ id, title, purpose, lead, steps, retired }) => [
          ...[title, id, purpose, lead, steps],
          retired ? PAGE_WORDS.mine.yes : '',
        ]),
      );
    return html(
      200,
      workflowsPage({
        frame: frameFor(ports, reader, 'workflows', addressOf(request)),
        left_out: ports.catalogue.left_out ?? [],
        workflows: partOf(sorted, {
          path: PLACES.workflows,
          query: chosenIn(request.query, ['from']),
          name: 'from',
          length: WORKFLOWS_ON_A_PAGE,
        }),
      }),
    );
  };

const hrefOf = ({ id }: Workflow): string => `${PLACES.workflows}/${encodeURIComponent(id)}`;
const startOf = ({ id }: Workflow): string => `/start/${encodeURIComponent(id)}`;

export const seeWorkflow =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const [, id = '', form] = /^([a-z0-9-]+)(\.svg|\.md)?$/.exec(request.path.split('/')[2] ?? '') ?? [];
    const published = ports.catalogue.workflows.get(id);
    if (published === undefined) return missing(ports, reader);
    const { workflow } = published.outline;
    if (form === '.svg') return file('image/svg+xml', drawWorkflow(workflow, { roles: ports.catalogue.team.roles }));
    if (form === '.md') return file('text/markdown', procedureOf(workflow, ports.catalogue.team));
    if (wantsCsv(request)) return tableOf(ports, request, reader, workflow);
    return page(ports, request, reader, published);
  };

/** `/workflows/{id}/procedure`. */
export const seeProcedure =
  (ports: Ports) =>
  async (request: HttpRequest, reader: Reader): Promise<HttpResponse> => {
    const published = ports.catalogue.workflows.get(request.path.split('/')[2] ?? '');
    if (published === undefined) return missing(ports, reader);
    const { workflow } = published.outline;
    return html(
      200,
      procedurePage({
        frame: frameFor(ports, reader, 'workflows', request.path),
        workflow: { title: workflow.title, href: hrefOf(workflow) },
        text: procedureOf(workflow, ports.catalogue.team).replace(/^# .*\n/, ''),
        ...(published.state === 'retired' ? {} : { start: startOf(workflow) }),
      }),
    );
  };

const missing = (ports: Ports, reader: Reader): HttpResponse => {
  const frame = frameFor(ports, reader, 'workflows', PLACES.workflows);
  return html(404, problemPage({ status: 404, title: PAGE_WORDS.workflows.none, frame }));
};

const file = (type: string, body: string): HttpResponse =>
  safely({ status: 200, headers: [['content-type', `${type}; charset=utf-8`]], body });

const page = async (
  ports: Ports,
  request: HttpRequest,
  reader: Reader,
  { outline: { workflow }, state }: Published,
): Promise<HttpResponse> => {
  const query = new URLSearchParams(request.query);
  const after = query.get('after') ?? undefined;
  const [ended, past] = await Promise.all([
    newestEnded(ports, workflow.id),
    listEnded(ports, workflow.id, { limit: PAST_ON_A_PAGE, ...(after === undefined ? {} : { after }) }),
  ]);
  const href = hrefOf(workflow);
  return html(
    200,
    workflowPage({
      frame: frameFor(ports, reader, 'workflows', addressOf(request)),
      workflow,
      href,
      ...(state === 'retired' ? {} : { start: startOf(workflow) }),
      open: addressWith(PLACES.board, { workflow: workflow.id }),
      facts: factsOf(ports, workflow),
      roles: holdersOf(ports, workflow).map(({ role, holders }) => ({
        title: titleOfRole(ports, role),
        leads: role === workflow.lead,
        people: holders.map(({ id, name }) => ({ title: name, href: `${PLACES.team}/${encodeURIComponent(id)}` })),
      })),
      diagram: drawWorkflow(workflow, {
        roles: ports.catalogue.team.roles,
        heading: false,
        width: 1_040,
        idPrefix: 'workflow-',
      }),
      record: recordOf(workflow, ended),
      past: past.runs.map((run) => pastOf(ports, workflow, reader, run)),
      ...(after === undefined ? {} : { first: `${href}#past` }),
      ...(past.next === undefined ? {} : { more: `${addressWith(href, { after: past.next })}#past` }),
      plan: examplePlan(ports, workflow, reader, query),
    }),
  );
};

const holdersOf = (ports: Ports, workflow: Workflow) =>
  rolesOf(workflow).map((role) => ({
    role,
    holders: ports.catalogue.team.people.filter(({ roles }) => roles.includes(role)),
  }));

const factsOf = (ports: Ports, workflow: Workflow): WorkflowView['facts'] => {
  const words = PAGE_WORDS.workflows;
  const { frequency, starts, goals } = workflow;
  return [
    [words.facts.lead, titleOfRole(ports, workflow.lead)],
    ...(frequency === undefined ? [] : [[words.facts.often, words.often(frequency.count, frequency.per)] as const]),
    ...(starts.length === 0
      ? []
      : [[words.facts.starts, starts.map((start) => startWords(start)).join('; ')] as const]),
    ...goals.map(
      ({ kpi, target, unit, serves }) =>
        [words.facts.goal, words.goal(kpi, target.toLocaleString('en-GB'), unit, serves)] as const,
    ),
  ];
};

const pastOf = (ports: Ports, workflow: Workflow, reader: Reader, run: EndedRun): WorkflowView['past'][number] => {
  const now = ports.clock.now();
  const calendar = calendarFor(ports.catalogue, workflow.calendar, now);
  return {
    title: run.title,
    href: `${PLACES.runs}/${encodeURIComponent(run.run)}`,
    outcome: run.outcome,
    ended: shortMoment(shownDate(run.ended, reader.zone, calendar, now)),
    days: run.days,
    ...(run.late === undefined ? {} : { late: run.late }),
  };
};

/** What is worth a look stands out only where there are some runs to tell it from. */
const ENOUGH_RUNS = 3;

const recordOf = (workflow: Workflow, ended: readonly EndedRun[]): WorkflowView['record'] => {
  const { steps, ...rest } = experienceOf(ended);
  const words = PAGE_WORDS.workflows;
  return {
    ...rest,
    steps: allSteps(workflow.steps).flatMap(({ step }): StepRecord[] => {
      const one = steps.get(step.id);
      if (one === undefined) return [];
      const span = step.takes === undefined ? undefined : plainSpan(step.takes);
      return [
        {
          title: plainTemplate(step.title),
          planned: words.given(step.effort, span),
          ...one,
          remarks: remarksOn(one, step.effort),
        },
      ];
    }),
  };
};

/** The three usual causes (R68) as far as numbers show them: chronic lateness, an estimate too short, work done again. */
const remarksOn = (one: StepExperience, effort: number | undefined): readonly string[] => {
  if (one.runs < ENOUGH_RUNS) return [];
  const words = PAGE_WORDS.workflows.remarks;
  const ratio = effort === undefined || one.hours === undefined ? 1 : Math.round((10 * one.hours) / effort) / 10;
  return [
    ...(one.late_runs * 2 > one.dated_runs ? [words.late] : []),
    ...(ratio >= 1.5 ? [words.effort(ratio)] : []),
    ...(one.rounds >= 1.5 ? [words.rounds] : []),
  ];
};

/** The dates that a plan hangs on. */
const dateInputs = (workflow: Workflow): Fields => {
  const needed = new Set(
    allSteps(workflow.steps).flatMap(({ step }) =>
      [step.due, step.type === 'wait' ? step.until : undefined].flatMap((moment) =>
        moment?.reference.kind === 'input' ? [moment.reference.name] : [],
      ),
    ),
  );
  return Object.fromEntries(Object.entries(workflow.inputs).filter(([name]) => needed.has(name)));
};

type Values = { readonly [name: string]: FieldValue };

/** Where nobody has said which day: the first on which all can be in time. */
const examplePlan = (
  ports: Ports,
  workflow: Workflow,
  reader: Reader,
  query: URLSearchParams,
): WorkflowView['plan'] => {
  const inputs = dateInputs(workflow);
  const given = Object.fromEntries(Object.keys(inputs).map((name) => [name, query.get(inputNameOf(name)) ?? '']));
  const asked = Object.values(given).some((value) => value !== '');
  const { values, problems } = asked
    ? readValues(inputs, given, { people: [] })
    : { values: proposed(ports, workflow, inputs), problems: {} };
  const shown = asked ? given : values;
  return {
    ...planViewOf(ports, workflow, planOf(ports, workflow, { inputs: values, people: {} }), reader.zone),
    inputs,
    values: Object.fromEntries(Object.entries(shown).map(([name, value]) => [inputNameOf(name), String(value)])),
    problems: Object.fromEntries(Object.entries(problems).map(([name, problem]) => [inputNameOf(name), problem])),
  };
};

const proposed = (ports: Ports, workflow: Workflow, inputs: Fields): Values => {
  const now = ports.clock.now();
  const calendar = calendarFor(ports.catalogue, workflow.calendar, now);
  const today = dayAt(millisOf(now), calendar.zone);
  const on = (day: string): Values =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, { type }]) => [
        name,
        type === 'datetime' ? `${day.slice(0, 10)}T10:00` : day.slice(0, 10),
      ]),
    );
  const soon = on(addWorkdays(calendar, today, 1) ?? today);
  const plan = planOf(ports, workflow, { inputs: soon, people: {} });
  return 'problem' in plan || plan.earliest_anchor === undefined ? soon : on(plan.earliest_anchor);
};

/** The tables of the page by their names; unnamed, how it has gone. */
const tableOf = (
  ports: Ports,
  request: HttpRequest,
  reader: Reader,
  workflow: Workflow,
): HttpResponse | Promise<HttpResponse> => {
  switch (tableIn(request)) {
    case 'plan':
      return planCsv(workflow.id, examplePlan(ports, workflow, reader, new URLSearchParams(request.query)));
    case 'roles':
      return rolesCsv(ports, workflow);
    case 'past':
      return pastCsv(ports, workflow);
    default:
      return recordCsv(ports, workflow);
  }
};

const rolesCsv = (ports: Ports, workflow: Workflow): HttpResponse => {
  const words = PAGE_WORDS.workflows;
  return csvReply(
    `roles-${workflow.id}`,
    [...Object.values(words.roleColumns), ''],
    holdersOf(ports, workflow).map(({ role, holders }) => [
      titleOfRole(ports, role),
      holders.map(({ name }) => name).join('; '),
      role === workflow.lead ? words.leads : '',
    ]),
  );
};

/** All of them, however many the page shows. */
const pastCsv = async (ports: Ports, workflow: Workflow): Promise<HttpResponse> =>
  csvReply(
    `runs-${workflow.id}`,
    PAGE_WORDS.workflows.pastCsv,
    (await newestEnded(ports, workflow.id, Number.POSITIVE_INFINITY)).map(
      ({ title, run, outcome, started, ended, days, late }) => [title, run, outcome, started, ended, days, late],
    ),
  );

const recordCsv = async (ports: Ports, workflow: Workflow): Promise<HttpResponse> => {
  const { steps } = experienceOf(await newestEnded(ports, workflow.id));
  return csvReply(
    `workflow-${workflow.id}`,
    PAGE_WORDS.workflows.recordCsv,
    allSteps(workflow.steps).flatMap(({ step }) => {
      const one = steps.get(step.id);
      return one === undefined
        ? []
        : [
            [
              plainTemplate(step.title),
              step.id,
              step.effort,
              one.runs,
              one.days,
              one.hours,
              one.late,
              one.late_runs,
              one.dated_runs,
              one.rounds,
              one.most_rounds,
            ],
          ];
    }),
  );
};
