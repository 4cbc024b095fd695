import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTables, type Tables } from '../../local/tables.ts';

const TableName = 'facts';
const directory = mkdtempSync(join(tmpdir(), 'tables-'));
/** What the store of the tables has open: iterators and snapshots, which hold all it had at their time. */
const open = new Set<unknown>();
let tables: Tables;

beforeAll(async () => {
  const ofDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { prototype } = ofDynalite('abstract-level').AbstractLevel;
  const { attachResource, detachResource } = prototype;
  prototype.attachResource = function (resource: unknown) {
    open.add(resource);
    return attachResource.call(this, resource);
  };
  prototype.detachResource = function (resource: unknown) {
    open.delete(resource);
    return detachResource.call(this, resource);
  };
  tables = openTables(directory);
  const names = ['pk', 'sk'];
  await tables.request('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: names.map((AttributeName, place) => ({ AttributeName, KeyType: place === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  });
  const status = async () =>
    ((await tables.request('DescribeTable', { TableName })).Table as { TableStatus: string }).TableStatus;
  while ((await status()) !== 'ACTIVE') await sleep(5);
  for (let place = 0; place < 10; place++)
    await tables.request('PutItem', { TableName, Item: { pk: { S: 'p' }, sk: { S: `s${place}` } } });
});
afterAll(async () => {
  await tables.close();
  rmSync(directory, { recursive: true, force: true });
});

test.each([
  ['to its end', 'p', 100, 10],
  ['up to a limit', 'p', 3, 3],
  ['of nothing', 'q', 100, 0],
])('a query %s leaves nothing open', async (_, pk, Limit, found) => {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
    Limit,
  };
  for (let times = 0; times < 5; times++) expect((await tables.request('Query', query)).Count).toBe(found);
  await expect.poll(() => open.size).toBe(0);
});
