/**
 * A stage on AWS, as the commands talk to it: by its function `operate`, with the credentials of whoever calls.
 *
 * Promises: nothing is asked of any table, queue or machine from here, so who may call that function may operate, and
 * nobody needs more. Honours AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and whatever else the SDK does.
 */
import {
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Reply } from '../../functions/core/operating/operations.ts';
import { Refusal } from './library-at.ts';
import type { Carrier } from './place.ts';

/** As long as a function can take: whole tables are looked through for what concerns a person. */
const PATIENCE_MILLISECONDS = 16 * 60_000;

export const operateFunction = (stage: string): string => `runsheet-${stage}-operate`;

export const stageOnAws = (
  stage: string,
  lambda = new LambdaClient({
    // What was asked for once is not asked for twice: a reply may be lost.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: PATIENCE_MILLISECONDS },
  }),
  sts = new STSClient({}),
): Carrier => {
  if (!/^[a-z][a-z0-9]{0,11}$/.test(stage))
    throw new Refusal(2, `--stage ${stage} is no stage: it is 1 to 12 small letters and digits, a letter first.`);
  let caller: Promise<string> | undefined;
  const whoAsks = async (): Promise<string> => {
    const { Arn } = await orRefusal(sts.send(new GetCallerIdentityCommand({})));
    return (Arn ?? 'AWS').slice(0, 200);
  };
  return async (operation, asked) => {
    caller ??= whoAsks();
    const payload = { operation, asked, from: await caller };
    let invoked: InvokeCommandOutput;
    try {
      invoked = await orRefusal(
        lambda.send(new InvokeCommand({ FunctionName: operateFunction(stage), Payload: JSON.stringify(payload) })),
      );
    } catch (problem) {
      if (!(problem instanceof ResourceNotFoundException)) throw problem;
      throw new Refusal(
        2,
        `There is no stage ${stage} in ${await lambda.config.region()}, or it is of an older version. Deploy it with: npx cdk deploy -c stage=${stage} -c sender=…`,
      );
    }
    const text = Buffer.from(invoked.Payload ?? []).toString('utf8');
    if (invoked.FunctionError !== undefined)
      throw new Refusal(
        1,
        `${operateFunction(stage)} failed${invoked.$metadata.requestId === undefined ? '' : ` (request ${invoked.$metadata.requestId})`}; its log says why.`,
      );
    return JSON.parse(text) as Reply;
  };
};

/** What is wrong with credentials, Region or network, in words. */
export const orRefusal = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
  try {
    return await call;
  } catch (problem) {
    const why = awsProblem(problem);
    throw why === undefined ? problem : Object.assign(new Refusal(1, why), { cause: problem });
  }
};

export const awsProblem = (problem: unknown): string | undefined => {
  const { name, code, message } = problem as { name?: string; code?: string; message?: string };
  if (name === 'CredentialsProviderError' || name === 'CredentialsError' || name === 'TokenProviderError')
    return 'There are no credentials of AWS. Set AWS_PROFILE, or log in with: aws sso login';
  if (name !== undefined && BAD_CREDENTIALS.has(name))
    return `AWS does not take these credentials (${name}). Log in anew, or set AWS_PROFILE.`;
  if (name === 'AccessDeniedException' || name === 'AccessDenied')
    return `These credentials may not do that: ${message ?? name}`;
  if (message === 'Region is missing') return 'There is no Region. Set AWS_REGION, like eu-central-1.';
  if (code !== undefined && OUT_OF_REACH.has(code)) {
    const endpoint = process.env.AWS_ENDPOINT_URL;
    return `AWS cannot be reached${endpoint === undefined ? '' : ` at ${endpoint}`} (${code}).`;
  }
  return undefined;
};

const BAD_CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
]);
const OUT_OF_REACH: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
