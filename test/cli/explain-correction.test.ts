import { expect, test } from 'vitest';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { explainLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { explainText } from '../../cli/explain/explain.ts';
import { accountFact, memoryWorld } from '../billing/memory-world.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';

const priced = (price: string) =>
  catalogWith(planOf('a', `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} }]`));

test('a price that was corrected is explained by what is owed at it and what was billed', async () => {
  const world = await memoryWorld(priced('20.00'));
  const turns = [{ at: '2026-01-01', state: 'active', plan: 'a' }] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  await releaseCatalog(world.ports, priced('15.00'), 'x');
  world.setClock('2026-03-02');
  const [february] = await allDocuments(world.ports, await world.bill('2026-02'));
  const told = explainText(await explainLine(world.ports, february!, 2), 5);
  expect(told).toContain(`
owed now         15.00  as known at position 4
− posted before  20.00  INV-2026-000001, as known at position 2
= this line      -5.00  price correction, amends INV-2026-000001
`);
  expect(told).toContain('31 SIM days ÷ 31 × 15.00 EUR = 15 → 15.00 EUR');
  expect(told).toContain('31 SIM days ÷ 31 × 20.00 EUR = 20 → 20.00 EUR');
});
