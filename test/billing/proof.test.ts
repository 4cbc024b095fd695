import { beforeAll, expect, test } from 'vitest';
import { isNothing, type ProofPart, type ProofRow } from '#shared/billing/proof-row.ts';
import type { UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import { operatorWithAllFates } from './all-fates.ts';

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
