/** The deployed stack as it is seen from outside: its addresses, the mails that it sends, and a hand that answers them. */
import { request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { dynamoHistory } from '../../../functions/adapters/aws/dynamo-history.ts';
import type { RunEvent } from '../../../functions/core/events.ts';
import { PROVIDERS } from '../../../functions/core/webhooks/providers.ts';
import { signatureHeaders } from '../../../functions/core/webhooks/sign-delivery.ts';
import { clientOf, STAGE, sfnAt } from './deployment.ts';
import { ACCOUNT, type Emulator } from './emulator.ts';

export type Mail = { readonly to: string; readonly subject: string; readonly text: string };
export type Answer = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
};
type Where = Pick<Emulator, 'endpoint' | 'environment'>;

/** A deadline that nobody comes to, as near as a run may last. */
export const LATER = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 16);

export const HOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const lookFromOutside = async (where: Where) => {
  const { endpoint } = where;
  const ssm = new SSMClient(clientOf(where));
  const dynamo = new DynamoDBClient(clientOf(where));
  const sfn = sfnAt(where);
  const scheduler = new SchedulerClient(clientOf(where));
  const host = await apiHost(endpoint);

  const request = (
    method: string,
    path: string,
    body = '',
    headers: { [name: string]: string } = {},
  ): Promise<Answer> =>
    new Promise((done, failed) => {
      const { hostname, port } = new URL(endpoint);
      const asked = httpRequest(
        { hostname, port, method, path, headers: { ...headers, host, 'content-length': Buffer.byteLength(body) } },
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

  const cookies = new Map<string, string>();
  /** A person does one thing after the other: codes of two links in one mailbox would be mixed up. */
  const busy = new Map<string, Promise<unknown>>();
  const inTurn = async (from: Mail, act: () => Promise<Answer>): Promise<Answer> => {
    const turn = (busy.get(from.to) ?? Promise.resolve()).catch(() => undefined).then(act);
    busy.set(from.to, turn);
    return turn;
  };
  const post = async (from: Mail, path: string, form: object): Promise<Answer> => {
    const jar = cookies.get(from.to);
    const send = (fields: object) =>
      request('POST', path, new URLSearchParams(fields as { [name: string]: string }).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'text/html',
        ...(jar === undefined ? {} : { cookie: jar }),
      });
    const codes = (await mails(from.to)).filter((one) => codeIn(one) !== undefined).length;
    let answer = await send(form);
    if (answer.body.includes('name="code"')) {
      const code = await until('a code', async () => {
        const sent = (await mails(from.to)).filter((one) => codeIn(one) !== undefined);
        return sent.length > codes ? codeIn(sent.at(-1) as Mail) : undefined;
      });
      answer = await send({ ...form, nonce: hiddenIn(answer.body, 'nonce'), code });
    }
    const set = [answer.headers['set-cookie'] ?? []].flat()[0]?.split(';')[0];
    if (set !== undefined) cookies.set(from.to, set);
    return answer;
  };

  const open = async (from: Mail): Promise<Answer> => request('GET', linkIn(from), '', { accept: 'text/html' });

  const dynamoTable = async (): Promise<string> => {
    const { TableNames = [] } = await dynamo.send(new ListTablesCommand({}));
    const table = TableNames.find((name) => name.startsWith(`runsheet-${STAGE}-KeptHistory`));
    if (table === undefined) throw new Error(`no table of the history among ${TableNames.join(', ')}`);
    return table;
  };
  const history = dynamoHistory({ client: dynamo, table: await dynamoTable() });

  /** What a hook of a source says when it is called, signed as Standard Webhooks. */
  const hook = async (source: string, id: string, data: object): Promise<Answer> => {
    const [pathSecret] = await secret(ssm, `hook-path-${source}`);
    const path = `/hooks/${source}/${pathSecret}`;
    const body = JSON.stringify({ data });
    const headers = signatureHeaders(
      PROVIDERS['standard-webhooks'],
      { method: 'POST', publicUrl: `${endpoint}${path}`, body: Buffer.from(body) },
      { secrets: [HOOK_SECRET], now: Date.now(), id },
    );
    return request('POST', path, body, { 'content-type': 'application/json', ...Object.fromEntries(headers) });
  };
  const executionOf = (workflow: string, run: string): string =>
    `arn:aws:states:${where.environment.AWS_REGION}:${ACCOUNT}:execution:runsheet-${STAGE}-${workflow}:${run}`;

  return {
    sfn,
    request,
    mails,
    mail,
    open,
    post,
    /** Expressions of all schedules that there are. */
    schedules: async (): Promise<readonly string[]> => {
      const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
      const all = await Promise.all(
        Schedules.map(({ Name, GroupName }) => scheduler.send(new GetScheduleCommand({ Name, GroupName }))),
      );
      return all.map(({ ScheduleExpression }) => ScheduleExpression ?? '');
    },
    /** Opens the link of a mail and sends its form, with the code if one is asked for. */
    answer: (from: Mail, form: object): Promise<Answer> =>
      inTurn(from, async () => {
        const page = await open(from);
        expect(page.status, page.body.slice(0, 300)).toBe(200);
        const nonce = hiddenIn(page.body, 'nonce');
        return post(from, linkIn(from), { nonce, content: hiddenIn(page.body, 'content'), ...form });
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
    putSecret: async (name: string, value: string): Promise<void> => {
      const Name = `/runsheet/${STAGE}/${name}`;
      await ssm.send(new PutParameterCommand({ Name, Value: value, Type: 'SecureString', Overwrite: true }));
    },
    secret: (name: string) => secret(ssm, name),
    /** Calls a function as AWS would. */
    invoke: async (entry: string, event: unknown): Promise<{ readonly failed: boolean; readonly said: unknown }> => {
      const path = `/2015-03-31/functions/runsheet-${STAGE}-${entry}/invocations`;
      const answer = await fetch(`${endpoint}${path}`, { method: 'POST', body: JSON.stringify(event) });
      return { failed: answer.headers.has('x-amz-function-error'), said: await answer.json() };
    },
    /** Changes the environment of a function; what comes back puts it as it was. */
    reconfigure: async (entry: string, change: { readonly [name: string]: string }): Promise<() => Promise<void>> => {
      const path = `${endpoint}/2015-03-31/functions/runsheet-${STAGE}-${entry}/configuration`;
      const { Environment } = (await (await fetch(path)).json()) as { Environment: { Variables: object } };
      const put = async (Variables: object): Promise<void> => {
        const answer = await fetch(path, { method: 'PUT', body: JSON.stringify({ Environment: { Variables } }) });
        expect(answer.ok, await answer.text()).toBe(true);
      };
      await put({ ...Environment.Variables, ...change });
      return () => put(Environment.Variables);
    },
    story: async (run: string): Promise<readonly string[]> =>
      (await history.read(run)).map(({ event }) => inWords(event as never as RunEvent)),
    until,
  };
};
export type Outside = Awaited<ReturnType<typeof lookFromOutside>>;

const apiHost = async (endpoint: string): Promise<string> => {
  const { items } = (await (await fetch(`${endpoint}/v2/apis`)).json()) as {
    items: readonly { apiEndpoint: string; name: string }[];
  };
  const api = items.find(({ name }) => name === `runsheet-${STAGE}`);
  if (api === undefined) throw new Error('there is no HTTP API');
  return new URL(api.apiEndpoint).host;
};

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
