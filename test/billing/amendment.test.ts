import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { findInvoice, listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld, UNPROVED } from './memory-world.ts';
import { readingWorld } from './reading-world.ts';

const PLAN = planOf(
  'a',
  '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
);
const CATALOG = catalogWith(PLAN);
/** With 4.00 off each month: of the fee of 3.00 and 10 MB, 9.00 are left. */
const AGREED = catalogWith(
  `${PLAN}agreements:
  - { account: p, currency: EUR, discounts: [{ id: off, name: Off, from: 2026-01-01, amount: 4.00, on: a/data }] }
`,
);

let world: MemoryWorld;
beforeEach(() => open(CATALOG));
async function open(catalog: Catalog): Promise<void> {
  world = await memoryWorld(catalog, { backBillingMonths: 2 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
}

const use = (at: string, megabytes: number) => ({ at, bytes: megabytes * 1_000_000 });
/** January with 10 MB, posted: 3.00 and 10.00. */
async function january(): Promise<PostedDocument> {
  await world.load('january', '1', [use('2026-01-12', 10)]);
  world.setClock('2026-02-02');
  return documentOf(await world.bill('2026-01'));
}
async function documentOf(run: string): Promise<PostedDocument> {
  const [document] = await allDocuments(world.ports, run);
  if (document === undefined) throw new Error(`${run} has no document`);
  return document;
}
async function amend(of: PostedDocument, what: object): Promise<PostedDocument> {
  const { number, run, businessUnit } = of;
  const amendment = { number, run, businessUnit, reason: 'as agreed', ...what } as Amendment;
  return documentOf(await world.amend('p', amendment));
}
const cancel = (of: PostedDocument) => amend(of, { kind: 'cancellation' });
const adjust = (of: PostedDocument, amount: string, line = 0) => amend(of, { kind: 'adjustment', line, amount });
const alone = async (month: string) => documentOf(await world.bill(month, { cycle: 0, account: 'p' }));

/** "380 13.00: fee 2026-01 3.00 …": kind, net, and its lines as the document shows them. */
async function shown(document: PostedDocument): Promise<string> {
  const { kind, totals, lines }: Invoice = await readInvoice(world.ports, document);
  const each = lines.map(({ id, period, net, reason, amends }) => {
    const of = amends === '' ? '' : ` of ${amends}`;
    return `${id.split('|')[3]} ${period.from.slice(0, 7)} ${net}${reason === '' ? '' : ` (${reason}${of})`}`;
  });
  return `${kind} ${totals.net}: ${each.join(', ')}`;
}

test('the next run bills again what was cancelled, once, keeps what is written off, and names the units of the account', async () => {
  const north = { kind: 'businessUnit', account: 'p', businessUnit: 'north', name: 'North', reference: '' } as const;
  const { address } = accountFact('p');
  await world.record([{ ...north, effectiveFrom: instantOf('2026-01-01', BERLIN), address }]);
  const first = await january();
  await cancel(first);
  world.setClock('2026-03-02');
  const february = await world.bill('2026-02');
  const draft = await draftOfRun(world.ports, february, 'p');
  expect(draft.cancellations.map(({ billedAgain }) => billedAgain)).toEqual([february]);
  expect(draft.businessUnits.map(({ businessUnit }) => businessUnit)).toEqual(['north']);
  const [due] = await allDocuments(world.ports, february);
  const { number, run, businessUnit } = due!;
  await world.amend('p', { kind: 'writeOff', amount: '5.00', number, run, businessUnit, reason: 'as agreed' });
  world.setClock('2026-04-02');
  const march = await draftOfRun(world.ports, await world.bill('2026-03'), 'p');
  expect(march.cancellations.map(({ billedAgain }) => billedAgain)).toEqual([february]);
  expect(march.writeOffs?.map(({ amount }) => amount)).toEqual(['5.00']);
  expect(march.documents.flatMap(({ lines }) => lines.map(({ net }) => net))).toEqual(['3.00']);
});

describe('a cancelled invoice', () => {
  test('is a credit note over all of it, and its month is billed again by a run of the account', async () => {
    const posted = await january();
    expect(await shown(posted)).toBe('380 13.00: fee 2026-01 3.00, data 2026-01 10.00');
    const credit = await cancel(posted);
    const { number } = posted;
    expect(await shown(credit)).toBe(
      `381 13.00: data 2026-01 10.00 (cancelled invoice of ${number}), fee 2026-01 3.00 (cancelled invoice of ${number})`,
    );
    expect([posted.amends, credit.amends, credit.run]).toEqual([undefined, [number], 'acme-x-p-2026-01-1']);
    const plan = await readPlan(world.ports, credit.run);
    expect(plan).toMatchObject({ payers: [{ payer: 'p', predecessor: 1, slices: [] }], leftOut: [], slices: [] });
    const again = await alone('2026-01');
    expect(await shown(again)).toBe('380 13.00: data 2026-01 10.00 (billed again), fee 2026-01 3.00 (billed again)');
    await expect(alone('2026-01')).rejects.toThrow('2026-01 for p is posted already');
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe('380 3.00: fee 2026-02 3.00');
  });

  test('has been posted: what is drafted only is not amended', async () => {
    world.setClock('2026-02-02');
    await world.open('2026-01');
    await world.work();
    const run = 'acme-c01-2026-01-1';
    const amendment = { kind: 'cancellation', number: 'INV-2026-000001', run, businessUnit: '', reason: 'r' } as const;
    const command = { seller: SELLER, account: 'p', amendment, invoiceDate: '', by: 'x' } as const;
    expect(await openAmendment(world.ports, command)).toEqual({
      outcome: 'refused',
      reason: 'INV-2026-000001 is not posted',
    });
  });

  test('is billed again by the next run where nobody asks before, with what has come since', async () => {
    const posted = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await cancel(posted);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      '380 21.00: fee 2026-02 3.00, data 2026-01 15.00 (billed again), fee 2026-01 3.00 (billed again)',
    );
  });

  test('of which a part was given back: the rest, and the whole is billed again', async () => {
    const posted = await january();
    await adjust(posted, '4.00', 2);
    const credit = await cancel(posted);
    expect([credit.kind, credit.net]).toEqual(['381', '9.00']);
    expect((await alone('2026-01')).net).toBe('13.00');
  });

  test('that a later one has corrected: what it billed itself, no more', async () => {
    const posted = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      `380 8.00: fee 2026-02 3.00, data 2026-01 5.00 (late usage of ${posted.number})`,
    );
    expect((await cancel(posted)).net).toBe('13.00');
    world.setClock('2026-04-02');
    expect(await shown(await documentOf(await world.bill('2026-03')))).toBe(
      `380 16.00: fee 2026-03 3.00, data 2026-01 10.00 (billed again of ${posted.number}), fee 2026-01 3.00 (billed again)`,
    );
  });

  test('cannot be cancelled twice, nor can its cancellation', async () => {
    const posted = await january();
    const credit = await cancel(posted);
    await expect(cancel(posted)).rejects.toThrow(`${posted.number} is cancelled already`);
    await expect(cancel(credit)).rejects.toThrow(`${credit.number} cancels ${posted.number}`);
    await expect(adjust(posted, '1.00')).rejects.toThrow('is cancelled already');
  });

  test('is refused beyond the back-billing limit, where it would never be billed again', async () => {
    const posted = await january();
    for (const [month, day] of [
      ['2026-02', '2026-03-02'],
      ['2026-03', '2026-04-02'],
      ['2026-04', '2026-05-02'],
    ] as const) {
      world.setClock(day);
      await world.bill(month);
    }
    await expect(cancel(posted)).rejects.toThrow('beyond the back-billing limit');
    expect((await adjust(posted, '1.00')).net).toBe('1.00');
  });
});

describe('an adjustment', () => {
  test('of a line is a credit note with its tax, and no run takes it back', async () => {
    const posted = await january();
    const credit = await adjust(posted, '4.00', 2);
    expect(await shown(credit)).toBe(`381 4.00: data 2026-01 4.00 (goodwill of ${posted.number})`);
    const { lines, taxes } = await readInvoice(world.ports, credit);
    expect(lines[0]).toMatchObject({
      kind: 'adjustment',
      quantity: '1',
      unitPrice: '4.00',
      detail: 'Germany · as agreed',
    });
    expect(taxes).toEqual(
      (await readInvoice(world.ports, posted)).taxes.map((row) => ({ ...row, net: '4.00', tax: '0.76' })),
    );
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      `380 8.00: fee 2026-02 3.00, data 2026-01 5.00 (late usage of ${posted.number})`,
    );
  });

  test('of a whole document is shared over its lines by what is left of them', async () => {
    const posted = await january();
    await adjust(posted, '4.00', 2);
    expect(await shown(await adjust(posted, '6.00'))).toBe(
      `381 6.00: data 2026-01 4.00 (goodwill of ${posted.number}), fee 2026-01 2.00 (goodwill of ${posted.number})`,
    );
  });

  test.each([
    ['13.01', 0, '13.01 EUR are more than is left of'],
    ['10.01', 2, '10.01 EUR are more than is left of line 2'],
    ['1.00', 3, 'has lines 1 to 2, and no line 3'],
    ['0', 0, '0 cannot be given back; write an amount above zero in steps of 0.01 EUR'],
    ['0.005', 0, '0.005 cannot be given back'],
  ])('of %s on line %i is refused: %s', async (amount, line, reason) => {
    const posted = await january();
    await expect(adjust(posted, amount, line)).rejects.toThrow(reason);
  });

  test.each<[string, [amount: string, line: number][], amount: string, line: number, left: string]>([
    ['the whole is its net', [], '9.01', 0, '9.00'],
    ['nor is a line more than the whole', [], '9.50', 2, '9.00'],
    ['what is left of the whole is left of no line', [['9.00', 0]], '0.01', 1, '0.00'],
    ['and the other way round', [['8.00', 2]], '1.01', 1, '1.00'],
  ])('of a document with a discount among its lines: %s', async (_, before, amount, line, left) => {
    await open(AGREED);
    const posted = await january();
    expect(await shown(posted)).toBe('380 9.00: fee 2026-01 3.00, data 2026-01 10.00, off 2026-01 -4.00');
    for (const [some, of] of before) await adjust(posted, some, of);
    await expect(adjust(posted, amount, line)).rejects.toThrow(new RegExp(`more than is left of .*: ${left}$`));
  });

  test('never gives back more than is left, also of what a later document took back', async () => {
    const posted = await january();
    await adjust(posted, '3.00', 2);
    await expect(adjust(posted, '7.01', 2)).rejects.toThrow(
      'more than is left of line 2 of FC-1: 7.00'.replace('FC-1', posted.number),
    );
    const months = ['2026-01'];
    await world.backOut('january', months);
    world.setClock('2026-03-02');
    await world.bill('2026-02');
    await expect(adjust(posted, '0.01', 2)).rejects.toThrow('0.00');
  });

  test('never gives back more of a line than its document billed, though a later one billed more', async () => {
    const posted = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    await world.bill('2026-02');
    await adjust(posted, '4.00', 2);
    await expect(adjust(posted, '6.01', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 6.00`);
    expect((await adjust(posted, '6.00', 2)).net).toBe('6.00');
  });

  test('of what froze with the last run is given back; cancelled it is not', async () => {
    const posted = await january();
    world.setClock('2026-04-02');
    for (const month of ['2026-02', '2026-03']) await world.bill(month);
    await expect(cancel(posted)).rejects.toThrow('which is beyond the back-billing limit');
    expect((await adjust(posted, '10.00', 2)).net).toBe('10.00');
    await expect(adjust(posted, '0.01', 2)).rejects.toThrow('0.00');
  });

  test('is remembered where another invoice is cancelled', async () => {
    const posted = await january();
    world.setClock('2026-03-02');
    const other = await documentOf(await world.bill('2026-02'));
    await adjust(posted, '4.00', 2);
    await cancel(other);
    await expect(adjust(posted, '6.01', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 6.00`);
  });

  test('is not given back of a credit note', async () => {
    const credit = await adjust(await january(), '4.00', 2);
    await expect(adjust(credit, '1.00')).rejects.toThrow(`${credit.number} is a credit note itself`);
  });

  test('is taken back by cancelling its credit note', async () => {
    const posted = await january();
    const credit = await adjust(posted, '4.00', 2);
    const back = await cancel(credit);
    expect([back.kind, back.net]).toEqual(['380', '4.00']);
    expect((await adjust(posted, '10.00', 2)).net).toBe('10.00');
  });

  test('goes with the invoice it is of: its credit note cannot be cancelled after it', async () => {
    const posted = await january();
    const credit = await adjust(posted, '4.00', 2);
    await cancel(posted);
    await expect(cancel(credit)).rejects.toThrow(`cancelled already, with ${posted.number}`);
  });

  test('without a reason, or beside one that is not decided, is refused', async () => {
    const posted = await january();
    await expect(amend(posted, { kind: 'cancellation', reason: ' ' })).rejects.toThrow('needs a reason');
  });
});

describe("a store that does not answer is nobody's fault", () => {
  const silent = (pattern: RegExp) =>
    readingWorld(world, (key) => {
      if (pattern.test(key)) throw new Error('the store does not answer');
    });
  const asked = ({ number, run, businessUnit }: PostedDocument) =>
    ({ kind: 'cancellation', number, run, businessUnit, reason: 'as agreed' }) as const;

  test('an amendment is not refused for it', async () => {
    const command = { seller: SELLER, account: 'p', amendment: asked(await january()), invoiceDate: '', by: 'o' };
    await expect(openAmendment(silent(/^link#acme#p \d/), command)).rejects.toThrow('does not answer');
  });

  test('an amendment is drafted again', async () => {
    const command = { seller: SELLER, account: 'p', amendment: asked(await january()), invoiceDate: '', by: 'o' };
    const opened = await openAmendment(world.ports, command);
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    world.killWorkflows();
    await planRun(world.ports, opened.run);
    const drafting = invoicePayers(silent(/draft#p$/), opened.run, ['p'], UNPROVED);
    await expect(drafting).rejects.toThrow('does not answer');
    const amended = new RegExp(`^run#${command.amendment.run} draft#p$`);
    await expect(invoicePayers(silent(amended), opened.run, ['p'], UNPROVED)).rejects.toThrow('does not answer');
    expect(await invoicePayers(world.ports, opened.run, ['p'], UNPROVED)).toEqual([]);
  });
});

test('credit notes have a series of their own, and every document can be made again', async () => {
  const posted = await january();
  await adjust(posted, '4.00', 2);
  await cancel(posted);
  await alone('2026-01');
  const documents = await listInvoices(world.ports, { account: 'p', month: '' });
  expect(documents.map(({ kind }) => kind).sort()).toEqual(['380', '380', '381', '381']);
  for (const { number } of documents) {
    const document = (await findInvoice(world.ports, number)) as PostedDocument;
    const ports = { ...world.ports, backBillingMonths: 2, pdfOf: async () => new Uint8Array([37]) };
    expect(await reproduceInvoice(ports, document)).toMatchObject({ isSame: true });
  }
});
