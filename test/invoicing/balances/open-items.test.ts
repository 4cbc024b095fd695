import { describe, expect, test } from 'vitest';
import type { Payment } from '#shared/commit-log/payment.ts';
import { balanceOf } from '#shared/invoicing/balances/open-items.ts';
import { document, payment, writeOff } from './ledger.ts';

const of = (documents: ReturnType<typeof document>[], payments: Payment[] = [], written: string[][] = []) =>
  balanceOf({
    currency: 'EUR',
    documents,
    payments,
    writeOffs: written.map(([number = '', amount = '']) => writeOff(number, amount)),
  });
/** "I1 100.00: 0.00 credited, 0.00 paid, 0.00 settled, 0.00 written off, 100.00 open" */
const shown = (balance: ReturnType<typeof of>) => [
  ...balance.items.map(({ document: { number }, gross, credited, paid, settled, writtenOff, open }) => {
    return `${number} ${gross}: ${credited} ${paid} ${settled} ${writtenOff} ${open}`;
  }),
  `${balance.credit} ${balance.balance}`,
];

test.each([
  ['the due date decides, not the number', { I1: '2026-02-20', I2: '2026-02-10' }, 'I2'],
  ['of two due together the smaller number is first', { I1: '2026-02-10', I2: '2026-02-10' }, 'I1'],
  ['without a due date it is due when it was issued, in January', { I1: '2026-01-30', I2: undefined }, 'I1'],
  ['and before what is due later', { I1: '2026-02-01', I2: undefined }, 'I2'],
])('what is settled first: %s', (_, due, first) => {
  const invoices = (['I2', 'I1'] as const).map((number) => {
    const { dueDate: __, ...issued } = document(number, '380', '50.00', []);
    const dueDate = due[number];
    return dueDate === undefined ? issued : { ...issued, dueDate };
  });
  const { items } = of(invoices, [payment('a', '', '20.00')]);
  expect(items.filter(({ settled }) => settled === '20.00').map((item) => item.document.number)).toEqual([first]);
  expect(items[0]?.document.number).toBe(first);
});

describe('what is open (credited, paid, settled, written off, open)', () => {
  test.each([
    [
      'nothing happened',
      [],
      [],
      [],
      ['I1 100.00: 0.00 0.00 0.00 0.00 100.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 150.00'],
    ],
    [
      'a payment of a document',
      [],
      [payment('a', 'I2', '20.00')],
      [],
      ['I1 100.00: 0.00 0.00 0.00 0.00 100.00', 'I2 50.00: 0.00 20.00 0.00 0.00 30.00', '0.00 130.00'],
    ],
    [
      'a payment of none settles what is due first',
      [],
      [payment('a', '', '120.00')],
      [],
      ['I1 100.00: 0.00 0.00 100.00 0.00 0.00', 'I2 50.00: 0.00 0.00 20.00 0.00 30.00', '0.00 30.00'],
    ],
    [
      'too much for one goes to the other, and what is over is credit',
      [],
      [payment('a', 'I2', '170.00')],
      [],
      ['I1 100.00: 0.00 0.00 100.00 0.00 0.00', 'I2 50.00: 0.00 50.00 0.00 0.00 0.00', '20.00 -20.00'],
    ],
    [
      'a returned debit opens it again',
      [],
      [payment('a', 'I1', '100.00'), payment('b', 'I1', '-100.00')],
      [],
      ['I1 100.00: 0.00 0.00 0.00 0.00 100.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 150.00'],
    ],
    [
      'what was paid too much is paid back',
      [],
      [payment('a', '', '160.00'), payment('b', '', '-10.00')],
      [],
      ['I1 100.00: 0.00 0.00 100.00 0.00 0.00', 'I2 50.00: 0.00 0.00 50.00 0.00 0.00', '0.00 0.00'],
    ],
    [
      'a credit note of what is open',
      [document('C1', '381', '30.00', ['I1'])],
      [],
      [],
      ['I1 100.00: 30.00 0.00 0.00 0.00 70.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 120.00'],
    ],
    [
      'a credit note of what is paid settles the next',
      [document('C1', '381', '30.00', ['I1'])],
      [payment('a', 'I1', '100.00')],
      [],
      ['I1 100.00: 30.00 70.00 0.00 0.00 0.00', 'I2 50.00: 0.00 0.00 30.00 0.00 20.00', '0.00 20.00'],
    ],
    [
      'a credit note beyond what it names',
      [document('C1', '381', '130.00', ['I1'])],
      [],
      [],
      ['I1 100.00: 100.00 0.00 0.00 0.00 0.00', 'I2 50.00: 0.00 0.00 30.00 0.00 20.00', '0.00 20.00'],
    ],
    [
      'a credit note of nothing by name',
      [document('C1', '381', '30.00', [])],
      [],
      [],
      ['I1 100.00: 0.00 0.00 30.00 0.00 70.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 120.00'],
    ],
    [
      'credit notes in the order of their numbers, the second of what the first has left of both it names',
      [document('C2', '381', '60.00', ['I1', 'I2']), document('C1', '381', '60.00', ['I1'])],
      [],
      [],
      ['I1 100.00: 100.00 0.00 0.00 0.00 0.00', 'I2 50.00: 20.00 0.00 0.00 0.00 30.00', '0.00 30.00'],
    ],
    [
      'a credit note of two by what it takes back of each',
      [document('C1', '381', '60.00', ['I1', 'I2'], { I1: '20.00', I2: '40.00' })],
      [],
      [],
      ['I1 100.00: 20.00 0.00 0.00 0.00 80.00', 'I2 50.00: 40.00 0.00 0.00 0.00 10.00', '0.00 90.00'],
    ],
    [
      'what it takes back beyond a document is credit, which settles what is due first',
      [document('C1', '381', '80.00', ['I1', 'I2'], { I1: '20.00', I2: '60.00' })],
      [],
      [],
      ['I1 100.00: 20.00 0.00 10.00 0.00 70.00', 'I2 50.00: 50.00 0.00 0.00 0.00 0.00', '0.00 70.00'],
    ],
    [
      'what it takes back of no document is credit',
      [document('C1', '381', '60.00', ['I2'], { I2: '40.00' })],
      [],
      [],
      ['I1 100.00: 0.00 0.00 20.00 0.00 80.00', 'I2 50.00: 40.00 0.00 0.00 0.00 10.00', '0.00 90.00'],
    ],
    [
      'one from before that was noted credits what others leave',
      [document('C1', '381', '60.00', ['I1', 'I2']), document('C2', '381', '90.00', ['I1'], { I1: '90.00' })],
      [],
      [],
      ['I1 100.00: 100.00 0.00 0.00 0.00 0.00', 'I2 50.00: 50.00 0.00 0.00 0.00 0.00', '0.00 0.00'],
    ],
    [
      'a credit note of a document that is not there',
      [document('C1', '381', '30.00', ['I9', 'I2'])],
      [],
      [],
      ['I1 100.00: 0.00 0.00 0.00 0.00 100.00', 'I2 50.00: 30.00 0.00 0.00 0.00 20.00', '0.00 120.00'],
    ],
    [
      'a write-off',
      [],
      [payment('a', 'I1', '60.00')],
      [['I1', '40.00']],
      ['I1 100.00: 0.00 60.00 0.00 40.00 0.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 50.00'],
    ],
    [
      'what is paid in spite of a write-off takes it back',
      [],
      [payment('a', 'I1', '75.00')],
      [['I1', '40.00']],
      ['I1 100.00: 0.00 75.00 0.00 25.00 0.00', 'I2 50.00: 0.00 0.00 0.00 0.00 50.00', '0.00 50.00'],
    ],
    [
      'a payment of none leaves a write-off alone',
      [],
      [payment('a', '', '60.00')],
      [['I1', '100.00']],
      ['I1 100.00: 0.00 0.00 0.00 100.00 0.00', 'I2 50.00: 0.00 0.00 50.00 0.00 0.00', '10.00 -10.00'],
    ],
  ] as const)('%s', (_, notes, payments, written, expected) => {
    const documents = [document('I2', '380', '50.00', []), document('I1', '380', '100.00', []), ...notes];
    expect(
      shown(
        of(
          documents,
          [...payments],
          written.map((each) => [...each]),
        ),
      ),
    ).toEqual(expected);
  });

  test('an invoice that takes back of another is owed as it is written, and the other says so, also when it is cancelled', () => {
    const [january, february] = [
      document('I1', '380', '119.00', []),
      document('I2', '380', '57.58', ['I1'], { I1: '61.42' }),
    ];
    const credit = document('C1', '381', '57.58', ['I1'], { I1: '57.58' });
    const cancelled = of([january, february, credit]);
    expect(cancelled.items.map(({ netted }) => netted)).toEqual(['61.42', undefined]);
    expect(shown(cancelled)).toEqual([
      'I1 119.00: 57.58 0.00 0.00 0.00 61.42',
      'I2 57.58: 0.00 0.00 0.00 0.00 57.58',
      '0.00 119.00',
    ]);
    const paid = of([january, february, credit], [payment('a', 'I1', '119.00')]);
    expect(shown(paid)).toEqual([
      'I1 119.00: 57.58 61.42 0.00 0.00 0.00',
      'I2 57.58: 0.00 0.00 57.58 0.00 0.00',
      '0.00 0.00',
    ]);
  });

  test('a debit note is owed as an invoice is', () => {
    expect(shown(of([document('D1', '383', '5.00', ['I1'])]))).toEqual([
      'D1 5.00: 0.00 0.00 0.00 0.00 5.00',
      '0.00 5.00',
    ]);
  });
});
