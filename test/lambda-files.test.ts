/** The files of Lambdas: one a function, and nothing happens when one is imported. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { awsPorts, onFirstCall } from '../functions/lambda/aws-ports.ts';
import { environment, readEnvironment } from '../functions/lambda/environment.ts';
import { FUNCTIONS } from '../statemachines/contract.ts';

const folder = resolve(import.meta.dirname, '../functions');
/** All in one process: hosts it, and is no Lambda. */
const NO_LAMBDA = new Set(['hosted.ts']);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !NO_LAMBDA.has(name));

const told = {
  STAGE: 'test',
  BASE_URL: 'https://runs.example.com',
  SENDER_NAME: 'Runs',
  SENDER_EMAIL: 'runs@example.com',
  HISTORY_TABLE: 'history',
  RECORDS_TABLE: 'records',
  MACHINE_ALIAS: 'arn:aws:states:eu-central-1:123456789012:stateMachine:runsheet-test-{workflow}:live',
  CONFIGURATION_SET: 'runsheet',
  ALARM_GROUP: 'alarms',
  ALARM_ROLE_ARN: 'arn:aws:iam::123456789012:role/alarms',
  ALARM_QUEUE_ARN: 'arn:aws:sqs:eu-central-1:123456789012:alarms',
  ALARM_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/alarms',
  ALARM_DEAD_LETTERS_ARN: 'arn:aws:sqs:eu-central-1:123456789012:dead',
  SECRETS_PATH: '/runsheet/test/',
  CATALOGUE_FILE: 'catalogue.json',
};

describe('there is a file', () => {
  const kebab = (name: string) => name.replaceAll(/(?!^)[A-Z]/g, (sign) => `-${sign}`).toLowerCase();
  test.each(Object.values(FUNCTIONS))('for %s', async (name) => {
    expect(files).toContain(`${kebab(name)}.ts`);
    const file: { handler: unknown } = await import(join(folder, `${kebab(name)}.ts`));
    expect(file.handler).toBeTypeOf('function');
  });
});

test('no function brings along what only reads and checks files: the faults in words, the schemas of files', () => {
  const sources = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'));
  const readers = /language\/(surroundings|yaml-file|faults|schema|read-workflow)\.ts/;
  const brought = sources.filter((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .some((line) => /^import (?!type)/.test(line) && readers.test(line)),
  );
  expect(brought).toEqual([]);
});

test('importing the files reads no environment of ours and opens nothing', async () => {
  /** Notes which names are read while all are imported, and what is open afterwards. */
  const program = `
    const read = new Set();
    process.env = new Proxy(process.env, {
      get: (target, name) => (read.add(String(name)), target[name]),
      has: (target, name) => (read.add(String(name)), name in target),
      ownKeys: (target) => (read.add('*'), Reflect.ownKeys(target)),
    });
    const handlers = [];
    for (const file of process.argv.slice(1)) handlers.push(typeof (await import(file)).handler);
    const open = process.getActiveResourcesInfo().filter((one) => !/^(TTY|Pipe|FS)/.test(one));
    process.stdout.write(JSON.stringify({ handlers, read: [...read], open }));
  `;
  const paths = files.map((file) => join(folder, file));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, ...paths]);
  const { handlers, read, open } = JSON.parse(stdout);
  expect(handlers).toEqual(files.map(() => 'function'));
  expect(open).toEqual([]);
  const ours = new Set([...Object.keys(environment.shape), '*']);
  // By these Powertools tells AWS in each call of the SDK that it is used.
  const telling = new Set(['AWS_EXECUTION_ENV', 'AWS_SDK_UA_APP_ID']);
  // What the SDK asks of Lambda itself is its own affair; a Region or credentials would be read for a client.
  const early = read.filter((name: string) => !telling.has(name) && (ours.has(name) || /^AWS_(?!LAMBDA_)/.test(name)));
  expect(early).toEqual([]);
});

describe('a first call', () => {
  const made: string[] = [];
  afterAll(async () => {
    for (const path of made) await rm(path, { recursive: true });
  });

  test('says what is missing in the environment, and the next one says it again', async () => {
    const { handler } = await import('../functions/open-run.ts');
    for (const _ of [1, 2]) {
      await expect(handler({ contract: 1, run: 'spring' })).rejects.toMatchObject({
        name: 'WrongEnvironment',
        message: `missing or wrong in the environment: ${Object.keys(told).join(', ')}`,
      });
    }
  });

  test('makes the ports, and what is sent is looked at', async () => {
    const path = await mkdtemp(join(tmpdir(), 'runsheet-'));
    made.push(path);
    const catalogue = join(path, 'catalogue.json');
    await writeFile(catalogue, '{"workflows":{},"team":{"people":[],"roles":{}},"calendars":{},"hooks":{}}');
    const before = { ...process.env };
    Object.assign(process.env, { ...told, CATALOGUE_FILE: catalogue, AWS_REGION: 'eu-central-1' });
    try {
      const { handler } = await import('../functions/close-run.ts');
      await expect(handler({ contract: 1, run: 'spring' })).rejects.toMatchObject({
        name: 'BadPayload',
        message: 'close-run was sent what it does not take: outcome (invalid_value)',
      });
    } finally {
      process.env = before;
    }
  });

  test('that fails leaves nothing behind', () => {
    let calls = 0;
    const make = onFirstCall(() => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return calls;
    });
    expect(make).toThrow('not yet');
    expect([make(), make()]).toEqual([2, 2]);
  });
});

describe('the environment', () => {
  test('is what the stack says, and reminders are gathered for five minutes', () => {
    expect(readEnvironment({ ...told, OTHER: 'x' })).toEqual({ ...told, GATHER_SECONDS: 300 });
    expect(readEnvironment({ ...told, GATHER_SECONDS: '60' }).GATHER_SECONDS).toBe(60);
  });

  test.each([
    ['BASE_URL', 'https://runs.example.com/'],
    ['BASE_URL', 'runs.example.com'],
    ['SENDER_EMAIL', 'secret'],
    ['MACHINE_ALIAS', 'arn:aws:states:eu-central-1:123456789012:stateMachine:one:live'],
    ['ALARM_ROLE_ARN', 'alarms'],
    ['GATHER_SECONDS', 'soon'],
    ['HISTORY_TABLE', ''],
  ])('is refused with a wrong %s, whose value is not told: %j', (name, value) => {
    expect(() => readEnvironment({ ...told, [name]: value })).toThrow(
      expect.objectContaining({ name: 'WrongEnvironment', message: `missing or wrong in the environment: ${name}` }),
    );
  });

  test('becomes settings', () => {
    const catalogue = { workflows: new Map(), team: {} as never, calendars: {}, hooks: {} };
    const { settings } = awsPorts(readEnvironment(told), {
      secrets: { live: async () => [], anew: async () => [] },
      catalogue,
    });
    expect(settings).toEqual({
      base_url: 'https://runs.example.com',
      sender: { name: 'Runs', email: 'runs@example.com' },
      stage: 'test',
      gather_seconds: 300,
      secure_cookies: true,
      wary_of_robots: true,
      slows_down: true,
      keeps_board: true,
      sign_in: 'mail',
    });
  });
});
