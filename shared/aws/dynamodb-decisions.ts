import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { DecisionKey, Decisions, SortRange } from '#shared/commit-log/ports.ts';

/** An item as DynamoDB hands it out. */
export type Item = Record<string, AttributeValue>;

/** Decisions in a DynamoDB table with key pk, sk and the value as JSON text: one conditional put each, every read consistent. */
export function dynamodbDecisions(client: DynamoDBClient, table: string): Decisions {
  const get = async <Value>(key: DecisionKey): Promise<Value | undefined> => {
    const item = await getItem(client, table, key);
    return item === undefined ? undefined : (JSON.parse(item.value?.S ?? 'null') as Value);
  };
  return {
    async putIfAbsent<Value>(key: DecisionKey, value: Value) {
      const item: Item = { pk: { S: key.partition }, sk: { S: key.sort }, value: { S: JSON.stringify(value) } };
      try {
        const command = new PutItemCommand({
          TableName: table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        });
        await client.send(command);
        return { won: true, value };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const winner = await get<Value>(key);
        if (winner === undefined) throw new Error(`decision ${key.partition} ${key.sort} was there and is gone`);
        return { won: false, value: winner };
      }
    },
    get,
    async query<Value>(partition: string, range: SortRange) {
      const items = await queryItems(client, table, partition, range);
      return items.map((item) => ({
        partition,
        sort: item.sk?.S ?? '',
        value: JSON.parse(item.value?.S ?? 'null') as Value,
      }));
    },
  };
}

/** Reads one item, consistently. */
export async function getItem(client: DynamoDBClient, table: string, key: DecisionKey): Promise<Item | undefined> {
  const Key = { pk: { S: key.partition }, sk: { S: key.sort } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item;
}

/** Reads a stretch of a partition, consistently, over as many pages as it takes. */
export async function queryItems(
  client: DynamoDBClient,
  table: string,
  partition: string,
  range: SortRange,
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :until',
        ExpressionAttributeValues: {
          ':pk': { S: partition },
          ':from': { S: range.from || ' ' },
          ':until': { S: range.until },
        },
        ScanIndexForward: !range.descending,
        Limit: Math.min(range.limit - items.length, 100_000),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && items.length < range.limit);
  return items;
}
