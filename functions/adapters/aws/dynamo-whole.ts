/**
 * Both tables of DynamoDB, whole: for what concerns a person.
 *
 * Promises what the port promises. A run is found by its first event. An event is written over only as long as it is
 * what was read, and by nothing but its text: what it owes stays as it is.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Whole } from '../../core/operating/backstage.ts';
import { orTryAgain } from './dynamo-client.ts';
import { keyOf } from './dynamo-history-item.ts';
import type { Item } from './dynamo-history-table.ts';
import { recordIn } from './dynamo-records.ts';

export const dynamoWhole = ({
  client,
  history,
  records,
}: {
  readonly client: DynamoDBClient;
  readonly history: string;
  readonly records: string;
}): Whole => {
  async function* items(input: ScanCommandInput): AsyncGenerator<Item> {
    let next: Item | undefined;
    do {
      const page = next === undefined ? input : { ...input, ExclusiveStartKey: next };
      const answer = await orTryAgain(client.send(new ScanCommand(page)));
      yield* answer.Items ?? [];
      next = answer.LastEvaluatedKey;
    } while (next !== undefined);
  }

  return {
    runs: async function* () {
      const first: ScanCommandInput = {
        TableName: history,
        FilterExpression: '#number = :one',
        ProjectionExpression: '#run',
        ExpressionAttributeNames: { '#number': 'number', '#run': 'run' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
      };
      for await (const item of items(first)) yield String(item.run?.S);
    },
    records: async function* () {
      for await (const item of items({ TableName: records })) yield recordIn(item);
    },
    replace: async (run, number, expected, by) => {
      const update = new UpdateItemCommand({
        TableName: history,
        Key: keyOf(run, number),
        UpdateExpression: 'SET #event = :by',
        ConditionExpression: '#event = :expected',
        ExpressionAttributeNames: { '#event': 'event' },
        ExpressionAttributeValues: {
          ':by': { S: JSON.stringify(by) },
          ':expected': { S: JSON.stringify(expected) },
        },
      });
      try {
        await orTryAgain(client.send(update));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
};
