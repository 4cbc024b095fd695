import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DecisionKey, ProjectionRow, Projections, SortRange } from '#shared/commit-log/ports.ts';
import { batchPut } from './dynamodb-batch.ts';
import { getItem, type Item, queryItems } from './dynamodb-decisions.ts';

/** Projections in a DynamoDB table with key pk, sk, the position as a number and the value as JSON text. */
export function dynamodbProjections(client: DynamoDBClient, table: string): Projections {
  return {
    async put(rows) {
      const last = new Map(rows.map((row) => [`${row.partition}\n${row.sort}`, row]));
      await batchPut(client, table, [...last.values()].map(toItem));
    },
    async putNewer(row) {
      const command = new PutItemCommand({
        TableName: table,
        Item: toItem(row),
        ConditionExpression: 'attribute_not_exists(pk) OR #position <= :position',
        ExpressionAttributeNames: { '#position': 'position' },
        ExpressionAttributeValues: { ':position': { N: row.position.toString() } },
      });
      try {
        await client.send(command);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async get<Value>(key: DecisionKey) {
      const item = await getItem(client, table, key);
      return item === undefined ? undefined : toRow<Value>(item);
    },
    async query<Value>(partition: string, range: SortRange) {
      return (await queryItems(client, table, partition, range)).map((item) => toRow<Value>(item));
    },
  };
}

function toItem(row: ProjectionRow<unknown>): Item {
  const { partition, sort, position, value } = row;
  return {
    pk: { S: partition },
    sk: { S: sort },
    position: { N: position.toString() },
    value: { S: JSON.stringify(value) },
  };
}

function toRow<Value>(item: Item): ProjectionRow<Value> {
  return {
    partition: item.pk?.S ?? '',
    sort: item.sk?.S ?? '',
    position: Number(item.position?.N ?? 0),
    value: JSON.parse(item.value?.S ?? 'null') as Value,
  };
}
