/**
 * What one reference run costs on AWS: the blog post, answered on the working day on which each step opens, counted
 * while it really runs on the sandbox's machines and on DynamoDB's own reckoning of capacity (dynalite's).
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoHistory } from '../../functions/adapters/aws/dynamo-history.ts';
import { createHistoryTable } from '../../functions/adapters/aws/dynamo-history-create.ts';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { createRecordsTable } from '../../functions/adapters/aws/dynamo-records-create.ts';
import { hosted } from '../../functions/hosted.ts';
import { mailWriter } from '../../functions/pages/mail-writer.ts';
import { inMemory } from '../../infra/sandbox/keeping.ts';
import { catalogueOf } from '../../infra/sandbox/sandbox-functions.ts';
import { startDynalite } from '../support/dynalite.ts';
import { beginJourney, codeIn, shippedLibrary } from '../support/sandbox-journey.ts';
import { systemsRefusingAll } from '../support/systems.ts';

export type Cost = {
  readonly transitions: number;
  readonly mails: number;
  readonly write_units: number;
  readonly read_units: number;
  readonly lambda_calls: number;
  readonly dollars: number;
};

/** us-east-1, list prices of 2026, from the AWS pricing pages: per transition, mail, million units, million calls. */
const PRICES = { transition: 0.000025, mail: 0.0001, write_unit: 0.625e-6, read_unit: 0.125e-6, lambda_call: 0.2e-6 };

/** 8 steps, of which one is an approval by two people. */
export const costOfReferenceRun = async (): Promise<Cost> => {
  const dynalite = await startDynalite();
  const client = dynalite.connect();
  const used = { write: 0, read: 0 };
  meter(client, used);
  const tables = { history: 'history', records: 'records' };
  await createHistoryTable({ client, table: tables.history });
  await createRecordsTable({ client, table: tables.records });
  const calls = { count: 0 };
  const library = shippedLibrary();
  const keeping = {
    ...inMemory(),
    history: dynamoHistory({ client, table: tables.history }),
    records: (clock: { now: () => string }) => dynamoRecords({ client, table: tables.records, clock }),
  };
  const journey = await beginJourney({
    keeping,
    makeHosted: (ports) => {
      const functions = hosted({
        ...ports,
        systems: systemsRefusingAll,
        catalogue: catalogueOf(library),
        mails: mailWriter(),
      });
      const counted =
        <A extends readonly unknown[], R>(work: (...given: A) => R) =>
        (...given: A): R => {
          calls.count += 1;
          return work(...given);
        };
      return {
        task: counted(functions.task),
        http: counted(functions.http),
        alarm: counted(functions.alarm),
        machineEnded: functions.machineEnded,
        scheduled: functions.scheduled,
        sweep: functions.sweep,
      };
    },
  });
  used.write = 0;
  used.read = 0;
  const run = await journey.start('blog-post', { topic: 'Pricing pages that sell', publish: '2027-03-31' });
  const answered = new Set<string>();
  for (;;) {
    const open = (await journey.mails()).filter((mail) => !answered.has(mail.id) && isToAnswer(mail));
    if (open.length === 0) break;
    for (const mail of open) {
      answered.add(mail.id);
      const decision = mail.subject.startsWith('Approve') ? 'approve' : 'done';
      await journey.answer(mail, { decision, ...FIELDS });
    }
    await journey.advance(24);
  }
  const { transitions = 0, status } = (await journey.sandbox.host.read(run)) ?? {};
  if (status !== 'SUCCEEDED') throw new Error(`the reference run ended ${status}`);
  const mails = (await journey.mails()).length;
  await journey.close();
  await dynalite.stop();
  const counts = { transitions, mails, write_units: used.write, read_units: used.read, lambda_calls: calls.count };
  const dollars =
    counts.transitions * PRICES.transition +
    counts.mails * PRICES.mail +
    counts.write_units * PRICES.write_unit +
    counts.read_units * PRICES.read_unit +
    counts.lambda_calls * PRICES.lambda_call;
  return { ...counts, dollars };
};

const FIELDS = {
  idea: 'How we price, for one reader',
  keywords: 'pricing page',
  outline: 'https://example.com/outline',
  draft: 'https://example.com/draft',
  live: 'https://example.com/live',
};

const isToAnswer = (mail: { readonly subject: string; readonly text: string }): boolean =>
  codeIn(mail) === '' && !/^(Reminder|Due|Overdue|\d+ things)/.test(mail.subject) && mail.subject.includes(' – due ');

/** Has the service tell what each call cost. */
const meter = (client: DynamoDBClient, used: { write: number; read: number }): void => {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { commandName = '' } = context;
      const metered = /^(Put|Update|Delete|Get|Query|BatchGet)Item?s?Command$|^QueryCommand$/.test(commandName);
      const input = metered ? { ...(args.input as object), ReturnConsumedCapacity: 'TOTAL' } : args.input;
      const result = await next({ ...args, input });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
      if (/^(Put|Update|Delete)/.test(commandName)) used.write += units;
      else used.read += units;
      return result;
    },
    { step: 'initialize', name: 'meter' },
  );
};
type Capacity = { readonly CapacityUnits?: number };
