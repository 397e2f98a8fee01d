/**
 * The deployed stack as it is seen from outside: its addresses, the mails that it sends, a hand that answers them, and
 * the commands of those who operate it.
 */
import { request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { dynamoHistory } from '../../../functions/adapters/aws/dynamo-history.ts';
import type { RunEvent } from '../../../functions/core/events.ts';
import { PROVIDERS } from '../../../functions/core/webhooks/providers.ts';
import { signatureHeaders } from '../../../functions/core/webhooks/sign-delivery.ts';
import { runsheetAt, type Said } from './commands.ts';
import { clientOf, STAGE, sfnAt } from './deployment.ts';
import { ACCOUNT, type Emulator } from './emulator.ts';

export type Mail = { readonly to: string; readonly subject: string; readonly text: string };
export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
};
type Where = Pick<Emulator, 'endpoint' | 'environment'>;
export type Form = { readonly [name: string]: unknown };

/** One that keeps the cookies that it is given. */
export type Browser = {
  readonly cookies: ReadonlyMap<string, string>;
  readonly see: (path: string) => Promise<Answer>;
  readonly send: (path: string, form: Form) => Promise<Answer>;
};

/** A deadline that nobody comes to, as near as a run may last. */
export const LATER = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 16);

export const HOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** @param base where its HTTP API is reached. */
export const lookFromOutside = async (where: Where, base: string) => {
  const { endpoint } = where;
  const ssm = new SSMClient(clientOf(where));
  const dynamo = new DynamoDBClient(clientOf(where));
  const sfn = sfnAt(where);
  const scheduler = new SchedulerClient(clientOf(where));

  const request = (
    method: string,
    path: string,
    body = '',
    headers: { [name: string]: string } = {},
  ): Promise<Answer> =>
    new Promise((done, failed) => {
      const { hostname, port } = new URL(base);
      const asked = httpRequest(
        { hostname, port, method, path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            done({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts).toString('utf8'),
            }),
          );
        },
      );
      asked.on('error', failed);
      asked.end(body);
    });

  const mails = async (to?: string): Promise<readonly Mail[]> => {
    const answer = await fetch(`${endpoint}/_ministack/ses/messages`);
    const { messages } = (await answer.json()) as {
      messages: { [account: string]: readonly { To: string[]; Subject: string; BodyText: string }[] };
    };
    return Object.values(messages)
      .flat()
      .map(({ To, Subject, BodyText }) => ({
        to: /<(.+)>/.exec(To.join(', '))?.[1] ?? To.join(', '),
        subject: decoded(Subject),
        text: BodyText,
      }))
      .filter((mail) => to === undefined || mail.to === to);
  };

  /** The newest mail to somebody with these words in its subject, once it is there. */
  const mail = async (to: string, ...words: readonly string[]): Promise<Mail> =>
    until(`a mail to ${to} with ${words.join(', ')}`, async () =>
      (await mails(to)).findLast(({ subject }) => words.every((word) => subject.includes(word))),
    );

  /** So many mails to somebody with these words in their subjects, once they are there. */
  const mailsOf = async (count: number, to: string, ...words: readonly string[]): Promise<readonly Mail[]> =>
    until(`${count} mails to ${to} with ${words.join(', ')}`, async () => {
      const found = (await mails(to)).filter(({ subject }) => words.every((word) => subject.includes(word)));
      return found.length >= count ? found : undefined;
    });

  /** @param cookies what it was given before. */
  const browser = (cookies = new Map<string, string>()): Browser => {
    const go = async (
      method: string,
      path: string,
      headers: { [name: string]: string },
      form = '',
    ): Promise<Answer> => {
      const kept = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const with_ = { accept: 'text/html', ...headers, ...(kept === '' ? {} : { cookie: kept }) };
      const answer = await request(method, path, form, with_);
      for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return answer;
    };
    return {
      cookies,
      see: (path) => go('GET', path, {}),
      send: (path, form) =>
        go(
          'POST',
          path,
          { 'content-type': 'application/x-www-form-urlencoded' },
          new URLSearchParams(form as { [name: string]: string }).toString(),
        ),
    };
  };

  /** Where each person reads their mails. */
  const browsers = new Map<string, Browser>();
  const browserOf = (to: string): Browser => {
    const their = browsers.get(to) ?? browser();
    browsers.set(to, their);
    return their;
  };
  /** A person does one thing after the other: codes of two links in one mailbox would be mixed up. */
  const busy = new Map<string, Promise<unknown>>();
  const inTurn = async (from: Mail, act: () => Promise<Answer>): Promise<Answer> => {
    const turn = (busy.get(from.to) ?? Promise.resolve()).catch(() => undefined).then(act);
    busy.set(from.to, turn);
    return turn;
  };
  const codesTo = async (to: string): Promise<readonly string[]> =>
    (await mails(to)).flatMap((one) => codeIn(one) ?? []);
  /** Sends a form, and again with the code that is mailed where one is asked for. */
  const sendBy = async (their: Browser, to: string, path: string, form: Form): Promise<Answer> => {
    const before = (await codesTo(to)).length;
    // As a browser does, once an answer is recorded.
    const follow = (answer: Answer): Promise<Answer> | Answer => {
      const there = String(answer.headers.location ?? '');
      return answer.status === 303 && there.startsWith('/a/') ? their.see(there) : answer;
    };
    const answer = await their.send(path, form);
    if (!answer.body.includes('name="code"')) return follow(answer);
    const code = await until('a code', async () => (await codesTo(to)).slice(before).at(-1));
    return follow(await their.send(path, { ...form, nonce: hiddenIn(answer.body, 'nonce'), code }));
  };
  const post = (from: Mail, path: string, form: Form): Promise<Answer> =>
    sendBy(browserOf(from.to), from.to, path, form);

  const open = async (from: Mail): Promise<Answer> => request('GET', linkIn(from), '', { accept: 'text/html' });

  /** What the form of a page sends by itself. */
  const formOn = ({ status, body }: Answer): Form => {
    expect(status, body.slice(0, 300)).toBe(200);
    return { nonce: hiddenIn(body, 'nonce'), content: hiddenIn(body, 'content') };
  };

  const { TableNames: tables = [] } = await dynamo.send(new ListTablesCommand({}));
  const tableOf = (name: string): string => {
    const table = tables.find((one) => one.startsWith(`runsheet-${STAGE}-Kept${name}`));
    if (table === undefined) throw new Error(`no table Kept${name} among ${tables.join(', ')}`);
    return table;
  };
  const history = dynamoHistory({ client: dynamo, table: tableOf('History') });

  /**
   * What a hook of a source says when it is called, signed as Standard Webhooks.
   * @param by the secret in its address, the newest one when left out, and the one that it is signed by.
   */
  const hook = async (
    source: string,
    id: string,
    data: object,
    by: { readonly path?: string; readonly signedBy?: string | undefined } = {},
  ): Promise<Answer> => {
    const path = `/hooks/${source}/${by.path ?? (await secret(ssm, `hook-path-${source}`))[0]}`;
    const body = JSON.stringify({ data });
    const headers = signatureHeaders(
      PROVIDERS['standard-webhooks'],
      { method: 'POST', publicUrl: `${base}${path}`, body: Buffer.from(body) },
      { secrets: [by.signedBy ?? HOOK_SECRET], now: Date.now(), id },
    );
    return request('POST', path, body, { 'content-type': 'application/json', ...Object.fromEntries(headers) });
  };
  /** Changes the environment of a function; what comes back puts it as it was. */
  const reconfigure = async (entry: string, change: { readonly [name: string]: string }) => {
    const path = `${endpoint}/2015-03-31/functions/runsheet-${STAGE}-${entry}/configuration`;
    const { Environment } = (await (await fetch(path)).json()) as { Environment: { Variables: object } };
    const put = async (Variables: object): Promise<void> => {
      const answer = await fetch(path, { method: 'PUT', body: JSON.stringify({ Environment: { Variables } }) });
      expect(answer.ok, await answer.text()).toBe(true);
    };
    await put({ ...Environment.Variables, ...change });
    return () => put(Environment.Variables);
  };
  const executionOf = (workflow: string, run: string): string =>
    `arn:aws:states:${where.environment.AWS_REGION}:${ACCOUNT}:execution:runsheet-${STAGE}-${workflow}:${run}`;

  return {
    sfn,
    request,
    mails,
    mail,
    mailsOf,
    open,
    formOn,
    post,
    browser,
    sendBy,
    /** A command of those who operate the stage. */
    runsheet: (...words: readonly string[]): Promise<Said> => runsheetAt(where)(...words, '--stage', STAGE),
    /** The same, with something piped into it. */
    runsheetFed: (stdin: string, ...words: readonly string[]): Promise<Said> =>
      runsheetAt(where, stdin)(...words, '--stage', STAGE),
    /** Expressions of all schedules that there are. */
    schedules: async (): Promise<readonly string[]> => {
      const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
      const all = await Promise.all(
        Schedules.map(({ Name, GroupName }) => scheduler.send(new GetScheduleCommand({ Name, GroupName }))),
      );
      return all.map(({ ScheduleExpression }) => ScheduleExpression ?? '');
    },
    /** Opens the link of a mail and sends its form, with the code if one is asked for. */
    answer: (from: Mail, form: Form): Promise<Answer> =>
      inTurn(from, async () => {
        const page = await open(from);
        return post(from, linkIn(from), { ...formOn(page), ...form });
      }),
    hook,
    /** A run of a workflow, by its hook. */
    begin: async (source: string, topic: string, deadline: string): Promise<string> => {
      const answer = await hook(source, `msg_${topic.replaceAll(' ', '-')}`, { topic, deadline });
      expect(answer.status, answer.body).toBe(202);
      return (JSON.parse(answer.body) as { run: string }).run;
    },
    executionOf,
    /** How a machine ends, once it has. */
    endOf: (workflow: string, run: string): Promise<string> =>
      until('the end of the machine', async () => {
        const command = new DescribeExecutionCommand({ executionArn: executionOf(workflow, run) });
        const { status } = await sfn.send(command);
        return status === 'RUNNING' ? undefined : status;
      }),
    secret: (name: string) => secret(ssm, name),
    /** Calls a function as AWS would. */
    invoke: async (entry: string, event: unknown): Promise<{ readonly failed: boolean; readonly said: unknown }> => {
      const path = `/2015-03-31/functions/runsheet-${STAGE}-${entry}/invocations`;
      const answer = await fetch(`${endpoint}${path}`, { method: 'POST', body: JSON.stringify(event) });
      return { failed: answer.headers.has('x-amz-function-error'), said: await answer.json() };
    },
    /** As `invoke`, without waiting for it: it is tried again, and then lies among dead letters. */
    call: async (entry: string, event: unknown): Promise<void> => {
      const path = `/2015-03-31/functions/runsheet-${STAGE}-${entry}/invocations`;
      const headers = { 'x-amz-invocation-type': 'Event' };
      const { status } = await fetch(`${endpoint}${path}`, { method: 'POST', headers, body: JSON.stringify(event) });
      expect(status).toBe(202);
    },
    reconfigure,
    /** Has a function begin anew, with nothing in its memory. */
    forget: async (entry: string): Promise<void> => (await reconfigure(entry, { FORGOTTEN: '1' }))(),
    /** Every item of both tables as text, with what is packed in it unpacked. */
    kept: async (): Promise<readonly string[]> => {
      const all = await Promise.all(
        ['History', 'Records'].map((name) => dynamo.send(new ScanCommand({ TableName: tableOf(name) }))),
      );
      for (const { LastEvaluatedKey } of all) expect(LastEvaluatedKey, 'one page has all of it').toBeUndefined();
      return all.flatMap(({ Items = [] }) => Items.map((item) => withoutPacking(JSON.stringify(item))));
    },
    story: async (run: string): Promise<readonly string[]> =>
      (await history.read(run)).map(({ event }) => inWords(event as never as RunEvent)),
    until,
  };
};
export type Outside = Awaited<ReturnType<typeof lookFromOutside>>;

const secret = async (ssm: SSMClient, name: string): Promise<readonly string[]> => {
  const Name = `/runsheet/${STAGE}/${name}`;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  return JSON.parse(Parameter?.Value ?? '[]') as readonly string[];
};

export const until = async <T>(what: string, look: () => Promise<T | undefined>, seconds = 120): Promise<T> => {
  const late = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > late) throw new Error(`in ${seconds} s there was not ${what}`);
    await setTimeout(200);
  }
};

/** Gzip as base64 begins so, also within a text. */
const withoutPacking = (text: string): string =>
  text.replaceAll(/H4sI[A-Za-z0-9+/]+=*/g, (packed) => gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'));

/** Encoded words of a header (RFC 2047), which the emulator leaves as they are. */
const decoded = (header: string): string =>
  header.replaceAll(/\?=\s+=\?/g, '?==?').replaceAll(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, kind: string, text: string) =>
    kind.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64').toString('utf8')
      : Buffer.from(
          text
            .replaceAll('_', ' ')
            .replaceAll(/=([0-9A-F]{2})/gi, (_sign, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString('utf8'),
  );

export const linkIn = ({ text }: Mail): string => {
  const found = /http:\/\/127\.0\.0\.1:\d+(\/a\/[\w-]+)/.exec(text)?.[1];
  if (found === undefined) throw new Error(`no link in ${text}`);
  return found;
};
const codeIn = ({ text }: Mail): string | undefined => /^\s*(\d{6})\s*$/m.exec(text)?.[1];
export const hiddenIn = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ??
  new RegExp(`value="([^"]*)" name="${name}"`).exec(html)?.[1] ??
  '';

const inWords = (event: RunEvent): string => {
  const { type, step, round, by, decision, outcome } = event as RunEvent & {
    readonly [name: string]: string | number | undefined;
  };
  return [type, step, Number(round) > 1 ? `round ${round}` : undefined, by, decision ?? outcome]
    .filter((one) => one !== undefined)
    .join(' ');
};
