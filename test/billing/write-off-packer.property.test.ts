import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WriteOffPacker } from '#shared/billing/write-off-packer.ts';
import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { fold } from '#shared/usage/fold.ts';
import type { VisibleItem } from '#shared/usage/visible-item.ts';
import { arbitraryRecord, OCTOBER, type PlainRecord, pack, plain, told } from '../usage/records.ts';

const small = arbitraryRecord.map(
  (record): PlainRecord => ({ ...record, bytesDown: 1, bytesUnsplit: 2, seconds: 3, count: 4 }),
);
/** Records of an identifier, each an event of its own, and which of them are written off. */
const arbitraryUsage = fc
  .array(fc.tuple(small, fc.boolean()), { minLength: 1, maxLength: 20 })
  .map((records) =>
    records.map(([record, isGone], event) => ({ record: { ...record, event, bytesUp: event }, isGone })),
  );

test('what is packed, and no more, is what the fold then leaves out', () => {
  fc.assert(
    fc.property(fc.array(arbitraryUsage, { minLength: 1, maxLength: 4 }), (identifiers) => {
      const packer = new WriteOffPacker('2026-10');
      const usage = identifiers.map((records): VisibleItem[] => {
        const packed = pack(
          records.map(({ record }) => record),
          'events',
          300_000,
        );
        return packed.map((item, part) => ({ packed: item, position: 1, file: 'f', chunk: 0, part }));
      });
      for (const [at, items] of usage.entries()) {
        const gone = identifiers[at]!.flatMap(({ isGone }, row) => (isGone ? [row] : []));
        if (gone.length > 0) packer.add(`imsi#"${at}`, fold(items), gone);
      }
      packer.end();
      const writtenOff = packer.chunks.flatMap(({ body }) => readItems(body));
      for (const [at, records] of identifiers.entries()) {
        const its = writtenOff.filter(({ identifier }) => identifier === `imsi#"${at}`);
        const items = its.map(({ packed, part }): VisibleItem => ({ packed, position: 2, file: 'w', chunk: 0, part }));
        expect(its.every(({ month }) => month === '2026-10')).toBe(true);
        const folded = fold([...usage[at]!, ...items]);
        expect(plain(folded)).toEqual(records.filter(({ isGone }) => !isGone).map(({ record }) => told(record)));
        expect(folded.writtenOff.records).toBe(records.filter(({ isGone }) => isGone).length);
      }
      const all = identifiers.flat().filter(({ isGone }) => isGone);
      const totals = packer.chunks.reduce((sum, chunk) => sum + chunk.totals.bytes, 0);
      expect(totals).toBe(all.reduce((sum, { record }) => sum + record.bytesUp + 3, 0));
      expect(packer.chunks.length).toBe(all.length === 0 ? 0 : 1);
    }),
  );
});

test('many records are several chunks, each identifier in one of them', () => {
  const records = Array.from({ length: 9000 }, (_, event): PlainRecord => {
    const quantities = { session: 0, bytesUp: 1, bytesDown: 0, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
    return { event, startedAt: OCTOBER + event, key: fc.sample(small, { numRuns: 1, seed: 1 })[0]!.key, ...quantities };
  });
  const [packed] = pack(records, 'events', 3_000_000);
  const usage = fold([{ packed: packed!, position: 1, file: 'f', chunk: 0, part: 0 }]);
  const packer = new WriteOffPacker('2026-10');
  for (let at = 0; at < 7; at++)
    packer.add(
      `imsi#${at}`,
      usage,
      Array.from({ length: 9000 }, (_, row) => row),
    );
  packer.end();
  expect(packer.chunks.map(({ totals, identifiers }) => [totals.records, identifiers])).toEqual([
    [27_000, 3],
    [27_000, 3],
    [9000, 1],
  ]);
  const identifiers = packer.chunks.map(({ body }) => [
    ...new Set(readItems(body).map(({ identifier }) => identifier)),
  ]);
  expect(identifiers.flat()).toEqual(Array.from({ length: 7 }, (_, at) => `imsi#${at}`));
});
