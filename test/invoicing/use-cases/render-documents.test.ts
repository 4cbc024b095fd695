import { expect, test } from 'vitest';
import type { Fact } from '#shared/inventory/fact.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { accountFact, memoryWorld } from '../../billing/memory-world.ts';
import { countingWorld } from '../../billing/reading-world.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../../rating/fleet.ts';
import { FONTS } from '../fonts.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const PAYERS = Array.from({ length: 23 }, (_, at) => `p${at}`);

/** A world in which February is posted, with a document for each payer. */
async function posted() {
  const world = await memoryWorld(CATALOG);
  const facts = PAYERS.flatMap((payer): Fact[] => [
    accountFact(payer),
    ...factsOf(`sim-${payer}`, [{ at: '2026-01-15', state: 'active', payer, plan: 'a' }], BERLIN).map(
      ({ fact }) => fact,
    ),
  ]);
  await world.record(facts);
  world.setClock('2026-03-03');
  return { world, run: await world.bill('2026-02') };
}

test('a batch reads and renders its own documents, and no others', async () => {
  const { world, run } = await posted();
  const { ports, times } = countingWorld(world);
  await renderDocuments({ ...ports, fonts: FONTS }, run, { batch: 1, from: 20, count: 20 });
  expect(times(/^documents#/)).toBe(3);
  const documents = await allDocuments(world.ports, run);
  expect(documents.length).toBe(PAYERS.length);
  const rendered: string[] = [];
  for await (const { key } of world.ports.objects.list('invoices', 'documents/'))
    if (!key.endsWith('.json')) rendered.push(key.split('/').at(-1) ?? '');
  expect(rendered).toEqual(
    documents.slice(20).flatMap(({ number }) => [`${number}-lines.csv`, `${number}-usage.csv`, `${number}.pdf`]),
  );
});
