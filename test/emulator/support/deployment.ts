/** `cdk synth`, `cdk bootstrap` and `cdk deploy` of the stack as it is, onto the emulator. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SFNClient } from '@aws-sdk/client-sfn';
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
  return cdk(where, ROOT, 'synth', '--quiet', '-o', assembly, ...said(context));
};

const said = (context: { readonly [name: string]: string }): readonly string[] =>
  Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Deploys a folder of workflows, as often as one likes. @param base where its HTTP API is reached. */
export const deploy = async (where: Where, workflows: string, base: string): Promise<void> => {
  const context = {
    stage: STAGE,
    sender: 'Runs <runs@example.com>',
    base,
    gather: '0',
    alarms: 'ops@example.com',
    workflows,
  };
  const how = ['--require-approval', 'never', '--method', 'direct', '--progress', 'events'];
  await cdk(where, ROOT, 'deploy', '-o', join(where.folder, 'assembly'), ...how, ...said(context));
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
