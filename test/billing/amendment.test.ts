import { beforeEach, describe, expect, test } from 'vitest';
import { chainEnd, draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { findInvoice, listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, SELLER } from '../rating/fleet.ts';
import { adjust, alone, CATALOG, cancel, documentOf, january, open, PLAN, shown, use, world } from './amended.ts';
import { accountFact, UNPROVED } from './memory-world.ts';
import { readingWorld } from './reading-world.ts';

beforeEach(() => open(CATALOG));

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

/** Another subscription of each unit, as the first one. */
const ofUnits = (...units: string[]) =>
  units.flatMap((unit) =>
    factsOf(unit, [{ at: '2026-01-01', state: 'active', plan: 'a', unit }], BERLIN).map(({ fact }) => fact),
  );

describe('a cancelled invoice', () => {
  const again = async (of: PostedDocument) => {
    await cancel(of);
    return alone('2026-01');
  };

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
    // Nothing of January was billed any more
    expect((await draftOfRun(world.ports, again.run, 'p')).netSoFar).toBeUndefined();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      `380 8.00: fee 2026-02 3.00, data 2026-01 5.00 (late usage of ${again.number})`,
    );
  });

  test('is of the account as it stood when what it follows was billed', async () => {
    const posted = await january();
    const effectiveFrom = instantOf('2026-02-10', BERLIN);
    await world.record([accountFact('p', { effectiveFrom, name: 'Later' })]);
    world.setClock('2026-02-20');
    expect((await readInvoice(world.ports, await cancel(posted))).buyer.name).toBe('p');
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
      '380 16.00: fee 2026-03 3.00, data 2026-01 10.00 (billed again), fee 2026-01 3.00 (billed again)',
    );
  });

  test('of a month that others were billed behind is billed again by a run of the account for it, up to where the account is billed', async () => {
    const posted = await january();
    world.setClock('2026-02-20');
    await world.load('february', '1', [use('2026-02-12', 20), use('2026-02-18', 40)]);
    // Half of February: its fee is due at its end.
    const half = { usageCutOff: '2026-02-15', chargeCutOff: '2026-02-15' };
    await world.bill('2026-02', { cycle: 0, account: 'p', terms: half });
    await expect(alone('2026-01')).rejects.toThrow('2026-01 for p is posted already, by run acme-c01-2026-01-1;');
    await cancel(posted);
    const cut = world.bill('2026-01', { cycle: 0, account: 'p', terms: { usageCutOff: '2026-01-20' } });
    await expect(cut).rejects.toThrow('leave the cut-offs out');
    const again = await alone('2026-01');
    expect(again.run).toBe('acme-a-p-2026-01-1');
    expect(await shown(again)).toBe('380 13.00: data 2026-01 10.00 (billed again), fee 2026-01 3.00 (billed again)');
    await expect(alone('2026-01')).rejects.toThrow('2026-01 for p is posted already, by run acme-c01-2026-01-1;');
    // January is compared with as it was billed; half of February is so far.
    expect((await chainEnd(world.ports.decisions, SELLER, 'p'))?.link.nets).toEqual(['20', '13']);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      '380 43.00: fee 2026-02 3.00, data 2026-02 40.00',
    );
  });

  test('that is said to be posted already names the run that billed it, not what amended it', async () => {
    const posted = await january();
    await adjust(posted, '1.00');
    await expect(alone('2026-01')).rejects.toThrow('posted already, by run acme-c01-2026-01-1;');
    await world.open('2026-01', { terms: { isRest: true } });
    await world.work();
    const { leftOut } = await readPlan(world.ports, 'acme-c01-2026-01-2');
    expect(leftOut).toEqual([{ payer: 'p', reason: '2026-01 is billed already, by run acme-c01-2026-01-1' }]);
  });

  test('with a correction of the month before: both are billed again', async () => {
    const posted = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    await cancel(await documentOf(await world.bill('2026-02')));
    world.setClock('2026-04-02');
    expect(await shown(await documentOf(await world.bill('2026-03')))).toBe(
      `380 11.00: fee 2026-03 3.00, data 2026-01 5.00 (billed again of ${posted.number}), fee 2026-02 3.00 (billed again)`,
    );
  });

  test('behind a later one that was cancelled before it: both months are billed again', async () => {
    const posted = await january();
    world.setClock('2026-03-02');
    await cancel(await documentOf(await world.bill('2026-02')));
    await cancel(posted);
    world.setClock('2026-04-02');
    expect((await documentOf(await world.bill('2026-03'))).net).toBe('19.00');
  });

  test('with cents, and parts of a MB: as much of both is taken back', async () => {
    await world.load('parts', '1', [use('2026-01-12', 10.25)]);
    world.setClock('2026-02-02');
    const credit = await cancel(await documentOf(await world.bill('2026-01')));
    const { lines } = (await draftOfRun(world.ports, credit.run, 'p')).documents[0]!;
    expect(lines.map(({ amount, quantity }) => [amount, quantity])).toEqual([
      ['-10.25', '-10.25'],
      ['-3.00', '-1'],
    ]);
  });

  test('of which a later one took a part back at another price: what is left of it, which is billed again', async () => {
    const posted = await january();
    await releaseCatalog(world.ports, catalogWith(PLAN.replace('unit: MB, price: 1', 'unit: MB, price: 0.40')), 'test');
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toContain('data 2026-01');
    const { number } = posted;
    // 10 MB at 0.40 are left of them
    expect(await shown(await cancel(posted))).toBe(
      `381 7.00: data 2026-01 4.00 (cancelled invoice of ${number}), fee 2026-01 3.00 (cancelled invoice of ${number})`,
    );
    world.setClock('2026-04-02');
    expect(await shown(await documentOf(await world.bill('2026-03')))).toBe(
      '380 10.00: fee 2026-03 3.00, data 2026-01 4.00 (billed again), fee 2026-01 3.00 (billed again)',
    );
  });

  test('is cancelled and billed again as often as it takes', async () => {
    const second = await again(await january());
    expect([second.net, (await again(second)).net]).toEqual(['13.00', '13.00']);
  });

  test('that bills as much as it takes back is cancelled: it is not nothing', async () => {
    await world.load('more', '1', [use('2026-01-20', 3)]);
    const posted = await january();
    const months = ['2025-12', '2026-01', '2026-02'];
    await world.backOut('more', months);
    world.setClock('2026-03-02');
    const february = await documentOf(await world.bill('2026-02'));
    expect(await shown(february)).toBe(
      `380 0.00: fee 2026-02 3.00, data 2026-01 -3.00 (backed-out file of ${posted.number})`,
    );
    expect(await shown(await cancel(february))).toBe(
      `380 0.00: data 2026-01 3.00 (cancelled invoice of ${february.number}), fee 2026-02 -3.00 (cancelled invoice of ${february.number})`,
    );
  });

  test('over nothing is cancelled, and one of which nothing is left is not', async () => {
    await open(catalogWith(PLAN.replace('price: 3.00', 'price: 0')));
    await world.load('january', '1', [use('2026-01-12', 10)]);
    world.setClock('2026-02-02');
    const january = await documentOf(await world.bill('2026-01'));
    await adjust(january, '10.00');
    await expect(cancel(january)).rejects.toThrow(`nothing is left of ${january.number}`);
    world.setClock('2026-03-02');
    expect((await cancel(await documentOf(await world.bill('2026-02')))).net).toBe('0.00');
  });

  test('of one unit is credited without what was given back of that of another', async () => {
    await world.record(ofUnits('north', 'south'));
    world.setClock('2026-02-02');
    const [north, south, own] = await allDocuments(world.ports, await world.bill('2026-01'));
    expect([north, south, own].map((each) => each?.businessUnit)).toEqual(['north', 'south', '']);
    await adjust(north!, '1.00');
    expect((await cancel(south!)).net).toBe('3.00');
    expect((await cancel(north!)).net).toBe('2.00');
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
