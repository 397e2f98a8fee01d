/**
 * The workflows of a folder to look at in a browser: picture, plan for one's own dates, procedure, machine.
 *
 * Promises: reads the folder anew at each request, so that an edited file shows at the next look; listens on loopback
 * alone; changes nothing. Hides: HTTP.
 */
import { createServer, type Server } from 'node:http';
import { html, raw } from 'hono/html';
import { drawWorkflow } from '../../statemachines/diagram/draw-workflow.ts';
import { plainTemplate } from '../../statemachines/diagram/wording.ts';
import type { Fault } from '../../statemachines/language/faults.ts';
import { readValues } from '../../statemachines/language/values.ts';
import type { Field } from '../../statemachines/language/workflow.ts';
import { type Library, type LibraryWorkflow, readLibrary } from '../../statemachines/library.ts';
import { procedureOf } from '../../statemachines/procedure.ts';
import { type Plan, planFor } from '../plan-for.ts';
import { readFolder } from '../workflow-folder.ts';
import type { Mounted } from './server.ts';

type Page = ReturnType<typeof html>;
type Answer = { readonly status: number; readonly type: string; readonly body: string };

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
a { color: LinkText; } h1 { line-height: 1.2; }
ul.cards { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
ul.cards li { border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: .5rem; padding: 1rem; }
ul.cards h2 { font-size: 1.1rem; margin: 0; } ul.cards p { margin: .4rem 0 0; }
.muted { opacity: .75; } .late { font-weight: 600; } img { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; min-width: 40rem; }
th, td { text-align: left; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); vertical-align: top; }
form { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; } label { display: grid; gap: .2rem; }
input, select, button { font: inherit; padding: .4rem .6rem; min-height: 2.75rem; }
pre { white-space: pre-wrap; }
`;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The same pages within a sandbox, below `/workflows`; other requests are left to others. */
export const readingRoom =
  (folder: string, now: () => string): Mounted =>
  async ({ method, path, query }) => {
    if ((method !== 'GET' && method !== 'HEAD') || !/^\/workflows(\/[a-z0-9-]+(\.svg|\.md|\.json)?)?$/.test(path))
      return undefined;
    const { status, type, body } = answerTo(new URL(`http://localhost${path}?${query}`), folder, now());
    const headers = [['content-type', `${type}; charset=utf-8`] as const, ...Object.entries(HEADERS)];
    return { status, headers, body };
  };

/** Starts listening on the port, or on the next one that is free. */
export const openReadingRoom = (
  folder: string,
  port: number,
  now: () => string,
): Promise<{ readonly url: string; readonly server: Server }> => {
  const server = createServer((request, response) => {
    let answer: Answer;
    try {
      answer =
        request.method === 'GET' || request.method === 'HEAD'
          ? answerTo(new URL(request.url ?? '/', 'http://localhost'), folder, now())
          : { status: 405, type: 'text/plain', body: 'Only looking is possible here.\n' };
    } catch (problem) {
      answer = { status: 500, type: 'text/plain', body: `The folder cannot be shown: ${(problem as Error).message}\n` };
    }
    response.writeHead(answer.status, {
      'content-type': `${answer.type}; charset=utf-8`,
      ...HEADERS,
    });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  });
  return new Promise((resolve, reject) => {
    let next = port;
    server.on('error', (problem: NodeJS.ErrnoException) => {
      if (problem.code === 'EADDRINUSE' && next < port + 100) server.listen(++next, '127.0.0.1');
      else reject(problem);
    });
    server.on('listening', () => {
      const address = server.address();
      resolve({
        url: `http://localhost:${typeof address === 'object' && address !== null ? address.port : next}/`,
        server,
      });
    });
    server.listen(next, '127.0.0.1');
  });
};

const answerTo = (url: URL, folder: string, now: string): Answer => {
  const sources = readFolder(folder);
  const library = readLibrary(sources, sources.own);
  if (url.pathname === '/' || url.pathname === '/workflows') return page('Workflows', overview(library));
  const [, id = '', form] = /^\/workflows\/([a-z0-9-]+)(\.svg|\.md|\.json)?$/.exec(url.pathname) ?? [];
  const found = library.workflows.get(id);
  const broken = library.faults.filter(({ file }) => new RegExp(`(^|[\\\\/])${id}\\.ya?ml$`).test(file));
  if (found === undefined && id !== '' && broken.length > 0)
    return page(id, html`<p><a href="/workflows">All workflows</a></p><h1>${id} has faults</h1>${faultList(broken)}`);
  if (found === undefined)
    return {
      ...page('Not found', html`<h1>There is no such page</h1><p><a href="/workflows">All workflows</a></p>`),
      status: 404,
    };
  if (form === '.svg')
    return { status: 200, type: 'image/svg+xml', body: drawWorkflow(found.workflow, { roles: library.team.roles }) };
  if (form === '.md') return { status: 200, type: 'text/plain', body: procedureOf(found.workflow, library.team) };
  if (form === '.json')
    return { status: 200, type: 'application/json', body: JSON.stringify(found.compiled.asl, null, 2) };
  return page(found.workflow.title, workflowPage(found, library, url.searchParams, now));
};

const page = (title: string, body: Page): Answer => ({
  status: 200,
  type: 'text/html',
  body: String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · runsheet</title><style>${raw(STYLE)}</style></head>
<body>${body}</body></html>`),
});

const overview = (library: Library): Page => html`
<h1>Workflows</h1>
<ul class="cards">${[...library.workflows.values()].map(
  ({ workflow }) => html`
<li><h2><a href="/workflows/${workflow.id}">${workflow.title}</a></h2><p>${workflow.purpose}</p>
<p class="muted">${workflow.steps.length} steps · ${library.team.roles[workflow.lead] ?? workflow.lead}</p></li>`,
)}</ul>
${faultList(library.faults)}`;

const faultList = (faults: readonly Fault[]): Page | string =>
  faults.length === 0
    ? ''
    : html`<h2>What the checker says</h2><ul>${faults.map((fault) => html`<li><code>${fault.file}:${fault.line}</code> ${fault.severity}: ${fault.message} ${fault.fix}</li>`)}</ul>`;

const workflowPage = ({ workflow }: LibraryWorkflow, library: Library, query: URLSearchParams, now: string): Page => {
  const given = Object.fromEntries(
    Object.entries(workflow.inputs).map(([name, field]) => [
      name,
      field.many === true ? query.getAll(name) : query.get(name),
    ]),
  );
  const { values, problems } = readValues(workflow.inputs, given, { people: library.team.people.map(({ id }) => id) });
  const asked = [...query.keys()].length > 0;
  const plan = planFor(workflow, library, values, now, {});
  return html`
<p><a href="/workflows">All workflows</a></p>
<h1>${workflow.title}</h1><p>${workflow.purpose}</p>
<p><a href="/workflows/${workflow.id}.svg">Picture</a> · <a href="/workflows/${workflow.id}.md">Procedure</a> · <a href="/workflows/${workflow.id}.json">State machine</a></p>
<div class="scroll"><img src="/workflows/${workflow.id}.svg" alt="The steps of ${workflow.title} in their order; the table below says the same."></div>
<h2>Plan</h2>
<form method="get">${Object.entries(workflow.inputs).map(([name, field]) => fieldInput(name, field, query.get(name) ?? '', query.getAll(name)))}<button>Show the plan</button></form>
${asked ? html`<ul>${Object.values(problems).map((problem) => html`<li>${problem}</li>`)}</ul>` : ''}
${'problem' in plan ? html`<p>${plan.sentence}</p>` : planTable(plan)}`;
};

const fieldInput = (name: string, field: Field, value: string, chosen: readonly string[]): Page => {
  const label = html`${field.label}${field.required ? '' : ' (optional)'}`;
  if (field.options !== undefined) {
    return html`<label>${label}<select name="${name}" ${field.many === true ? raw('multiple') : ''}>${field.options.map((option) => html`<option ${chosen.includes(option) ? raw('selected') : ''}>${option}</option>`)}</select></label>`;
  }
  const type =
    { date: 'date', datetime: 'datetime-local', number: 'number', money: 'number', email: 'email', url: 'url' }[
      field.type as 'date'
    ] ?? 'text';
  return html`<label>${label}<input type="${type}" name="${name}" value="${value}"></label>`;
};

const planTable = (plan: Plan): Page => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: plan.zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const shown = (instant: string): string => format.format(new Date(instant));
  return html`<p class="${plan.feasible ? '' : 'late'}">${plan.sentence}</p>
<div class="scroll"><table><thead><tr><th>Step</th><th>Who</th><th>Starts</th><th>Due</th><th>Slack</th><th>Hours</th></tr></thead><tbody>
${plan.steps.map((step) => html`<tr><td>${plainTemplate(step.title)}${step.conditional ? ' (if)' : ''}</td><td>${step.approvers?.map(({ person, role }) => person ?? role).join(', ') ?? step.person ?? step.owner ?? step.type}</td><td>${shown(step.starts)}</td><td>${shown(step.due)}</td><td>${step.late_on_day_one ? 'late on day one' : `${step.slack_workdays} working days`}</td><td>${step.cost.hours === 0 ? '' : step.cost.hours}</td></tr>`)}
</tbody></table></div>
<p class="muted">Times in ${plan.zone}. One run takes ${plan.cost.total.hours} hours of work and costs ${plan.cost.total.money} ${plan.cost.currency}.</p>`;
};
