/**
 * Where runs are kept: the table of the history and the table of the records.
 *
 * Promises: neither goes with the stack; both can be put back to any second of the last 35 days; encrypted with a key
 * of AWS. Keys and indexes are those that the adapters say.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { historyTable } from '../functions/adapters/aws/dynamo-history-table.ts';
import { recordsTable, recordsTimeToLive } from '../functions/adapters/aws/dynamo-records-table.ts';
import type { Grant } from './grants.ts';

type Definition = typeof historyTable | typeof recordsTable;

export type KeptTable = Pick<ITable, 'tableArn' | 'tableName'>;

export class RunHistory extends Construct {
  readonly history: KeptTable;
  readonly records: KeptTable;

  /** @param putBack names of tables that are there already; those of the stack are then left alone. */
  constructor(scope: Construct, id: string, putBack?: { readonly history: string; readonly records: string }) {
    super(scope, id);
    if (putBack === undefined) {
      this.history = this.#table('History', historyTable);
      this.records = this.#table('Records', recordsTable, recordsTimeToLive);
    } else {
      this.history = Table.fromTableName(this, 'HistoryAgain', putBack.history);
      this.records = Table.fromTableName(this, 'RecordsAgain', putBack.records);
    }
  }

  /** What whoever records needs: an event is never removed, and nothing is ever scanned. */
  get use(): readonly Grant[] {
    return [
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
        resources: [this.history.tableArn, `${this.history.tableArn}/index/owed`],
      }),
      new PolicyStatement({
        actions: [
          'dynamodb:GetItem',
          'dynamodb:BatchGetItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:Query',
        ],
        resources: [this.records.tableArn, `${this.records.tableArn}/index/groups`],
      }),
    ].map((statement) => ({ statement }));
  }

  #table(id: string, definition: Definition, timeToLiveAttribute?: string): Table {
    const type = (name: string): AttributeType =>
      definition.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType === 'N'
        ? AttributeType.NUMBER
        : AttributeType.STRING;
    const keys = (schema: readonly { readonly AttributeName: string }[]) => {
      const [partition, sort] = schema.map(({ AttributeName: name }) => ({ name, type: type(name) }));
      if (partition === undefined) throw new RangeError(`${Stack.of(this).stackName} ${id} has no key`);
      return { partitionKey: partition, ...(sort === undefined ? {} : { sortKey: sort }) };
    };
    const table = new Table(this, id, {
      ...keys(definition.KeySchema),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // A key that AWS owns and rotates: free, and no call to it can be throttled. `AWS_MANAGED` would bill each use.
      encryption: TableEncryption.DEFAULT,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(timeToLiveAttribute === undefined ? {} : { timeToLiveAttribute }),
    });
    for (const { IndexName, KeySchema } of definition.GlobalSecondaryIndexes)
      table.addGlobalSecondaryIndex({
        indexName: IndexName,
        ...keys(KeySchema),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    return table;
  }
}
