/** What whoever deploys is told when something is wrong: one sentence with its remedy. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import { readContext } from '../infra/context.ts';
import { catalogueText, readDeployed } from '../infra/deployed-library.ts';
import { SHIPPED } from '../infra/workflow-folder.ts';
import { shelfOf } from '../infra/workflow-machines.ts';
import { appWith, SENDER, synthesised } from './support/stack.ts';

const read = (context: object) => readContext(appWith({ sender: SENDER, ...context }).node);

describe('the context', () => {
  it('needs nothing but a sender', () => {
    expect(read({})).toEqual({
      stage: 'dev',
      workflows: SHIPPED,
      sender: { name: 'Marketing', email: 'runs@example.com' },
      identity: { made: 'domain', name: 'example.com' },
      base_url: undefined,
      domain: undefined,
      zone: undefined,
      alarms: undefined,
      tables: undefined,
      gather: undefined,
    });
    expect(read({ sender: 'runs@example.com' }).sender).toEqual({ name: 'runsheet', email: 'runs@example.com' });
  });

  test.each([
    [{ sender: undefined }, /^Say who the mails are from, .* -c sender='Marketing <runs@your-company.com>'/],
    [{ sender: 'Marketing' }, /“sender” cannot be used: “Marketing” is no mail address/],
    [{ stage: 'my-stage' }, /“stage” cannot be used: “my-stage” is not 1 to 12 small letters/],
    [{ workflows: '/no/such/folder' }, /“workflows” cannot be used: there is no folder \/no\/such\/folder/],
    [{ identity: 'other.com' }, /“identity” cannot be used: the sender runs@example.com is not of other.com/],
    [{ identity: 'example' }, /“identity” cannot be used: “example” is no domain, no mail address and no ARN/],
    [{ base: 'http://runs.example.com' }, /“base” cannot be used: .* does not begin with https/],
    [{ base: 'https://runs.example.com/app' }, /“base” cannot be used: it is to end with the host/],
    [{ domain: 'runs.example.com' }, /runs.example.com needs a certificate .* -c certificate=/],
    [{ certificate: 'arn:aws:acm:eu-central-1:1:certificate/1' }, /A certificate needs its domain/],
    [{ zone: 'Oslo' }, /“zone” cannot be used: there is no zone “Oslo”.*Europe\/Oslo/],
    [{ zone: '+02:00' }, /“zone” cannot be used: an offset does not know when clocks change/],
    [{ zone: 'Europe/Oslo' }, undefined],
    [{ alarms: 'nobody' }, /“alarms” cannot be used: “nobody” is no mail address/],
    [{ history: 'runsheet-again' }, /Both tables are to be of one moment/],
    [{ history: 'a b', records: 'runsheet-again' }, /“history” cannot be used: “a b” is no name of a table/],
    [{ gather: 'soon' }, /“gather” cannot be used: “soon” is no number of seconds/],
    [{ sendr: 'runs@example.com' }, /There is no context “sendr”; did you mean “sender”\?/],
  ])('%j', (context, sentence) => {
    if (sentence === undefined) expect(() => read(context)).not.toThrow();
    else expect(() => read(context)).toThrow(sentence);
  });

  it('in the zone of a folder that has calendars cannot say another', () => {
    expect(() => readDeployed(SHIPPED, 'Europe/Paris')).toThrow(
      /The zone stands in .*calendars.yaml; leave out -c zone/,
    );
  });

  it('that is wrong ends the synthesis with that sentence alone', async () => {
    const app = resolve(import.meta.dirname, '../infra/app.ts');
    const asked = promisify(execFile)(process.execPath, [app], { env: { ...process.env, CDK_CONTEXT_JSON: '{}' } });
    await expect(asked).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^Say who.*\n$/) });
  });
});

const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'runsheet-library-'));
  for (const name of ['team.yaml', 'calendars.yaml']) cpSync(join(SHIPPED, name), join(made, name));
  mkdirSync(join(made, 'workflows'));
  return made;
};
const TEXT = readFileSync(join(SHIPPED, 'workflows', 'sop-writing.yaml'), 'utf8').replace(/^ *- hook: .*\n/gm, '');
const add = (to: string, id: string): void =>
  writeFileSync(join(to, 'workflows', `${id}.yaml`), TEXT.replace(/^workflow: .*$/m, `workflow: ${id}`));
const machinesIn = (at: string): readonly string[] =>
  synthesised({ workflows: at })
    .resources('AWS::StepFunctions::StateMachine')
    .map(([, { Properties }]) => String(Properties.StateMachineName))
    .sort();

describe('a workflow that is no longer wanted', () => {
  it('is kept with its machine when it is moved into `retired`, and can no longer be started', () => {
    const at = folder();
    for (const id of ['spring', 'autumn']) add(at, id);
    mkdirSync(join(at, 'workflows', 'retired'));
    renameSync(join(at, 'workflows', 'spring.yaml'), join(at, 'workflows', 'retired', 'spring.yaml'));
    expect(machinesIn(at)).toEqual(['runsheet-test-autumn', 'runsheet-test-spring']);
    const { workflows } = JSON.parse(catalogueText(readDeployed(at)));
    expect(workflows).toMatchObject({ autumn: { state: 'live' }, spring: { state: 'retired' } });
    rmSync(at, { recursive: true });
  });

  it('may still have its webhook, whose callers are told that it is gone, but no step that counts on it', () => {
    const at = folder();
    add(at, 'autumn');
    mkdirSync(join(at, 'workflows', 'retired'));
    const spring = TEXT.replace(/^workflow: .*$/m, 'workflow: spring').replace(
      /^starts:$/m,
      'starts:\n  - hook: brief',
    );
    writeFileSync(join(at, 'workflows', 'retired', 'spring.yaml'), spring);
    const hook =
      'hooks:\n  brief:\n    provider: tally\n    workflow: spring\n    secret: brief-secret\n    map: { process: a, reason: b }\n';
    writeFileSync(join(at, 'hooks.yaml'), hook);
    expect(readDeployed(at).hooks).toMatchObject({ brief: { workflow: 'spring' } });
    const counting = TEXT.replace(/^workflow: .*$/m, 'workflow: summer').replace(
      /^steps:$/m,
      'steps:\n  - step: first\n    type: run\n    title: Spring first\n    workflow: spring\n',
    );
    writeFileSync(join(at, 'workflows', 'summer.yaml'), counting);
    expect(() => readDeployed(at)).toThrow(/summer\.yaml:\d+:\d+ There is no workflow `spring`/);
    rmSync(at, { recursive: true });
  });

  it('leaves its machine behind when its file is renamed, and the new name has a machine of its own', () => {
    const at = folder();
    add(at, 'spring');
    expect(machinesIn(at)).toEqual(['runsheet-test-spring']);
    renameSync(join(at, 'workflows', 'spring.yaml'), join(at, 'workflows', 'old.yaml'));
    rmSync(join(at, 'workflows', 'old.yaml'));
    add(at, 'summer');
    const [[, machine] = ['', undefined]] = synthesised({ workflows: at }).resources(
      'AWS::StepFunctions::StateMachine',
    );
    // What CloudFormation deletes of the old name is its knowledge of the machine, never the machine.
    expect(machine).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { StateMachineName: 'runsheet-test-summer' },
    });
    rmSync(at, { recursive: true });
  });
});

describe('a library of 300 workflows', () => {
  const { workflows, ...beside } = readDeployed(SHIPPED);
  const [first] = workflows.filter(({ compiled }) => compiled.outline.workflow.id === 'sop-writing');
  const many = Array.from({ length: 300 }, (_, number) => {
    if (first === undefined) throw new Error('the library has changed');
    const { compiled, state } = first;
    const workflow = { ...compiled.outline.workflow, id: `workflow-${number}`, starts: [] };
    return { state, compiled: { ...compiled, outline: { ...compiled.outline, workflow } } };
  });
  const templates = synthesised({}, { ...beside, workflows: many });

  it('stands on four shelves, none of which is full', () => {
    expect(templates.resources('AWS::StepFunctions::StateMachine')).toHaveLength(300);
    expect(templates.shelves).toHaveLength(4);
    for (const shelf of [templates.root, ...templates.shelves]) {
      const json = shelf.toJSON() as { Resources: object; Parameters?: object };
      expect(Object.keys(json.Resources).length).toBeLessThan(450);
      expect(Object.keys(json.Parameters ?? {}).length).toBeLessThan(200);
      expect(JSON.stringify(json).length).toBeLessThan(800_000);
    }
  });

  it('never moves a machine from one shelf to another', () => {
    expect(['blog-post', 'newsletter', 'webinar', 'sop-writing'].map(shelfOf)).toEqual([1, 1, 2, 3]);
  });
});
