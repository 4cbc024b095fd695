import { expect, test } from 'vitest';
import type { Call } from '../../local/gateway.ts';
import { openMeter } from '../../local/meter.ts';

/** Lets a meter see a call to DynamoDB that is answered so. */
async function seen(operation: string, input: object, answer: object) {
  const meter = openMeter();
  const response = { statusCode: 200, end: (_: string) => undefined };
  const call = { service: 'dynamodb', operation, input, response } as unknown as Call;
  await meter.intercept(call, async () => void call.response.end(JSON.stringify(answer)));
  const { readUnits, writeUnits, requests } = meter.read();
  expect(requests).toEqual({ [`dynamodb ${operation}`]: 1 });
  return { readUnits, writeUnits };
}

const item = (bytes: number) => ({ a: { S: 'x'.repeat(bytes - 1) } });
const binary = (bytes: number) => ({ a: { B: Buffer.alloc(bytes - 1).toString('base64') } });

test.each([
  ['a kilobyte', item(1024), 1],
  ['a byte more', item(1025), 2],
  ['octets, not their text', binary(1024), 1],
])('an item of %s is put', async (_, Item, writeUnits) => {
  expect(await seen('PutItem', { Item }, {})).toEqual({ readUnits: 0, writeUnits });
});

test('each item of a batch is started by itself', async () => {
  const writes = [
    { PutRequest: { Item: item(10) } },
    { PutRequest: { Item: item(1500) } },
    { DeleteRequest: { Key: item(9) } },
  ];
  expect(await seen('BatchWriteItem', { RequestItems: { t: writes } }, {})).toEqual({ readUnits: 0, writeUnits: 4 });
});

test.each([
  ['a consistent query of little', 'Query', { ConsistentRead: true }, { Items: [item(10), item(20)] }, 1],
  ['a consistent query, by all together', 'Query', { ConsistentRead: true }, { Items: [item(4000), item(200)] }, 2],
  ['a query that finds nothing', 'Query', { ConsistentRead: true }, { Items: [] }, 1],
  ['a query that may be late', 'Query', {}, { Items: [item(10)] }, 0.5],
  ['one item', 'GetItem', { ConsistentRead: true }, { Item: item(4097) }, 2],
  ['one that is not there', 'GetItem', { ConsistentRead: true }, {}, 1],
  [
    'items of two tables, each by itself',
    'BatchGetItem',
    { RequestItems: { t: { ConsistentRead: true }, u: {} } },
    { Responses: { t: [item(5000), item(10)], u: [item(10)] } },
    3.5,
  ],
])('%s', async (_, operation, input, answer, readUnits) => {
  expect(await seen(operation, input, answer)).toEqual({ readUnits, writeUnits: 0 });
});

test('states of executions and of the children of maps are counted apart, with the largest of all', () => {
  const meter = openMeter();
  meter.entered(false, true, 100);
  meter.entered(false, false, 300);
  meter.entered(true, true, 200);
  meter.entered(true, false, 20);
  meter.invoked('f');
  expect(meter.read()).toMatchObject({ transitions: 2, children: 1, largestState: 300, invocations: { f: 1 } });
});
