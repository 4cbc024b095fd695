import { describe, expect, test } from 'vitest';
import { intervalCharges } from '#shared/rating/recurring/intervals.ts';
import { segmentsOf } from '#shared/rating/segments.ts';
import { BERLIN, catalogWith, factsOf, historyOf, monthsOf, planOf, scopeOf, type Turn } from './fleet.ts';

const fee = (rest: string, id = 'fee') => `{ kind: recurring, id: ${id}, name: ${id}, price: 1.00, ${rest} }`;
const OWN_MONTH = 'startsOn: anniversary';
const COMMITTED = planOf('b', '[CHARGES]').replace(
  'versions: [{',
  'versions: [{ commitments: [{ id: least, name: Least, minimum: 30.00 }],',
);
const on = (at: string, more: Partial<Turn> = {}): Turn => ({ at, state: 'active', plan: 'a', ...more });

/** "month charge[@unit] from..until: days, first..last of those it keeps" of what is charged in February to April 2026. */
function charged(
  charges: string,
  turns: readonly Turn[],
  more: { billedFrom?: string; isCommitted?: boolean } = {},
  plans = '',
) {
  const catalog = catalogWith(planOf('a', `[${charges}]`) + COMMITTED.replace('CHARGES', charges) + plans);
  const periods = monthsOf('2026-02', '2026-03', '2026-04');
  const scope = { ...scopeOf(catalog, periods), isCommitted: false, ...more };
  const segments = segmentsOf(historyOf('s', factsOf('s', turns, BERLIN)), scope.plans);
  return [...intervalCharges(scope)(segments)].flatMap(([place, of]) =>
    of.map(({ charge, businessUnit, interval, days, dates }) => {
      const kept = dates.length === 0 ? '' : `, ${dates[0]}..${dates.at(-1)}`;
      const unit = businessUnit && `@${businessUnit}`;
      return `${periods[place]?.from.slice(0, 7)} ${charge.id}${unit} ${interval}: ${days}${kept}`;
    }),
  );
}

describe('charges for intervals of their own (pricing rules §2)', () => {
  test.each<[string, string, Turn[], string[]]>([
    [
      'each under the first period it has part in',
      fee(`months: 2, ${OWN_MONTH}`),
      [on('2026-01-15')],
      ['2026-02 fee 2026-01-15..2026-03-15: 59', '2026-03 fee 2026-03-15..2026-05-15: 61'],
    ],
    [
      'one that begins with a period, under that; none that ended with the one before',
      fee(OWN_MONTH),
      [on('2026-01-01')],
      [
        '2026-02 fee 2026-02-01..2026-03-01: 28',
        '2026-03 fee 2026-03-01..2026-04-01: 31',
        '2026-04 fee 2026-04-01..2026-05-01: 30',
      ],
    ],
    [
      'several charges each by its own months, beside what is charged by the period, or for usage',
      `${fee('due: arrears', 'month')}, { kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 1 }, ${fee('months: 3', 'quarter')}, ${fee('months: 12', 'year')}`,
      [on('2026-04-01')],
      ['2026-04 quarter 2026-04-01..2026-07-01: 91', '2026-04 year 2026-04-01..2027-04-01: 365'],
    ],
    [
      'from where its payer pays',
      fee(`months: 12, ${OWN_MONTH}`),
      [on('2026-01-10', { payer: 'q' }), { at: '2026-03-05', plan: 'a' }],
      ['2026-03 fee 2026-03-05..2027-03-05: 365'],
    ],
    [
      'from where it is active, and on from there, whatever it is in between',
      fee(`months: 12, ${OWN_MONTH}`),
      [
        on('2026-01-10', { state: 'test' }),
        on('2026-03-05'),
        on('2026-03-10', { state: 'suspended' }),
        on('2026-04-04'),
      ],
      ['2026-03 fee 2026-03-05..2027-03-05: 340'],
    ],
    [
      'from where it has the property',
      fee(`months: 12, ${OWN_MONTH}, properties: { kit: yes }`),
      [on('2026-01-10'), { at: '2026-03-05', property: ['kit', 'yes'] }],
      ['2026-03 fee 2026-03-05..2027-03-05: 365'],
    ],
    [
      'by the billing day, from the one before',
      fee('months: 12'),
      [on('2026-03-05')],
      ['2026-03 fee 2026-03-01..2027-03-01: 361'],
    ],
  ])('%s', (_, charges, turns, expected) => {
    expect(charged(charges, turns)).toEqual(expected);
  });

  test('what fell due in advance before the account was billed is not owed; what is due at its end is', () => {
    const more = { billedFrom: '2026-02-01' };
    const next = ['2026-04 fee 2026-04-01..2026-07-01: 91'];
    expect(charged(fee('months: 3'), [on('2026-01-01')], more)).toEqual(next);
    expect(charged(fee('months: 3'), [on('2026-01-01')], { billedFrom: '2026-04-01' })).toEqual(next);
    expect(charged(fee('months: 3, due: arrears'), [on('2026-01-01')], more)).toEqual([
      '2026-02 fee 2026-01-01..2026-04-01: 90',
      '2026-04 fee 2026-04-01..2026-07-01: 91',
    ]);
  });

  test('where their plan has a commitment, they keep their days; not where another has', () => {
    const fees = fee(`months: 2, ${OWN_MONTH}`);
    expect(charged(fees, [on('2026-03-05', { plan: 'b' })])).toEqual([
      '2026-03 fee 2026-03-05..2026-05-05: 61, 2026-03-05..2026-05-04',
    ]);
    expect(charged(fees, [on('2026-03-05')])).toEqual(['2026-03 fee 2026-03-05..2026-05-05: 61']);
  });

  test('also where only its next version has one', () => {
    const fees = fee(`months: 2, ${OWN_MONTH}`);
    const least = 'commitments: [{ id: least, name: Least, minimum: 30.00 }]';
    const versions = [`{ from: 2020-01-01, charges: [${fees}] }`, `{ from: 2026-06-01, charges: [${fees}], ${least} }`];
    const plans = `  - { id: c, name: c, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;
    expect(charged(fees, [on('2026-03-05', { plan: 'c' })], {}, plans)).toEqual([
      '2026-03 fee 2026-03-05..2026-05-05: 61, 2026-03-05..2026-05-04',
    ]);
  });

  test('by the version of its days', () => {
    const fees = fee(`months: 2, ${OWN_MONTH}`);
    const turns = [on('2026-03-05', { plan: 'c' })];
    const versions = ['2020-01-01', '2026-03-20'].map((from) => `{ from: ${from}, charges: [${fees}] }`).join(', ');
    const later = `  - { id: c, name: c, currency: EUR, zoneModel: zones, versions: [${versions}] }\n`;
    expect(charged(fees, turns, { isCommitted: true }, later)).toEqual([
      '2026-03 fee 2026-03-05..2026-05-05: 15, 2026-03-05..2026-03-19',
      '2026-03 fee 2026-03-05..2026-05-05: 46, 2026-03-20..2026-05-04',
    ]);
  });

  test('where commitments count them, those in advance by the day keep their days, by unit', () => {
    const more = { isCommitted: true };
    const turns = [on('2026-03-05', { unit: 'x' }), { at: '2026-03-20', plan: 'a', unit: 'y' }];
    expect(charged(fee(`months: 2, ${OWN_MONTH}`), turns, more)).toEqual([
      '2026-03 fee@x 2026-03-05..2026-05-05: 15, 2026-03-05..2026-03-19',
      '2026-03 fee@y 2026-03-05..2026-05-05: 46, 2026-03-20..2026-05-04',
    ]);
    const suspended = [on('2026-03-05'), { at: '2026-03-10', state: 'suspended' } as const];
    expect(charged(fee(`months: 2, ${OWN_MONTH}`), suspended, more)).toEqual([
      '2026-03 fee 2026-03-05..2026-05-05: 5, 2026-03-05..2026-03-09',
    ]);
    expect(charged(fee(`months: 2, ${OWN_MONTH}, proration: none`), suspended, more)).toEqual([
      '2026-03 fee 2026-03-05..2026-05-05: 61',
    ]);
  });
});
