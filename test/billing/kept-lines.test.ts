import { expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { notRefunded } from '#shared/billing/lines/not-refunded.ts';
import type { Period } from '#shared/time/period.ts';
import { line, fee as plainFee, recorded } from './lines.ts';

const days = (from: string, until: string): Period => ({ from: `2026-${from}`, until: `2026-${until}` });
const [FEBRUARY, MARCH, YEAR] = [
  days('02-01', '03-01'),
  days('03-01', '04-01'),
  { from: '2026-03-10', until: '2027-03-10' },
];

/** Of a fee at 1.00 a day, so many of the days of a period. */
function fee(counted: number, of: number, period = MARCH, more: Partial<ChargeLine> = {}): ChargeLine {
  const quantity = String(Math.round((counted / of) * 1_000_000) / 1_000_000);
  const [head] = [plainFee('fee', '2026-03', `${counted}.00`, 'advance')];
  const arithmetic = { ...head.arithmetic, daysInPeriod: of } as ChargeLine['arithmetic'];
  const its = { quantity, unit: 'subscription', unitPrice: `${of}`, refund: 'none', arithmetic, period } as const;
  return { ...head, ...its, id: `fee ${period.from}`, ...more };
}
const whole = (period: Period, of: number, more: Partial<ChargeLine> = {}) => recorded(fee(of, of, period, more), 'r');
const other = { plan: 'b', id: 'b' };
/** A part of a short period of the payer's: so many days of a whole one. */
const short = (counted: number, part: number, of: number, period: Period) => {
  const its = fee(counted, of, period);
  return {
    ...its,
    arithmetic: { ...its.arithmetic, daysInPeriod: part, part: { days: part, of } } as ChargeLine['arithmetic'],
  };
};
const year = (counted: number, from = YEAR.from) =>
  fee(counted, 365, { from, until: from.replace('2026', '2027') }, { id: `fee ${from}..2027` });
const cap = line('fee', '2026-03', '-1.00', {
  quantity: '-1',
  arithmetic: { kind: 'cap' } as ChargeLine['arithmetic'],
  refund: 'day',
});
const rate = (times: string) => ({ from: 'USD', to: 'EUR', times, dividedBy: '1', date: '2026-03-01', source: 'ECB' });

test.each<[string, ChargeLine[], RecordedLine[], string[]]>([
  ['nothing, where all is owed', [fee(31, 31)], [whole(MARCH, 31)], []],
  ['what fell away of it', [fee(15, 31)], [whole(MARCH, 31)], ['fee 2026-03-01: 0.516129 = 16.00']],
  [
    'of its charge, whatever another plan’s came to',
    [fee(15, 31), fee(47, 31, MARCH, other)],
    [whole(MARCH, 31), whole(MARCH, 31, other)],
    ['fee 2026-03-01: 0.516129 = 16.00'],
  ],
  [
    'whatever a commitment by its name came to',
    [fee(15, 31)],
    [whole(MARCH, 31), recorded(cap, 'r')],
    ['fee 2026-03-01: 0.516129 = 16.00'],
  ],
  [
    'of its period, whatever the one before came to',
    [fee(28, 28, FEBRUARY), fee(15, 31)],
    [recorded(fee(13, 28, FEBRUARY), 'r'), whole(MARCH, 31)],
    ['fee 2026-03-01: 0.516129 = 16.00'],
  ],
  [
    'of an interval of its own, whatever another came to that overlaps it',
    [year(200), year(165, '2026-04-10')],
    [recorded(year(365), 'r')],
    ['fee 2026-03-10..2027: 0.452055 = 165.00'],
  ],
  // 28 days were paid from 16 February on; 13 and 10 are owed.
  [
    'by days, where the payer’s periods end on others now',
    [short(13, 13, 28, days('02-16', '03-01')), fee(10, 31)],
    [whole(days('02-16', '03-16'), 28)],
    ['fee 2026-02-16: 0.178571 = 5.00'],
  ],
  [
    'nothing, where as many are owed in two of them',
    [short(15, 15, 31, days('03-01', '03-16')), fee(16, 31, days('03-16', '04-16'))],
    [whole(MARCH, 31)],
    [],
  ],
  // 15 and 31 days were paid, 31 and 30 are owed.
  [
    'and the other way round',
    [fee(31, 31), fee(30, 30, days('04-01', '05-01'))],
    [recorded(short(15, 15, 31, days('03-01', '03-16')), 'r'), whole(days('03-16', '04-16'), 31)],
    [],
  ],
  ['nothing, where it is counted in another unit', [fee(15, 31)], [whole(MARCH, 31, { unit: 'package' })], []],
  [
    'all of either unit, where nothing is left',
    [],
    [whole(MARCH, 31, { unit: 'package' }), whole(MARCH, 31, { id: 'more' })],
    ['fee 2026-03-01: 1 = 31.00', 'more: 1 = 31.00'],
  ],
  [
    'nothing of a version that is refunded',
    [],
    [whole(MARCH, 31), whole(MARCH, 31, { id: 'more', refund: 'day' })],
    ['fee 2026-03-01: 1 = 31.00'],
  ],
  // 15 of 31 days are owed at another rate, 12.00: 16 were paid at the old one.
  [
    'at the rate it was billed at',
    [fee(15, 31, MARCH, { amount: '12.00', exchange: rate('0.8') })],
    [whole(MARCH, 31, { exchange: rate('1') })],
    ['fee 2026-03-01: 0.516129 = 16.00'],
  ],
])(
  'of what was charged in advance and is not refunded is kept (pricing rules §2, decision 62): %s',
  (_, owed, posted, expected) => {
    const told = notRefunded(owed, posted, 'EUR').map((each) => {
      const { quantity = '', amount = '' } = 'kept' in each ? (each.kept ?? {}) : {};
      return `${each.id}: ${quantity} = ${amount}`;
    });
    expect(told).toEqual(expected);
  },
);

test('of what is owed no more nothing is counted', () => {
  const shares = [{ businessUnit: '', days: 31, amount: '31.00' }];
  const of = whole(MARCH, 31);
  const posted = {
    ...of,
    arithmetic: { ...of.arithmetic, entered: 1, rounded: '31.00', exact: '31', shares },
  } as RecordedLine;
  const nothing = { days: 0, entered: 0, subscriptions: 0, exact: '0', rounded: '', shares: [] };
  expect(notRefunded([], [posted], 'EUR')).toMatchObject([{ quantity: '1', amount: '31.00', arithmetic: nothing }]);
});
