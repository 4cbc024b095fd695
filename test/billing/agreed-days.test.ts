import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { linesInTurn } from '#shared/billing/lines/owed-lines.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { catalogWith, type Turn, type Use } from '../rating/fleet.ts';
import { type Sim, settledBy } from './chain.ts';
import { fee as feeLine, line, recorded } from './lines.ts';

const SMS = '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }';
const fee = (price: string, more = '') =>
  `{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price}${more} }`;
const most = (maximum: string, more = '', id = 'most') => `{ id: ${id}, name: Most, maximum: ${maximum}${more} }`;
const least = (minimum: string, more = '', id = 'least') => `{ id: ${id}, name: Least, minimum: ${minimum}${more} }`;

interface Terms {
  /** Charges of plan "a" from 2020 on. */
  readonly charges: string;
  /** Commitments of its version from 2020, and of one from 16 March if there is one. */
  readonly plan?: string;
  readonly later?: string;
  /** Other charges of that version, and allowances of each of the two. */
  readonly laterCharges?: string;
  readonly allowances?: readonly [string, string];
  /** Commitments of the account. */
  readonly account?: string;
  /** What it ordered in March: lines of their own. */
  readonly orders?: readonly ChargeLine[];
  readonly posted?: readonly RecordedLine[];
}

const messages = (at: string, count: number): Use => ({ at: `${at}T12:00:00Z`, service: 'sms', count });
const on = (at: string, uses: readonly Use[] = [], ...more: Turn[]): Sim => ({
  id: '1',
  turns: [{ at, state: 'active', plan: 'a' }, ...more],
  uses,
});
const ALWAYS = on('2026-01-01');
/** An order of 310.00 in March. */
const ordered = (date: string) => {
  const arithmetic = {
    kind: 'adHoc',
    order: 'o',
    date,
    quantity: '1',
    price: '310',
    reference: '',
    exact: '310',
  } as const;
  return line('order o', '2026-03', '310.00', { plan: '', version: '', arithmetic });
};
/** Of a fee in advance that is not refunded: what was posted of a month on the terms of a version. */
const kept = (version: string, quantity: string, amount: string, month = '2026-03') => {
  const own = { plan: 'a', version, quantity, unit: 'subscription', unitPrice: '310', refund: 'none' } as const;
  const arithmetic = { ...feeLine('fee', month, amount, 'advance').arithmetic, daysInPeriod: 31 };
  const id = `|a|${version}|fee||0|${month}-01`;
  return recorded(line('fee', month, amount, { ...own, id, arithmetic } as Partial<ChargeLine>), 'r1');
};
const pool = (price: string, proration: string) =>
  `{ id: fleet, name: Fleet, kind: static, pool: fleet, size: 300 piece, price: ${price}, proration: ${proration}, covers: [sms] }`;
const USED = on('2026-01-01', [messages('2026-03-10', 10), messages('2026-03-20', 100)]);

function catalogOf({ charges, laterCharges = charges, allowances = ['', ''], plan = '', later, account = '' }: Terms) {
  const version = (from: string, its: string, charges: string, pool: string) =>
    `{ from: ${from}, charges: [${charges}], allowances: [${pool}], commitments: [${its}] }`;
  const versions = [
    version('2020-01-01', plan, charges, allowances[0]),
    ...(later === undefined ? [] : [version('2026-03-16', later, laterCharges, allowances[1])]),
  ];
  return catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }
agreements:
  - { account: p, currency: EUR, commitments: [${account}] }
`);
}

function owed(terms: Terms, sim: Sim, months: readonly string[]) {
  const { orders = [], posted = [] } = terms;
  const settled = settledBy({ catalog: catalogOf(terms), sims: [sim], months });
  return linesInTurn(
    settled.map((each) => ({ ...each, orders: each.its.period.from === '2026-03-01' ? orders : [] })),
    posted,
  );
}

/** All that is paid for March. */
function paid(terms: Terms, sim = ALWAYS): string {
  const lines = owed(terms, sim, ['2026-03']).filter(({ period }) => period.from >= '2026-03-01');
  return sum(lines.map((line) => amount(line.amount))).toFixed(2);
}

describe('a maximum caps what is for the days it holds on (pricing rules §6, decision 28): March', () => {
  test.each<[string, Terms, Sim, string]>([
    // 500 × 29/31 = 467.74 and 200 × 2/31 = 12.90.
    [
      'a fee of 500.00, and at most 200.00 from the 30th on',
      { charges: fee('500'), account: most('200, from: 2026-03-30') },
      ALWAYS,
      '480.64',
    ],
    // 200 × 15/31 = 96.77 and 500 × 16/31 = 258.06.
    [
      'at most 200.00 until the 16th',
      { charges: fee('500'), account: most('200, from: 2026-01-01, until: 2026-03-16') },
      ALWAYS,
      '354.83',
    ],
    // 500 × 9/31 = 145.16, 200 × 12/31 = 77.42, 500 × 10/31 = 161.29.
    [
      'from the 10th until the 22nd',
      { charges: fee('500'), account: most('200, from: 2026-03-10, until: 2026-03-22') },
      ALWAYS,
      '383.87',
    ],
    [
      'a fee that is not prorated is even over the month',
      { charges: fee('500', ', proration: none'), account: most('200, from: 2026-03-30') },
      ALWAYS,
      '480.64',
    ],
    [
      'and so is that of the most there are',
      { charges: fee('500', ', quantity: peak'), account: most('200, from: 2026-03-30') },
      ALWAYS,
      '480.64',
    ],
    [
      'whole, of who says so: all of the month counts',
      { charges: fee('500'), account: most('200, proration: none, from: 2026-03-30') },
      ALWAYS,
      '200.00',
    ],
    // 500 × 12/31 = 193.55, all of it from the 16th on: 200 × 16/31 = 103.23.
    [
      'of who is active from the 20th on, at most 200.00 from the 16th on',
      { charges: fee('500'), account: most('200, from: 2026-03-16') },
      on('2026-03-20'),
      '103.23',
    ],
    // 10 before, and of 100 no more than 31 × 16/31 = 16.
    [
      'messages by their instants: 10 before the 16th, 100 after, at most 31.00 from then on',
      { charges: SMS, account: most('31, from: 2026-03-16') },
      USED,
      '26.00',
    ],
    // 10 of 31 × 15/31 = 15, and 100.
    [
      'at most 31.00 until then',
      { charges: SMS, account: most('31, from: 2026-01-01, until: 2026-03-16') },
      USED,
      '110.00',
    ],
    [
      'of a plan, by its versions: one has a maximum of 31.00, the next none',
      { charges: SMS, plan: most('31'), later: '' },
      USED,
      '110.00',
    ],
    // 10, and of 100 no more than 31 × 16/31 = 16.
    ['one has none, the next 31.00', { charges: SMS, plan: '', later: most('31') }, USED, '26.00'],
    [
      'one has a minimum of it alone, the next 31.00',
      { charges: SMS, plan: most('31').replace('maximum', 'minimum'), later: most('31') },
      USED,
      '26.00',
    ],
    // 12.40 × 15/31 + 31 × 16/31 = 6 + 16.
    ['two one after the other are one', { charges: SMS, plan: most('12.40'), later: most('31') }, USED, '22.00'],
    // 365 × 31/365: 16.00 from the 16th on, of which 15.50 × 16/31 = 8.00 are paid.
    ...['', ', until: 2026-05-16'].map((until): [string, Terms, Sim, string] => [
      `a year paid in January, by its days: 23.00 of 31.00 in March${until}`,
      {
        charges: '{ kind: recurring, id: year, name: Year, months: 12, price: 365.00 }',
        account: most(`15.50, from: 2026-03-16${until}`),
      },
      ALWAYS,
      '-8.00',
    ]),
    // 310 × 15/31 = 150 of the version from 2020, 310 × 16/31 = 160 of the next: 31 × 16/31 = 16 of them.
    ...['true-up of a plan', 'of the account'].map((name, place): [string, Terms, Sim, string] => [
      `${name}: even over the days it is for, 150.00 and 160.00, which at most 31.00 from the 16th on takes to 16.00`,
      {
        charges: SMS,
        ...(place === 0 ? { plan: least('310') } : {}),
        account: [...(place === 0 ? [] : [least('310, from: 2026-01-01')]), most('31, from: 2026-03-16')].join(', '),
      },
      ALWAYS,
      '166.00',
    ]),
    [
      'true-up of the terms that have a minimum: 310 × 15/31 = 150.00 until the 16th, where 31.00 from then on takes nothing off',
      { charges: SMS, plan: least('310'), later: most('1000', '', 'least'), account: most('31, from: 2026-03-16') },
      ALWAYS,
      '150.00',
    ],
    // 31 × 16/31 = 16.
    [
      'an order of 310.00 on the 15th, before it',
      { charges: SMS, orders: [ordered('2026-03-15')], account: most('31, from: 2026-03-16') },
      ALWAYS,
      '310.00',
    ],
    [
      'and on the 16th',
      { charges: SMS, orders: [ordered('2026-03-16')], account: most('31, from: 2026-03-16') },
      ALWAYS,
      '16.00',
    ],
    // 310 × 15/31 and 31 × 16/31.
    [
      'a pool’s price of 310.00 that is whole is even over the month: 150.00, and 16.00 of 160.00',
      { charges: SMS, allowances: [pool('310', 'whole'), ''], account: most('31, from: 2026-03-16') },
      ALWAYS,
      '166.00',
    ],
    // 310 × 15/31, and of 155 × 16/31 = 80 no more than 16.
    [
      'one by its days is of those of each version: 150.00 of 310.00, and 16.00 of 80.00',
      {
        charges: SMS,
        allowances: [pool('310', 'day'), pool('155', 'day')],
        later: '',
        account: most('31, from: 2026-03-16'),
      },
      ALWAYS,
      '166.00',
    ],
    [
      'a fee that is not prorated, of the version from the 16th on: even over the days the plan has any',
      {
        charges: SMS,
        laterCharges: fee('310', ', proration: none'),
        later: '',
        account: most('31, from: 2026-03-16'),
      },
      ALWAYS,
      '166.00',
    ],
    // 160.00 of the version of an own price that was taken back, over 31 days: 12 of them are 61.94, of which 31 × 12/31 = 12.00 stay: 150.00 are owed, and 49.94 taken off (what is kept stands recorded).
    [
      'what is kept of a version that is there no more is even over the month',
      {
        charges: fee('310', ', refund: none').replace('arrears', 'advance'),
        posted: [kept('2020-01-01', '0.483871', '150.00'), kept('2026-03-16', '0.516129', '160.00')],
        account: most('31, from: 2026-03-20'),
      },
      on('2026-01-01', [], { at: '2026-03-16', state: 'terminated' }),
      '100.06',
    ],
    // 10 × 9 = 90 before the 10th; 10 × 12 = 120 from the 20th on, of which 62 × 12/31 = 24 stay; 100 and 24 from the 10th on, of which 31 × 22/31 = 22 stay.
    [
      'two that begin on other days, the later one listed first',
      {
        charges: fee('310'),
        account: `${most('62, from: 2026-03-20, covers: a', '', 'then')}, ${most('31, from: 2026-03-10')}`,
      },
      ALWAYS,
      '112.00',
    ],
    // 100 and 110, of which 31 × 21/31 = 21 stay, and 100 between them.
    [
      'one until the 11th and again from the 21st on',
      {
        charges: fee('310'),
        account: `${most('31, from: 2026-01-01, until: 2026-03-11')}, ${most('31, from: 2026-03-21', '', 'then')}`,
      },
      ALWAYS,
      '121.00',
    ],
    // 500 × 14/31 = 225.81 → 100 × 14/31 = 45.16; 274.19 → 200 × 17/31 = 109.68.
    ...['', ', proration: none'].map((more): [string, Terms, Sim, string] => [
      `two that cover other things each cap their own days of a fee${more}`,
      {
        charges: fee('500', more),
        account: `${most('100, from: 2026-01-01, until: 2026-03-15')}, ${most('200, from: 2026-03-15, covers: a', '', 'then')}`,
      },
      ALWAYS,
      '154.84',
    ]),
  ])('%s', (_, terms, sim, expected) => {
    expect(paid(terms, sim)).toBe(expected);
  });

  test('only a border within a period cuts what is billed: at another, and where a maximum goes on, a line stays one', () => {
    const versions = (account: string) =>
      owed({ charges: fee('500'), account }, ALWAYS, ['2026-03', '2026-04'])
        .filter(({ charge }) => charge === 'fee')
        .map(({ period, version, amount }) => `${period.from.slice(5)} ${version}: ${amount}`);
    const whole = ['03-01 2020-01-01: 500.00', '04-01 2020-01-01: 500.00'];
    expect(versions(most('200, from: 2026-03-01, until: 2026-04-01'))).toEqual(whole);
    expect(
      versions(`${most('100, from: 2026-01-01, until: 2026-03-15')}, ${most('200, from: 2026-03-15', '', 'then')}`),
    ).toEqual(whole);
    expect(versions(least('200, from: 2026-03-16'))).toEqual(whole);
    expect(versions(most('200, from: 2026-03-16'))).toEqual([
      '03-01 2020-01-01: 241.94',
      '03-01 2026-03-16: 258.06',
      '04-01 2026-03-16: 500.00',
    ]);
  });
});

describe('commitments of an account that follow one another are terms of one: what they come to adds up (decision 28)', () => {
  const first = (kind: typeof most, more = '') => kind(`100, from: 2026-01-01, until: 2026-03-15${more}`);
  const then = (kind: typeof most, more = '') => kind(`200, from: 2026-03-15${more}`, '', 'then');

  // 100 × 14/31 + 200 × 17/31 = 154.84.
  test.each<[string, string, string, string]>([
    ['a minimum, where next to nothing is owed', '10', `${first(least)}, ${then(least)}`, '154.84'],
    ['where more is than either comes to', '120', `${first(least)}, ${then(least)}`, '154.84'],
    ['where more is than both', '200', `${first(least)}, ${then(least)}`, '200.00'],
    ['however they are listed', '10', `${then(least)}, ${first(least)}`, '154.84'],
    ['a maximum', '500', `${first(most)}, ${then(most)}`, '154.84'],
    ['a maximum above it', '150', `${first(most)}, ${then(most)}`, '150.00'],
    // 100 × 9/31 + 200 × 12/31 = 106.45.
    [
      'with days between them',
      '10',
      `${least('100, from: 2026-01-01, until: 2026-03-10')}, ${least('200, from: 2026-03-20', '', 'then')}`,
      '106.45',
    ],
    ['whole, by the last', '10', `${first(least, ', proration: none')}, ${then(least, ', proration: none')}`, '200.00'],
    // 200 × 17/31 = 109.68, which counts what the first made up for.
    ['two at once stay two', '10', `${least('100, from: 2026-01-01')}, ${then(least)}`, '109.68'],
    // 45.16 for the first, whose 35.16 are of no plan, and 109.68 for the plan.
    ['and so do those that cover other things', '10', `${first(least)}, ${then(least, ', covers: a')}`, '144.84'],
  ])('%s', (_, price, account, expected) => {
    expect(paid({ charges: fee(price), account })).toBe(expected);
  });

  test('its line is that of the last', () => {
    const lines = owed({ charges: fee('10'), account: `${first(least)}, ${then(least)}` }, ALWAYS, [
      '2026-02',
      '2026-03',
    ]);
    expect(lines.filter(({ plan }) => plan === '').map(({ charge, amount }) => `${charge}: ${amount}`)).toEqual([
      'least: 90.00',
      'then: 144.84',
    ]);
    expect(lines.at(-1)?.arithmetic).toMatchObject({
      parts: [
        { amount: '100', days: 14 },
        { amount: '200', days: 17 },
      ],
      daysInPeriod: 31,
    });
  });

  // 310 × 15/31 = 150 and nothing × 16/31; 31 × 16/31 = 16 of the 16th on, to which 32.00 of 62.00 come.
  test('a minimum counts terms without one as nothing, a maximum is of the terms that have one', () => {
    const terms = { charges: fee('62'), plan: least('310'), later: most('31', '', 'least') };
    const limits = owed(terms, ALWAYS, ['2026-03']).flatMap(({ arithmetic, amount }) =>
      'limit' in arithmetic ? [{ amount, limit: arithmetic.limit, parts: arithmetic.parts }] : [],
    );
    const first = { amount: '310', days: 15 };
    expect(limits).toEqual([
      { amount: '88.00', limit: '150.00', parts: [first, { amount: '', days: 16 }] },
      { amount: '-16.00', limit: '16.00', parts: [{ amount: '31', days: 16 }] },
    ]);
  });

  // 31.00 of 310.00 in March, and of 28.00 in February nothing is too much; in January, before all that is measured, is nothing of theirs.
  test('what is kept counts in the period that has its first day', () => {
    const terms = {
      charges: fee('310', ', refund: none').replace('arrears', 'advance'),
      account: most('31, from: 2026-01-01'),
      posted: [kept('2020-01-01', '1', '28.00', '2026-02'), kept('2020-01-01', '1', '310.00')],
    };
    const gone = on('2026-01-01', [], { at: '2026-01-15', state: 'terminated' });
    const caps = owed(terms, gone, ['2026-02', '2026-03', '2026-04']).filter(({ charge }) => charge === 'most');
    expect(caps.map(({ period, amount }) => `${period.from} ${amount}`)).toEqual(['2026-03-01 -279.00']);
    const earlier = owed({ ...terms, posted: [kept('2020-01-01', '1', '310.00')] }, gone, ['2026-04', '2026-05']);
    expect(earlier.map(({ period, amount }) => `${period.from} ${amount}`)).toEqual(['2026-04-01 -279.00']);
  });

  // 365.00 were paid for the year: 74.00 on the version from 2020, and 291.00 on one from 16 March that is there no more, each even over 365 days.
  test('what is kept of a year counts by days also where its version is there no more: 31.00 in March', () => {
    const year = { from: '2026-01-01', until: '2027-01-01' };
    const of = (version: string, quantity: string, amount: string) => {
      const id = `|a|${version}|fee||0|2026-01-01..2027-01-01`;
      return { ...kept(version, quantity, amount), id, period: year };
    };
    const terms = {
      charges: fee('365', ', months: 12, startsOn: anniversary, refund: none').replace('arrears', 'advance'),
      account: most('15.50, from: 2026-01-01'),
      posted: [of('2020-01-01', '0.20274', '74.00'), of('2026-03-16', '0.79726', '291.00')],
    };
    expect(owed(terms, on('2030-01-01'), ['2026-03']).map(({ charge, amount }) => `${charge} ${amount}`)).toEqual([
      'most -15.50',
    ]);
  });
});
