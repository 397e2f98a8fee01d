/**
 * `cdk synth`, `cdk bootstrap` and `cdk deploy` of the stack as it is, onto the emulator.
 *
 * The emulator knows no versions and aliases of machines in templates, only by its API: they are taken out of the
 * assembly before it is deployed, and made as CloudFormation would have (README.md, beside this folder).
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateStateMachineAliasCommand,
  DescribeStateMachineAliasCommand,
  ListStateMachinesCommand,
  PublishStateMachineVersionCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
} from '@aws-sdk/client-sfn';
import { ACCOUNT, type Emulator } from './emulator.ts';
import { ROOT } from './python.ts';

type Where = Pick<Emulator, 'endpoint' | 'environment' | 'folder'>;

export const STAGE = 'test';
const cdk = async (
  { environment }: Pick<Where, 'environment'>,
  cwd: string,
  ...given: readonly string[]
): Promise<string> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(join(ROOT, 'node_modules/.bin/cdk'), given, {
      cwd,
      env: environment,
      maxBuffer: 2 ** 26,
    });
    return `${stdout}${stderr}`;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`cdk ${given[0]} failed:\n${`${stdout}${stderr}`.slice(-3_000)}`, { cause });
  }
};

export const bootstrap = (where: Where): Promise<string> =>
  // Where there is no cdk.json, and so no app to be asked.
  cdk(where, where.folder, 'bootstrap', `aws://${ACCOUNT}/${where.environment.AWS_REGION}`);

/** `cdk synth` into a folder. */
export const synthesise = (
  where: Pick<Where, 'environment'>,
  assembly: string,
  context: { readonly [name: string]: string },
): Promise<string> => {
  const said = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return cdk(where, ROOT, 'synth', '--quiet', '-o', assembly, ...said);
};

let deployments = 0;

/** Deploys a folder of workflows, as often as one likes. */
export const deploy = async (where: Where, workflows: string): Promise<void> => {
  deployments += 1;
  const assembly = join(where.folder, `assembly-${process.pid}-${deployments}`);
  const context = {
    stage: STAGE,
    sender: 'Runs <runs@example.com>',
    base: where.endpoint,
    gather: '0',
    alarms: 'ops@example.com',
    workflows,
  };
  await synthesise(where, assembly, context);
  withoutVersions(assembly);
  await cdk(
    where,
    ROOT,
    'deploy',
    '--app',
    assembly,
    '--require-approval',
    'never',
    '--method',
    'direct',
    '--progress',
    'events',
  );
  await pointAliases(where);
};

const withoutVersions = (assembly: string): void => {
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const path = join(assembly, file);
    const template = JSON.parse(readFileSync(path, 'utf8')) as { Resources: { [id: string]: { Type: string } } };
    for (const [id, { Type }] of Object.entries(template.Resources))
      if (/^AWS::StepFunctions::StateMachine(Version|Alias)$/.test(Type)) delete template.Resources[id];
    writeFileSync(path, JSON.stringify(template));
  }
};

const pointAliases = async ({ endpoint, environment }: Where): Promise<void> => {
  const sfn = sfnAt({ endpoint, environment });
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  for (const { stateMachineArn } of stateMachines.filter(({ name }) => name?.startsWith(`runsheet-${STAGE}-`))) {
    const { stateMachineVersionArn } = await sfn.send(new PublishStateMachineVersionCommand({ stateMachineArn }));
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    const stateMachineAliasArn = `${stateMachineArn}:live`;
    const there = await sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn })).catch(() => undefined);
    if (there === undefined) await sfn.send(new CreateStateMachineAliasCommand({ name: 'live', routingConfiguration }));
    else await sfn.send(new UpdateStateMachineAliasCommand({ stateMachineAliasArn, routingConfiguration }));
  }
};

export const clientOf = ({ endpoint, environment }: Pick<Where, 'endpoint' | 'environment'>) => ({
  endpoint,
  region: environment.AWS_REGION ?? '',
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  },
});
export const sfnAt = (where: Pick<Where, 'endpoint' | 'environment'>): SFNClient => new SFNClient(clientOf(where));
