import { expect, test } from 'vitest';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { BERLIN, catalogWith, factsOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const version = (from: string, price: number) =>
  `{ from: ${from}, charges: [{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} }] }`;
const catalog = (...versions: string[]) =>
  catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`);

/** Lines of March on the next invoice, after January to March were billed with 10 MB each, some came late, and a MB costs 2.00 from March on. */
async function corrected(late: string): Promise<string[]> {
  const world = await memoryWorld(catalog(version('2020-01-01', 1)));
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  for (const month of [1, 2, 3]) {
    await world.load(`f${month}`, '1', [{ at: `2026-0${month}-12`, bytes: 10_000_000 }]);
    world.setClock(`2026-0${month + 1}-02`);
    await world.bill(`2026-0${month}`);
  }
  await world.load('late', '1', [{ at: late, bytes: 1_000_000 }]);
  await releaseCatalog(world.ports, catalog(version('2020-01-01', 1), version('2026-03-01', 2)), 'x');
  world.setClock('2026-05-02');
  const [document] = await allDocuments(world.ports, await world.bill('2026-04'));
  const { lines } = await readInvoice(world.ports, document!);
  return lines.filter(({ period }) => period.from === '2026-03-01').map(({ net, reason }) => `${net} ${reason}`);
}

test.each<[string, string, string[]]>([
  ['in February', '2026-02-20', ['-10.00 price correction', '20.00 price correction']],
  ['in its last hour', '2026-02-28T22:30:00Z', ['-10.00 price correction', '20.00 price correction']],
  ['in March, which is February by UTC', '2026-02-28T23:30:00Z', ['-10.00 late usage', '22.00 late usage']],
  ['in March', '2026-03-20', ['-10.00 late usage', '22.00 late usage']],
])('a price corrected from March on says so beside a record that came late %s', async (_, late, lines) => {
  expect(await corrected(late)).toEqual(lines);
});
