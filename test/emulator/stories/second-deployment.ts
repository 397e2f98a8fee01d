/** A deployment while runs are parked: who has begun goes on as it began, who begins takes what is new. */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { type Form, LATER } from '../support/outside.ts';
import { chore, wellSaid } from './operating.ts';

const ANN = 'ann@example.com';
const ED = 'ed@example.com';
const LEA = 'lea@example.com';

export const tellOfSecondDeployment = (stack: () => DeployedStack): void => {
  test('runs that are parked finish as they began, new ones take the new version, a retired workflow starts no more', async () => {
    const { outside, emulator, deploy, workflows: before } = stack();
    const says = async (to: string, words: readonly string[], form: Form): Promise<void> =>
      expect((await outside.answer(await outside.mail(to, ...words), form)).status, words.join(' ')).toBe(200);
    const succeeded = async (workflow: string, run: string): Promise<void> =>
      expect(await outside.endOf(workflow, run)).toBe('SUCCEEDED');
    const draft = { decision: 'done', draft: 'https://docs.example.com/1' };

    const old = await outside.begin('brief', 'Before', LATER);
    const retiring = await outside.begin('chore', 'Retiring', LATER);
    const errand = await outside.begin('errand', 'Removed', LATER);
    // Somebody who has done something, and leaves.
    const line = [...chore('Farewell'), '--assign', 'writer=nora', '--json'];
    const last = JSON.parse(await wellSaid(outside.runsheet('start', ...line))) as { run: string };
    await says('nora@example.com', ['Do it', 'Farewell'], { decision: 'done', comment: 'Bye. Nora Nilsen' });
    await succeeded('chore', last.run);
    const parked = await outside.mail(ANN, 'Write it', 'Before');
    const chores = await outside.mail(ANN, 'Do it', 'Retiring');
    const errands = await outside.mail(ANN, 'Fetch it', 'Removed');

    const folder = join(emulator.folder, 'changed');
    cpSync(before, folder, { recursive: true });
    const workflows = join(folder, 'workflows');
    const article = readFileSync(join(workflows, 'article.yaml'), 'utf8');
    // Nobody approves any more, and somebody announces instead.
    const [steps, rest] = article.split('  - step: approve-draft');
    const publish = rest?.slice(rest.indexOf('  - step: publish')) ?? '';
    const announce = publish.replace('step: publish', 'step: announce').replace('Publish it', 'Announce it');
    writeFileSync(join(workflows, 'article.yaml'), `${steps}${publish}\n${announce}`);
    mkdirSync(join(workflows, 'retired'));
    renameSync(join(workflows, 'chore.yaml'), join(workflows, 'retired', 'chore.yaml'));
    // A file that is gone, and not among the retired.
    rmSync(join(workflows, 'errand.yaml'));
    const hooks = readFileSync(join(folder, 'hooks.yaml'), 'utf8');
    writeFileSync(join(folder, 'hooks.yaml'), hooks.replace(/^ {2}errand:\n( {4}.*\n)+/m, ''));
    const team = readFileSync(join(folder, 'team.yaml'), 'utf8');
    writeFileSync(join(folder, 'team.yaml'), team.replace(/^.*nora.*\n/m, ''));
    await deploy(folder);

    const fresh = await outside.begin('brief', 'After', LATER);
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
    const refused = await outside.hook('chore', 'msg_Too-late', { topic: 'Too late', deadline: LATER });
    expect(refused.status).toBe(410);
    expect((await outside.answer(chores, { decision: 'done' })).status).toBe(200);
    await succeeded('chore', retiring);

    // That of one that was removed is as unknown as one that was guessed; its run goes on as well, on a machine that belongs to no stack any more.
    const unknown = await outside.hook('errand', 'msg_Nobody', { topic: 'Nobody', deadline: LATER });
    expect(unknown.status).toBe(401);
    expect((await outside.answer(errands, { decision: 'done' })).status).toBe(200);
    await outside.mail(LEA, 'Finished – Removed');
    await succeeded('errand', errand);
  });
};
