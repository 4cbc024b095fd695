import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const SERIES = { width: 2, start: 1 };
/** From March on a MB costs 2.00, or as much as is said. */
const dearer = (price = '2') => {
  const charges = (each: string) =>
    `charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: ${each} }]`;
  const versions = `[{ from: 2020-01-01, ${charges('1')} }, { from: 2026-03-01, ${charges(price)} }]`;
  return catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: ${versions} }\n`);
};
const numbering = {
  invoice: { prefix: 'INV-', ...SERIES },
  creditNote: { prefix: 'CN-', ...SERIES },
  debitNote: { prefix: 'DN-', ...SERIES },
};
const pdfOf = async () => new Uint8Array([37]);

let world: MemoryWorld;
let sold: (catalog: Catalog) => Catalog;
async function open(corrections: 'netted' | 'ownDocument'): Promise<void> {
  sold = (catalog) => ({
    ...catalog,
    sellers: catalog.sellers.map((seller) => ({ ...seller, numbering, corrections })),
  });
  world = await memoryWorld(sold(CATALOG));
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
}
const use = (at: string, megabytes: number) => ({ at, bytes: megabytes * 1_000_000 });

/** Bills a month on the second of the next: "INV-01 380 13.00: fee 2026-01 3.00, …" for each document. */
async function bill(month: string): Promise<string[]> {
  world.setClock(`2026-${`${Number(month.slice(5)) + 1}`.padStart(2, '0')}-02`);
  return Promise.all((await allDocuments(world.ports, await world.bill(month))).map(shown));
}
async function shown(document: PostedDocument): Promise<string> {
  const { number, kind, totals, lines, amends } = await readInvoice(world.ports, document);
  const of = amends.map((each) => each.number);
  const each = lines.map(({ id, period, net, reason }) => {
    return `${id.split('|')[3]} ${period.from.slice(0, 7)} ${net}${reason === '' ? '' : ` (${reason})`}`;
  });
  return `${number} ${kind} ${totals.net}${of.length === 0 ? '' : ` of ${of}`}: ${each.join(', ')}`;
}
async function amend(number: string, what: object): Promise<string[]> {
  const documents = await listInvoices(world.ports, { account: 'p', month: '' });
  const { run, businessUnit, corrects } = documents.find((each) => each.number === number)!;
  const amendment = { number, run, businessUnit, corrects, reason: 'as agreed', ...what } as Amendment;
  return Promise.all((await allDocuments(world.ports, await world.amend('p', amendment))).map(shown));
}

describe('corrections on documents of their own', () => {
  beforeEach(() => open('ownDocument'));

  test('are one debit or credit note for each document they amend, beside the invoice of the period', async () => {
    await world.load('january', '1', [use('2026-01-12', 10)]);
    expect(await bill('2026-01')).toEqual(['INV-01 380 13.00: fee 2026-01 3.00, data 2026-01 10.00']);
    await world.load('february', '1', [use('2026-02-12', 20)]);
    const months = await world.load('late', '1', [use('2026-01-20', 5)]);
    expect(await bill('2026-02')).toEqual([
      'INV-02 380 23.00: fee 2026-02 3.00, data 2026-02 20.00',
      'DN-01 383 5.00 of INV-01: data 2026-01 5.00 (late usage)',
    ]);
    await world.backOut('late', months);
    await world.load('later', '1', [use('2026-02-20', 7)]);
    expect(await bill('2026-03')).toEqual([
      'INV-03 380 3.00: fee 2026-03 3.00',
      'CN-01 381 5.00 of INV-01: data 2026-01 5.00 (backed-out file)',
      'DN-02 383 7.00 of INV-02: data 2026-02 7.00 (late usage)',
    ]);
    const documents = await listInvoices(world.ports, { account: 'p', month: '' });
    for (const document of documents) {
      expect((await reproduceInvoice({ ...world.ports, pdfOf }, document)).isSame).toBe(true);
      expect((await readInvoice(world.ports, document)).usage.activeSubscriptions).toBe(
        document.number[0] === 'I' ? 1 : 0,
      );
    }
  });

  test('amend the invoice of the period also where that billed nothing of the charge', async () => {
    await bill('2026-01');
    await world.load('first usage of january', '1', [use('2026-01-20', 5)]);
    expect(await bill('2026-02')).toEqual([
      'INV-02 380 3.00: fee 2026-02 3.00',
      'DN-01 383 5.00 of INV-01: data 2026-01 5.00 (late usage)',
    ]);
  });

  test('can be given back in part and cancelled, each by its own number and no other', async () => {
    await world.load('january', '1', [use('2026-01-12', 10)]);
    await bill('2026-01');
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await bill('2026-02');
    await expect(amend('DN-01', { kind: 'adjustment', line: 0, amount: '5.01' })).rejects.toThrow(
      'more than is left of DN-01: 5.00',
    );
    expect(await amend('DN-01', { kind: 'adjustment', line: 1, amount: '2.00' })).toEqual([
      'CN-01 381 2.00 of DN-01: data 2026-01 2.00 (goodwill)',
    ]);
    expect(await amend('INV-01', { kind: 'adjustment', line: 2, amount: '10.00' })).toEqual([
      'CN-02 381 10.00 of INV-01: data 2026-01 10.00 (goodwill)',
    ]);
    expect(await amend('DN-01', { kind: 'cancellation' })).toEqual([
      'CN-03 381 3.00 of DN-01: data 2026-01 5.00 (cancelled invoice), data 2026-01 -2.00 (cancelled invoice)',
    ]);
    await expect(amend('DN-01', { kind: 'cancellation' })).rejects.toThrow('DN-01 is cancelled already');
    expect(await bill('2026-03')).toEqual([
      'INV-03 380 3.00: fee 2026-03 3.00',
      'DN-02 383 5.00 of INV-01: data 2026-01 5.00 (billed again)',
    ]);
    expect(await total()).toBe('14.00');
  });
});

test('goodwill on a debit note falls away with what it was given on, naming that note', async () => {
  await open('ownDocument');
  await world.load('january', '1', [use('2026-01-12', 10)]);
  await bill('2026-01');
  const months = await world.load('late', '1', [use('2026-01-20', 5)]);
  await world.record(factsOf('1', [{ at: '2026-02-01', state: 'suspended' }], BERLIN).map(({ fact }) => fact));
  expect(await bill('2026-02')).toEqual(['DN-01 383 5.00 of INV-01: data 2026-01 5.00 (late usage)']);
  await amend('DN-01', { kind: 'adjustment', line: 1, amount: '5.00' });
  await world.backOut('late', months);
  await world.backOut('january', ['2026-01']);
  expect(await bill('2026-03')).toEqual([
    'CN-02 381 15.00 of INV-01: data 2026-01 15.00 (backed-out file)',
    'DN-02 383 5.00 of DN-01: data 2026-01 5.00 (backed-out file)',
  ]);
});

test('goodwill that fell away with what it was given on is on no note that cancels the rest', async () => {
  await open('netted');
  await world.load('january', '1', [use('2026-01-12', 10)]);
  await bill('2026-01');
  await amend('INV-01', { kind: 'adjustment', line: 2, amount: '4.00' });
  await world.backOut('january', ['2026-01']);
  await bill('2026-02');
  expect(await amend('INV-01', { kind: 'cancellation' })).toEqual([
    'CN-03 381 3.00 of INV-01: fee 2026-01 3.00 (cancelled invoice)',
  ]);
});

test('what is billed again of a cancelled invoice is on no debit note to it, though one to it stands', async () => {
  await open('ownDocument');
  await world.load('january', '1', [use('2026-01-12', 10)]);
  await bill('2026-01');
  await world.load('late', '1', [use('2026-01-20', 5)]);
  await bill('2026-02');
  expect(await amend('INV-01', { kind: 'cancellation' })).toEqual([
    'CN-01 381 13.00 of INV-01: data 2026-01 10.00 (cancelled invoice), fee 2026-01 3.00 (cancelled invoice)',
  ]);
  await world.load('latest', '1', [use('2026-01-21', 1)]);
  // Of 16 MB DN-01 still bills 5
  expect(await bill('2026-03')).toEqual([
    'INV-03 380 17.00: fee 2026-03 3.00, data 2026-01 11.00 (billed again), fee 2026-01 3.00 (billed again)',
  ]);
  await world.load('very latest', '1', [use('2026-01-22', 2)]);
  expect(await bill('2026-04')).toEqual([
    'INV-04 380 3.00: fee 2026-04 3.00',
    'DN-02 383 2.00 of INV-03: data 2026-01 2.00 (late usage)',
  ]);
});

test('a line that did not move since its invoice was cancelled amends the one that billed its period again', async () => {
  await open('ownDocument');
  await world.load('january', '1', [use('2026-01-12', 10)]);
  await bill('2026-01');
  await world.load('late', '1', [use('2026-01-20', 5)]);
  await bill('2026-02');
  await amend('INV-01', { kind: 'cancellation' });
  await world.backOut('january', ['2026-01']);
  expect(await bill('2026-03')).toEqual(['INV-03 380 6.00: fee 2026-03 3.00, fee 2026-01 3.00 (billed again)']);
  await world.load('latest', '1', [use('2026-01-22', 2)]);
  expect(await bill('2026-04')).toEqual([
    'INV-04 380 3.00: fee 2026-04 3.00',
    'DN-02 383 2.00 of INV-03: data 2026-01 2.00 (late usage)',
  ]);
});

/** What all documents come to: 9.00 of fees and 15.00 of usage, less 10.00 given back of INV-01. */
async function total(): Promise<string> {
  const documents = await listInvoices(world.ports, { account: 'p', month: '' });
  return sum(documents.map(({ kind, net }) => amount(net).times(kind === '381' ? -1 : 1))).toFixed(2);
}

test('netted corrections stand on the next invoice, which names what it amends', async () => {
  await open('netted');
  await world.load('january', '1', [use('2026-01-12', 10)]);
  await bill('2026-01');
  await world.load('late', '1', [use('2026-01-20', 5)]);
  expect(await bill('2026-02')).toEqual([
    'INV-02 380 8.00 of INV-01: fee 2026-02 3.00, data 2026-01 5.00 (late usage)',
  ]);
});

/** January to March billed with 10 MB each: 13.00 a month. Then a MB costs 2.00 from March on: March is short of 10.00. */
async function correctedMarch(corrections: 'netted' | 'ownDocument'): Promise<void> {
  await open(corrections);
  for (const month of ['2026-01', '2026-02', '2026-03']) {
    await world.load(month, '1', [use(`${month}-12`, 10)]);
    await bill(month);
  }
  await releaseCatalog(world.ports, sold(dearer()), 'x');
}
const MARCH =
  'data 2026-03 -10.00 (price correction), fee 2026-03 -3.00 (price correction), data 2026-03 20.00 (price correction), fee 2026-03 3.00 (price correction)';

describe('what a correction bills anew amends the document that billed its period, as what it takes back does', () => {
  test.each<['netted' | 'ownDocument', string[]]>([
    ['netted', [`INV-04 380 13.00 of INV-03: fee 2026-04 3.00, ${MARCH}`]],
    ['ownDocument', ['INV-04 380 3.00: fee 2026-04 3.00', `DN-01 383 10.00 of INV-03: ${MARCH}`]],
  ])('%s', async (corrections, expected) => {
    await correctedMarch(corrections);
    expect(await bill('2026-04')).toEqual(expected);
    // 13.00 were billed of March and 23.00 are owed: nothing of INV-03 is taken back
    const documents = await listInvoices(world.ports, { account: 'p', month: '' });
    expect(documents.map(({ takesBack = {} }) => takesBack)).toEqual(documents.map(() => ({})));
    for (const document of documents)
      expect((await reproduceInvoice({ ...world.ports, pdfOf }, document)).isSame).toBe(true);
  });

  test('and goes on doing so when it is corrected itself', async () => {
    await correctedMarch('ownDocument');
    await bill('2026-04');
    await world.backOut('2026-03', ['2026-03']);
    expect(await bill('2026-05')).toEqual([
      'INV-05 380 3.00: fee 2026-05 3.00',
      'CN-01 381 20.00 of INV-03: data 2026-03 20.00 (backed-out file)',
    ]);
  });

  test('and is cancelled with the document it stands on, and billed again as an amendment', async () => {
    await correctedMarch('ownDocument');
    await bill('2026-04');
    await expect(amend('INV-03', { kind: 'cancellation' })).rejects.toThrow('nothing is left of INV-03');
    expect(await amend('DN-01', { kind: 'cancellation' })).toEqual([
      'CN-01 381 10.00 of DN-01: data 2026-03 -10.00 (cancelled invoice), fee 2026-03 -3.00 (cancelled invoice), data 2026-03 20.00 (cancelled invoice), fee 2026-03 3.00 (cancelled invoice)',
    ]);
    expect(await bill('2026-05')).toEqual([
      'INV-05 380 3.00: fee 2026-05 3.00',
      `DN-02 383 10.00 of INV-03: ${MARCH.replaceAll('price correction', 'billed again')}`,
    ]);
  });

  test('until that is cancelled: then it stays, and refers to none', async () => {
    await open('ownDocument');
    await bill('2026-01');
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await bill('2026-02');
    expect(await amend('INV-01', { kind: 'cancellation' })).toEqual([
      'CN-01 381 3.00 of INV-01: fee 2026-01 3.00 (cancelled invoice)',
    ]);
    await world.load('latest', '1', [use('2026-01-21', 1)]);
    expect(await bill('2026-03')).toEqual([
      'INV-03 380 7.00: fee 2026-03 3.00, data 2026-01 1.00 (late usage), fee 2026-01 3.00 (billed again)',
    ]);
  });

  test('of its own business unit: a unit that was billed nothing then gets it on its invoice', async () => {
    await open('ownDocument');
    const unit = (id: string, unit: string) =>
      factsOf(
        id,
        [
          { at: '2020-01-01', has: `imsi#${id}` },
          { at: '2026-01-01', state: 'active', payer: 'u', plan: 'a', unit },
        ],
        BERLIN,
      );
    await world.record([
      accountFact('u'),
      ...['2', '3'].flatMap((id) => unit(id, `unit-${id}`)).map(({ fact }) => fact),
    ]);
    await world.load('january', '2', [use('2026-01-12', 10)]);
    await bill('2026-01');
    const moved = (id: string, to: string) =>
      factsOf(id, [{ at: '2026-01-01', payer: 'u', plan: 'a', unit: to }], BERLIN);
    await world.record([...moved('2', 'unit-3'), ...moved('3', 'unit-4')].map(({ fact }) => fact));
    expect((await bill('2026-02')).slice(1)).toEqual([
      'CN-01 381 13.00 of INV-02: data 2026-01 10.00 (backdated change), fee 2026-01 3.00 (backdated change)',
      'INV-05 380 3.00: fee 2026-02 3.00',
      'DN-01 383 10.00 of INV-03: data 2026-01 10.00 (backdated change)',
      'INV-06 380 6.00: fee 2026-02 3.00, fee 2026-01 3.00 (backdated change)',
    ]);
  });
});

/** A fee of 30.00 billed a month in advance, or as much as is said of the versions behind the first. */
const inAdvance = (...later: (readonly [from: string, price: string])[]) => {
  const versions = [['2020-01-01', '30.00'] as const, ...later].map(([from, price]) => {
    return `{ from: ${from}, charges: [{ kind: recurring, id: fee, name: Fee, due: advance, price: ${price} }] }`;
  });
  return catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`);
};

describe('what was billed in advance and is priced anew says so on both of its lines, and amends its invoice', () => {
  test.each<['netted' | 'ownDocument', string, string[]]>([
    [
      'netted',
      '2026-03-01',
      [
        'INV-02 380 55.00 of INV-01: fee 2026-04 45.00, fee 2026-03 -30.00 (price correction), fee 2026-03 40.00 (price correction)',
      ],
    ],
    [
      'ownDocument',
      '2026-03-01',
      [
        'INV-02 380 45.00: fee 2026-04 45.00',
        'DN-01 383 10.00 of INV-01: fee 2026-03 -30.00 (price correction), fee 2026-03 40.00 (price correction)',
      ],
    ],
    [
      'ownDocument',
      '2026-03-17',
      [
        'INV-02 380 45.00: fee 2026-04 45.00',
        'DN-01 383 4.83 of INV-01: fee 2026-03 -14.52 (price correction), fee 2026-03 19.35 (price correction)',
      ],
    ],
  ])('%s, from %s on', async (corrections, from, expected) => {
    await open(corrections);
    await releaseCatalog(world.ports, sold(inAdvance()), 'x');
    await bill('2026-02');
    await releaseCatalog(world.ports, sold(inAdvance([from, '40.00'], ['2026-04-01', '45.00'])), 'x');
    expect(await bill('2026-03')).toEqual(expected);
  });
});

test('a credit note names number and date of what it amends', async () => {
  await open('netted');
  await bill('2026-01');
  await amend('INV-01', { kind: 'cancellation' });
  const [note] = await listInvoices(world.ports, { account: 'p', month: '' });
  const { amends } = await readInvoice(world.ports, note!);
  expect(amends).toEqual([{ number: 'INV-01', issueDate: '2026-02-02' }]);
});
