import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LAST_SORT } from '#shared/commit-log/ports.ts';
import { RefusedUsage, type UsageItem, type UsageStore } from '#shared/usage/ports.ts';
import { readUsageItemSort, usageItemSort } from '#shared/usage/usage-item-key.ts';
import { batchPut } from './dynamodb-batch.ts';
import { type Item, queryItems } from './dynamodb-decisions.ts';

/** The usage store in a DynamoDB table: identifier and usage-item key, packed records as binary, a time to live. */
export function dynamodbUsageStore(client: DynamoDBClient, table: string): UsageStore {
  return {
    async put(items, expiresAt) {
      try {
        await batchPut(client, table, toItems(items, expiresAt));
      } catch (error) {
        throw error instanceof Error && error.name === 'ValidationException' ? new RefusedUsage(error.message) : error;
      }
    },
    async read(identifier, from, until) {
      const range = { from, until: `${until}${LAST_SORT}`, descending: false, limit: Number.MAX_SAFE_INTEGER };
      return (await queryItems(client, table, identifier, range)).map(toUsageItem);
    },
  };
}

function* toItems(items: readonly UsageItem[], expiresAt: number): Generator<Item> {
  for (const item of items) {
    yield {
      pk: { S: item.identifier },
      sk: { S: usageItemSort(item) },
      packed: { B: item.packed },
      expiresAt: { N: expiresAt.toString() },
    };
  }
}

function toUsageItem(item: Item): UsageItem {
  return {
    identifier: item.pk?.S ?? '',
    ...readUsageItemSort(item.sk?.S ?? ''),
    packed: item.packed?.B ?? new Uint8Array(),
  };
}
