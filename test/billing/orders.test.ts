import { beforeEach, expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const FEE = planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 }]');
const AGREED = `agreements:
  - account: p
    currency: EUR
    commitments: [{ id: least, name: Least, from: 2026-01-01, minimum: 310.00 }]
    discounts: [{ id: off, name: Off, from: 2026-01-01, percent: 10 }]
`;
let world: MemoryWorld;

async function open(text: string): Promise<void> {
  world = await memoryWorld(catalogWith(text));
  const life = factsOf('s', [{ at: '2026-03-01', state: 'active', plan: 'a' }], BERLIN);
  const account = accountFact('p', { effectiveFrom: instantOf('2026-03-01', BERLIN) });
  await world.record([account, ...life.map(({ fact }) => fact)]);
}
async function ordered(date: string, more: Partial<AdHocFact> = {}): Promise<void> {
  const sold = { product: 'Router', quantity: '2', price: '200.00', reference: '', taxCategory: 'goods' } as const;
  const said = { kind: 'adHoc', account: 'p', businessUnit: '', order: 'o', ...sold } as const;
  await world.record([{ ...said, effectiveFrom: instantOf(date, BERLIN), ...more }]);
}
/** "order o 400.00, fee 31.00": what the documents of a run say. */
async function shown(run: string): Promise<string> {
  if ((await allDocuments(world.ports, run)).length === 0) return '';
  const { documents } = await draftOfRun(world.ports, run, 'p');
  return documents.flatMap(({ lines }) => lines.map(({ line, amount }) => `${line.charge} ${amount}`)).join(', ');
}

beforeEach(() => open(FEE));

test('count for commitments and discounts that cover everything: 31.00 and 400.00 are more than 310.00, and 10 % off', async () => {
  await open(FEE + AGREED);
  await ordered('2026-03-10');
  world.setClock('2026-04-03');
  // No true-up; 40.00 and 3.10 off, each taxed as what it reduces
  expect(await shown(await world.bill('2026-03'))).toBe('fee 31.00, order o 400.00, off -40.00, off -3.10');
});

test('taken back, they leave the true-up: 310.00 − 31.00, which no discount is on', async () => {
  await open(FEE + AGREED);
  await ordered('2026-03-10');
  world.setClock('2026-04-03');
  await world.bill('2026-03');
  await ordered('2026-03-10', { quantity: '0' });
  world.setClock('2026-05-03');
  const april = await draftOfRun(world.ports, await world.bill('2026-04'), 'p');
  const ofMarch = april.documents.flatMap(({ lines }) => lines.filter(({ line }) => line.period.from === '2026-03-01'));
  expect(ofMarch.map(({ line, amount, reason }) => `${line.charge} ${amount} ${reason}`)).toEqual([
    'least 279.00 backdated change',
    'off 40.00 backdated change',
    'order o -400.00 backdated change',
  ]);
});

test('are due on their day: billed by the run whose charge cut-off has come to it', async () => {
  await ordered('2026-03-10');
  await ordered('2026-03-15', { order: 'later', price: '5.00' });
  world.setClock('2026-03-21');
  const part = { account: 'p', cycle: 0 };
  const terms = { chargeCutOff: '2026-03-10', usageCutOff: '2026-03-20' };
  expect(await shown(await world.bill('2026-03', { ...part, terms }))).toBe('order o 400.00');
  const rest = { chargeCutOff: '2026-03-15', usageCutOff: '2026-03-20' };
  expect(await shown(await world.bill('2026-03', { ...part, terms: rest }))).toBe('order later 10.00');
  world.setClock('2026-04-03');
  expect(await shown(await world.bill('2026-03', part))).toBe('fee 31.00');
});

test('of the next period are billed with it, though they are known before; those of the cut-off itself are due', async () => {
  await ordered('2026-04-01', { order: 'first' });
  await ordered('2026-04-02');
  world.setClock('2026-04-03');
  expect(await shown(await world.bill('2026-03'))).toBe('fee 31.00, order first 400.00');
  world.setClock('2026-05-03');
  expect(await shown(await world.bill('2026-04'))).toBe('fee 31.00, order o 400.00');
});

test('that come to light when their period is posted are billed by the next run', async () => {
  world.setClock('2026-04-03');
  await world.bill('2026-03');
  await ordered('2026-03-15');
  world.setClock('2026-05-03');
  expect(await shown(await world.bill('2026-04'))).toContain('order o 400.00');
});
