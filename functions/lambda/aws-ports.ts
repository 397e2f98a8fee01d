/**
 * The ports on AWS.
 *
 * Promises: importing this reads no environment and opens no client; the first call of a Lambda makes its ports, and
 * the later ones use them too. A first call that fails leaves nothing behind: the next one tries anew.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { PATIENCE } from '../adapters/aws/aws-call.ts';
import { dynamoClient } from '../adapters/aws/dynamo-client.ts';
import { dynamoHistory } from '../adapters/aws/dynamo-history.ts';
import { dynamoRecords } from '../adapters/aws/dynamo-records.ts';
import { parameterSecrets } from '../adapters/aws/parameter-secrets.ts';
import { schedulerAlarms } from '../adapters/aws/scheduler-alarms.ts';
import { SENDS_ONCE, sesMailbox } from '../adapters/aws/ses-mailbox.ts';
import { sfnMachines } from '../adapters/aws/sfn-machines.ts';
import { httpsSystems } from '../adapters/https/https-systems.ts';
import type { Catalogue, Chance, Clock, Ports, Secrets } from '../core/ports.ts';
import { mailWriter } from '../pages/mail-writer.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { lambdaLog } from './lambda-log.ts';

export type Beside = { readonly secrets: Secrets; readonly catalogue: Catalogue };

/** The ports of an environment. Clients are made, and open no connection before they are used. */
export const awsPorts = (told: Environment, { secrets, catalogue }: Beside): Ports => {
  const dynamo = dynamoClient();
  return {
    clock: systemClock,
    chance: systemChance,
    settings: {
      base_url: told.BASE_URL,
      sender: { name: told.SENDER_NAME, email: told.SENDER_EMAIL },
      stage: told.STAGE,
      gather_seconds: told.GATHER_SECONDS,
      secure_cookies: true,
      wary_of_robots: true,
      slows_down: true,
      keeps_board: true,
      sign_in: 'mail',
    },
    history: dynamoHistory({ client: dynamo, table: told.HISTORY_TABLE }),
    records: dynamoRecords({ client: dynamo, table: told.RECORDS_TABLE, clock: systemClock }),
    mailbox: sesMailbox({
      client: new SESClient(SENDS_ONCE),
      sender: { name: told.SENDER_NAME, email: told.SENDER_EMAIL },
      configuration_set: told.CONFIGURATION_SET,
    }),
    machines: sfnMachines({ client: new SFNClient(PATIENCE), aliases: aliasesOf(told.MACHINE_ALIAS, catalogue) }),
    alarms: schedulerAlarms({
      scheduler: new SchedulerClient(PATIENCE),
      sqs: new SQSClient(PATIENCE),
      clock: systemClock,
      group: told.ALARM_GROUP,
      queue: { url: told.ALARM_QUEUE_URL, arn: told.ALARM_QUEUE_ARN },
      role_arn: told.ALARM_ROLE_ARN,
      dead_letters_arn: told.ALARM_DEAD_LETTERS_ARN,
    }),
    systems: httpsSystems({ clock: systemClock, secrets }),
    secrets,
    catalogue,
    log: lambdaLog({ clock: systemClock, stage: told.STAGE }),
    mails: mailWriter(),
  };
};

/** Makes once what is needed on the first call. */
export const onFirstCall = <Made>(make: () => Made): (() => Made) => {
  let made: { readonly it: Made } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
};

/** The ports of the Lambda that asks, the same each time. */
export const portsHere = onFirstCall((): Ports => {
  const told = readEnvironment(process.env);
  const secrets = parameterSecrets({
    client: new SSMClient(PATIENCE),
    path: told.SECRETS_PATH,
    clock: systemClock,
    chance: systemChance,
  });
  // Where the code is, which is not where the process was begun on every host.
  const beside = process.env.LAMBDA_TASK_ROOT ?? '.';
  return awsPorts(told, { secrets, catalogue: readCatalogue(resolve(beside, told.CATALOGUE_FILE)) });
});

const systemClock: Clock = { now: () => new Date().toISOString() };
const systemChance: Chance = { bytes: (count) => randomBytes(count) };

export const aliasesOf = (pattern: string, { workflows }: Catalogue): ReadonlyMap<string, string> =>
  new Map([...workflows.keys()].map((workflow) => [workflow, pattern.replaceAll('{workflow}', workflow)]));

type Written = Omit<Catalogue, 'workflows'> & {
  readonly workflows: { readonly [id: string]: ReturnType<Catalogue['workflows']['get']> & object };
};
/** Written by our own stack, and so not doubted. */
const readCatalogue = (path: string): Catalogue => {
  const { workflows, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Written;
  return { ...rest, workflows: new Map(Object.entries(workflows)) };
};
