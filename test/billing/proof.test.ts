import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { isNothing, type ProofPart, type ProofRow } from '#shared/billing/proof-row.ts';
import { proveUsage, type UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { CARRIER, FILES, SECOND_RELEASE } from '../simulation/world.ts';
import { file, operatorWithAllFates, row } from './all-fates.ts';
import { smallOperator } from './small-operator.ts';

let proof: UsageProof;
beforeAll(async () => {
  proof = await (await operatorWithAllFates()).proof();
});

/** "records/octets" of everything in a row there is any of. */
function told({ suspended, ...rest }: ProofRow): Record<string, string> {
  const all = Object.entries({ ...rest, ...suspended }).filter(([, totals]) => !isNothing(totals));
  return Object.fromEntries(all.map(([name, { records, bytes }]) => [name, `${records}/${bytes}`]));
}

const nameOf = ({ month, source }: ProofPart) => `${month} ${source}`;

test('every record is in the row of the file it came from, and each row adds up', () => {
  expect(Object.fromEntries(proof.parts.map((part) => [nameOf(part), told(part.row)]))).toEqual({
    '2026-10 aero-csv': {
      read: '13/160000',
      accepted: '5/143000',
      repeated: '1/1000',
      duplicate: '6/16000',
      zero: '1/0',
      zeroBilled: '1/0',
      billed: '2/3000',
      late: '1/128000',
      writtenOff: '1/8000',
      UNKNOWN_NETWORK: '1/4000',
    },
    '2026-10 aero-odd': { read: '2/66000', accepted: '1/64000', duplicate: '1/2000', billed: '1/64000' },
    '2026-11 aero-csv': {
      read: '4/64000',
      accepted: '1/32000',
      duplicate: '1/32000',
      rejected: '2/0',
      notYetDue: '1/32000',
    },
  });
  for (const { differences } of proof.parts) expect(Object.values(differences).every(isNothing)).toBe(true);
  expect(Object.values(proof.differences).every(isNothing)).toBe(true);
});

test('files are counted where they have usage, and those that do not count where they arrived', () => {
  const none = { loaded: 0, duplicate: 0, quarantined: 0, test: 0, notification: 0 };
  expect(Object.fromEntries(proof.parts.map((part) => [nameOf(part), part.files]))).toEqual({
    '2026-10 aero-csv': { ...none, loaded: 2, duplicate: 1 },
    '2026-10 aero-odd': { ...none, loaded: 1 },
    '2026-11 aero-csv': { ...none, loaded: 1, duplicate: 1, quarantined: 1 },
  });
  expect(proof.files).toEqual({ ...none, loaded: 3, duplicate: 1, quarantined: 1 });
  expect(proof.apart).toMatchObject([
    { name: 'broken.csv', source: 'aero-csv', month: '2026-11', state: 'quarantined' },
  ]);
});

test('before anybody is billed all of it is not yet due, but what is free, of nothing or of nobody; a counter that did not move is not of nothing', async () => {
  const operator = await smallOperator();
  const counters = presetSource('control-center-json', 'counters', CARRIER, 'ctdUsages_{asOf}.json');
  const withoutMessages = SECOND_RELEASE.plans.map((plan) => {
    const versions = plan.versions.map((each) => ({ ...each, charges: each.charges.filter(({ id }) => id !== 'sms') }));
    return { ...plan, versions, unmatched: 'free' as const };
  });
  const sources = [...SECOND_RELEASE.sources, counters];
  await operator.release({ ...SECOND_RELEASE, plans: withoutMessages, sources });
  const messages = 'a2,262010000000005,2026-10-06T08:00:00Z,sms,DEUD1,,3';
  await operator.dropFile(file('a.csv', [row('a1', 1, '10-05', 1000), messages, row('a3', 1, '10-05', 0)]));
  for (const name of ['ctdUsages_20261009T0000Z.json', 'ctdUsages_20261010T0000Z.json']) {
    const sample = new URL(`../mediation/samples/json-controlcenter/${name}`, import.meta.url);
    await operator.dropFile({ name, body: readFileSync(sample) });
  }
  const { parts, total } = await operator.proof();
  expect(parts.map((part) => [nameOf(part), told(part.row)])).toEqual([
    ['2026-10 aero-csv', { read: '3/1000', accepted: '2/1000', zero: '1/0', notYetDue: '1/1000', free: '1/0' }],
    // Three SIMs, each with data, messages and calls, said twice: 1,000,000 + 0 + 52,428,800 octets, and 1,500,000 + 10 + 2048 a day later,
    // when the first million was known already, and the third SIM had begun anew.
    [
      '2026-10 counters',
      { read: '18/54930858', accepted: '18/54930858', carried: '0/1000000', UNKNOWN_SUBSCRIBER: '18/53930858' },
    ],
  ]);
  expect(total.free.count).toBe(3);
});

test('a chunk that is missing from the work store is named', async () => {
  const operator = await smallOperator();
  await operator.dropFile(FILES.first);
  const { objects } = operator.world;
  const get: typeof objects.get = async (store, key) => (key.endsWith('.items') ? undefined : objects.get(store, key));
  const world = { ...operator.world, objects: { ...objects, get } };
  await expect(proveUsage(world, await tail(world.decisions, 0))).rejects.toThrow(
    '.items is missing from the work store',
  );
});
