/** Everything that runsheet is on AWS: reads like a table of contents. */
import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { FUNCTIONS, type FunctionName } from '../statemachines/contract.ts';
import type { DeploySettings } from './context.ts';
import { ALARM_SECONDS, DeadlineAlarms } from './deadline-alarms.ts';
import type { DeployedLibrary } from './deployed-library.ts';
import { FrontDoor } from './front-door.ts';
import { Functions } from './functions.ts';
import { Mail } from './mail.ts';
import { useOfOperators } from './operating.ts';
import { RunHistory } from './run-history.ts';
import { Secrets } from './secrets.ts';
import { Upkeep } from './upkeep.ts';
import { Watch } from './watch.ts';
import { aliasPattern, useMachines, WorkflowMachines } from './workflow-machines.ts';

export type RunsheetStackProps = StackProps & {
  readonly settings: DeploySettings;
  readonly library: DeployedLibrary;
  readonly codeOf: (entry: string) => Code;
};

const fileOf = (name: FunctionName): string => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
const TASKS = new Map(Object.values(FUNCTIONS).map((name) => [name, fileOf(name)]));

/** The file of every Lambda. */
export const ENTRIES: readonly string[] = [
  ...TASKS.values(),
  'answer-request',
  'remind',
  'sweep',
  'start-scheduled',
  'note-machine-end',
  'note-mail-event',
  'operate',
];

export class RunsheetStack extends Stack {
  constructor(scope: Construct, id: string, { settings, library, codeOf, ...props }: RunsheetStackProps) {
    super(scope, id, { description: 'Marketing workflows of runsheet.', ...props });
    const { stage, sender, gather } = settings;
    const kept = new RunHistory(this, 'Kept', settings.tables);
    const alarms = new DeadlineAlarms(this, 'Alarms', { stage });
    const mail = new Mail(this, 'Mail', settings);
    const secrets = new Secrets(this, 'Secrets', { stage });
    const door = new FrontDoor(this, 'Door', settings);
    const functions = new Functions(this, 'Functions', {
      stage,
      codeOf,
      environment: {
        STAGE: stage,
        BASE_URL: door.url,
        SENDER_NAME: sender.name,
        SENDER_EMAIL: sender.email,
        ...(gather === undefined ? {} : { GATHER_SECONDS: String(gather) }),
        HISTORY_TABLE: kept.history.tableName,
        RECORDS_TABLE: kept.records.tableName,
        MACHINE_ALIAS: aliasPattern(this, stage),
        CONFIGURATION_SET: mail.configurationSet,
        ALARM_GROUP: alarms.group,
        ALARM_ROLE_ARN: alarms.role.roleArn,
        ALARM_QUEUE_ARN: alarms.queue.queueArn,
        ALARM_QUEUE_URL: alarms.queue.queueUrl,
        ALARM_DEAD_LETTERS_ARN: alarms.undelivered.queueArn,
        SECRETS_PATH: secrets.path,
        CATALOGUE_FILE: 'catalogue.json',
      },
    });

    // Whoever records an event does what it owes, whichever that is: mails, alarms, machines, calls of other systems.
    const may = [...kept.use, ...alarms.use, ...mail.use, ...secrets.use, ...useMachines(this, stage)];
    for (const [name, entry] of TASKS)
      functions.add(entry, { description: `What machines call as ${name}.`, may, seconds: 60 });
    const answer = functions.add('answer-request', {
      description: 'Answers people and other systems.',
      may,
      seconds: 25,
    });
    const remind = functions.add('remind', {
      description: 'Does what an alarm is for.',
      may,
      seconds: ALARM_SECONDS,
    });
    remind.addEventSource(new SqsEventSource(alarms.queue, { batchSize: 5, reportBatchItemFailures: true }));
    Validations.of(remind).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'The queue has dead letters of its own, which a destination of its mapping would only be for streams.',
    });
    door.answerBy(answer);

    const unattended = (entry: string, description: string, seconds: number) =>
      functions.add(entry, { description, may, seconds, unattended: true });
    const called = {
      sweep: unattended('sweep', 'Does what a crash has left owed.', 110),
      startScheduled: unattended('start-scheduled', 'Starts a workflow by the clock.', 60),
      noteMachineEnd: unattended('note-machine-end', 'Ends a run whose machine has failed or was stopped.', 60),
      noteMailEvent: unattended(
        'note-mail-event',
        'Settles a mail that SES has, and tells the lead of one that came back.',
        60,
      ),
    };
    const upkeep = new Upkeep(this, 'Upkeep', {
      stage,
      library,
      configurationSet: mail.configurationSet,
      alarmQueue: alarms.queue,
      ...called,
    });
    const deadLetters = {
      AlarmsUndone: alarms.undone,
      AlarmsUndelivered: alarms.undelivered,
      FunctionsUndone: functions.undone,
      UpkeepUndelivered: upkeep.undelivered,
    };
    const operate = functions.add('operate', {
      description: 'Does what those who operate this ask for.',
      may: [
        ...may,
        ...useOfOperators(this, {
          stage,
          kept,
          secrets_path: secrets.path,
          alarm_group: alarms.group,
          deadLetters,
          unattended: Object.values(called),
        }),
      ],
      // Whole tables are looked through for what concerns a person: as long as a function may take.
      seconds: 900,
      // Once an hour it looks by itself for runs that do not go on.
      unattended: true,
      environment: {
        DEAD_LETTERS: Stack.of(this).toJsonString(
          Object.fromEntries(Object.entries(deadLetters).map(([name, { queueUrl }]) => [name, queueUrl])),
        ),
      },
    });

    upkeep.examineBy(operate);

    new WorkflowMachines(this, 'Machines', {
      stage,
      workflows: library.workflows.map(({ compiled }) => compiled),
      functionNamed: (name) => lambdaOf(functions, TASKS.get(name) ?? name),
    });

    const watch = new Watch(this, 'Watch', {
      stage,
      alarms: settings.alarms,
      deadLetters,
      alarmQueue: alarms.queue,
      machineEnds: upkeep.machineEnds,
      api: door.api,
      sweep: called.sweep,
      answer,
    });

    new CfnOutput(this, 'Url', { value: door.url, description: 'Where people and other systems reach runsheet.' });
    new CfnOutput(this, 'SecretsPath', { value: secrets.path, description: 'Where its secrets are kept.' });
    new CfnOutput(this, 'AlarmTopic', { value: watch.topic.topicArn, description: 'Where its alarms are told.' });
  }
}

const lambdaOf = ({ all }: Functions, entry: string) => {
  const found = all.get(entry);
  if (found === undefined) throw new RangeError(`there is no function ${entry}`);
  return found;
};
