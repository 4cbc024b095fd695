import { expect, test } from 'vitest';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { InvoiceLine } from '#shared/invoicing/invoice.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { amount } from '#shared/money/amount.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const catalogOf = (charge: string, corrections: 'netted' | 'ownDocument' = 'netted') => {
  const catalog = catalogWith(planOf('a', `[${charge}]`));
  return { ...catalog, sellers: catalog.sellers.map((seller) => ({ ...seller, corrections })) };
};
const fee = (price: string, more = '') =>
  `{ kind: recurring, id: fee, name: Fee, due: arrears, ${more} price: ${price} }`;
const data = (price: string) =>
  `{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${price} }`;
const tiers = (price: string, flat: string) =>
  `{ tiers: [{ upTo: 100, price: ${price}, flat: ${flat} }, { price: 1 }] }`;

/** Ten subscriptions of p, of which the first uses so many megabytes in January. */
async function opened(catalog: ReturnType<typeof catalogOf>, megabytes: number): Promise<MemoryWorld> {
  const world = await memoryWorld(catalog);
  await world.record([
    accountFact('p'),
    ...Array.from({ length: 10 }, (_, n) => {
      const turns = [
        { at: '2020-01-01', has: `imsi#${n}` },
        { at: '2026-01-01', state: 'active', plan: 'a' },
      ] as const;
      return factsOf(`${n}`, turns, BERLIN).map(({ fact }) => fact);
    }).flat(),
  ]);
  if (megabytes > 0) await world.load('january', '0', [used(megabytes)]);
  return world;
}
const used = (megabytes: number) => ({ at: '2026-01-12', bytes: megabytes * 1_000_000 });

/** The lines of January on the documents of a month, in order. */
async function bill(world: MemoryWorld, month: string): Promise<InvoiceLine[]> {
  world.setClock(`2026-${`${Number(month.slice(5)) + 1}`.padStart(2, '0')}-02`);
  const documents = await allDocuments(world.ports, await world.bill(month));
  const invoices = await Promise.all(documents.map((each) => readInvoice(world.ports, each)));
  return invoices.flatMap(({ lines }) => lines).filter(({ period }) => period.from === '2026-01-01');
}
function shown({ quantity, unit, unitPrice, net, corrected }: InvoiceLine): string {
  const { owed, billed, ...priced } = corrected ?? { owed: '', billed: '' };
  const times = 'quantity' in priced ? `${priced.quantity} ${priced.unit} × ${priced.unitPrice} = ` : '';
  const follows = corrected === undefined ? '' : ` (${times}${owed} − ${billed})`;
  return `${quantity} ${unit} × ${unitPrice} = ${net}${follows}`;
}

test.each<
  [string, ReturnType<typeof catalogOf>, ReturnType<typeof catalogOf> | undefined, number, number, string, string]
>([
  [
    'less of a price',
    catalogOf(fee('2.00')),
    catalogOf(fee('1.50')),
    0,
    0,
    '10 month × 2 = 20.00',
    '-1 flat × 5.00 = -5.00 (10 month × 1.5 = 15.00 − 20.00)',
  ],
  [
    'more of a price',
    catalogOf(fee('2.00')),
    catalogOf(fee('2.30')),
    0,
    0,
    '10 month × 2 = 20.00',
    '1 flat × 3.00 = 3.00 (10 month × 2.3 = 23.00 − 20.00)',
  ],
  [
    'less of a price, on a credit note of its own',
    catalogOf(fee('2.00'), 'ownDocument'),
    catalogOf(fee('1.50'), 'ownDocument'),
    0,
    0,
    '10 month × 2 = 20.00',
    '1 flat × 5.00 = 5.00 (10 month × 1.5 = 15.00 − 20.00)',
  ],
  ['late usage', catalogOf(data('2.00')), undefined, 10, 3, '10 MB × 2 = 20.00', '3 MB × 2 = 6.00'],
  [
    'late usage and a lower price, credited',
    catalogOf(data('2.00')),
    catalogOf(data('1.50')),
    10,
    2,
    '10 MB × 2 = 20.00',
    '1 flat × 2.00 = 2.00 (12 MB × 1.5 = 18.00 − 20.00)',
  ],
  [
    'late usage and a lower price that come to the same',
    catalogOf(data('2.00')),
    catalogOf(data('1.60')),
    10,
    2.5,
    '10 MB × 2 = 20.00',
    '1 flat × 0.00 = 0.00 (12.5 MB × 1.6 = 20.00 − 20.00)',
  ],
  [
    'a tier and its fee',
    catalogOf(data(tiers('2.00', '1'))),
    undefined,
    10,
    3,
    '10 MB × 2.1 = 21.00',
    '3 MB × 2 = 6.00',
  ],
  [
    'a price of a tier and its fee, credited',
    catalogOf(data(tiers('2.00', '1'))),
    catalogOf(data(tiers('1.00', '4'))),
    10,
    0,
    '10 MB × 2.1 = 21.00',
    '1 flat × 7.00 = 7.00 (14.00 − 21.00)',
  ],
  ['a third of a tier’s fee', catalogOf(data(tiers('0', '1'))), undefined, 3, 0, '3 MB × 0.333 = 1.00', ''],
  [
    'less of an amount for all',
    catalogOf(fee('{ model: flat, amount: 99.00 }')),
    catalogOf(fee('{ model: flat, amount: 90.00 }')),
    0,
    0,
    '1 flat × 99 = 99.00',
    '-1 flat × 9.00 = -9.00 (1 flat × 90 = 90.00 − 99.00)',
  ],
])(
  'a line shows so many at so much that come to its amount: %s',
  async (_, before, after, megabytes, late, first, second) => {
    const world = await opened(before, megabytes);
    const [billed] = await bill(world, '2026-01');
    if (after !== undefined) await releaseCatalog(world.ports, after, 'x');
    if (late > 0) await world.load('late', '0', [used(late)]);
    const [corrected] = await bill(world, '2026-02');
    expect([billed && shown(billed), corrected === undefined ? '' : shown(corrected)]).toEqual([first, second]);
    for (const line of [billed, corrected]) {
      if (line === undefined) continue;
      expect(amount(line.quantity).times(line.unitPrice).minus(line.net).abs().toNumber()).toBeLessThan(0.01);
      expect(amount(line.unitPrice).isNegative()).toBe(false);
    }
  },
);

test('what is taken back as a whole is at the price it was billed at', async () => {
  const world = await opened(catalogOf(data(tiers('2.00', '1'))), 0);
  const months = await world.load('wrong', '0', [used(10)]);
  await bill(world, '2026-01');
  await world.backOut('wrong', months);
  expect((await bill(world, '2026-02')).map(shown)).toEqual(['10 MB × 2.1 = 21.00']);
});
