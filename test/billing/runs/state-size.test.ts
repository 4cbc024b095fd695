import { expect, test } from 'vitest';
import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { catalogWith, planOf } from '../../rating/fleet.ts';
import { accountFact, memoryWorld, UNPROVED } from '../memory-world.ts';
import { simOf } from '../sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const RUN = 'acme-c01-2026-03-1';

/** Bytes of what each step of a run hands on as the state of its execution, and of the largest item each map is given. */
async function sizesOf(accounts: number) {
  const world = await memoryWorld(CATALOG);
  const { ports } = world;
  const payers = Array.from({ length: accounts }, (_, place) => `${'p'.repeat(50)}${String(place).padStart(6, '0')}`);
  await world.record(payers.flatMap((payer) => [accountFact(payer), ...simOf(payer)]));
  world.setClock('2026-04-03');
  await world.open('2026-03');
  world.killWorkflows();
  const bytes = (value: unknown) => JSON.stringify(value).length;
  const items = async (key: string) => JSON.parse(new TextDecoder().decode(await ports.objects.get('work', key)));
  const largest = async (key: string) => Math.max(...(await items(key)).map(bytes));

  const planned = await planRun(ports, RUN);
  for (const slice of await items(planned.slicesKey)) await measureSlice(ports, RUN, slice);
  for (const batch of await items(planned.payersKey)) await invoicePayers(ports, RUN, batch.payers, UNPROVED);
  await closeDraft({ ...ports, approval: 'person', reckon: async () => null }, RUN);
  await approveRun(ports, RUN, 'approver', false);
  const prepared = await preparePosting(ports, RUN);
  for (const batch of await items(prepared.payersKey)) await linkPayers(ports, RUN, batch);
  const numbered = await numberDocuments(ports, RUN);
  return {
    states: [planned, prepared, numbered].map(bytes),
    items: await Promise.all([planned.slicesKey, prepared.payersKey, numbered.documentsKey].map(largest)),
  };
}

test('neither the state of an execution nor an item of a map grows with the accounts of a run, but by the digits of their numbers', async () => {
  const [few, many] = [await sizesOf(60), await sizesOf(600)];
  const grown = (of: 'states' | 'items') => many[of].map((bytes, place) => bytes - (few[of][place] as number));
  expect(Math.max(...grown('states'))).toBeLessThanOrEqual(2);
  expect(Math.max(...grown('items'))).toBeLessThanOrEqual(25);
  expect(Math.max(...many.states)).toBeLessThan(500);
  expect(Math.max(...many.items)).toBeLessThan(5000);
});
