/** MiniStack, on this machine: AWS as far as runsheet needs it, with Lambdas run by the Node that is pinned here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, installed, ROOT } from './python.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export const MINISTACK = ['ministack==1.5.33'];
const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

export type Emulator = ServerProcess & {
  /** For whatever talks to it: the real AWS is out of reach of it. */
  readonly environment: NodeJS.ProcessEnv;
};

/** @throws CannotEmulate */
export const startEmulator = async (): Promise<Emulator> => {
  const bin = await installed(MINISTACK);
  // The workers of the emulator are CommonJS, and take their kind from the nearest package.
  writeFileSync(join(FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  const environmentAt = (folder: string, endpoint: string): NodeJS.ProcessEnv => ({
    HOME: folder,
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CI: '1',
  });
  const server = await startServer(
    'ministack',
    ({ port, endpoint, folder }) => ({
      command: join(bin, 'ministack'),
      env: {
        ...environmentAt(folder, endpoint),
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        TMPDIR: folder,
        LAMBDA_WARM_TTL_SECONDS: '600',
      },
    }),
    '/_ministack/health',
  );
  return { ...server, environment: environmentAt(server.folder, server.endpoint) };
};
