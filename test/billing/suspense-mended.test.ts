import { beforeEach, describe, expect, test } from 'vitest';
import { CHANGES, FILES, SECOND_RELEASE } from '../simulation/world.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

/** Of a SIM that is entered later, of one nobody will ever have, and in a network no zone has until the second release. */
const FORGOTTEN = '2026-10 UNKNOWN_SUBSCRIBER imsi#262010000000009 1/6000000/0';
const STRAY = '2026-10 UNKNOWN_SUBSCRIBER imsi#262010000000000 1/2000000/0';
const ANDORRA = '2026-10 UNKNOWN_NETWORK imsi#262010000000003 1/1000000/0';
const NONE = { records: 0, bytes: 0, seconds: 0, count: 0 };

let operator: SmallOperator;
/** The same operator, who knew it all from the beginning. */
let informed: SmallOperator;
beforeEach(async () => {
  [operator, informed] = [await smallOperator(), await smallOperator()];
  await mend(informed);
  for (const each of [operator, informed])
    for (const file of [FILES.early, FILES.first, FILES.second]) await each.dropFile(file);
});

async function mend(of: SmallOperator): Promise<void> {
  await of.load([CHANGES[0]!]);
  await of.release(SECOND_RELEASE);
}

async function provenTotals(of: SmallOperator) {
  const { differences, total } = await of.proof();
  expect(differences).toEqual({ read: NONE, accepted: NONE, invoices: NONE });
  const { billed, late, suspended } = total;
  return { billed: billed.bytes, late: late.bytes, suspended: Object.keys(suspended) };
}

const cents = (documents: readonly string[]) =>
  documents.reduce((all, document) => all + Math.round(Number(document.split(' ')[1]) * 100), 0);

describe('usage that waits', () => {
  test('is charged by itself once the inventory knows its SIM and the catalogue its network, as if they always had', async () => {
    expect(await operator.suspended()).toEqual([STRAY, FORGOTTEN, ANDORRA]);
    await operator.load([CHANGES[0]!]);
    expect(await operator.suspended()).toEqual([STRAY, ANDORRA]);
    await operator.release(SECOND_RELEASE);
    expect(await operator.suspended()).toEqual([STRAY]);
    expect(await operator.bill('2026-10')).toEqual(await informed.bill('2026-10'));
    expect(await provenTotals(operator)).toEqual(await provenTotals(informed));
  });

  test('is charged exactly once, as the difference it makes, where its month was billed before', async () => {
    const october = await operator.bill('2026-10');
    const whole = await informed.bill('2026-10');
    expect(cents(october)).toBeLessThan(cents(whole));
    await mend(operator);
    expect((await provenTotals(operator)).late).toBe(7_000_000);
    for (const each of [operator, informed]) each.setClock('2026-12-04T09:00:00+01:00');
    const [november, after] = [await operator.bill('2026-11'), await informed.bill('2026-11')];
    expect(cents(october) + cents(november)).toBe(cents(whole) + cents(after));
    expect(await provenTotals(operator)).toEqual(await provenTotals(informed));
    for (const each of [operator, informed]) each.setClock('2027-01-04T09:00:00+01:00');
    expect(await operator.bill('2026-12')).toEqual(await informed.bill('2026-12'));
  });
});
