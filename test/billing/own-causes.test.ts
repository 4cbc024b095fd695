import { expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { explainLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const plan = (price: string) =>
  catalogWith(
    planOf(
      'a',
      `[
  { kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} },
  { kind: recurring, id: cold, name: Cold chain, due: arrears, price: 28.00, properties: { category: reefer } },
]`,
    ),
  );
const facts = (id: string, turns: readonly Turn[]) => factsOf(id, turns, BERLIN).map(({ fact }) => fact);
const said = (subscription: string, at: string): Fact[] => [
  { kind: 'detail', subscription, detail: 'category', effectiveFrom: instantOf(at, BERLIN), value: 'reefer' },
];
const suspended = (id: string, at: string) => facts(id, [{ at, state: 'suspended' }]);

const isMadeAgain = async ({ ports }: MemoryWorld, document: PostedDocument) =>
  (await reproduceInvoice({ ...ports, pdfOf: async () => new Uint8Array([37]) }, document)).isSame;

/** A fee of 28.00 for February is billed to p and q; then q is suspended from 20 February on, and something else becomes known. */
test.each<[string, (world: MemoryWorld) => Promise<unknown>, string, readonly string[]]>([
  [
    'a price of 14.00 instead',
    ({ ports }) => releaseCatalog(ports, plan('14.00'), 'x'),
    'price correction -14.00',
    ['catalog released '],
  ],
  [
    'its own subscription was suspended from 15 February on: 14 days fewer',
    ({ record }) => record(suspended('sp', '2026-02-15')),
    'backdated change -14.00',
    ['facts recorded 1 facts, from 2026-02-15 on'],
  ],
  [
    'its category is another from 15 February on, which a charge matches',
    ({ record }) => record([...said('sq', '2026-02-01'), ...said('sp', '2026-02-15')]),
    'backdated change 14.00',
    ['facts recorded 1 facts, from 2026-02-15 on'],
  ],
  [
    'the same, recorded with what became of others',
    ({ record }) => record([...suspended('sq', '2026-02-01'), ...suspended('sp', '2026-02-15')]),
    'backdated change -14.00',
    ['facts recorded 1 facts, from 2026-02-15 on'],
  ],
])('a line says why it moved, and by what of its own account: %s', async (_, tell, told, causes) => {
  const world = await memoryWorld(plan('28.00'));
  for (const account of ['p', 'q'])
    await world.record([
      accountFact(account),
      ...facts(`s${account}`, [{ at: '2026-02-01', state: 'active', plan: 'a', payer: account }]),
    ]);
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  await world.record(suspended('sq', '2026-02-20'));
  await tell(world);
  world.setClock('2026-04-03');
  const run = await world.bill('2026-03');
  const found = (await listInvoices(world.ports, { account: 'p', month: '' })).find((each) => each.run === run)!;
  const lines = await Promise.all(
    [1, 2, 3].map((place) => explainLine(world.ports, found, place).catch(() => undefined)),
  );
  const moved = lines.find((line) => line?.moved.line.period.from === '2026-02-01')!;
  expect(`${moved.moved.reason} ${moved.moved.net}`).toBe(told);
  expect(moved.causes.map(({ what, detail }) => `${what} ${detail}`)).toEqual(causes);
  expect(await isMadeAgain(world, found)).toBe(true);
});

const pooled = (price: string) =>
  catalogWith(
    planOf(
      'a',
      '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
      `[{ id: st, name: Site, kind: static, pool: f, size: 1 MB, price: ${price}, covers: [data] }]`,
    ),
  );

test('a pool that an account turns out to have had longer says so, also when its document is made again', async () => {
  const world = await memoryWorld(pooled('28.00'));
  const having = (from: string) => accountFact('p', { pools: [{ pool: 'f', plan: 'a', from, until: '' }] });
  await world.record([having('2026-02-01')]);
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  await world.record([having('2026-01-01')]);
  world.setClock('2026-04-03');
  const run = await world.bill('2026-03');
  const { documents } = await draftOfRun(world.ports, run, 'p');
  expect(documents.flatMap(({ lines }) => lines.map(({ line, reason }) => `${line.period.from} ${reason}`))).toEqual([
    '2026-03-01 ',
    '2026-01-01 backdated change',
  ]);
  expect(await isMadeAgain(world, (await allDocuments(world.ports, run))[0] as PostedDocument)).toBe(true);
});

test('a pool that an account has by itself, without members, says that its plan has another price', async () => {
  const world = await memoryWorld(pooled('28.00'));
  await world.record([accountFact('p', { pools: [{ pool: 'f', plan: 'a', from: '2026-02-01', until: '' }] })]);
  world.setClock('2026-03-03');
  await world.bill('2026-02');
  await releaseCatalog(world.ports, pooled('14.00'), 'x');
  world.setClock('2026-04-03');
  const { documents } = await draftOfRun(world.ports, await world.bill('2026-03'), 'p');
  const lines = documents.flatMap((document) => document.lines);
  expect(lines.map(({ line, net, reason }) => `${line.period.from} ${net} ${reason}`.trim())).toEqual([
    '2026-03-01 14.00',
    '2026-02-01 -14.00 price correction',
  ]);
});
