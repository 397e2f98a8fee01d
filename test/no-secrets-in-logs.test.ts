/**
 * Whatever is logged while tests run is looked through (support/nothing-secret-logged.ts), in this file as in all
 * others. Here it is shown that what should not be there is found.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { memoryRecords } from '../functions/adapters/local/memory-records.ts';
import { askForCode } from '../functions/core/codes.ts';
import { issueLink } from '../functions/core/links.ts';
import { jsonLog } from '../functions/lambda/json-log.ts';
import { lambdaLog } from '../functions/lambda/lambda-log.ts';
import { taskStack } from '../functions/lambda/task-stack.ts';
import { payloads } from '../statemachines/contract.ts';
import { leaks, watch } from './support/leaks.ts';
import { beginJourney, codeIn, hiddenIn, keepSecret, linkIn, seeded } from './support/sandbox-journey.ts';

const clock = { now: () => '2027-01-04T16:00:00.000Z' };
const ports = () => ({
  clock,
  records: memoryRecords(clock),
  chance: seeded('leaks'),
  secrets: { live: async () => ['key'], anew: async () => ['key'] },
  settings: {
    base_url: 'https://runsheet.example.com',
    sender: { name: 'Runsheet', email: 'runsheet@example.com' },
    stage: 'test',
    gather_seconds: 60,
    secure_cookies: true,
    wary_of_robots: true,
    slows_down: true,
    keeps_board: true,
    sign_in: 'mail' as const,
  },
});
const target = { run: 'spring', step: 'review', round: 1, person: 'anna' };
const log = jsonLog({ ...clock, write: () => {} });
const found = (): readonly string[] => leaks.splice(0);

it('finds a code, which looks like any other number, wherever it is logged', async () => {
  const asked = await askForCode(ports(), { link: 'link', person: 'anna' });
  const code = asked.outcome === 'made' ? asked.code : '';
  expect(code).toMatch(/^\d{6}$/);
  log.info('it is 999999 now');
  expect(found()).toEqual([]);
  log.info(`the code is ${code}`);
  log.warn('a code was wrong', { code });
  log.error('it failed', new Error('outer', { cause: new Error(`not ${code}`) }));
  expect(found()).toHaveLength(3);
});

it('finds a link, whole or only its token, should it no longer be taken out', async () => {
  const url = await issueLink(ports(), target);
  const token = url.slice(url.lastIndexOf('/') + 1);
  log.info(`sent ${url}`, { link: token });
  expect(found(), 'taken out').toEqual([]);
  watch(`sent ${url}`);
  expect(found()).toEqual([`a full address: sent ${url}`, `what was issued: sent ${url}`]);
  watch(`{"link":"${token}"}`);
  expect(found()).toEqual([`what was issued: {"link":"${token}"}`]);
  watch(`GET /a/${token.slice(0, 12)} 200`);
  expect(found()).toHaveLength(1);
});

it('finds the token of a task that a Lambda was called with', async () => {
  const token = 'aaaabbbbccccddddeeee';
  const handler = taskStack({
    name: 'open-step',
    schema: payloads.OpenStep,
    handle: async () => log.info('opened', { token }),
    log: lambdaLog({ clock, stage: 'test' }),
  });
  await handler({ contract: 1, run: 'spring', step: 'publish', round: 1, token });
  expect(found()).toEqual([expect.stringMatching(/^what was issued: .*"what":"opened"/)]);
});

it('finds what has the form of a token, though nobody is known to have issued it', () => {
  for (const line of [
    `device ${'aB3'.repeat(14)}`,
    `execution ${'0123456789abcdef'.repeat(2)}`,
    'POST /hooks/typeform/abc 202',
    'see http://localhost:8080/runs/spring',
  ]) {
    watch(line);
    expect(found(), line).toHaveLength(1);
  }
  for (const line of [
    '{"run":"blog-post-2027-03-31-kasia","ms":123456}',
    'at readRun (functions/core/read-run.ts:7:1)',
  ])
    watch(line);
  expect(found()).toEqual([]);
});

it('finds it in what a process of its own says', async () => {
  const script = `process.stderr.write('mailed http://localhost:8080/a/${'x'.repeat(43)}\\n')`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child, 'close');
  expect(found()).toHaveLength(1);
});

it('finds what the sandbox issues: links, codes, nonces, secrets', async () => {
  const journey = await beginJourney({ mayFail: true });
  await journey.start('blog-post', { topic: 'Pricing', publish: '2027-03-31' }, {}, 'the-one');
  const mail = (await journey.mails()).find(({ lane }) => lane === 'task');
  if (mail === undefined) throw new Error('nobody was mailed');
  const page = await journey.request('GET', linkIn(mail));
  const nonce = hiddenIn(page.body, 'nonce');
  const [secret = ''] = await journey.sandbox.ports.secrets.live('hook-path-content-brief');
  for (const issued of [linkIn(mail).slice('/a/'.length), nonce, secret]) {
    expect(issued.length).toBeGreaterThan(20);
    watch(`{"at":"now","what":"${issued}"}`);
    expect(found(), issued).toHaveLength(1);
  }
  keepSecret(journey, secret);
  expect(codeIn(mail)).toBe('');
  await journey.close();
});
