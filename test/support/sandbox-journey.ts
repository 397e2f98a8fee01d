/**
 * A sandbox in memory on a virtual clock, with the real functions and compiled machines, and a hand that clicks: what
 * stories are told with.
 */
import { createHash } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import type { RunEvent } from '../../functions/core/events.ts';
import type { Mailbox, Ports, Settings, Systems } from '../../functions/core/ports.ts';
import { beginSession } from '../../functions/core/sessions.ts';
import { hosted } from '../../functions/hosted.ts';
import type { HttpRequest, HttpResponse } from '../../functions/lambda/hosted.ts';
import { mailWriter } from '../../functions/pages/mail-writer.ts';
import type { Received } from '../../infra/sandbox/inbox.ts';
import { inMemory, type Keeping } from '../../infra/sandbox/keeping.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../infra/sandbox/sandbox.ts';
import { catalogueOf } from '../../infra/sandbox/sandbox-functions.ts';
import { readFolder, SHIPPED } from '../../infra/workflow-folder.ts';
import { type Library, readLibrary, type Sources } from '../../statemachines/library.ts';
import { systemsRefusingAll } from './systems.ts';

let shipped: Library | undefined;
export const shippedLibrary = (): Library => {
  shipped ??= readLibrary(readFolder(SHIPPED));
  return shipped;
};

/** A library of workflows written in a test, with the shipped team and calendars. */
export const libraryWith = (...texts: readonly string[]): Library => libraryWithHooks(undefined, ...texts);

/** @param hooks what stands in hooks.yaml. */
export const libraryWithHooks = (hooks: string | undefined, ...texts: readonly string[]): Library => {
  const folder: Sources = readFolder(SHIPPED);
  const { hooks: _hooks, ...beside } = folder;
  const workflows = texts.map((text) => ({ file: `${/^workflow: (\S+)/m.exec(text)?.[1]}.yaml`, text }));
  const sources = hooks === undefined ? {} : { hooks: { file: 'hooks.yaml', text: hooks } };
  const library = readLibrary({ ...beside, ...sources, workflows });
  const errors = library.faults.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return library;
};

export type Journey = {
  readonly sandbox: Sandbox;
  /** `id`: the same again is the same run. */
  readonly start: (workflow: string, inputs: object, people?: object, id?: string) => Promise<string>;
  readonly request: (method: string, path: string, form?: object, headers?: object) => Promise<HttpResponse>;
  /** A page, as somebody of the team sees it; a form of theirs, with the nonce of the page that it stands on. */
  readonly visit: (person: string, path: string, form?: object) => Promise<HttpResponse>;
  readonly history: (run: string) => Promise<readonly RunEvent[]>;
  readonly mails: (to?: string) => Promise<readonly Received[]>;
  /** The newest mail to somebody whose subject has this in it. */
  readonly mail: (to: string, subject: string) => Promise<Received>;
  /** Opens the link of a mail and sends its form, with the code if one is asked for. */
  readonly answer: (mail: Received, form: object) => Promise<HttpResponse>;
  /** Gives the step behind the link of a mail to somebody else. */
  readonly give: (mail: Received, form: object) => Promise<HttpResponse>;
  /** Opens the page of the run behind the link of a mail, and sends one of the lead's forms. */
  readonly steer: (mail: Received, form: object) => Promise<HttpResponse>;
  /** Runs as tools see them. */
  readonly board: () => Promise<readonly BoardRun[]>;
  /** The history in a few words an event: `step-finished draft by ann: done`. */
  readonly story: (run: string) => Promise<readonly string[]>;
  /** Each mail from the one of this number on: `ada.berg: Generate the idea …`. */
  readonly post: (from?: number) => Promise<readonly string[]>;
  readonly now: () => string;
  readonly to: (instant: string) => Promise<string>;
  readonly advance: (hours: number) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** The path of the one link to us in a mail. */
export const linkIn = ({ text }: Pick<Received, 'text'>): string => {
  const found = /http:\/\/localhost:8080(\/a\/[\w-]+)/.exec(text)?.[1];
  if (found === undefined) throw new Error(`no link in ${text}`);
  return found;
};
/** Where a browser goes next. */
export const locationOf = ({ headers }: Pick<HttpResponse, 'headers'>): string =>
  headers.find(([name]) => name === 'location')?.[1] ?? '';
export const codeIn = ({ text }: Pick<Received, 'text'>): string => /^\s*(\d{6})\s*$/m.exec(text)?.[1] ?? '';
export const hiddenIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ??
  new RegExp(`value="([^"]*)" name="${name}"`).exec(html)?.[1] ??
  '';

export type JourneyOptions = {
  readonly library?: Library;
  readonly start?: string;
  readonly keeping?: Keeping;
  readonly systems?: Systems;
  readonly seed?: string;
  readonly makeHosted?: SandboxOptions['makeHosted'];
  readonly settings?: Partial<Settings>;
  readonly deliver?: Mailbox;
  /** Around what the functions get. */
  readonly around?: (ports: Ports) => Ports;
  /** Whether errors may be logged. Where nothing is made to fail, none may. */
  readonly mayFail?: boolean;
};
export type BoardRun = {
  readonly run: string;
  readonly state: string;
  readonly steps: readonly {
    readonly step: string;
    readonly state: string;
    readonly round: number;
    readonly item?: string;
    readonly owners: readonly string[];
    readonly due: string | null;
  }[];
};

/** Whatever was logged since the last test, and what must not be in it. */
let logged: { readonly line: string; readonly level: string; readonly mayFail: boolean }[] = [];
let begun: { readonly sandbox: Sandbox; readonly secrets: string[] }[] = [];

/** No token, code, secret or full address in any line (L11). Asserted after each test that tells a story. */
const assertNothingSecretLogged = async (): Promise<void> => {
  const [lines, journeys] = [logged, begun];
  [logged, begun] = [[], []];
  const text = lines.map(({ line }) => line).join('\n');
  expect(text).not.toMatch(/\/a\/[\w-]{8,}|\/hooks\/[\w-]+\/[\w-]|https?:\/\/localhost/);
  for (const { sandbox, secrets } of journeys) {
    // A process that was killed on purpose has no mails to look into; the next one on the same store has them.
    for (const mail of await sandbox.inbox.list().catch(() => [])) {
      for (const token of mail.text.match(/(?<=\/a\/)[\w-]+/g) ?? []) expect(text).not.toContain(token);
      if (codeIn(mail) !== '') expect(text).not.toMatch(new RegExp(`\\b${codeIn(mail)}\\b`));
    }
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  expect(lines.filter(({ level, mayFail }) => level === 'error' && !mayFail).map(({ line }) => line)).toEqual([]);
};
// The benchmarks tell stories too, and are no tests.
if (process.env.VITEST !== undefined) afterEach(assertNothingSecretLogged);

/** Is looked for in the logs of this test too. */
export const keepSecret = (journey: Pick<Journey, 'sandbox'>, secret: string): void =>
  void begun.push({ sandbox: journey.sandbox, secrets: [secret] });

export const beginJourney = async (options: JourneyOptions = {}): Promise<Journey> => {
  const library = options.library ?? shippedLibrary();
  const systems = options.systems ?? systemsRefusingAll;
  const sandbox = await openSandbox({
    keeping: options.keeping ?? inMemory(),
    clock: { kind: 'virtual', start: options.start ?? '2027-01-04T08:00:00.000Z' },
    machineOf: (workflow) => library.workflows.get(workflow)?.compiled.asl,
    chance: seeded(options.seed ?? 'journey'),
    settings: {
      base_url: 'http://localhost:8080',
      sender: { name: 'runsheet', email: 'runsheet@example.org' },
      stage: 'test',
      gather_seconds: 0,
      secure_cookies: false,
      wary_of_robots: false,
      slows_down: true,
      keeps_board: true,
      sign_in: 'choose',
      ...options.settings,
    },
    ...(options.deliver === undefined ? {} : { deliver: options.deliver }),
    makeHosted:
      options.makeHosted ??
      ((ports) => {
        const whole: Ports = { ...ports, systems, catalogue: catalogueOf(library), mails: mailWriter() };
        return hosted(options.around?.(whole) ?? whole);
      }),
    writeLog: (line, level) => void logged.push({ line, level, mayFail: options.mayFail === true }),
  });
  begun.push({ sandbox, secrets: [] });
  return journeyIn(sandbox);
};

export const journeyIn = (sandbox: Sandbox): Journey => {
  const cookies = new Map<string, string>();
  const request: Journey['request'] = async (method, path, form, headers = {}) => {
    const body = form === undefined ? '' : new URLSearchParams(pairs(form)).toString();
    const [place = '', query = ''] = path.split('?');
    const asked: HttpRequest = {
      method,
      path: place,
      query,
      headers: [
        ...(form === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded'] as const]),
        ...Object.entries(headers),
      ],
      body: Buffer.from(body),
      from: '127.0.0.1',
    };
    const response = await sandbox.hosted.http(asked);
    await sandbox.time.rest();
    return response;
  };
  const sessions = new Map<string, string>();
  const visit: Journey['visit'] = async (person, path, form) => {
    const session = sessions.get(person) ?? (await beginSession(sandbox.ports, { person, how: 'chosen' }));
    sessions.set(person, session);
    const cookie = { cookie: `runsheet-session=${session}` };
    const page = await request('GET', path, undefined, cookie);
    if (form === undefined) return page;
    return request('POST', path, { nonce: hiddenIn(page.body, 'nonce'), ...form }, cookie);
  };
  const mails: Journey['mails'] = async (to) => {
    await sandbox.time.rest();
    return sandbox.inbox.list(to);
  };
  const history: Journey['history'] = async (run) =>
    (await sandbox.history.read(run)).map(({ event }) => event as never as RunEvent);
  const answer: Journey['answer'] = async (mail, form) => {
    const path = linkIn(mail);
    const cookie = cookies.get(mail.to);
    const headers = cookie === undefined ? {} : { cookie };
    const page = await request('GET', path, undefined, headers);
    const nonce = hiddenIn(page.body, 'nonce');
    const sent = { nonce, content: hiddenIn(page.body, 'content'), ...form };
    return send(mail, path, sent);
  };
  const send = async (mail: Received, path: string, sent: object): Promise<HttpResponse> => {
    const cookie = cookies.get(mail.to);
    const headers = cookie === undefined ? {} : { cookie };
    let response = await request('POST', path, sent, headers);
    if (response.body.includes('name="code"')) {
      const [code] = (await mails(mail.to)).filter((one) => codeIn(one) !== '').slice(-1);
      const again = { ...sent, nonce: hiddenIn(response.body, 'nonce'), code: codeIn(code as Received) };
      response = await request('POST', path, again, headers);
    }
    const set = response.headers.find(([name]) => name === 'set-cookie')?.[1];
    if (set !== undefined) cookies.set(mail.to, set.split(';')[0] ?? '');
    // As a browser does, once an answer is recorded.
    return response.status === 303 ? request('GET', locationOf(response)) : response;
  };
  const board: Journey['board'] = async () => JSON.parse((await request('GET', '/api/runs')).body);
  return {
    sandbox,
    request,
    visit,
    history,
    mails,
    answer,
    board,
    give: async (mail, form) => {
      const path = linkIn(mail);
      const page = await request('GET', path);
      return send(mail, `${path}/give`, { nonce: hiddenIn(page.body, 'nonce'), ...form });
    },
    steer: (mail, form) => answer(mail, { reason: 'It has to be so.', ...form }),
    story: async (run) => (await history(run)).map(inWords),
    post: async (from = 0) => (await mails()).slice(from).map(mailInWords),
    mail: async (to, subject) => {
      const found = (await mails(to)).filter((one) => one.subject.includes(subject)).at(-1);
      if (found === undefined)
        expect.fail(
          `no mail to ${to} with “${subject}” but ${(await mails()).map((one) => `${one.to}: ${one.subject}`).join('\n')}`,
        );
      return found;
    },
    start: async (workflow, inputs, people = {}, id = undefined) => {
      const response = await sandbox.hosted.http({
        method: 'POST',
        path: '/api/runs',
        query: '',
        headers: [['content-type', 'application/json']],
        body: Buffer.from(JSON.stringify({ workflow, inputs, people, id })),
        from: '127.0.0.1',
      });
      await sandbox.time.rest();
      const { run, error } = JSON.parse(response.body) as { run?: string; error?: string };
      if (run === undefined) throw new Error(error);
      return run;
    },
    now: sandbox.time.now,
    to: sandbox.time.to,
    advance: (hours) => sandbox.time.to(new Date(Date.parse(sandbox.time.now()) + hours * 3_600_000).toISOString()),
    close: sandbox.close,
  };
};

export const mailInWords = ({ to, subject }: Pick<Received, 'to' | 'subject'>): string =>
  `${to.split('@')[0]}: ${subject}`;

const inWords = (event: RunEvent): string => {
  const { type, step, item, round, by, decision, outcome, why, kind } = event as RunEvent & {
    readonly [name: string]: string | number | undefined;
  };
  const about = [step, item, Number(round) > 1 ? `round ${round}` : undefined].filter((one) => one !== undefined);
  const rest = [by === undefined ? undefined : `by ${by}`, decision ?? outcome ?? why ?? kind];
  return [type, ...about, ...rest.filter((one) => one !== undefined)].join(' ');
};

const pairs = (form: object): [string, string][] =>
  Object.entries(form).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((one): [string, string] => [name, String(one)])
      : [[name, String(value)] as [string, string]],
  );

/** Bytes that look random and are the same for the same seed. */
export const seeded = (seed: string) => {
  let count = 0;
  return {
    bytes: (length: number): Uint8Array => {
      const parts: Buffer[] = [];
      for (let got = 0; got < length; got += 32) {
        parts.push(createHash('sha256').update(`${seed} ${count}`).digest());
        count += 1;
      }
      return new Uint8Array(Buffer.concat(parts).subarray(0, length));
    },
  };
};
