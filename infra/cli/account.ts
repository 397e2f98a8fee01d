/**
 * An account of AWS, as it is before the first deployment and after: whether this will work in it.
 *
 * Promises: looks, and changes nothing; what may not be looked at is a finding too, and the rest is looked at all the
 * same. Hides: which service knows what.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { GetAccountCommand, GetEmailIdentityCommand, NotFoundException, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Finding } from '../../functions/core/operating/backstage.ts';
import { NEARLY_ALL, type Part, quotaLooks } from './quotas.ts';
import { awsProblem, operateFunction } from './stage-on-aws.ts';

export type Account = {
  readonly seen: readonly string[];
  readonly findings: readonly Finding[];
  /** Whether the stage can be asked for the rest. */
  readonly deployed: boolean;
};

/** A new account has ten, of which nothing can be reserved; a run with many people at once needs more. */
const FEW_AT_ONCE = 100;
const FEW_MAILS_A_DAY = 1_000;
/** What was due for a whole team in the night is mailed in one minute of the morning. */
const FEW_MAILS_A_SECOND = 5;

export type AccountOf = {
  readonly stage: string;
  readonly sender?: string;
  /** Of the stage; asked only where it is deployed. */
  readonly openRuns: () => Promise<number>;
};

export const examineAccount = async ({ stage, sender, openRuns }: AccountOf): Promise<Account> => {
  const sts = new STSClient({});
  const caller = await attempt('credentials', async () => {
    const { Arn, Account: account } = await sts.send(new GetCallerIdentityCommand({}));
    return { seen: `Account ${account}, as ${Arn}, in ${await sts.config.region()}.` };
  });
  // Without credentials or a Region every other look would only say so again.
  if (caller.seen === undefined) return { seen: [], findings: caller.findings ?? [], deployed: false };
  const lambda = new LambdaClient({});
  let told: { readonly [name: string]: string } | undefined;
  const stack = await attempt('deployment', async () => {
    told = await environmentOf(lambda, stage);
    return stackPart(stage);
  });
  const parts = await Promise.all([
    attempt('bootstrap', () => bootstrapPart(told?.SENDER_EMAIL ?? sender)),
    attempt('the quotas of Lambda', () => lambdaPart(lambda)),
    attempt('mail', mailPart),
    attempt('sender', () => senderPart(told?.SENDER_EMAIL ?? sender)),
    ...quotaLooks({
      stage,
      ...(told === undefined ? {} : { deployed: { alarm_group: told.ALARM_GROUP, openRuns } }),
    }).map(({ about, look }) => attempt(about, look)),
  ]);
  const all: readonly Part[] = [caller, stack, ...parts];
  return {
    seen: all.flatMap(({ seen }) => seen ?? []),
    findings: all.flatMap(({ findings = [] }) => findings),
    deployed: told !== undefined,
  };
};

/** What cannot be looked at is told, with what it was about. */
const attempt = async (about: string, look: () => Promise<Part>): Promise<Part> => {
  try {
    return await look();
  } catch (problem) {
    const why = awsProblem(problem) ?? `${(problem as Error).name}: ${(problem as Error).message}`;
    const isFirst = about === 'credentials';
    return {
      findings: [
        {
          severity: isFirst ? 'error' : 'warning',
          code: isFirst ? 'credentials' : 'not-seen',
          what: isFirst ? why : `It could not be looked at ${about}: ${why}`,
          remedy: isFirst
            ? 'Log in to AWS, or name a profile with AWS_PROFILE and a Region with AWS_REGION.'
            : 'Use credentials that may read it, or look in the console.',
        },
      ],
    };
  }
};

/** What the stage that is deployed is told; undefined where it is not. */
const environmentOf = async (
  lambda: LambdaClient,
  stage: string,
): Promise<{ readonly [name: string]: string } | undefined> => {
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: operateFunction(stage) });
    return (await lambda.send(command)).Environment?.Variables ?? {};
  } catch (problem) {
    if (problem instanceof ResourceNotFoundException) return undefined;
    throw problem;
  }
};

/** CloudFormation knows an unknown stack by this name alone. */
const stackStatus = async (name: string): Promise<string | undefined> => {
  try {
    const { Stacks = [] } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackStatus;
  } catch (problem) {
    if ((problem as Error).name === 'ValidationError') return undefined;
    throw problem;
  }
};

const stackPart = async (stage: string): Promise<Part> => {
  const status = await stackStatus(`runsheet-${stage}`);
  if (status === undefined) return { seen: `The stage ${stage} is not deployed yet.` };
  const seen = `The stage ${stage} is deployed (${status}).`;
  if (!/FAILED|ROLLBACK/.test(status) || status === 'UPDATE_ROLLBACK_COMPLETE') return { seen };
  return {
    seen,
    findings: [
      {
        severity: 'error',
        code: 'deployment',
        what: `The last deployment of ${stage} did not end well: ${status}.`,
        remedy: `“npx cdk deploy -c stage=${stage} …” again says why; a stack in ROLLBACK_COMPLETE has to be deleted first.`,
      },
    ],
  };
};

/** The app is asked for the environment, and says nothing without the sender. */
const bootstrapPart = async (sender = '…'): Promise<Part> =>
  (await stackStatus('CDKToolkit')) === undefined
    ? {
        findings: [
          {
            severity: 'error',
            code: 'bootstrap',
            what: 'This account and Region are not prepared for CDK.',
            remedy: `Once: npx cdk bootstrap -c sender=${sender}`,
          },
        ],
      }
    : {};

const lambdaPart = async (lambda: LambdaClient): Promise<Part> => {
  const { AccountLimit, AccountUsage } = await lambda.send(new GetAccountSettingsCommand({}));
  // What others have reserved is not there for us, who reserve nothing.
  const most = AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions ?? 0;
  const [kept, room] = [AccountUsage?.TotalCodeSize, AccountLimit?.TotalCodeSize];
  const code =
    kept === undefined || room === undefined ? '' : `, and keeps ${gigabytes(kept)} of code of ${gigabytes(room)}`;
  const findings: Finding[] = [];
  if (most < FEW_AT_ONCE)
    findings.push({
      severity: 'warning',
      code: 'concurrency',
      what: `Lambda runs only ${most} functions at once here, of everything in this account and Region that has none reserved.`,
      remedy:
        'Ask for more, which costs nothing (Service Quotas, AWS Lambda, Concurrent executions), or have others reserve less.',
    });
  if (kept !== undefined && room !== undefined && kept > NEARLY_ALL * room)
    findings.push({
      severity: 'warning',
      code: 'code-storage',
      what: `Lambda keeps ${gigabytes(kept)} of code here and may keep ${gigabytes(room)}: a deployment would soon fail.`,
      remedy:
        'Delete versions of functions that nobody uses, or ask for more: Service Quotas, AWS Lambda, Function and layer storage.',
    });
  return { seen: `Lambda runs ${most} functions at once${code}.`, findings };
};

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`;

const mailPart = async (): Promise<Part> => {
  const account = await new SESv2Client({}).send(new GetAccountCommand({}));
  const { Max24HourSend = 0, SentLast24Hours = 0, MaxSendRate = 0 } = account.SendQuota ?? {};
  const seen = `SES sends ${Max24HourSend} mails a day (${SentLast24Hours} in the last one), ${MaxSendRate} a second.`;
  const findings: Finding[] = [];
  if (account.ProductionAccessEnabled !== true)
    findings.push({
      severity: 'warning',
      code: 'ses-sandbox',
      what: 'SES is in its sandbox here: it sends to nobody whose address is not verified, and 200 mails a day.',
      remedy:
        'Verify the addresses of the team to try it; for real work, SES, Account dashboard, Request production access.',
    });
  else if (Max24HourSend < FEW_MAILS_A_DAY)
    findings.push({
      severity: 'warning',
      code: 'ses-quota',
      what: `SES sends only ${Max24HourSend} mails a day, and a run needs some twenty.`,
      remedy: 'Ask for more: Service Quotas, Amazon SES, Sending quota.',
    });
  if (account.ProductionAccessEnabled === true && MaxSendRate < FEW_MAILS_A_SECOND)
    findings.push({
      severity: 'warning',
      code: 'ses-rate',
      what: `SES takes only ${MaxSendRate} mails a second from this account: in the morning, when most are due, they wait for each other.`,
      remedy:
        'Ask for more: Service Quotas, Amazon SES, Sending rate. What waits is sent by the sweep, within minutes.',
    });
  if (Max24HourSend > 0 && SentLast24Hours > NEARLY_ALL * Max24HourSend)
    findings.push({
      severity: 'warning',
      code: 'ses-used',
      what: `SES sent ${SentLast24Hours} of the ${Max24HourSend} mails that it sends in 24 hours: beyond them mails wait.`,
      remedy: 'Ask for more: Service Quotas, Amazon SES, Sending quota. What waits is sent by the sweep, within hours.',
    });
  if (account.SendingEnabled === false || (account.EnforcementStatus ?? 'HEALTHY') !== 'HEALTHY')
    findings.push({
      severity: account.SendingEnabled === false ? 'error' : 'warning',
      code: 'ses-review',
      what: `SES ${account.SendingEnabled === false ? 'sends nothing' : 'reviews this account'}: ${account.EnforcementStatus ?? 'sending is off'}.`,
      remedy:
        'The case is under SES, Account dashboard. Nothing is mailed until it is settled; mails stay owed and go then.',
    });
  return { seen, findings };
};

/** The domain of the sender, or the address itself: whichever is an identity. */
const senderPart = async (sender: string | undefined): Promise<Part> => {
  if (sender === undefined)
    return {
      findings: [
        {
          severity: 'warning',
          code: 'sender',
          what: 'Whether mails could be sent was not looked at.',
          remedy: 'Say from which address: doctor --sender team@your-company.com',
        },
      ],
    };
  const ses = new SESv2Client({});
  const domain = sender.slice(sender.indexOf('@') + 1);
  for (const EmailIdentity of [sender, domain]) {
    try {
      const found = await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
      const dkim = found.DkimAttributes?.Status;
      if (found.VerifiedForSendingStatus !== true)
        return {
          findings: [
            {
              severity: 'error',
              code: 'identity',
              what: `SES may not send for ${EmailIdentity} yet: it is not verified.`,
              remedy: EmailIdentity.includes('@')
                ? 'Open the mail that SES has sent there, and follow its link.'
                : `Put the three CNAME records that SES shows for ${EmailIdentity} into its DNS.`,
            },
          ],
        };
      if (!EmailIdentity.includes('@') && dkim !== 'SUCCESS')
        return {
          findings: [
            {
              severity: 'warning',
              code: 'dkim',
              what: `Mails of ${EmailIdentity} are not signed (DKIM is ${dkim ?? 'off'}), and land among spam.`,
              remedy: `Put the three CNAME records that SES shows for ${EmailIdentity} into its DNS.`,
            },
          ],
        };
      return { seen: `SES sends for ${EmailIdentity}.` };
    } catch (problem) {
      if (!(problem instanceof NotFoundException)) throw problem;
    }
  }
  return {
    findings: [
      {
        severity: 'warning',
        code: 'identity',
        what: `SES knows neither ${sender} nor ${domain}.`,
        remedy:
          'The first deployment makes the identity; then put the records that SES shows into the DNS of the domain.',
      },
    ],
  };
};
