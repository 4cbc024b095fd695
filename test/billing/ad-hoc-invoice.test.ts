import { beforeEach, describe, expect, test } from 'vitest';
import { readItem, readItemsFile } from '#shared/billing/ad-hoc-invoice.ts';
import type { Amendment, InvoiceItem } from '#shared/billing/amendment-request.ts';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { discardRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { problemText } from '#shared/inventory/inventory-problem.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { accountBalance } from '#shared/invoicing/use-cases/balances/account-balance.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const LISTED = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const CATALOG = {
  ...LISTED,
  taxProfiles: [...LISTED.taxProfiles, { kind: 'engine' as const, id: 'outside', name: 'Outside' }],
};
let world: MemoryWorld;
/** January is posted: 3.00 and its tax. It is 10 February. */
beforeEach(async () => {
  world = await memoryWorld(CATALOG, { backBillingMonths: 2 });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  world.setClock('2026-02-10');
});

const item = (more: Partial<InvoiceItem> = {}): InvoiceItem => ({
  ...{ text: 'Visit', quantity: '2', price: '50.00', taxCategory: 'service', businessUnit: '' },
  ...more,
});
const ask = (items: readonly InvoiceItem[], more: object = {}) =>
  openAdHocInvoice(world.ports, { account: 'p', items, reason: 'as agreed', invoiceDate: '', by: 'opener', ...more });
const documentsOf = async (run: string): Promise<PostedDocument[]> => [...(await allDocuments(world.ports, run))];
const issue = async (items: readonly InvoiceItem[]) => documentsOf(await world.finish(await ask(items)));
const only = async (run: string) => (await documentsOf(run))[0] as PostedDocument;
const bill = async (month: string, clock: string) => {
  world.setClock(clock);
  return documentsOf(await world.bill(month));
};
const amend = async ({ number, run, businessUnit }: PostedDocument, what: object) =>
  only(await world.amend('p', { number, run, businessUnit, reason: 'as agreed', ...what } as Amendment));
const again = async (document: PostedDocument) =>
  (await reproduceInvoice({ ...world.ports, pdfOf: async () => new Uint8Array([37]) }, document)).isSame;

/** "INV-2026-000002 380 100.00 + 19.00: 2 × 50.00 Visit 100.00, …". */
async function shown(document: PostedDocument): Promise<string> {
  const { number, kind, totals, lines }: Invoice = await readInvoice(world.ports, document);
  const each = lines.map(
    ({ quantity, unitPrice, description, net }) => `${quantity} × ${unitPrice} ${description} ${net}`,
  );
  return `${number} ${kind} ${totals.net} + ${totals.tax}: ${each.join(', ')}`;
}

describe('an ad-hoc invoice', () => {
  test.each<[what: string, items: InvoiceItem[], documents: string[]]>([
    ['is quantity × price with its tax', [item()], ['INV-2026-000002 380 100.00 + 19.00: 2 × 50 Visit 100.00']],
    [
      'is rounded once a line, half away from zero',
      [item({ quantity: '1.5', price: '0.33' }), item({ quantity: '3', price: '0.335', text: 'Cable' })],
      ['INV-2026-000002 380 1.51 + 0.29: 1.5 × 0.33 Visit 0.50, 3 × 0.335 Cable 1.01'],
    ],
    [
      'keeps the order its lines were given in',
      Array.from({ length: 11 }, (_, at) => item({ quantity: '1', price: '1', text: `${at + 1}` })),
      [`INV-2026-000002 380 11.00 + 2.09: ${Array.from({ length: 11 }, (_, at) => `1 × 1 ${at + 1} 1.00`).join(', ')}`],
    ],
    [
      'gives back on a line below zero',
      [item(), item({ quantity: '-1', price: '20', text: 'Voucher' })],
      ['INV-2026-000002 380 80.00 + 15.20: 2 × 50 Visit 100.00, -1 × 20 Voucher -20.00'],
    ],
    [
      'below zero is a credit note',
      [item({ quantity: '-2' })],
      ['CN-2026-000001 381 100.00 + 19.00: 2 × 50 Visit 100.00'],
    ],
    [
      'is one document for each business unit',
      [item({ businessUnit: 'north' }), item({ quantity: '1', businessUnit: '' })],
      [
        'INV-2026-000002 380 100.00 + 19.00: 2 × 50 Visit 100.00',
        'INV-2026-000003 380 50.00 + 9.50: 1 × 50 Visit 50.00',
      ],
    ],
  ])('%s', async (_, items, documents) => {
    // Told after the last cut-off: who is billed is as it stands today.
    const north = { kind: 'businessUnit', account: 'p', businessUnit: 'north', name: 'North' } as const;
    await world.record([
      { ...north, effectiveFrom: instantOf('2026-02-05', BERLIN), address: accountFact('p').address, reference: '' },
    ]);
    const posted = await issue(items);
    expect(await Promise.all(posted.map(shown))).toEqual(documents);
    expect(await Promise.all(posted.map(again))).toEqual(posted.map(() => true));
    const next = await bill('2026-02', '2026-03-02');
    expect(next.map(({ net }) => net)).toEqual(['3.00']);
    expect((await readInvoice(world.ports, next[0]!)).usage.previousNet).toBe('3.00');
  });

  test('its lines are its own: of no plan, numbered in their order', async () => {
    const [document] = await issue([
      item(),
      item({ quantity: '-1', price: '20', text: 'Voucher', taxCategory: 'goods' }),
    ]);
    const run = document!.run;
    const its = { plan: '', planName: '', version: '', zone: '', zoneName: '', tier: 0, businessUnit: '' };
    const day = { period: { from: '2026-02-10', until: '2026-02-11' }, billedBy: run, bookRate: null };
    const priced = { unit: 'piece', refund: 'day', exchange: null, taxIncluded: false };
    const order = { kind: 'adHoc', order: run, date: '2026-02-10', reference: '' };
    const { documents } = await draftOfRun(world.ports, run, 'p');
    expect(documents[0]?.lines.map(({ reason }) => reason)).toEqual(['', '']);
    expect(documents[0]?.lines.map(({ line: { tax: _, ...line } }) => line)).toEqual([
      {
        ...{ id: `|||${run} line 001||0|2026-02-10`, ...its, ...day, ...priced, charge: `${run} line 001` },
        ...{ chargeName: 'Visit', quantity: '2', unitPrice: '50', amount: '100.00', taxCategory: 'service' },
        arithmetic: { ...order, quantity: '2', price: '50', exact: '100' },
      },
      {
        ...{ id: `|||${run} line 002||0|2026-02-10`, ...its, ...day, ...priced, charge: `${run} line 002` },
        ...{ chargeName: 'Voucher', quantity: '-1', unitPrice: '20', amount: '-20.00', taxCategory: 'goods' },
        arithmetic: { ...order, quantity: '-1', price: '20', exact: '-20' },
      },
    ]);
  });

  test('says the day it is supplied on, and is compared with no month', async () => {
    const [document] = await issue([item()]);
    const { period, usage, issueDate } = await readInvoice(world.ports, document!);
    expect({ period, issueDate }).toEqual({
      period: { from: '2026-02-10', to: '2026-02-10' },
      issueDate: '2026-02-10',
    });
    expect(usage.previousNet).toBe('');
  });

  test('stays when it is beyond the back-billing limit, and can be given back and cancelled then', async () => {
    const [document] = (await issue([item()])) as [PostedDocument];
    const early = await amend(document, { kind: 'adjustment', line: 1, amount: '10.00' });
    for (const [month, clock] of [
      ['2026-02', '2026-03-02'],
      ['2026-03', '2026-04-02'],
      ['2026-04', '2026-05-02'],
      ['2026-05', '2026-06-02'],
    ] as const)
      expect((await bill(month, clock)).map(({ net }) => net)).toEqual(['3.00']);
    const given = await amend(document, { kind: 'adjustment', line: 1, amount: '20.00' });
    expect([given.kind, given.net]).toEqual(['381', '20.00']);
    await expect(amend(document, { kind: 'adjustment', line: 0, amount: '70.01' })).rejects.toThrow(
      '70.01 EUR are more than is left of INV-2026-000002: 70.00',
    );
    const credit = await amend(document, { kind: 'cancellation' });
    expect([credit.kind, credit.net]).toEqual(['381', '70.00']);
    expect(await Promise.all([document, early, given, credit].map(again))).toEqual([true, true, true, true]);
    await expect(amend(document, { kind: 'cancellation' })).rejects.toThrow('is cancelled already');
    await expect(amend(document, { kind: 'adjustment', line: 1, amount: '1.00' })).rejects.toThrow(
      'is cancelled already',
    );
    expect((await bill('2026-06', '2026-07-02')).map(({ net }) => net)).toEqual(['3.00']);
  });

  test('of more than nine lines gives cents back from the first on', async () => {
    const items = Array.from({ length: 11 }, () => item({ quantity: '1', price: '1' }));
    const [document] = (await issue(items)) as [PostedDocument];
    const credit = await amend(document, { kind: 'adjustment', line: 0, amount: '0.10' });
    const [given] = (await draftOfRun(world.ports, credit.run, 'p')).documents;
    const places = given!.lines.map(({ line, amount }) => `${line.id.match(/line 0*(\d+)/)?.[1]}: ${amount}`);
    expect(places).toEqual(Array.from({ length: 10 }, (_, at) => `${at + 1}: -0.01`));
  });

  test('is open until it is paid, credited or written off', async () => {
    const [document] = (await issue([item()])) as [PostedDocument];
    const balance = async () => (await accountBalance(world.ports, { account: 'p', seller: '', at: '' }))!.balance;
    expect(await balance()).toBe('122.57');
    await amend(document, { kind: 'writeOff', amount: '19.00' });
    expect(await balance()).toBe('103.57');
    await amend(document, { kind: 'writeOff taken back' });
    await amend(document, { kind: 'cancellation' });
    expect(await balance()).toBe('3.57');
  });

  test('that is discarded bills nothing; no other is opened beside it', async () => {
    const first = await ask([item()]);
    const beside = { outcome: 'refused', reason: expect.stringContaining('discard it with `billing run discard') };
    expect(await ask([item()])).toMatchObject(beside);
    if (first.outcome === 'opened') await discardRun(world.ports, first.run, 'opener', 'twice');
    const [second] = await issue([item({ price: '7' })]);
    expect([second!.number, second!.net]).toEqual(['INV-2026-000002', '14.00']);
  });
});

describe('an account that was never billed', () => {
  const ofNew = (documents: readonly PostedDocument[]) => documents.filter(({ payer }) => payer === 'new');
  /** It has a subscription of 3.00 a month from 6 February on: 23 of 28 days are 2.46. */
  beforeEach(async () => {
    const turns = [{ at: '2026-02-06', state: 'active', plan: 'a', payer: 'new' }] as const;
    const effectiveFrom = instantOf('2026-02-06', BERLIN);
    await world.record([accountFact('new', { effectiveFrom }), ...factsOf('2', turns, BERLIN).map(({ fact }) => fact)]);
  });
  const issueNew = async (items: readonly InvoiceItem[]) =>
    documentsOf(await world.finish(await ask(items, { account: 'new' })));

  test('begins its chain with an ad-hoc invoice, and its first run bills all it owes', async () => {
    const [first] = (await issueNew([item()])) as [PostedDocument];
    const [second] = (await issueNew([item({ quantity: '1', text: 'SIM' })])) as [PostedDocument];
    expect([await shown(first), await shown(second)]).toEqual([
      'INV-2026-000002 380 100.00 + 19.00: 2 × 50 Visit 100.00',
      'INV-2026-000003 380 50.00 + 9.50: 1 × 50 SIM 50.00',
    ]);
    const billed = ofNew(await bill('2026-02', '2026-03-02'));
    expect(billed.map(({ net }) => net)).toEqual(['2.46']);
    expect((await readInvoice(world.ports, billed[0]!)).usage.previousNet).toBe('');
    const { netsBefore, netSoFar } = await draftOfRun(world.ports, billed[0]!.run, 'new');
    expect([netsBefore, netSoFar]).toEqual([[], undefined]);
    expect(await Promise.all([first, second, ...billed].map(again))).toEqual([true, true, true]);
    expect(ofNew(await bill('2026-03', '2026-04-02')).map(({ net }) => net)).toEqual(['3.00']);
  });

  test('is named with its business unit, as it stands today', async () => {
    const north = {
      kind: 'businessUnit',
      account: 'new',
      businessUnit: 'north',
      name: 'North',
      reference: 'PO 7',
    } as const;
    const { address } = accountFact('new');
    await world.record([{ ...north, effectiveFrom: instantOf('2026-02-08', BERLIN), address }]);
    const [posted] = (await issueNew([item({ businessUnit: 'north' })])) as [PostedDocument];
    const { buyer } = await readInvoice(world.ports, posted);
    expect(buyer).toMatchObject({ businessUnit: 'north', businessUnitName: 'North', reference: 'PO 7' });
  });

  test('can have it taken back before any run', async () => {
    const [first] = (await issueNew([item()])) as [PostedDocument];
    const { number, run, businessUnit } = first;
    const what = { kind: 'cancellation', number, run, businessUnit, reason: 'as agreed' } as Amendment;
    const credit = await only(await world.amend('new', what));
    expect([credit.kind, credit.net, await again(credit)]).toEqual(['381', '100.00', true]);
    expect(ofNew(await bill('2026-02', '2026-03-02')).map(({ net }) => net)).toEqual(['2.46']);
  });
});

describe('what cannot be billed', () => {
  test.each<[what: string, items: InvoiceItem[], more: object, reason: string]>([
    ['an unknown account', [item()], { account: 'q' }, 'there is no account q; load it with `billing inventory load`'],
    [
      'an unknown business unit',
      [item(), item({ businessUnit: 'south' })],
      {},
      'account p has no business unit south; it has none: leave it out for the account itself',
    ],
    [
      'several unknown business units, each named once',
      ['south', 'west', 'south'].map((businessUnit) => item({ businessUnit })),
      {},
      'account p has no business unit south, west; it has none: leave it out for the account itself',
    ],
    ['no reason', [item()], { reason: ' ' }, 'an amendment needs a reason'],
  ])('%s', async (_, items, more, reason) => {
    expect(await ask(items, more)).toEqual({ outcome: 'refused', reason });
  });

  test('a business unit beside those it has', async () => {
    const { address } = accountFact('p');
    const unit = { kind: 'businessUnit', account: 'p', name: 'N', address, reference: '' } as const;
    const effectiveFrom = instantOf('2026-02-05', BERLIN);
    await world.record(['east', 'north'].map((businessUnit) => ({ ...unit, businessUnit, effectiveFrom })));
    expect(await ask([item({ businessUnit: 'south' })])).toMatchObject({
      reason: 'account p has no business unit south; it has east, north: leave it out for the account itself',
    });
  });

  const LINE = {
    ...{ text: 'Visit', product: '', quantity: '2', price: '50.00', taxCategory: 'service', businessUnit: '' },
    reference: '',
  };
  test.each<[more: object, problem: string]>([
    [{ text: '' }, 'command line --line: found nothing, expected words, or a product. Say what is billed.'],
    [
      { product: 'tracker' },
      'command line --line: found "Visit", expected nothing beside a product. Take one of them out.',
    ],
    [{ text: '', product: 'GPS tracker' }, 'command line --product: found "GPS tracker", expected'],
    [{ price: '' }, 'command line --price: found nothing, expected a number of 0 or more. Write the price of one.'],
    [{ reference: 'x'.repeat(201) }, 'command line --reference: found'],
    [{ text: 'x'.repeat(201) }, 'Shorten it to one line of 200 characters.'],
    [
      { quantity: '1,5' },
      'command line --quantity: found "1,5", expected a number other than 0, such as 2, 1.5 or -1. Write digits with a point; below zero gives back.',
    ],
    [{ quantity: '0' }, 'expected a number other than 0'],
    [{ quantity: '--1' }, 'expected a number other than 0'],
    [{ quantity: '1-' }, 'expected a number other than 0'],
    [{ businessUnit: 'x'.repeat(201) }, 'command line --business-unit: found "xxx'],
    [{ businessUnit: 'x'.repeat(201) }, '. Correct the value.'],
    [{ price: '-1' }, 'command line --price: found "-1", expected a number of 0 or more'],
    [{ price: '1e9' }, 'expected a number of 0 or more'],
    [
      { taxCategory: 'food' },
      'command line --tax-category: found "food", expected one of telecom, service, goods. Write goods for hardware.',
    ],
  ])('a line with %o', (more, problem) => {
    const { items, problems } = readItem({ ...LINE, ...more });
    expect(problems.map(problemText)).toEqual([expect.stringContaining(problem)]);
    expect(items).toEqual([]);
  });

  test('a line that is right is read, its numbers without needless zeros', () => {
    expect(readItem(LINE)).toEqual({ items: [{ ...LINE, price: '50', reference: undefined }], problems: [] });
  });

  test('every problem of a line is told at once, and every one of a file with its place', () => {
    expect(readItem({ ...LINE, quantity: 'a', price: 'b' }).problems).toHaveLength(2);
    const fields = readItem({ ...LINE, text: '', quantity: 'a' }).problems.map(({ field }) => field);
    expect(fields.sort()).toEqual(['--line', '--quantity']);
    const source = 'lines:\n  - { text: Visit, quantity: 2, price: 1,5 }\n  - { text: Cable, price: x, unit: north }\n';
    expect(readItemsFile('lines.yaml', source).problems.map(problemText)).toEqual([
      expect.stringContaining('lines.yaml:2:'),
      expect.stringContaining('lines.yaml:3:'),
      expect.stringContaining('lines.yaml:3:'),
      expect.stringContaining('lines.yaml:3:'),
    ]);
    const none = readItemsFile('lines.yaml', 'lines: []');
    expect([none.items, none.problems.map(problemText)]).toEqual([[], [expect.stringContaining('at least one line')]]);
    const many = `lines:\n${'  - { text: Visit, quantity: 1, price: 1 }\n'.repeat(201)}`;
    expect(readItemsFile('lines.yaml', many).problems.map(problemText)).toEqual([
      expect.stringContaining('at most 200 lines'),
    ]);
  });

  test('a file is read with what is usual filled in', () => {
    const source =
      'lines:\n  - { text: Visit, quantity: -2, price: "50.00" }\n  - { text: SIM, quantity: 1, price: 2, taxCategory: goods, businessUnit: north }\n  - { product: tracker, quantity: 1, reference: PO-7 }\n';
    const items = [
      { text: 'Visit', product: '', quantity: '-2', price: '50', taxCategory: '', businessUnit: '' },
      { text: 'SIM', product: '', quantity: '1', price: '2', taxCategory: 'goods', businessUnit: 'north' },
      { text: '', product: 'tracker', quantity: '1', price: '', taxCategory: '', businessUnit: '', reference: 'PO-7' },
    ];
    expect(readItemsFile('lines.yaml', source)).toEqual({ items, problems: [] });
  });
});

describe('taxes that an outside engine decides', () => {
  const objects = () => world.ports.objects;
  const read = async (key: string) => JSON.parse(new TextDecoder().decode(await objects().get('work', key)));
  /** Answers every question that lies there; answers how many. */
  const reply = async (percent: string) => {
    let questions = 0;
    for await (const { key } of objects().list('work', 'runs/tax/')) {
      if (!key.endsWith('/request.json')) continue;
      questions++;
      const { lines } = await read(key);
      const taxes = [{ name: 'Sales tax', percent }];
      const answer = { lines: lines.map(({ id }: { id: string }) => ({ id, category: 'S', taxes })) };
      await objects().put('work', key.replace('request', 'response'), JSON.stringify(answer), 'application/json');
    }
    return questions;
  };

  test('it is waited for; asked for anew it is the same question; what was used is kept, and makes it again', async () => {
    await world.record([accountFact('p', { taxProfile: 'outside', effectiveFrom: instantOf('2026-02-05', BERLIN) })]);
    const waiting = await ask([item()]);
    if (waiting.outcome === 'refused') throw new Error(waiting.reason);
    await world.work();
    const reason = expect.stringMatching(
      /^the tax engine has not answered for account p; .*: when it is there, discard the run, and ask for it anew with --invoice-date \d{4}-\d\d-\d\d, /,
    );
    expect((await draftReport(world.ports, waiting.run)).inError).toEqual([{ payer: 'p', reason }]);
    expect(await reply('8.875')).toBe(1);
    await discardRun(world.ports, waiting.run, 'a', 'it has answered by now');
    const [document] = await issue([item()]);
    expect(await shown(document!)).toBe('INV-2026-000002 380 100.00 + 8.88: 2 × 50 Visit 100.00');
    expect(await reply('50')).toBe(1);
    expect(await again(document!)).toBe(true);
    const note = await amend(document!, { kind: 'cancellation' });
    expect(await shown(note)).toMatch(/^CN-2026-000001 381 100.00 \+ 8.88: /);
  });
});
