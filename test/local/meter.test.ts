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
  meter.entered(false, 100, { states: 1, bytes: 100 });
  meter.entered(false, 300, { states: 2, bytes: 400 });
  meter.entered(true, 200, { states: 1, bytes: 200 });
  meter.entered(true, 290, { states: 2, bytes: 490 });
  meter.invoked('f');
  const counted = { transitions: 2, children: 1, largestState: 300, mostStates: 2, largestHistory: 400 };
  expect(meter.read()).toMatchObject({ ...counted, invocations: { f: 1 } });
});

test('what invocations took is summed up by function, by the memory each is given', () => {
  const meter = openMeter();
  meter.used('f', { seconds: 2, processorSeconds: 1, megabytes: 80, configuredMegabytes: 512 });
  meter.used('f', { seconds: 1, processorSeconds: 0.5, megabytes: 90, configuredMegabytes: 512 });
  meter.used('g', { seconds: 1, processorSeconds: 1, megabytes: 70, configuredMegabytes: 2048 });
  const f = { seconds: 3, processorSeconds: 1.5, gigabyteSeconds: 0.75, longestSeconds: 2, largestMegabytes: 90 };
  const g = { seconds: 1, processorSeconds: 1, gigabyteSeconds: 2, longestSeconds: 1, largestMegabytes: 70 };
  expect(meter.read().functions).toEqual({ f, g });
});

test('bytes of items are counted as they are put and read', async () => {
  const meter = openMeter();
  const see = async (operation: string, input: object, answer: object) => {
    const response = { statusCode: 200, end: (_: string) => undefined };
    const call = { service: 'dynamodb', operation, input, response } as unknown as Call;
    await meter.intercept(call, async () => void call.response.end(JSON.stringify(answer)));
  };
  await see('PutItem', { Item: item(1000) }, {});
  await see('Query', {}, { Items: [item(10), binary(20)] });
  await see('GetItem', {}, {});
  expect(meter.read()).toMatchObject({ itemBytesWritten: 1000, itemBytesRead: 30 });
});
