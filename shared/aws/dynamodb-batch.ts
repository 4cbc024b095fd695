import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Item } from './dynamodb-decisions.ts';

const ITEMS_A_REQUEST = 25;
const REQUESTS_AT_ONCE = 8;
/** What is left unprocessed (throttled) is tried again after 50 ms, 100 ms … up to 5 s, eleven times in all. */
const TRIES = 11;

/** Puts items unconditionally, 25 a request, several requests at once, until every one is written. @throws Error when throttling does not end. */
export async function batchPut(client: DynamoDBClient, table: string, items: Iterable<Item>): Promise<void> {
  const batches = inBatches(items)[Symbol.iterator]();
  const worker = async () => {
    for (let next = batches.next(); !next.done; next = batches.next()) await putBatch(client, table, next.value);
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
}

function* inBatches(items: Iterable<Item>): Generator<Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < ITEMS_A_REQUEST) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function putBatch(client: DynamoDBClient, table: string, batch: readonly Item[]): Promise<void> {
  let requests: WriteRequest[] = batch.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === TRIES) throw new Error(`${requests.length} items of ${table} were throttled ${TRIES} times`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(25 * 2 ** attempt, 5000)));
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    requests = answer.UnprocessedItems?.[table] ?? [];
  }
}
