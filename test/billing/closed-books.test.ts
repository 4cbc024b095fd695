import { beforeEach, describe, expect, test } from 'vitest';
import type { Amendment } from '#shared/billing/amendment-request.ts';
import { closeBooks } from '#shared/billing/use-cases/books/close-books.ts';
import { booksKeys } from '#shared/billing/use-cases/books/closed-books.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Numbering } from '#shared/catalog/numbering.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { postDatedRun } from '#shared/invoicing/use-cases/post-run.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const pdfOf = async () => new Uint8Array([37]);

/** Accounts p (billing day 1) and q (day 2), each with a subscription; the numbers as they are asked for. */
async function worldWith(numbering: Numbering, taxProfiles = CATALOG.taxProfiles): Promise<MemoryWorld> {
  const sellers = CATALOG.sellers.map((seller) => ({ ...seller, timeZone: 'Asia/Tokyo', numbering }));
  const beta = { ...sellers[0]!, id: 'beta' };
  const catalog: Catalog = { ...CATALOG, sellers: [...sellers, beta], taxProfiles };
  const world = await memoryWorld(catalog);
  await world.record([accountFact('p'), accountFact('q', { billingDay: 2 })]);
  for (const [sim, payer] of [
    ['1', 'p'],
    ['2', 'q'],
  ] as const) {
    const turns = [
      { at: '2020-01-01', has: `imsi#${sim}` },
      { at: '2026-01-01', state: 'active', plan: 'a', payer },
    ] as const;
    await world.record(factsOf(sim, turns, BERLIN).map(({ fact }) => fact));
  }
  return world;
}

const NUMBERING: Numbering = {
  invoice: { prefix: 'INV-{year}-', width: 4, start: 1 },
  creditNote: { prefix: 'CN-{year}-', width: 4, start: 1 },
};
let world: MemoryWorld;
beforeEach(async () => {
  world = await worldWith(NUMBERING);
});

const drafted = async (month: string, cycle: number, invoiceDate: string) => {
  const opened = await world.open(month, { cycle, invoiceDate });
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  return opened.run;
};
const posted = async (run: string) => {
  for (const decided of [await approveRun(world.ports, run, 'a', true), await postRun(world.ports, run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await world.work();
  return shown(run);
};
const shown = async (run: string) =>
  (await allDocuments(world.ports, run)).map(({ number, issueDate }) => `${number} ${issueDate}`);
const close = (until: string) => closeBooks(world.ports, { seller: SELLER, until, by: 'anna' });

describe('closed books', () => {
  test('refuse documents dated into them: opened, approved, posted, amended', async () => {
    world.setClock('2026-02-10');
    const early = await drafted('2026-01', 1, '2026-02-02');
    expect(await close('2026-02-05')).toMatchObject({ outcome: 'closed', posting: [] });
    const words = `the books of ${SELLER} are closed up to 2026-02-05, and the documents would be dated 2026-02-02; the first day that is open is 2026-02-06`;
    const again = `Discard it with \`billing run discard ${early} --reason …\` and open it again`;
    expect(await approveRun(world.ports, early, 'a', true)).toEqual({
      outcome: 'refused',
      reason: `${words}. ${again}`,
    });
    expect(await world.open('2026-01', { cycle: 2, invoiceDate: '2026-02-02' })).toEqual({
      outcome: 'refused',
      reason: words,
    });
    await discardRun(world.ports, early, 'a', 'closed');
    const [number] = await posted(await drafted('2026-01', 1, '2026-02-06'));
    expect(number).toBe('INV-2026-0001 2026-02-06');
    const amendment: Amendment = {
      kind: 'adjustment',
      line: 0,
      amount: '1.00',
      number: 'INV-2026-0001',
      run: `${SELLER}-c01-2026-01-2`,
      businessUnit: '',
      reason: 'r',
    };
    const command = { seller: SELLER, account: 'p', amendment, invoiceDate: '2026-02-02', by: 'b' };
    expect(await openAmendment(world.ports, command)).toEqual({ outcome: 'refused', reason: words });
  });

  test('what corrects a closed period is billed in the open one, at the old rates and under the old document', async () => {
    world.setClock('2026-02-02');
    await world.bill('2026-01');
    world.setClock('2026-03-01');
    await close('2026-02-28');
    await world.load('late', '1', [{ at: '2026-01-20', bytes: 5_000_000 }]);
    world.setClock('2026-03-02');
    const [document] = await allDocuments(world.ports, await world.bill('2026-02'));
    expect(document).toMatchObject({ issueDate: '2026-03-02', net: '8.00' });
    const { lines } = await readInvoice(world.ports, document!);
    expect(lines.find(({ reason }) => reason === 'late usage')?.period.from).toBe('2026-01-01');
  });

  test('close no day that is not over for the seller, and none twice', async () => {
    world.setClock('2026-02-10T16:00:00+01:00');
    expect(await close('2026-02-11')).toEqual({
      outcome: 'refused',
      reason: `2026-02-11 is not over for ${SELLER}: it is 2026-02-11`,
    });
    expect((await close('2026-02-10')).outcome).toBe('closed');
    expect(await close('2026-02-10')).toEqual({
      outcome: 'refused',
      reason: `the books of ${SELLER} are closed up to 2026-02-10 already, by anna`,
    });
    expect(await closeBooks(world.ports, { seller: 'nobody', until: '2026-01-01', by: 'a' })).toEqual({
      outcome: 'refused',
      reason: `there is no seller nobody; the catalogue has ${SELLER}, beta`,
    });
  });

  test('are closed further day by day, and what is dated into the last of them is refused', async () => {
    world.setClock('2026-02-10');
    for (const until of ['2026-02-05', '2026-02-08']) expect((await close(until)).outcome).toBe('closed');
    expect(await close('2026-02-06')).toMatchObject({ reason: expect.stringContaining('up to 2026-02-08 already') });
    expect(await world.open('2026-01', { cycle: 1, invoiceDate: '2026-02-08' })).toMatchObject({
      reason: expect.stringContaining('the first day that is open is 2026-02-09'),
    });
    expect((await world.open('2026-01', { cycle: 1, invoiceDate: '2026-02-09' })).outcome).toBe('opened');
  });

  test('wait for all that is approved or being posted and dated into them, and for nothing dated later', async () => {
    world.setClock('2026-02-10');
    const runs = [await drafted('2026-01', 1, '2026-02-05'), await drafted('2026-01', 2, '2026-02-06')];
    for (const run of runs) await approveRun(world.ports, run, 'a', true);
    await preparePosting(world.ports, runs[0]!);
    const first = 'post or discard first what is approved with documents dated up to';
    expect(await close('2026-02-05')).toEqual({ outcome: 'refused', reason: `${first} 2026-02-05: ${runs[0]}` });
    expect(await close('2026-02-06')).toEqual({
      outcome: 'refused',
      reason: `${first} 2026-02-06: ${runs.join(', ')}`,
    });
    expect(await close('2026-02-04')).toMatchObject({ outcome: 'closed', posting: [] });
    const ofAnother = { seller: 'beta', until: '2026-02-06', by: 'anna' };
    expect(await closeBooks(world.ports, ofAnother)).toMatchObject({ outcome: 'closed', posting: [] });
  });

  test('wait for what is approved; of two who close at once one does, and the other is told', async () => {
    world.setClock('2026-02-10');
    const run = await drafted('2026-01', 1, '2026-02-02');
    await approveRun(world.ports, run, 'a', true);
    expect(await close('2026-02-05')).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(run) });
    await postRun(world.ports, run);
    await world.work();
    const both = await Promise.all([close('2026-02-05'), close('2026-02-06')]);
    expect(both).toMatchObject([
      { outcome: 'closed', closing: { until: '2026-02-05' } },
      { outcome: 'refused', reason: `the books of ${SELLER} were closed up to 2026-02-05 this moment, by anna` },
    ]);
  });

  test('a posting that begins while they are being closed dates its documents into the open period, and is named', async () => {
    world.setClock('2026-02-10');
    const run = await drafted('2026-01', 1, '2026-02-02');
    const { decisions } = world.ports;
    const overtaken: typeof decisions = {
      ...decisions,
      putIfAbsent: async (key, value) => {
        if (key.partition.startsWith('books#')) {
          await approveRun(world.ports, run, 'a', true);
          await preparePosting(world.ports, run);
        }
        return decisions.putIfAbsent(key, value);
      },
    };
    const closing = { seller: SELLER, until: '2026-02-05', by: 'anna' };
    expect(await closeBooks({ ...world.ports, decisions: overtaken }, closing)).toMatchObject({ posting: [run] });
    expect(await postRun(world.ports, run)).toEqual({ outcome: 'taken up again' });
    await world.work();
    expect(await shown(run)).toEqual(['INV-2026-0001 2026-02-06']);
    const [document] = await allDocuments(world.ports, run);
    expect((await readInvoice(world.ports, document!)).dueDate).toBe('2026-02-20');
    expect((await reproduceInvoice({ ...world.ports, pdfOf }, document!)).isSame).toBe(true);
  });
});

test('what is approved while the books are being closed over its date is not posted', async () => {
  world.setClock('2026-02-10');
  const run = await drafted('2026-01', 1, '2026-02-02');
  const { decisions } = world.ports;
  const overtaken: typeof decisions = {
    ...decisions,
    putIfAbsent: async (key, value) => {
      if (key.partition.startsWith('books#')) await approveRun(world.ports, run, 'a', true);
      return decisions.putIfAbsent(key, value);
    },
  };
  const closing = { seller: SELLER, until: '2026-02-05', by: 'anna' };
  expect(await closeBooks({ ...world.ports, decisions: overtaken }, closing)).toMatchObject({ outcome: 'closed' });
  expect(await postRun(world.ports, run)).toEqual({
    outcome: 'refused',
    reason: `the books of ${SELLER} are closed up to 2026-02-05, and the documents would be dated 2026-02-02; the first day that is open is 2026-02-06. Discard it with \`billing run discard ${run} --reason …\` and open it again`,
  });
});

describe('numbers and their dates', () => {
  test('the year is that of the invoice date in the time zone of the seller', async () => {
    world.setClock('2026-12-31T15:59:59+01:00');
    expect(await posted(await drafted('2026-01', 1, ''))).toEqual(['INV-2026-0001 2026-12-31']);
    world.setClock('2026-12-31T16:00:00+01:00');
    expect(await posted(await drafted('2026-01', 2, ''))).toEqual(['INV-2027-0001 2027-01-01']);
  });

  test('a run drafted in the old year and posted in the new one keeps its date, and its number that of the year', async () => {
    world.setClock('2026-12-31');
    const old = await drafted('2026-01', 1, '2026-12-31');
    world.setClock('2027-01-02');
    expect(await posted(await drafted('2026-01', 2, ''))).toEqual(['INV-2027-0001 2027-01-02']);
    expect(await posted(old)).toEqual(['INV-2026-0001 2026-12-31']);
  });

  test('dates never go back within a series: what is posted later is dated as what stands before it', async () => {
    world.setClock('2026-02-10');
    const early = await drafted('2026-01', 1, '2026-02-02');
    expect(await posted(await drafted('2026-01', 2, '2026-02-05'))).toEqual(['INV-2026-0001 2026-02-05']);
    expect(await posted(early)).toEqual(['INV-2026-0002 2026-02-05']);
    const [document] = await allDocuments(world.ports, early);
    expect((await reproduceInvoice({ ...world.ports, pdfOf }, document!)).isSame).toBe(true);
  });

  test.each([
    ['a rate of tax begins', '2026-02-04', /a rate of tax begins on 2026-02-04\. Discard it/],
    ['none does', '2026-02-06', undefined],
  ])('a run that would be dated later is drafted again if %s in between', async (_, from, reason) => {
    const rates = [
      { from: '2007-01-01', percent: '19' },
      { from, percent: '20' },
    ];
    const taxProfiles = CATALOG.taxProfiles.map((profile) => {
      return profile.kind === 'fixed' ? { ...profile, taxes: [{ name: '', on: 'net' as const, rates }] } : profile;
    });
    world = await worldWith(NUMBERING, taxProfiles);
    world.setClock('2026-02-10');
    const early = await drafted('2026-01', 1, '2026-02-02');
    await posted(await drafted('2026-01', 2, '2026-02-05'));
    await approveRun(world.ports, early, 'a', true);
    const decision = await postDatedRun(world.ports, early);
    if (reason === undefined) expect(decision).toEqual({ outcome: 'done' });
    else expect(decision).toEqual({ outcome: 'refused', reason: expect.stringMatching(reason) });
    await preparePosting(world.ports, early);
    expect(await postDatedRun(world.ports, early)).toEqual({ outcome: 'taken up again' });
  });

  test('books closed over the turn of the year take the number into the new one', async () => {
    world.setClock('2027-01-05');
    const run = await drafted('2026-01', 1, '2026-12-31');
    await approveRun(world.ports, run, 'a', true);
    await preparePosting(world.ports, run);
    await world.ports.decisions.putIfAbsent(booksKeys.closing(SELLER, 1), { until: '2026-12-31', by: 'a', at: 0 });
    await postRun(world.ports, run);
    await world.work();
    expect(await shown(run)).toEqual(['INV-2027-0001 2027-01-01']);
  });

  test.each([
    [
      { prefix: 'INV-{year}-', width: 4, start: 7, reset: 'never' },
      'INV-2026-0007 2026-12-31',
      'INV-2027-0008 2027-01-01',
    ],
    [{ prefix: 'INV-{year}-', width: 1, start: 7, reset: 'year' }, 'INV-2026-7 2026-12-31', 'INV-2027-7 2027-01-01'],
    [{ prefix: 'R', width: 2, start: 99 }, 'R99 2026-12-31', 'R100 2027-01-01'],
  ] as const)('%o: %s, then %s', async (invoice, first, second) => {
    world = await worldWith({ ...NUMBERING, invoice });
    world.setClock('2027-01-03');
    expect(await posted(await drafted('2026-01', 1, '2026-12-31'))).toEqual([first]);
    expect(await posted(await drafted('2026-01', 2, '2027-01-01'))).toEqual([second]);
  });
});
