/** A deployment while runs are parked: who has begun goes on as it began, who begins takes what is new. */
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, inject, test } from 'vitest';
import { deploy, STAGE } from './support/deployment.ts';
import { ACCOUNT } from './support/emulator.ts';
import { lookFromOutside, until } from './support/outside.ts';

const ANN = 'ann@example.com';
const ED = 'ed@example.com';
const LEA = 'lea@example.com';

test('runs that are parked finish as they began, new ones take the new version, a retired workflow starts no more', async () => {
  const where = inject('emulated');
  const outside = await lookFromOutside(where);
  const begin = async (source: string, topic: string): Promise<string> => {
    const given = { topic, deadline: '2030-01-01T12:00' };
    const answer = await outside.hook(source, `msg_${topic.replaceAll(' ', '-')}`, given);
    expect(answer.status, answer.body).toBe(202);
    return JSON.parse(answer.body).run as string;
  };
  const says = async (to: string, words: readonly string[], form: object): Promise<void> =>
    expect((await outside.answer(await outside.mail(to, ...words), form)).status, words.join(' ')).toBe(200);
  const succeeded = (workflow: string, run: string) =>
    until('the end of the machine', async () => {
      const executionArn = `arn:aws:states:${where.environment.AWS_REGION}:${ACCOUNT}:execution:runsheet-${STAGE}-${workflow}:${run}`;
      const { status } = await outside.sfn.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'SUCCEEDED' ? true : undefined;
    });
  const draft = { decision: 'done', draft: 'https://docs.example.com/1' };

  const old = await begin('brief', 'Before');
  const chore = await begin('chore', 'Retiring');
  const parked = await outside.mail(ANN, 'Write it', 'Before');
  const chores = await outside.mail(ANN, 'Do it', 'Retiring');

  const folder = join(where.folder, 'changed');
  cpSync(where.workflows, folder, { recursive: true });
  const workflows = join(folder, 'workflows');
  const article = readFileSync(join(workflows, 'article.yaml'), 'utf8');
  // Nobody approves any more, and somebody announces instead.
  const [steps, rest] = article.split('  - step: approve-draft');
  const publish = rest?.slice(rest.indexOf('  - step: publish')) ?? '';
  const announce = publish.replace('step: publish', 'step: announce').replace('Publish it', 'Announce it');
  writeFileSync(join(workflows, 'article.yaml'), `${steps}${publish}\n${announce}`);
  mkdirSync(join(workflows, 'retired'));
  renameSync(join(workflows, 'chore.yaml'), join(workflows, 'retired', 'chore.yaml'));
  await deploy(where, folder);

  const fresh = await begin('brief', 'After');
  await says(ANN, ['Write it', 'After'], draft);
  await says(ANN, ['Publish it', 'After'], { decision: 'done' });
  await says(ANN, ['Announce it', 'After'], { decision: 'done' });
  await succeeded('article', fresh);

  expect((await outside.answer(parked, draft)).status).toBe(200);
  await says(ED, ['Approve it', 'Before'], { decision: 'approve' });
  await says(ANN, ['Publish it', 'Before'], { decision: 'done' });
  await outside.mail(LEA, 'Finished – Before');
  await succeeded('article', old);
  expect((await outside.story(old)).filter((event) => event.includes('announce'))).toEqual([]);

  // The hook of a retired workflow is gone; its run goes on.
  const refused = await outside.hook('chore', 'msg_Too-late', { topic: 'Too late', deadline: '2030-01-01T12:00' });
  expect(refused.status).toBe(410);
  expect((await outside.answer(chores, { decision: 'done' })).status).toBe(200);
  await succeeded('chore', chore);
});
