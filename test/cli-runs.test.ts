import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../infra/cli/main.ts';
import { functionsOf } from '../infra/sandbox/sandbox-functions.ts';
import { type Started, startSandbox } from '../infra/sandbox/start-sandbox.ts';
import { shippedLibrary } from './support/sandbox-journey.ts';

const data = mkdtempSync(join(tmpdir(), 'runsheet-runs-'));
let started: Started;

beforeAll(async () => {
  const library = shippedLibrary();
  started = await startSandbox({
    data,
    library,
    port: 0,
    clock: { kind: 'virtual', start: '2027-02-15T08:00:00.000Z' },
    makeHosted: functionsOf(library),
  });
});
afterAll(async () => {
  await started.close();
  rmSync(data, { recursive: true });
});

const runsheet = async (...words: string[]) => {
  let [stdout, stderr] = ['', ''];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
  try {
    return { status: await main(words), stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
    await started.sandbox.time.rest();
  }
};
const result = async (words: readonly string[]) => {
  const { status } = await runsheet(...words);
  return status;
};
const to = () => ['--to', started.url];
const blogPost = ['--input', 'topic=Pricing pages', '--input', 'publish=2027-03-31'];

describe('runsheet start', () => {
  it('starts a run and prints where it is', async () => {
    const { status, stdout, stderr } = await runsheet('start', 'blog-post', ...blogPost, ...to(), '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { run, url } = JSON.parse(stdout) as { run: string; url: string };
    expect(run).toMatch(/^blog-post-[0-9a-f]{20}$/);
    expect(url).toBe(`${started.url}/runs/${run}`);
  });

  it('starts one run a day for the same line, and another only when it is told to', async () => {
    const words = ['start', 'blog-post', '--input', 'topic=Twice', '--input', 'publish=2027-03-31', ...to(), '--json'];
    const runOf = async (...more: string[]): Promise<string> =>
      (JSON.parse((await runsheet(...words, ...more)).stdout) as { run: string }).run;
    const first = await runOf();
    expect(await runOf()).toBe(first);
    expect(await runOf('--again')).not.toBe(first);
  });

  it('says at once which dates no run can reach', async () => {
    const far = ['--input', 'topic=Far', '--input', 'publish=9999-12-31'];
    const { status, stderr } = await runsheet('start', 'blog-post', ...far, ...to());
    expect(status).toBe(2);
    expect(stderr).toContain('Publish date: 9999-12-31 is too far away. A run lasts 350 days at most');
  });

  it('starts one run for one id, however often it is called', async () => {
    const words = ['start', 'blog-post', ...blogPost, '--id', 'spring', ...to()];
    const first = await runsheet(...words);
    const again = await runsheet(...words);
    expect(first.stdout).toMatch(/^The run blog-post-\w+ is on its way: http/);
    expect(again.stdout).toMatch(/^The run blog-post-\w+ was started before: http/);
    const other = await runsheet(
      'start',
      'blog-post',
      '--input',
      'topic=Other',
      '--input',
      'publish=2027-03-31',
      '--id',
      'spring',
      ...to(),
    );
    expect(other).toEqual({ status: 1, stdout: '', stderr: 'This id came before with other inputs.\n' });
  });

  it('has a role taken by whom it is told', async () => {
    const { stdout } = await runsheet(
      'start',
      'blog-post',
      ...blogPost,
      '--assign',
      'content-strategist=tomas-vik',
      '--json',
      ...to(),
    );
    const { run } = JSON.parse(stdout) as { run: string };
    const { stdout: listed } = await runsheet('runs', '--json', ...to());
    const runs = JSON.parse(listed) as { run: string; steps: unknown[] }[];
    expect(runs.find((one) => one.run === run)?.steps[0]).toMatchObject({
      step: 'idea',
      state: 'open',
      owner: 'tomas-vik',
      due: '2027-03-01T16:00:00Z',
    });
  });

  it.each([
    [['start', 'blog-post', '--input', 'topic=Pricing pages'], 2, 'Publish date is needed.'],
    [['start', 'blog-post', '--input', 'topc=Pricing pages'], 2, 'blog-post has no input topc'],
    [['start', 'blog-pots', ...blogPost], 2, 'There is no workflow blog-pots here'],
    [['start', 'blog-post', ...blogPost, '--assign', 'blog-writer=nobody'], 2, 'nobody is not in the team.'],
    [['hooks', 'test', 'content-breif', '--data', data], 2, 'Did you mean content-brief?'],
    [['hooks', 'test', 'content-brief', '--data', join(data, 'nowhere')], 2, 'There is no folder'],
    [['hooks', 'replay', 'content-brief', 'nothing'], 2, 'Nothing is kept of nothing from content-brief.'],
  ])('says what is wrong: %j', async (words, wanted, sentence) => {
    const { status, stdout, stderr } = await runsheet(...words, ...to());
    expect({ status, stdout }).toEqual({ status: wanted, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('says that nothing answers, or that the address is none', async () => {
    const nothing = await runsheet('runs', '--to', 'http://localhost:9');
    expect(nothing.status).toBe(1);
    expect(nothing.stderr).toBe(
      'Nothing answers at http://localhost:9. Start a sandbox with npm start; it says where it is.\n',
    );
    expect(await result(['runs', '--to', 'localhost'])).toBe(2);
  });
});

describe('runsheet runs', () => {
  it('lists runs with their open steps, whose they are, and when they are due', async () => {
    await runsheet('start', 'blog-post', ...blogPost, '--id', 'listed', ...to());
    const { status, stdout } = await runsheet('runs', ...to());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^.*run +workflow +state +open step +who +due \(UTC\)/);
    expect(stdout).toMatch(/blog-post-\w+ +blog-post +running +idea +ada-berg +2027-03-01 16:00\n/);
  });
});

describe('runsheet hooks', () => {
  const brief = ['--input', 'topic=From a form', '--input', 'publish=2027-04-30', '--data', data];

  it('masks the addresses unless it is told to show them', async () => {
    const { stdout } = await runsheet('hooks', 'list', '--data', data, ...to());
    expect(stdout).toContain(`${started.url}/hooks/content-brief/…\n`);
    const shown = await runsheet('hooks', 'list', '--data', data, '--show', ...to());
    const secrets = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { [name: string]: string[] };
    const [secret] = secrets['hook-path-content-brief'] ?? [];
    expect(shown.stdout).toContain(`${started.url}/hooks/content-brief/${secret}\n`);
  });

  it('lists the page that it shows for a form, where whoever has the address fills it in', async () => {
    const hidden = await runsheet('hooks', 'list', '--data', data, ...to());
    expect(hidden.stdout).toContain(`a page for people                     ${started.url}/forms/ppc-request/…\n`);
    const { stdout } = await runsheet('hooks', 'list', '--show', '--json', '--data', data, ...to());
    const rows = JSON.parse(stdout) as { readonly source: string; readonly form?: string }[];
    expect(rows.filter(({ form }) => form !== undefined).map(({ source }) => source)).toEqual(['ppc-request']);
    const page = await fetch(rows.find(({ form }) => form !== undefined)?.form ?? '');
    expect([page.status, (await page.text()).includes('<h1>PPC campaign</h1>')]).toEqual([200, true]);
  });

  it('prints a script for Google Forms and for nothing else', async () => {
    const { status, stderr } = await runsheet('hooks', 'script', 'ppc-request', '--data', data, ...to());
    expect([status, stderr]).toEqual([2, 'ppc-request needs no script: form is not google-forms.\n']);
  });

  it('sends a sample that is really signed and starts a run, and the same one again is the same run', async () => {
    const first = await runsheet('hooks', 'test', 'content-brief', ...brief, ...to());
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
    const run = /the run (\S+) is on its way/.exec(first.stdout)?.[1] ?? '';
    const history = await started.sandbox.history.read(run);
    expect(history[0]?.event).toMatchObject({
      inputs: { topic: 'From a form', publish: '2027-04-30' },
      started: { how: 'hook', source: 'content-brief', signed: true },
    });
    const again = await runsheet('hooks', 'test', 'content-brief', ...brief, ...to());
    expect(again.stdout).toBe(`This came before: it is the run ${run}.\n`);
  });

  it.each(['campaign-request', 'client-intake', 'speaker-booking', 'product-brief', 'ppc-request'])(
    'starts a run from a sample of %s without being told any input',
    async (source) => {
      const { status, stdout, stderr } = await runsheet('hooks', 'test', source, '--data', data, ...to());
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Accepted/);
    },
  );

  it('prints the same as a curl command', async () => {
    const { status, stdout } = await runsheet('hooks', 'test', 'content-brief', ...brief, '--print', ...to());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^curl -i -X POST 'http:\/\/localhost:\d+\/hooks\/content-brief\/[\w-]+' \\\n/);
    expect(stdout).toMatch(/ {2}-H 'typeform-signature: sha256=[\w+/=]+' \\\n/);
    expect(stdout).toContain(`"text":"From a form"`);
  });

  it('runs once more what came in before', async () => {
    await runsheet('hooks', 'test', 'content-brief', ...brief, ...to());
    const { intakes } = (await (await fetch(`${started.url}/api/intakes/content-brief`)).json()) as {
      intakes: { id: string; run: string; fits: boolean }[];
    };
    const [kept] = intakes;
    const { status, stdout } = await runsheet('hooks', 'replay', 'content-brief', kept?.id ?? '', ...to());
    expect(status).toBe(0);
    const run = /The run (\S+) is on its way/.exec(stdout)?.[1] ?? '';
    expect(run).not.toBe(kept?.run);
    expect((await started.sandbox.history.read(run))[0]?.event).toMatchObject({ inputs: { topic: 'From a form' } });
  });
});

describe('runsheet, for those who operate', () => {
  const start = async (id: string): Promise<string> => {
    const { stdout } = await runsheet('start', 'blog-post', ...blogPost, '--id', id, '--json', ...to());
    return (JSON.parse(stdout) as { run: string }).run;
  };

  it('finds the sandbox by its folder, wherever it listens', async () => {
    const { status, stdout } = await runsheet('hooks', 'list', '--data', data);
    expect(status).toBe(0);
    expect(stdout).toContain(`${started.url}/hooks/content-brief/…\n`);
    expect(await result(['runs', '--to', started.url, '--stage', 'dev'])).toBe(2);
  });

  it('shows a run, and ends it with why', async () => {
    const run = await start('operated');
    const shown = await runsheet('runs', 'show', run, ...to());
    expect(shown.stdout).toMatch(/idea +1 +open +ada-berg +2027-03-01 16:00/);
    expect(shown.stdout).toMatch(/1 +2027-\d\d-\d\d \d\d:\d\d +Asked for from the command line/);
    expect((await runsheet('runs', 'cancel', run, ...to())).status).toBe(2);
    const ended = await runsheet('runs', 'cancel', run, '--reason', 'By mistake', ...to());
    expect(ended).toMatchObject({
      status: 0,
      stdout: `The run ${run} is cancelled; those who had something to do in it are mailed.\n`,
    });
    const again = await runsheet('runs', 'cancel', run, '--reason', 'By mistake', ...to());
    expect(again).toMatchObject({ status: 1, stderr: `The run ${run} has ended: cancelled.\n` });
    expect(JSON.parse((await runsheet('runs', 'show', run, '--json', ...to())).stdout)).toMatchObject({
      state: 'cancelled',
      reason: 'By mistake',
    });
    expect(await runsheet('runs', 'show', 'nothing', ...to())).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('There is no run nothing'),
    });
  });

  it('has a run go on whose machine failed', async () => {
    const run = await start('redriven');
    expect((await runsheet('runs', 'redrive', run, '--reason', 'Go on', ...to())).status).toBe(1);
    await started.sandbox.host.stop(run, 'Oops', 'stopped');
    await started.sandbox.time.rest();
    const on = await runsheet('runs', 'redrive', run, '--reason', 'Go on', ...to());
    expect(on).toMatchObject({ status: 0, stdout: `The run ${run} goes on where its machine failed.\n` });
    const { stdout } = await runsheet('runs', 'show', run, '--json', ...to());
    expect(JSON.parse(stdout)).toMatchObject({ state: 'running', machine: 'running' });
  });

  it('is well, has no dead letters, and rotates a secret that changes an address', async () => {
    expect(await runsheet('doctor', ...to())).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('All is well.'),
    });
    expect(JSON.parse((await runsheet('doctor', '--json', '--mend', ...to())).stdout)).toMatchObject({
      findings: [],
      deployed: true,
    });
    expect((await runsheet('dlq', 'list', ...to())).stdout).toBe('There are no dead letters.\n');
    expect((await runsheet('dlq', 'redrive', ...to())).stdout).toBe('There are no dead letters.\n');
    expect(await runsheet('dlq', 'redrive', 'nothing', ...to())).toMatchObject({
      status: 1,
      stderr: 'nothing does not lie there, or no more.\n',
    });
    const address = async () =>
      /hooks\/client-intake\/([\w-]+)/.exec((await runsheet('hooks', 'list', '--show', ...to())).stdout)?.[1];
    const before = await address();
    expect((await runsheet('secrets', 'rotate', 'hook-path-client-intake', ...to())).stdout).toContain(
      'the one before counts as well',
    );
    expect(await address()).not.toBe(before);
    expect((await runsheet('hooks', 'test', 'client-intake', ...to())).stdout).toMatch(/^Accepted|^This came before/);
    expect(await result(['secrets', 'rotate', 'nothing', ...to()])).toBe(2);
  });

  it('says what counts after a secret is rotated: the first one, both, or the new one alone', async () => {
    const rotate = async (...more: readonly string[]) =>
      (await runsheet('secrets', 'rotate', 'calls', ...more, ...to())).stdout;
    expect(await rotate()).toBe('calls has its first value, which counts from now on.\n');
    expect(await rotate()).toBe('calls has a new value; the one before counts as well, until it is rotated again.\n');
    expect(await rotate('--alone')).toBe('calls has a new value, and no other counts from within a minute on.\n');
  });

  it('lists what came from a source', async () => {
    await runsheet('hooks', 'test', 'ppc-request', ...to());
    const { stdout } = await runsheet('hooks', 'list', 'ppc-request', ...to());
    expect(stdout).toMatch(/id +came \(UTC\) +run/);
    expect(stdout).toMatch(/ppc-request-[0-9a-f]{24}/);
    expect(await result(['hooks', 'list', 'nothing', ...to()])).toBe(2);
  });

  it('exports what is kept of a person, and erases nobody who is in the team', async () => {
    const { status, stdout } = await runsheet('privacy', 'export', 'ada-berg', ...to());
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { known_as: object; runs: { events: unknown[] }[] };
    expect(told.known_as).toMatchObject({ names: ['Ada Berg'] });
    expect(told.runs.length).toBeGreaterThan(1);
    expect(told.runs.every(({ events }) => events.length > 0)).toBe(true);
    expect(await runsheet('privacy', 'erase', 'ada-berg', ...to())).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('say --yes'),
    });
    expect(await runsheet('privacy', 'erase', 'ada-berg', '--yes', ...to())).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is in the team'),
    });
    expect((await runsheet('privacy', 'erase', 'nobody-here', '--yes', ...to())).stdout).toBe(
      'Nothing was kept of nobody-here.\n',
    );
  });
});
