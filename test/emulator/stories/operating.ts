/** Those who operate the stage, by its commands: `npx runsheet … --stage test`. */
import { expect, test } from 'vitest';
import type { DeployedStack } from '../support/deployed-stack.ts';
import { LATER, linkIn, type Outside } from '../support/outside.ts';

const ANN = 'ann@example.com';
const LEA = 'lea@example.com';

type Finding = { readonly severity: string; readonly code: string };
/** Codes of what the doctor finds. */
export const findingsIn = (json: string): readonly string[] =>
  (JSON.parse(json) as { findings: readonly Finding[] }).findings.map(({ code }) => code);

/** Of a command that goes well, what it prints. */
export const wellSaid = async (called: ReturnType<Outside['runsheet']>): Promise<string> => {
  const { status, stdout, stderr } = await called;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};

export const chore = (topic: string): readonly string[] => [
  'chore',
  '--input',
  `topic=${topic}`,
  '--input',
  `deadline=${LATER}`,
];

export const tellOfOperating = (stack: () => DeployedStack): void => {
  test('the doctor says what is missing before the first deployment, and after it', () => {
    const { before, deployed } = stack().doctor;
    const first = JSON.parse(before.stdout) as { deployed: boolean; seen: readonly string[] };
    expect(first.deployed).toBe(false);
    expect(first.seen).toContain('The stage test is not deployed yet.');
    expect([before.status, findingsIn(before.stdout)]).toEqual([1, ['bootstrap', 'identity']]);
    expect(JSON.parse(deployed.stdout)).toMatchObject({ deployed: true });
    const unsaid = ['brief', 'chore', 'errand', 'notice'].map(() => 'no-secret');
    expect([deployed.status, findingsIn(deployed.stdout)]).toEqual([1, ['dkim', ...unsaid]]);
  });

  test('a run that a command starts is one however often it is said, is listed and shown, and ends by a command', async () => {
    const { outside } = stack();
    const line = ['start', ...chore('Commanded'), '--json'];
    const { run, url } = JSON.parse(await wellSaid(outside.runsheet(...line))) as { run: string; url: string };
    expect(new URL(url).pathname).toBe(`/runs/${run}`);
    const mail = await outside.mail(ANN, 'Do it', 'Commanded');
    const again = outside.runsheet('start', ...chore('Commanded'));
    expect(await wellSaid(again)).toContain(`The run ${run} was started before`);

    const runs = JSON.parse(await wellSaid(outside.runsheet('runs', 'list', '--json'))) as { run: string }[];
    const open = [{ step: 'work', state: 'open', owners: ['ann'] }];
    const listed = { run, workflow: 'chore', state: 'running', steps: open };
    expect(runs.filter((one) => one.run === run)).toMatchObject([listed]);
    const shown = JSON.parse(await wellSaid(outside.runsheet('runs', 'show', run, '--json')));
    expect(shown).toMatchObject({ ...listed, machine: 'running', owes: [] });
    expect((await outside.mails(ANN)).filter(({ subject }) => subject.includes('Commanded'))).toHaveLength(1);
    const redriven = await outside.runsheet('runs', 'redrive', run, '--reason', 'To see it');
    expect(redriven.status).toBe(1);
    expect(redriven.stderr).toContain(`The machine of ${run} is running; there is nothing to try anew.`);

    await wellSaid(outside.runsheet('runs', 'cancel', run, '--reason', 'It is not needed.'));
    await outside.mail(ANN, 'You need not do anything more', 'Commanded');
    expect((await outside.mail(LEA, 'Cancelled', 'Commanded')).text).toContain('It is not needed.');
    expect(await outside.endOf('chore', run)).toBe('SUCCEEDED');
    expect((await outside.open(mail)).status).toBe(410);
    const told = await wellSaid(outside.runsheet('runs', 'show', run));
    expect(told).toContain('chore, cancelled: It is not needed.');
    expect((await outside.story(run)).at(-1)).toBe('run-finished cancelled');
    expect((await outside.runsheet('runs', 'cancel', run, '--reason', 'Again')).status).toBe(1);
  });

  test('a sample of a webhook is taken as from its provider, and what came is run once more by a command', async () => {
    const { outside } = stack();
    const sources = JSON.parse(await wellSaid(outside.runsheet('hooks', 'list', '--show', '--json'))) as {
      source: string;
      url: string;
    }[];
    const [path] = await outside.secret('hook-path-chore');
    expect(sources.map(({ source }) => source)).toEqual(['brief', 'chore', 'errand', 'notice']);
    expect(new URL(sources[1]?.url ?? '').pathname).toBe(`/hooks/chore/${path}`);
    const hidden = await wellSaid(outside.runsheet('hooks', 'list'));
    for (const { url } of sources) expect(hidden).not.toContain(url);

    const [, ...inputs] = chore('Sampled');
    const sent = await wellSaid(outside.runsheet('hooks', 'test', 'chore', ...inputs));
    const run = /^Accepted: the run (\S+) is on its way\.$/m.exec(sent)?.[1] ?? '';
    await outside.mail(ANN, 'Do it', 'Sampled');
    const came = JSON.parse(await wellSaid(outside.runsheet('hooks', 'list', 'chore', '--json'))) as {
      id: string;
      run: string;
    }[];
    const id = came.find((one) => one.run === run)?.id ?? '';
    const replayed = /The run (\S+) is/.exec(await wellSaid(outside.runsheet('hooks', 'replay', 'chore', id)))?.[1];
    expect(replayed).not.toBe(run);
    const mails = await outside.mailsOf(2, ANN, 'Do it', 'Sampled');
    for (const mail of mails) expect((await outside.answer(mail, { decision: 'done' })).status).toBe(200);
    for (const one of [run, replayed ?? '']) expect(await outside.endOf('chore', one)).toBe('SUCCEEDED');
  });
};

const NEXT_SECRET = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

/** Told alone: functions are made to read their secrets anew, and nobody else is to be in the middle of something. */
export const tellOfSecrets = (stack: () => DeployedStack): void => {
  test('links, forms, addresses and signatures of before one rotation of secrets still count; an address of before two does not', async () => {
    const { outside } = stack();
    const rotate = (name: string) => wellSaid(outside.runsheet('secrets', 'rotate', name));
    await outside.begin('errand', 'Rotated', LATER);
    const mail = await outside.mail(ANN, 'Fetch it', 'Rotated');
    const form = outside.formOn(await outside.open(mail));
    const [first = ''] = await outside.secret('hook-path-errand');
    const send = async (topic: string, path: string, signedBy?: string): Promise<number> =>
      (await outside.hook('errand', `msg_${topic}`, { topic, deadline: LATER }, { path, signedBy })).status;

    await Promise.all([
      rotate('forms'),
      rotate('hook-path-errand'),
      wellSaid(outside.runsheetFed(NEXT_SECRET, 'secrets', 'rotate', 'brief-secret', '--stdin')),
    ]);
    const [second = ''] = await outside.secret('hook-path-errand');
    await outside.forget('answer-request');
    expect([await send('Old-address', first), await send('New-address', second)]).toEqual([202, 202]);
    expect(await send('New-signature', second, NEXT_SECRET)).toBe(202);
    // The link that was mailed before opens a new form, and what was opened before can still be sent.
    expect((await outside.open(mail)).status).toBe(200);
    expect((await outside.post(mail, linkIn(mail), { ...form, decision: 'done' })).status).toBe(200);

    await rotate('hook-path-errand');
    await outside.forget('answer-request');
    expect([await send('Older-address', first), await send('Old-again', second)]).toEqual([401, 202]);
  });
};

/** Somebody who has left the team, which the second deployment has seen to. */
export const tellOfErasing = (stack: () => DeployedStack): void => {
  test('whoever has left is exported whole, and erased from every history and record; what was decided stays', async () => {
    const { outside } = stack();
    expect((await outside.runsheet('privacy', 'erase', 'ann', '--yes')).stderr).toContain('ann is in the team.');
    const kept = JSON.parse(await wellSaid(outside.runsheet('privacy', 'export', 'nora')));
    expect(kept.known_as).toEqual({ ids: ['nora'], emails: ['nora@example.com'], names: ['Nora Nilsen'] });
    const done = { type: 'step-finished', by: 'nora', decision: 'done' };
    const [{ run, events }] = kept.runs.filter((one: { events: object[] }) =>
      JSON.stringify(one).includes('"by":"nora"'),
    );
    expect(events).toContainEqual(expect.objectContaining(done));
    expect((await outside.kept()).join('\n')).toMatch(NORA);
    expect((await outside.runsheet('privacy', 'erase', 'nora')).status).toBe(2);

    const said = await wellSaid(outside.runsheet('privacy', 'erase', 'nora', '--yes'));
    const as = /histories say (erased-[0-9a-f]{10}) now/.exec(said)?.[1];
    expect(as).toBeDefined();
    expect((await outside.kept()).filter((text) => NORA.test(text))).toEqual([]);
    expect(await outside.story(run)).toContain(`step-finished work ${as} done`);
    expect((await outside.story(run)).at(-1)).toBe('person-erased');
    const nobody = JSON.parse(await wellSaid(outside.runsheet('privacy', 'export', 'nora')));
    expect([nobody.runs, nobody.records, nobody.team]).toEqual([[], [], []]);
  });
};

const NORA = /nora|nilsen/i;
