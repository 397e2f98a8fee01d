/** What lies behind the ports, in the Lambda that serves those who operate. Alone here are clients that no other has. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsBackstage } from '../adapters/aws/aws-backstage.ts';
import { PATIENCE } from '../adapters/aws/aws-call.ts';
import { dynamoClient } from '../adapters/aws/dynamo-client.ts';
import { dynamoWhole } from '../adapters/aws/dynamo-whole.ts';
import { parameterRotation, parameterSecrets } from '../adapters/aws/parameter-secrets.ts';
import { sqsDeadLetters } from '../adapters/aws/sqs-dead-letters.ts';
import type { Backstage } from '../core/operating/backstage.ts';
import type { Ports } from '../core/ports.ts';
import { aliasesOf } from './aws-ports.ts';
import { operatingEnvironment, readEnvironment } from './environment.ts';

/** A page of a whole table takes longer than one item. */
const SCANNING = { connectionTimeout: 2_000, socketTimeout: 10_000 };

/** Nothing is remembered: whoever has just changed a secret, or put it in, is shown that. */
export const secretsAsTheyAre = ({ clock, chance }: Pick<Ports, 'clock' | 'chance'>): Ports['secrets'] => {
  const { SECRETS_PATH: path } = readEnvironment(process.env);
  return parameterSecrets({ client: new SSMClient(PATIENCE), path, clock, chance, kept_ms: 0 });
};

export const backstageHere = ({ catalogue, chance }: Pick<Ports, 'catalogue' | 'chance'>): Backstage => {
  const told = readEnvironment(process.env, operatingEnvironment);
  const [, partition, , region, account] = told.ALARM_QUEUE_ARN.split(':');
  return awsBackstage({
    sfn: new SFNClient(PATIENCE),
    scheduler: new SchedulerClient(PATIENCE),
    aliases: aliasesOf(told.MACHINE_ALIAS, catalogue),
    alarm_group: told.ALARM_GROUP,
    secrets: parameterRotation({ client: new SSMClient(PATIENCE), path: told.SECRETS_PATH, chance }),
    whole: dynamoWhole({
      client: dynamoClient({ requestHandler: SCANNING }),
      history: told.HISTORY_TABLE,
      records: told.RECORDS_TABLE,
    }),
    deadLetters: sqsDeadLetters({
      sqs: new SQSClient(PATIENCE),
      lambda: new LambdaClient(PATIENCE),
      queues: told.DEAD_LETTERS,
      alarms_url: told.ALARM_QUEUE_URL,
      functions_prefix: `arn:${partition}:lambda:${region}:${account}:function:runsheet-${told.STAGE}-`,
    }),
  });
};
