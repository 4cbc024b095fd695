import { describe, expect, test } from 'vitest';
import type { Cancellation } from '#shared/billing/cancellation.ts';
import { type DocumentLine, type RecordedLine, referenceOf } from '#shared/billing/draft.ts';
import type { MovedLine } from '#shared/billing/lines/moved-documents.ts';
import { behind, takenBack } from '#shared/billing/taken-back.ts';
import { fee, recorded, STANDARD, standardTax } from './lines.ts';

/** A fee of March as it is recorded: its amount and, where it says so, another quantity. */
const standing = (charge: string, amount: string, quantity = amount, tax = STANDARD): RecordedLine =>
  recorded(fee(charge, '2026-03', amount, 'arrears', { quantity }), 'r1', tax);
/** What a document billed of a line that was owed with `of` then. */
const billed = (charge: string, of: string, amount: string, quantity = amount, part = 0): DocumentLine => ({
  ...{ line: standing(charge, of, of === '0.00' ? '3' : of), part, quantity, amount, net: amount, reason: '' },
});
const halves = { ...standardTax('19'), parts: [16, 15].map((days) => ({ ...STANDARD.parts[0]!, days })) };
const told = (moved: readonly MovedLine[]) =>
  moved.map(({ line, part, quantity, amount }) => `${line.charge}#${part} ${quantity} × ${amount}`);

describe('cancelling a document takes back of a line', () => {
  test.each<[string, DocumentLine, RecordedLine[], string[]]>([
    ['all it billed', billed('fee', '10.00', '10.00'), [standing('fee', '10.00')], ['fee#0 -10.00 × -10.00']],
    ['no more than is left', billed('fee', '10.00', '10.00'), [standing('fee', '4.00')], ['fee#0 -4 × -4.00']],
    [
      'a quantity without an amount',
      billed('fee', '0.00', '0.00', '3'),
      [standing('fee', '0.00', '3')],
      ['fee#0 -3 × 0.00'],
    ],
    [
      'of a quantity without an amount no more than is left',
      billed('fee', '0.00', '0.00', '3'),
      [standing('fee', '0.00', '2')],
      ['fee#0 -2 × 0.00'],
    ],
    ['nothing where nothing is left', billed('fee', '10.00', '10.00'), [standing('fee', '0.00', '0')], []],
    [
      'a quantity where no amount is left',
      billed('fee', '10.00', '10.00'),
      [standing('fee', '0.00', '2')],
      ['fee#0 -2 × 0.00'],
    ],
    ['nothing where nobody owes it', billed('fee', '10.00', '10.00'), [standing('other', '10.00')], []],
    ['nothing where it is below zero by now', billed('fee', '10.00', '10.00'), [standing('fee', '-4.00')], []],
    ['all it took back itself, whatever is owed', billed('fee', '10.00', '-4.00'), [], ['fee#0 4.00 × 4.00']],
    ['all it took back in quantity', billed('fee', '0.00', '0.00', '-3'), [], ['fee#0 3 × 0.00']],
    ['a reduction', billed('off', '-2.00', '-2.00', '-1'), [standing('off', '-2.00', '-1')], ['off#0 1 × 2.00']],
    [
      'one part of two',
      billed('fee', '6.20', '3.20', '3.20'),
      [standing('fee', '6.20', '6.20', halves)],
      ['fee#0 -3.20 × -3.20'],
    ],
    [
      'the other',
      billed('fee', '6.20', '3.00', '3.00', 1),
      [standing('fee', '6.20', '6.20', halves)],
      ['fee#1 -3.00 × -3.00'],
    ],
    ['no part that there is no more', billed('fee', '6.20', '3.00', '3.00', 1), [standing('fee', '6.20')], []],
  ])('%s', (_, line, posted, expected) => {
    expect(told(takenBack([line], posted, 'EUR'))).toEqual(expected);
  });
});

describe('behind what was taken back', () => {
  const back = (charge: string, amount: string, quantity = amount): MovedLine => ({
    ...{ line: standing(charge, '10.00'), part: 0, quantity, amount, reason: 'cancelled invoice' },
  });
  const cancelled = (run: string, ...charges: string[]): Cancellation => {
    const lines = charges.map((charge) => standing(charge, '1.00').id);
    return { run, number: 'INV-1', businessUnit: '', from: '2026-03-01', lines, billedAgain: '' };
  };
  const left = (
    posted: readonly RecordedLine[],
    moved: readonly MovedLine[],
    cancellations: readonly Cancellation[] = [],
  ) =>
    behind(posted, moved, { cancellations, currency: 'EUR' }).map(
      ({ charge, quantity, amount, billedBy, kept }) =>
        `${charge} ${quantity} × ${amount} by ${billedBy}${kept ? ' kept' : ''}`,
    );

  test('a line that is nothing is listed no more, others are as they were', () => {
    expect(left([standing('fee', '10.00'), standing('sms', '5.00')], [back('fee', '-10.00')])).toEqual([
      'sms 5.00 × 5.00 by r1',
    ]);
  });

  test('a line of which something is left stays, also if that is a quantity alone', () => {
    const posted = [standing('fee', '10.00'), standing('sms', '5.00', '7')];
    expect(left(posted, [back('fee', '-4.00'), back('sms', '-5.00')])).toEqual([
      'fee 6 × 6.00 by r1',
      'sms 2 × 0.00 by r1',
    ]);
  });

  test('a line that was listed no more is listed with what others billed of it', () => {
    expect(left([], [back('fee', '4.00'), back('fee', '-1.00')])).toEqual(['fee 3 × 3.00 by r1']);
  });

  test('what the cancelled document billed first refers to none, what was kept of it is found anew', () => {
    const kept = { quantity: '1', amount: '1.00' };
    const posted = [
      { ...standing('fee', '10.00'), kept },
      { ...standing('sms', '5.00'), kept },
      standing('mms', '5.00'),
    ];
    const both = [cancelled('r0', 'fee'), cancelled('r1', 'fee')];
    expect(left(posted, [back('fee', '-4.00'), back('mms', '-4.00')], both)).toEqual([
      'fee 6 × 6.00 by ',
      'sms 5.00 × 5.00 by r1 kept',
      'mms 1 × 1.00 by r1',
    ]);
    expect(left([standing('fee', '10.00')], [back('fee', '-4.00')], [cancelled('r0', 'fee')])).toEqual([
      'fee 6 × 6.00 by r1',
    ]);
  });

  const OUTSIDE = { ...STANDARD, category: 'O' } as const;
  test.each<[string, Partial<RecordedLine>, Partial<Cancellation>, string]>([
    ['refers to none any more', {}, {}, ''],
    ['that amends another document still does', { amends: 'r2' }, {}, 'r2'],
    ['of another unit still does', { businessUnit: 'north' }, {}, 'r1'],
    ['still does where only a correction that the run made beside is cancelled', {}, { corrects: 'r0' }, 'r1'],
    ['still does where only what is outside the scope is cancelled', {}, { apart: 'outside scope' }, 'r1'],
    ['outside the scope does not then', { tax: OUTSIDE }, { apart: 'outside scope' }, ''],
    ['outside the scope does not where all that was billed was that', { tax: OUTSIDE }, {}, ''],
  ])('what came with a correction of the cancelled document %s', (_, of, more, expected) => {
    const line = { ...standing('new', '2.00'), amends: 'r1', ...of };
    const cancellations = [{ ...cancelled('r1', 'fee'), ...more }];
    expect(behind([line], [], { cancellations, currency: 'EUR' }).map(referenceOf)).toEqual([expected]);
  });
});
