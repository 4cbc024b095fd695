import { beforeAll, describe, expect, test } from 'vitest';
import { addCharges, type WantedCharges, wantCharge } from '#shared/billing/use-cases/usage/carrier-charges.ts';
import { examineSuspense, type SuspenseQuery } from '#shared/billing/use-cases/usage/examine-suspense.ts';
import { listSuspense } from '#shared/billing/use-cases/usage/list-suspense.ts';
import { writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { memorySession } from '../cli/memory-session.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

const HEADER = 'record_id,imsi,start,service,network,bytes,charge,currency';
const file = (name: string, rows: readonly string[]) => ({ name, body: Buffer.from([HEADER, ...rows].join('\n')) });
const ALL: SuspenseQuery = { month: '', reason: '', identifier: '' };

let operator: SmallOperator;
beforeAll(async () => {
  operator = await smallOperator();
  await operator.dropFile(
    file('a.csv', [
      'a1,901700000000001,2026-10-03T08:00:00Z,data,DEUD1,1000,0.10,EUR',
      'a2,901700000000001,2026-10-01T08:00:00Z,data,DEUD1,2000,0.20,EUR',
      'a3,901700000000002,2026-10-05T08:00:00Z,data,DEUD1,4000,0.123456789012345678,USD',
      'a4,262010000000001,2026-10-05T08:00:00Z,data,DEUD1,9000,7.00,EUR',
      'a5,262010000000001,2026-10-06T08:00:00Z,data,USAAT,500,1.50,EUR',
      'a2,901700000000001,2026-09-30T08:00:00Z,data,DEUD1,8000,0.80,EUR', // numbered anew each month
    ]),
  );
  await operator.dropFile(
    file('b.csv', [
      'a1,901700000000001,2026-10-03T08:00:00Z,data,DEUD1,1000,99.00,EUR',
      'b1,901700000000001,2026-10-07T08:00:00Z,data,DEUD1,16000,0.40,USD',
      'b2,901700000000001,2026-10-04T08:00:00Z,data,DEUD1,32000,,',
    ]),
  );
});

async function seen(query: Partial<SuspenseQuery>, withMoney = false): Promise<string[]> {
  const { details } = await examineSuspense(operator.world, { ...ALL, ...query }, withMoney);
  return details.map(({ month, reason, identifier, totals, first, last, files, money }) => {
    const from = files.map(({ carrier, name }) => `${carrier}/${name}`).sort();
    const span = `${isoInstant(first).slice(5, 10)} to ${isoInstant(last).slice(5, 10)}`;
    const costs = Object.entries(money).map(([currency, sum]) => `${sum} ${currency}`);
    return [month, reason, identifier, totals.records, totals.bytes, span, ...from, ...costs].join(' ');
  });
}

const SEPTEMBER = '2026-09 UNKNOWN_SUBSCRIBER imsi#901700000000001 1 8000 09-30 to 09-30 aero/a.csv';
const UNKNOWN = '2026-10 UNKNOWN_SUBSCRIBER imsi#901700000000001 4 51000 10-01 to 10-07 aero/a.csv aero/b.csv';
const OTHER = '2026-10 UNKNOWN_SUBSCRIBER imsi#901700000000002 1 4000 10-05 to 10-05 aero/a.csv';
const AWAY = '2026-10 UNKNOWN_NETWORK imsi#262010000000001 1 500 10-06 to 10-06 aero/a.csv';

test.each<[string, Partial<SuspenseQuery>, string[]]>([
  ['everything, by month, reason and records', {}, [SEPTEMBER, UNKNOWN, OTHER, AWAY]],
  ['a month', { month: '2026-09' }, [SEPTEMBER]],
  ['a month nothing is known of', { month: '2026-07' }, []],
  ['a reason', { reason: 'UNKNOWN_NETWORK' }, [AWAY]],
  ['an identifier', { identifier: 'imsi#901700000000001' }, [SEPTEMBER, UNKNOWN]],
  ['its digits', { identifier: '901700000000002' }, [OTHER]],
  ['a part of its digits', { identifier: '00000000002' }, []],
])('%s', async (_, query, expected) => {
  expect(await seen(query)).toEqual(expected);
});

test('what the carriers charge for it, exactly, for each record once and as its own file says', async () => {
  expect(await seen({ month: '2026-10' }, true)).toEqual([
    `${UNKNOWN} 0.3 EUR 0.4 USD`,
    `${OTHER} 0.123456789012345678 USD`,
    `${AWAY} 1.5 EUR`,
  ]);
});

test('what is written off is not suspended', async () => {
  const command = {
    month: '2026-10',
    reason: 'UNKNOWN_SUBSCRIBER',
    identifiers: ['imsi#901700000000002'],
    note: 'test',
    by: 'anna',
  } as const;
  await writeOffUsage(operator.world, command);
  await operator.settle();
  expect(await seen({}, true)).toEqual([`${SEPTEMBER} 0.8 EUR`, `${UNKNOWN} 0.3 EUR 0.4 USD`, `${AWAY} 1.5 EUR`]);
});

describe('suspended usage is listed by month, reason, records (most first) and identifier', () => {
  const LATER = [
    'o1,901700000000001,2026-10-03T08:00:00Z,data,DEUD1,1,1.00,USD',
    'o2,901700000000003,2026-10-04T08:00:00Z,data,DEUD1,2,2.00,USD',
    'o3,901700000000003,2026-10-04T09:00:00Z,data,DEUD1,4,3.00,EUR',
    'o4,901700000000002,2026-10-05T08:00:00Z,data,DEUD1,8,,',
    'o5,262010000000004,2026-10-05T08:00:00Z,data,DEUD1,16,,',
    'o6,262010000000004,2026-10-20T08:00:00Z,data,USAAT,32,,',
    'o1,901700000000001,2026-10-03T08:00:00Z,data,DEUD1,1,1.00,USD',
  ];
  const EARLIER = ['s1,901700000000001,2026-09-03T08:00:00Z,data,DEUD1,64,,'];
  const [SEPTEMBER, NETWORK] = ['2026-09 UNKNOWN_SUBSCRIBER …001 1/64', '2026-10 UNKNOWN_NETWORK …004 1/32'];
  const STRAYS = ['…003 2/6', '…004 1/16', '…001 1/1', '…002 1/8'].map((each) => `2026-10 UNKNOWN_SUBSCRIBER ${each}`);
  let of: SmallOperator;
  beforeAll(async () => {
    of = await smallOperator();
    await of.dropFile(file('october.csv', LATER));
    await of.dropFile(file('september.csv', EARLIER));
  });
  const said = (
    month: string,
    reason: string,
    each: { identifier: string; totals: { records: number; bytes: number } },
  ) => `${month} ${reason} …${each.identifier.slice(-3)} ${each.totals.records}/${each.totals.bytes}`;
  const listed = async (month: string) =>
    (await listSuspense(of.world, month)).flatMap((each) =>
      each.identifiers.map((its) => said(each.month, each.reason, its)),
    );
  const examined = async (query: Partial<SuspenseQuery>) =>
    (await examineSuspense(of.world, { ...ALL, ...query }, true)).details;
  const told = async (query: Partial<SuspenseQuery>) =>
    (await examined(query)).map((each) => said(each.month, each.reason, each));

  test('of every month, or of one', async () => {
    expect(await listed('')).toEqual([SEPTEMBER, ...STRAYS, NETWORK]);
    expect(await listed('2026-09')).toEqual([SEPTEMBER]);
    expect((await listSuspense(of.world, '')).map(({ totals }) => totals.records)).toEqual([1, 5, 1]);
  });

  test('looked at record by record, for any reason or one', async () => {
    expect(await told({})).toEqual([SEPTEMBER, ...STRAYS, NETWORK]);
    expect(await told({ reason: 'UNKNOWN_NETWORK' })).toEqual([NETWORK]);
  });

  test('with what the carriers charge, by currency; what is said twice once', async () => {
    const money = (await examined({ month: '2026-10' })).map((each) => Object.entries(each.money).flat().join(' '));
    expect(money).toEqual(['EUR 3 USD 2', '', 'USD 1', '', '']);
  });

  test('before a catalogue is released there is none', async () => {
    const { world } = memorySession('ops');
    expect(await examineSuspense(world, { ...ALL, month: '2026-10' }, false)).toEqual({ position: 0, details: [] });
    expect(await listSuspense(world, '')).toEqual([]);
  });
});

test.each<[string, ReadonlyMap<string, Manifest>]>([
  ['no manifest', new Map()],
  ['a manifest that has fewer', new Map([['f', { chunks: [] } as unknown as Manifest]])],
])('charges wanted of a chunk that is in %s are not passed over', async (_, manifests) => {
  const wanted: WantedCharges = new Map();
  wantCharge(wanted, 'f', 3, 'a record', new Map());
  await expect(addCharges(operator.world.objects, manifests, wanted, '2026-10')).rejects.toThrow(
    'chunk 3 of usage file f is in no manifest',
  );
});
