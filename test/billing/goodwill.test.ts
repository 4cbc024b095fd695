import { beforeEach, describe, expect, test } from 'vitest';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { readInvoice } from '#shared/invoicing/use-cases/explain-line.ts';
import { BERLIN, catalogWith, factsOf } from '../rating/fleet.ts';
import { adjust, amend, CATALOG, cancel, documentOf, january, open, PLAN, shown, use, world } from './amended.ts';

/** With 4.00 off each month: of the fee of 3.00 and 10 MB, 9.00 are left. */
const AGREED = catalogWith(
  `${PLAN}agreements:
  - { account: p, currency: EUR, discounts: [{ id: off, name: Off, from: 2026-01-01, amount: 4.00, on: a/data }] }
`,
);

beforeEach(() => open(CATALOG));

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
      unit: 'flat',
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
    ['a line is what the discount left of it', [], '6.01', 2, '6.00'],
    ['what is left of the whole is left of no line', [['9.00', 0]], '0.01', 1, '0.00'],
    ['and the other way round', [['6.00', 2]], '3.01', 0, '3.00'],
  ])('of a document with a discount among its lines: %s', async (_, before, amount, line, left) => {
    await open(AGREED);
    const posted = await january();
    expect(await shown(posted)).toBe('380 9.00: fee 2026-01 3.00, data 2026-01 10.00, off 2026-01 -4.00');
    for (const [some, of] of before) await adjust(posted, some, of);
    await expect(adjust(posted, amount, line)).rejects.toThrow(new RegExp(`more than is left of .*: ${left}$`));
  });

  test('of a document that takes back of another month gives back no more than it comes to', async () => {
    await world.load('more', '1', [use('2026-01-20', 3)]);
    const posted = await january();
    await world.backOut('more', ['2026-01']);
    await world.load('february', '1', [use('2026-02-12', 10)]);
    world.setClock('2026-03-02');
    const february = await documentOf(await world.bill('2026-02'));
    expect(await shown(february)).toBe(
      `380 10.00: fee 2026-02 3.00, data 2026-02 10.00, data 2026-01 -3.00 (backed-out file of ${posted.number})`,
    );
    await adjust(february, '6.00');
    await expect(adjust(february, '4.01')).rejects.toThrow(`more than is left of ${february.number}: 4.00`);
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

  test('of what is then not owed goes back with it, and stands again when it is owed again', async () => {
    const posted = await january();
    await adjust(posted, '8.00', 2);
    await world.backOut('january', ['2026-01']);
    await world.load('what it was', '1', [use('2026-01-12', 3)]);
    world.setClock('2026-03-02');
    // Of 10 MB 3 are owed: 8.00 − 3.00 of what was given fall away, so that 13.00 − 8.00 − 2.00 = 3.00, the fee, are paid of January
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      `380 1.00: fee 2026-02 3.00, data 2026-01 -7.00 (backed-out file of ${posted.number}), data 2026-01 5.00 (backed-out file of ${posted.number})`,
    );
    await expect(adjust(posted, '0.01', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 0.00`);
    await world.load('more', '1', [use('2026-01-13', 4)]);
    world.setClock('2026-04-02');
    // Of 7 MB all are given back
    expect(await shown(await documentOf(await world.bill('2026-03')))).toBe(
      `380 3.00: fee 2026-03 3.00, data 2026-01 4.00 (late usage of ${posted.number}), data 2026-01 -4.00 (late usage of ${posted.number})`,
    );
  });

  test('that fell away with what is owed falls away again when the invoice that said so is cancelled', async () => {
    const posted = await january();
    const credit = await adjust(posted, '8.00', 2);
    await world.backOut('january', ['2026-01']);
    world.setClock('2026-03-02');
    const february = await documentOf(await world.bill('2026-02'));
    expect(february.net).toBe('1.00');
    // 13.00 of January stand again, and nothing is given back of them
    expect([(await cancel(february)).net, (await shown(await cancel(credit))).slice(0, 8)]).toEqual([
      '1.00',
      '380 8.00',
    ]);
    world.setClock('2026-04-02');
    // 10.00 back, and the fees of two months
    const march = await documentOf(await world.bill('2026-03'));
    expect([march.kind, march.net]).toEqual(['381', '4.00']);
  });

  test('of a wholly given invoice is no more than it: what is backed out then gives nothing back', async () => {
    const posted = await january();
    await adjust(posted, '13.00');
    await world.backOut('january', ['2026-01']);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toBe(
      `380 3.00: fee 2026-02 3.00, data 2026-01 -10.00 (backed-out file of ${posted.number}), data 2026-01 10.00 (backed-out file of ${posted.number})`,
    );
    await expect(cancel(posted)).rejects.toThrow(`nothing is left of ${posted.number}`);
  });

  test('of a fee that a backdated end leaves half of: 6.00 billed in advance, 3.00 given back, 4.50 not owed', async () => {
    await open(catalogWith(PLAN.replace('due: arrears', 'due: advance')));
    world.setClock('2026-05-02');
    const posted = await documentOf(await world.bill('2026-04'));
    // January to March too, and May in advance
    expect(posted.net).toBe('15.00');
    const april = (await readInvoice(world.ports, posted)).lines.findIndex(
      ({ period }) => period.from === '2026-04-01',
    );
    await adjust(posted, '3.00', april + 1);
    const [end] = factsOf('1', [{ at: '2026-04-16', state: 'terminated' }], BERLIN);
    await world.record([end!.fact]);
    world.setClock('2026-06-02');
    // 1.50 of April and 3.00 of May; of the 3.00 given back 1.50 stand, as much as April comes to
    const credit = await documentOf(await world.bill('2026-05'));
    expect([credit.kind, credit.net]).toEqual(['381', '3.00']);
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

  test.each<[string, [month: string, clock: string][]]>([
    ['with the last run', [['2026-03', '2026-04-02']]],
    [
      'with the one before, of the same month',
      [
        ['2026-03', '2026-03-20'],
        ['2026-03', '2026-04-02'],
      ],
    ],
    [
      'long ago',
      [
        ['2026-03', '2026-04-02'],
        ['2026-04', '2026-05-02'],
        ['2026-05', '2026-06-02'],
      ],
    ],
  ])('of what froze %s gives back no more than a later document left of it', async (_, runs) => {
    const posted = await january();
    await world.load('more', '1', [use('2026-01-13', 2)]);
    world.setClock('2026-03-02');
    await world.bill('2026-02');
    await world.backOut('january', ['2026-01']);
    for (const [month, clock] of runs) {
      world.setClock(clock);
      await world.bill(month, { cycle: 0, account: 'p', beforeEnd: true });
    }
    await expect(cancel(posted)).rejects.toThrow('which is beyond the back-billing limit');
    await expect(adjust(posted, '2.01', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 2.00`);
    await adjust(posted, '1.50', 2);
    await expect(adjust(posted, '0.51', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 0.50`);
    expect((await adjust(posted, '3.50')).net).toBe('3.50');
  });

  test('is of one document alone, also of a line that a later one bills as well', async () => {
    const posted = await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    world.setClock('2026-03-02');
    const later = await documentOf(await world.bill('2026-02'));
    expect(await shown(later)).toContain(`data 2026-01 5.00 (late usage of ${posted.number})`);
    await adjust(later, '5.00', 2);
    await expect(adjust(posted, '13.01')).rejects.toThrow(`more than is left of ${posted.number}: 13.00`);
    await adjust(posted, '1.00');
    await expect(adjust(later, '3.01')).rejects.toThrow(`more than is left of ${later.number}: 3.00`);
    expect((await cancel(posted)).net).toBe('12.00');
  });

  test('of a fee is no more than a backdated end left of it', async () => {
    const posted = await january();
    const [end] = factsOf('1', [{ at: '2026-01-11', state: 'terminated' }], BERLIN);
    await world.record([end!.fact]);
    world.setClock('2026-03-02');
    expect(await shown(await documentOf(await world.bill('2026-02')))).toContain('fee 2026-01');
    // 10 of 31 days of 3.00
    await expect(adjust(posted, '0.98', 1)).rejects.toThrow(`more than is left of line 1 of ${posted.number}: 0.97`);
  });

  test('of a line with two rates of tax is of one part of it, with the tax of that part', async () => {
    const profile = CATALOG.taxProfiles[0]!;
    if (profile.kind !== 'fixed') throw new Error(profile.kind);
    const rates = [
      { from: '2007-01-01', percent: '19' },
      { from: '2026-01-21', percent: '25' },
    ];
    const taxed = { ...profile, taxPoint: 'split' as const, taxes: [{ name: '', on: 'net' as const, rates }] };
    await open({ ...CATALOG, taxProfiles: [taxed] });
    const posted = await january();
    // 20 of 31 days of 3.00 and 10.00, and the rest
    expect(await shown(posted)).toBe(
      '380 13.00: fee 2026-01 1.94, fee 2026-01 1.06, data 2026-01 6.45, data 2026-01 3.55',
    );
    const credit = await adjust(posted, '3.00', 4);
    const { taxes } = await readInvoice(world.ports, credit);
    expect(taxes).toMatchObject([{ percent: '25', net: '3.00', tax: '0.75' }]);
    await expect(adjust(posted, '0.56', 4)).rejects.toThrow(`more than is left of line 4 of ${posted.number}: 0.55`);
    await expect(adjust(posted, '6.46', 3)).rejects.toThrow(`more than is left of line 3 of ${posted.number}: 6.45`);
    expect((await cancel(posted)).net).toBe('10.00');
  });

  test('of months that froze one after the other is of each as it froze', async () => {
    await january();
    await world.load('late', '1', [use('2026-01-20', 5)]);
    await world.load('february', '1', [use('2026-02-10', 4)]);
    world.setClock('2026-03-02');
    const posted = await documentOf(await world.bill('2026-02'));
    const lines = 'fee 2026-02 3.00, data 2026-02 4.00, data 2026-01 5.00';
    expect(await shown(posted)).toContain(lines);
    world.setClock('2026-04-02');
    await world.bill('2026-03');
    await world.backOut('february', ['2026-02']);
    for (const [month, day] of [
      ['2026-04', '2026-05-02'],
      ['2026-05', '2026-06-02'],
    ] as const) {
      world.setClock(day);
      await world.bill(month);
    }
    await expect(adjust(posted, '0.01', 2)).rejects.toThrow(`more than is left of line 2 of ${posted.number}: 0.00`);
    await expect(adjust(posted, '8.01')).rejects.toThrow(`more than is left of ${posted.number}: 8.00`);
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
    await adjust(posted, '1.00', 2);
    const back = await cancel(credit);
    expect([back.kind, back.net]).toEqual(['380', '4.00']);
    expect((await adjust(posted, '9.00', 2)).net).toBe('9.00');
    world.setClock('2026-03-02');
    const next = await world.bill('2026-02');
    expect((await documentOf(next)).net).toBe('3.00');
    // No run owes what was given: January is not measured again for it
    expect((await readPlan(world.ports, next)).payers[0]?.measureFrom).toBe('2026-02-01');
  });

  test('is taken back also where the invoice has frozen: no run has to bill it again', async () => {
    const posted = await january();
    for (const month of ['2026-02', '2026-03', '2026-04']) {
      world.setClock(`2026-0${Number(month.slice(5)) + 1}-02`);
      await world.bill(month);
    }
    const back = await cancel(await adjust(posted, '4.00', 2));
    expect([back.kind, back.net]).toEqual(['380', '4.00']);
    expect((await adjust(posted, '10.00', 2)).net).toBe('10.00');
  });

  test('goes with the invoice it is of: its credit note cannot be cancelled after it', async () => {
    const posted = await january();
    const credit = await adjust(posted, '4.00', 2);
    world.setClock('2026-03-02');
    await adjust(await documentOf(await world.bill('2026-02')), '1.00');
    await cancel(posted);
    await expect(cancel(credit)).rejects.toThrow(`cancelled already, with ${posted.number}`);
  });

  test('without a reason, or of a document that its run has not, is refused', async () => {
    const posted = await january();
    const cancellation = { kind: 'cancellation', businessUnit: 'north' };
    await expect(amend(posted, cancellation)).rejects.toThrow(`run ${posted.run} has no document ${posted.number}`);
    await expect(amend(posted, { kind: 'cancellation', reason: ' ' })).rejects.toThrow('needs a reason');
  });
});

describe('credits never come to more than their invoice, tax included', () => {
  const totals = async (of: PostedDocument) => (await readInvoice(world.ports, of)).totals;
  const taxesOf = async (of: readonly PostedDocument[]) => {
    const taxes: string[] = [];
    for (const each of of) taxes.push((await totals(each)).tax);
    return taxes;
  };
  /** January, 13.00 and 2.47 of tax, and ten credits of 0.03 of its second line. */
  const inSmallParts = async () => {
    const posted = await january();
    const credits: PostedDocument[] = [];
    for (let n = 0; n < 10; n++) credits.push(await adjust(posted, '0.03', 2));
    return { posted, credits };
  };

  // 19 % of 13.00, 12.97, 12.94 … 12.70: 2.47, 2.4643, 2.4586, 2.4529, 2.4472, 2.4415, 2.4358, 2.4301, 2.4244, 2.4187, 2.413.
  const SMALL = ['0.01', '0.00', '0.01', '0.00', '0.01', '0.00', '0.01', '0.01', '0.00', '0.01'];

  test('in small parts: each by what the tax on what is left falls by', async () => {
    const { posted, credits } = await inSmallParts();
    expect(await taxesOf(credits)).toEqual(SMALL);
    const rest = await adjust(posted, '12.70');
    expect(await totals(rest)).toMatchObject({ net: '12.70', tax: '2.41', gross: '15.11' });
  });

  test('a cancellation behind them takes back the rest of the tax', async () => {
    const { posted } = await inSmallParts();
    expect(await totals(await cancel(posted))).toMatchObject({ net: '12.70', tax: '2.41', gross: '15.11' });
  });

  test('what cancels one of them brings back what the tax on what is left rises by', async () => {
    const { posted, credits } = await inSmallParts();
    const again: PostedDocument[] = [];
    for (const credit of credits.slice(0, 9)) again.push(await cancel(credit));
    const rest = await adjust(posted, '12.97');
    expect(await taxesOf([...again, rest])).toEqual([...SMALL.slice(1).reverse(), '2.46']);
  });

  // With the tax in the prices: 13.00 ÷ 1.19 = 10.9244 → 10.92 and 2.08; 12.97 ÷ 1.19 = 10.8992 → 10.90 and 2.07; 12.94 ÷ 1.19 = 10.8740 → 10.87 and 2.07.
  test('where prices include the tax, net and tax are what each falls by', async () => {
    await open(catalogWith(PLAN.replace('currency: EUR', 'currency: EUR, prices: gross')));
    const { posted, credits } = await inSmallParts();
    const whole = await totals(posted);
    const all = [...credits, await adjust(posted, '12.70')];
    const sumOf = async (of: 'net' | 'tax' | 'gross') => {
      let cents = 0;
      for (const each of all) cents += Math.round(Number((await totals(each))[of]) * 100);
      return (cents / 100).toFixed(2);
    };
    expect([await sumOf('net'), await sumOf('tax'), await sumOf('gross')]).toEqual([whole.net, whole.tax, whole.gross]);
  });
});
