import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'runsheet-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const runsheet = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'infra/cli/runsheet.ts'), ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { status, stdout, stderr };
};
const put = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('runsheet', () => {
  it('teaches itself', () => {
    const { status, stdout } = runsheet('--help');
    expect(status).toBe(0);
    for (const command of ['check', 'compile', 'plan', 'diagram', 'sop', 'new'])
      expect(stdout).toContain(`  ${command} `);
    expect(stdout).toContain('npx runsheet new spring-campaign --from campaign-launch');
    expect(runsheet('help', 'plan').stdout).toContain('--input publish=2027-03-31');
  });

  it.each([
    [[]],
    [['chek']],
    [['plan']],
    [['check', '--nope']],
    [['compile', 'blog-pots']],
    [['plan', 'blog-post', '--now', 'noon']],
    [['plan', 'blog-post', '--now', '2027-02-30T08:00:00Z']],
    [['plan', 'blog-post', '--input', 'publish=2027-03-01', '--input', 'publish=2027-03-02']],
    [['plan', 'blog-post', '--input', 'publsh=2027-01-01']],
    [['plan', 'blog-post', '--input', 'publish=31.3.2027']],
    [['check', '--workflows', 'nowhere']],
  ])('ends with 2 and says why when it is called wrongly: %j', (words) => {
    const { status, stdout, stderr } = runsheet(...words);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('says which version it is', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(runsheet('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(runsheet('-V').stdout).toBe(`${version}\n`);
  });
});

describe('npm start', () => {
  it.each([['--nope'], ['--port', 'abc'], ['--port', '0'], ['--port'], ['--workflows', 'nowhere'], ['here']])(
    'ends with 2 and one sentence when it is called wrongly: %s %s',
    (...words) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'infra/start.ts'), ...words], {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: 20_000,
      });
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^.+\nUsage: npm start -- \[--workflows DIR\] \[--port NUMBER\]\n$/);
    },
  );
});

describe('runsheet check', () => {
  it('finds nothing wrong with the library', () => {
    const { status, stdout } = runsheet('check');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^18 files checked: 0 errors, 0 warnings \(\d+ more warnings allowed by comments\)\.\n$/);
  });

  it('shows the line, marks the place, and says what to write', () => {
    const path = put(
      'misspelt.yaml',
      'workflow: misspelt\ntitle: T\npurpose: P.\nlead: marketing-manger\nsteps:\n  - { step: a, title: A, owner: blog-writer }\n',
    );
    const { status, stdout } = runsheet('check', path);
    expect(status).toBe(1);
    expect(stdout).toContain(
      `${path}:4:7 error There is no role \`marketing-manger\`. [unknown-role]\n   4 | lead: marketing-manger\n     |       ^^^^^^^^^^^^^^^^\n       Did you mean \`marketing-manager\`? Roles are listed in team.yaml.\n`,
    );
    expect(stdout).toContain('1 file checked: 1 error, ');
  });

  it('shows a hundred faults of a file, says how many more there are, and gives programs all', () => {
    const steps = Array.from({ length: 137 }, (_, n) => `  - { step: s${n}, title: A, owner: nobodyy }`).join('\n');
    const path = put('many.yaml', `workflow: many\ntitle: T\npurpose: P.\nlead: marketing-manager\nsteps:\n${steps}\n`);
    const { stdout } = runsheet('check', path);
    expect(stdout.match(/ error There is no role/g)?.length).toBe(100);
    const all = JSON.parse(runsheet('check', path, '--json').stdout);
    expect(all.filter(({ code }: { code: string }) => code === 'unknown-role').length).toBe(137);
    expect(stdout).toContain(`${path}: and ${all.length - 100} more faults; mend these first.\n`);
  });

  it('prints JSON for programs, with exactly these keys', () => {
    const path = put('untitled.yaml', 'workflow: untitled\npurpose: P.\nlead: marketing-manager\nsteps: []\n');
    const { status, stdout } = runsheet('check', path, '--json');
    expect(status).toBe(1);
    const faults = JSON.parse(stdout);
    expect(faults[0]).toEqual({
      code: 'missing-key',
      severity: 'error',
      message: 'A workflow needs `title`.',
      fix: 'Write `title:` with a few words.',
      file: path,
      line: 1,
      column: 1,
    });
    expect(faults.map(({ code }: { code: string }) => code)).toEqual(['missing-key', 'no-end']);
    expect(JSON.parse(runsheet('check', '--json').stdout)).toEqual([]);
  });

  it('judges a file like the folder that it is in', () => {
    const own = join(folder, 'drafts');
    mkdirSync(own);
    const file = (id: string, rest: string) =>
      writeFileSync(
        join(own, `${id}.yaml`),
        `workflow: ${id}\ntitle: T\npurpose: P.\nlead: marketing-manger\nsteps:\n  - { step: a, title: A, ${rest} }\n`,
      );
    file('one', 'type: run, workflow: two');
    file('two', 'owner: blog-writer');
    const codes = (path: string) =>
      JSON.parse(runsheet('check', path, '--json').stdout)
        .filter(({ severity }: { severity: string }) => severity === 'error')
        .map(
          ({ code, file: at }: { code: string; file: string }) => `${code} ${at.endsWith('one.yaml') ? 'one' : 'two'}`,
        );
    expect(codes(own)).toEqual(['unknown-role one', 'unknown-role two']);
    expect(codes(join(own, 'one.yaml'))).toEqual(['unknown-role one']);
    expect(runsheet('check', join(ROOT, 'statemachines/team.yaml')).stdout).toMatch(/^1 file checked: 0 errors/);
    mkdirSync(join(folder, 'empty'));
    expect(runsheet('check', join(folder, 'empty')).status).toBe(2);
    writeFileSync(join(own, 'two.yml'), readFileSync(join(own, 'two.yaml')));
    expect(codes(own)).toContain('duplicate-id two');
  });

  it('takes a folder with its own team, calendars and hooks', () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    writeFileSync(
      join(own, 'team.yaml'),
      'roles: { potter: Potter }\npeople: [{ id: ann, name: Ann, email: ann@example.com, roles: [potter] }]\n',
    );
    writeFileSync(
      join(own, 'pots.yaml'),
      'workflow: pots\ntitle: Pots\npurpose: Sell pots.\nlead: potter\nsteps:\n  - { step: a, title: A, owner: blog-writer }\n',
    );
    const codes = (...words: string[]) =>
      JSON.parse(runsheet('check', ...words, '--json').stdout)
        .filter(({ severity }: { severity: string }) => severity === 'error')
        .map(({ code, line }: { code: string; line: number }) => `${code}:${line}`);
    expect(codes(own)).toEqual(['unknown-role:6']);
    expect(codes('--workflows', own)).toEqual(['unknown-role:6']);
    expect(codes(join(own, 'pots.yaml'))).toEqual(['unknown-role:6']);
  });
});

describe('a folder of workflows', () => {
  const pots = (id: string) =>
    `workflow: ${id}\ntitle: T\npurpose: P.\nlead: potter\nsteps:\n  - { step: a, title: A, owner: potter }\n`;
  const ofTheirOwn = (name: string): string => {
    const own = join(folder, name);
    mkdirSync(own);
    writeFileSync(
      join(own, 'team.yaml'),
      'roles: { potter: Potter }\npeople: [{ id: ann, name: Ann, email: ann@example.com, roles: [potter] }]\n',
    );
    writeFileSync(join(own, 'pots.yaml'), pots('pots'));
    return own;
  };

  it('is read without what is hidden in it and what is no file', () => {
    const own = ofTheirOwn('left');
    writeFileSync(join(own, '._pots.yaml'), '\0\0');
    symlinkSync('ann@kiln.4711', join(own, '.#pots.yaml'));
    symlinkSync('nowhere', join(own, 'gone.yaml'));
    symlinkSync('round.yaml', join(own, 'round.yaml'));
    mkdirSync(join(own, 'old.yaml'));
    mkdirSync(join(own, 'hooks.yaml'));
    const { status, stdout } = runsheet('check', own);
    expect([status, stdout.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^2 files checked: 0 errors/)]);
  });

  it('is read to its end where a file cannot be read, which is told among the faults', () => {
    const own = ofTheirOwn('shut');
    const shut = join(own, 'a.yaml');
    writeFileSync(shut, '');
    truncateSync(shut, 3 * 2 ** 30); // More than can be read at once, whoever reads it, and so not even begun.
    writeFileSync(join(own, 'wrong.yaml'), pots('wrnog'));
    const { status, stdout } = runsheet('check', own, '--json');
    const errors = JSON.parse(stdout).filter(({ severity }: { severity: string }) => severity === 'error');
    expect(errors.map(({ code, line }: { code: string; line: number }) => `${code}:${line}`)).toEqual([
      'unreadable-file:1',
      'wrong-file-name:1',
    ]);
    expect(status).toBe(1);
    expect(runsheet('diagram', 'pots', '--workflows', own).status).toBe(0);
    expect(runsheet('check', shut)).toMatchObject({ status: 2, stdout: '' });
    expect(runsheet('check', shut).stderr).toContain('cannot be read: it has 3072 MB.');
    rmSync(shut);
  });

  it('without any workflow is told to be so, and not taken for the shipped library', () => {
    const own = join(folder, 'bare');
    mkdirSync(own);
    for (const command of ['plan', 'compile', 'diagram', 'sop', 'simulate']) {
      const { status, stdout, stderr } = runsheet(command, 'blog-post', '--workflows', own);
      expect([command, status, stdout]).toEqual([command, 2, '']);
      expect(stderr).toContain(`There are no workflows in ${own}.`);
    }
    expect(runsheet('new', 'mine', '--from', 'blog-post', '--workflows', own).status).toBe(0);
    expect(runsheet('sop', 'mine', '--workflows', own).status).toBe(0);
  });

  it('with a team of its own is where copies are looked for first, and then what is shipped', () => {
    const own = ofTheirOwn('copies');
    writeFileSync(join(own, 'webinar.yaml'), pots('webinar'));
    const made = (id: string, from: string): string => {
      expect(runsheet('new', id, '--from', from, '--workflows', own)).toMatchObject({ status: 0, stderr: '' });
      return readFileSync(join(own, `${id}.yaml`), 'utf8');
    };
    expect(made('talk', 'webinar')).toContain('lead: potter');
    expect(made('article', 'blog-post')).toContain('lead: marketing-manager');
    expect(readFileSync(join(own, 'team.yaml'), 'utf8')).toContain('potter');
    const { status, stderr } = runsheet('new', 'x', '--from', 'blog-pots', '--workflows', own);
    expect([status, stderr]).toEqual([2, expect.stringContaining('Did you mean blog-post?')]);
  });
});

describe('runsheet compile', () => {
  it('prints the machine and nothing else', () => {
    const { status, stdout, stderr } = runsheet('compile', 'blog-post');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(readFileSync(join(ROOT, 'statemachines/compiled/blog-post.asl.json'), 'utf8')),
    );
  });

  it('prints no machine of a file that has errors', () => {
    const path = put('wrong.yaml', 'workflow: wrong\n');
    const { status, stdout, stderr } = runsheet('compile', path);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${path}:1:1 error A workflow needs \`title\`.`);
  });
});

describe('runsheet plan', () => {
  const given = [
    'plan',
    'blog-post',
    '--input',
    'topic=Pricing pages',
    '--input',
    'publish=2027-03-31',
    '--now',
    '2027-02-15T08:00:00Z',
  ];

  it('prints instants in UTC for programs', () => {
    const plan = JSON.parse(runsheet(...given, '--json').stdout);
    expect(plan.feasible).toBe(true);
    expect(plan.steps.map(({ step }: { step: string }) => step)).toEqual([
      'idea',
      'keywords',
      'outline',
      'approve-outline',
      'draft',
      'images',
      'social',
      'publish-post',
    ]);
    const [idea] = plan.steps;
    // 30 days before 31 March is Monday 1 March; Oslo is one hour ahead, and works until 17:00.
    expect([idea.owner, idea.starts, idea.due]).toEqual([
      'content-strategist',
      '2027-02-15T08:00:00Z',
      '2027-03-01T16:00:00Z',
    ]);
    // After the clock change on 28 March Oslo is two hours ahead.
    expect(plan.steps[7].due).toBe('2027-03-31T15:00:00Z');
    expect(idea.reminders[0].at).toBe('2027-03-01T08:00:00Z');
    expect(plan.critical_path).toContain('publish-post');
  });

  it('says before a run begins that there is too little time, and which steps are late on day one', () => {
    const { status, stdout } = runsheet(
      'plan',
      'blog-post',
      '--input',
      'publish=2027-03-01',
      '--now',
      '2027-02-15T08:00:00Z',
    );
    expect(status).toBe(0);
    expect(stdout).toContain(
      'Needs 23 working days, there are 11; these five steps are late on day one: Generate the idea, Research keywords, Write the outline, Approve the outline, Write the final draft.',
    );
  });

  it('ends with 1 when a date is missing that due dates hang on', () => {
    const { status, stderr } = runsheet('plan', 'blog-post', '--now', '2027-02-15T08:00:00Z');
    expect([status, stderr]).toEqual([1, 'The plan needs a date for: Publish date.\n']);
  });
});

describe('runsheet diagram and sop', () => {
  it('print the picture and the procedure, and nothing else', () => {
    expect(runsheet('diagram', 'webinar').stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const sop = runsheet('sop', 'blog-post').stdout;
    expect(sop).toMatch(/^# Blog post\n\nPublish one search-led article/);
    expect(sop).toContain(
      '### 4. Approve the outline\n\n- Approved by all of: SEO strategist; Marketing manager\n- After: step 3\n',
    );
    expect(sop).toContain("**Don't**\n\n- Start from a keyword alone\n");
  });
});

describe('runsheet new', () => {
  it('makes a file that checks, keeps comments, and starts by form alone', () => {
    const own = join(folder, 'mine');
    const { status, stdout } = runsheet('new', 'spring-campaign', '--from', 'campaign-launch', '--workflows', own);
    expect(status).toBe(0);
    const path = join(own, 'spring-campaign.yaml');
    expect(stdout).toContain(path);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('workflow: spring-campaign\ntitle: "Spring campaign"\n');
    expect(text).toContain('starts:\n  - form\n');
    expect(text).not.toContain('hook:');
    // What is said of the example is not said of theirs; what explains a line stays.
    expect(text).not.toMatch(/^# (?!yaml-language-server)|\bR\d+\b/m);
    expect(text).toContain('# watches the whole while the specialists focus\n');
    const other = join(folder, 'theirs');
    expect(runsheet('new', 'article', '--from', 'blog-post', '--workflows', other).status).toBe(0);
    expect(readFileSync(join(other, 'article.yaml'), 'utf8')).toContain(
      '# how often it is expected to run (annual cost)\n',
    );
    expect(runsheet('check', join(other, 'article.yaml')).stdout).toContain('[no-effort]');
    for (const name of readdirSync(own)) expect(readFileSync(join(own, name), 'utf8'), name).not.toMatch(/\bR\d+\b/);
    // What it cannot do without came along, and the whole folder checks, plans and draws, as --help says.
    expect(readdirSync(own).sort()).toEqual(['blog-post.yaml', 'calendars.yaml', 'spring-campaign.yaml', 'team.yaml']);
    expect(runsheet('check', path).stdout).toMatch(/1 file checked: 0 errors/);
    expect(runsheet('check', own).stdout).toMatch(/4 files checked: 0 errors/);
    expect(
      runsheet(
        'plan',
        'spring-campaign',
        '--workflows',
        own,
        '--input',
        'launch=2027-05-03',
        '--now',
        '2026-12-01T08:00:00Z',
      ).stdout,
    ).toContain('Feasible');
    expect(runsheet('diagram', 'spring-campaign', '--workflows', own).stdout).toMatch(/^<svg /);
    const [, schema = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? [];
    expect(existsSync(join(own, schema))).toBe(true);
  });

  it('renames whatever way the file is written, and leaves no start by clock or webhook behind', () => {
    const own = join(folder, 'odd');
    mkdirSync(own);
    writeFileSync(
      join(own, 'odd.yaml'),
      '"workflow": odd\r\ntitle : >\r\n  A title\r\n  in two lines\r\npurpose: P.\r\nlead: marketing-manager\r\nstarts:\r\n  - form\r\n\r\n# by the clock\r\n  - every: "0 8 ? * WED *"\r\nsteps:\r\n  - { step: a, title: A, owner: blog-writer }\r\n',
    );
    expect(runsheet('new', 'even', '--from', 'odd', '--workflows', own, '--title', 'Even: "quoted"').status).toBe(0);
    const text = readFileSync(join(own, 'even.yaml'), 'utf8');
    expect(text).not.toContain('every');
    expect(
      JSON.parse(runsheet('check', join(own, 'even.yaml'), '--json').stdout).filter(
        ({ severity }: { severity: string }) => severity === 'error',
      ),
    ).toEqual([]);
    expect(text).toContain('Even: \\"quoted\\"');
    for (const words of [
      ['new', 'team', '--from', 'odd'],
      ['new', 'x', '--from', 'odd', '--title', ' '],
    ])
      expect(runsheet(...words, '--workflows', own).status).toBe(2);
    expect(runsheet('new', 'y', '--from', 'nope', '--workflows', join(folder, 'none')).status).toBe(2);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('never writes over a file, and takes no id that is none', () => {
    put('taken.yaml', 'mine');
    expect(runsheet('new', 'taken', '--from', 'blog-post', '--workflows', folder).status).toBe(1);
    expect(readFileSync(join(folder, 'taken.yaml'), 'utf8')).toBe('mine');
    expect(runsheet('new', '../taken', '--from', 'blog-post', '--workflows', folder).status).toBe(2);
    expect(existsSync(join(folder, '..', 'taken.yaml'))).toBe(false);
  });
});
