import { describe, expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { catalogWith, type Use } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

/** Plan "a": a fee of 30.00 in arrears, 10.00 in advance, and messages at 1.00. */
const CHARGES = `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 30.00 },
  { kind: recurring, id: rent, name: Rent, price: 10.00, taxCategory: goods },
  { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }]`.replaceAll(
  '\n',
  ' ',
);

interface Terms {
  /** Commitments of plan "a" from 2020, and of its version from 16 April, if there is one. */
  readonly plan?: string;
  readonly later?: string;
  readonly commitments?: string;
  readonly discounts?: string;
}

function catalogOf({ plan = '', later, commitments = '', discounts = '' }: Terms) {
  const version = (from: string, its: string) => `{ from: ${from}, charges: ${CHARGES}, commitments: [${its}] }`;
  const versions = [version('2020-01-01', plan), ...(later === undefined ? [] : [version('2026-04-16', later)])];
  return catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }
agreements:
  - { account: p, currency: EUR, commitments: [${commitments}], discounts: [${discounts}] }
`);
}

const messages = (count: number): Use => ({ at: '2026-04-20T12:00:00Z', service: 'sms', count });
function sim(id: string, count: number, unit = '', at = '2026-04-01'): Sim {
  return { id, turns: [{ at, state: 'active', plan: 'a', unit }], uses: count === 0 ? [] : [messages(count)] };
}

/** "unit/charge: amount" of what was agreed. */
const agreed = (lines: readonly ChargeLine[]) =>
  lines
    .filter(({ arithmetic }) => ['trueUp', 'cap', 'discount'].includes(arithmetic.kind))
    .map(({ businessUnit, charge, amount }) => `${businessUnit}${businessUnit && '/'}${charge}: ${amount}`)
    .sort();
const owed = (terms: Terms, sims: readonly Sim[], months = ['2026-04']) =>
  owedBy({ catalog: catalogOf(terms), sims, months });

const least = (minimum: string, more = '') => `{ id: least, name: At least, minimum: ${minimum}${more} }`;
const most = (maximum: string, more = '') => `{ id: most, name: At most, maximum: ${maximum}${more} }`;
const since = (text: string, from = '2026-01-01') => text.replace(' }', `, from: ${from} }`);
const off = (id: string, what: string, from = '2026-01-01') => `{ id: ${id}, name: Off, from: ${from}, ${what} }`;

describe('commitments (pricing rules §6): one subscription, 30.00 + 10.00 and messages', () => {
  test.each<[string, Terms, Sim[], string[]]>([
    ['what falls short of a minimum is made up for', { plan: least('100') }, [sim('1', 5)], ['least: 55.00']],
    ['what reaches it is not', { plan: least('45') }, [sim('1', 5)], []],
    ['what exceeds a maximum is taken off', { plan: most('42.50') }, [sim('1', 5)], ['most: -0.55', 'most: -1.95']],
    ['what does not is not', { plan: most('45') }, [sim('1', 5)], []],
    ['one charge alone', { plan: least('20', ', covers: sms') }, [sim('1', 5)], ['least: 15.00']],
    [
      'first a charge, then the plan, which counts what was made up for, then the account',
      {
        plan: `${least('20', ', covers: sms')}, { id: whole, name: In all, minimum: 70 }`,
        commitments: since('{ id: mine, name: Mine, minimum: 75 }'),
      },
      [sim('1', 5)],
      ['least: 15.00', 'mine: 5.00', 'whole: 10.00'],
    ],
    ['by the days the plan has somebody on', { plan: least('100') }, [sim('1', 0, '', '2026-04-16')], ['least: 30.00']],
    [
      'by the days on which anybody is',
      { plan: least('100') },
      [sim('1', 0, '', '2026-04-16'), sim('2', 0, '', '2026-04-21')],
      ['least: 16.67'],
    ],
    [
      'whole, if it says so',
      { plan: least('100', ', proration: none') },
      [sim('1', 0, '', '2026-04-16')],
      ['least: 80.00'],
    ],
    ['not where nobody is on the plan', { plan: least('100') }, [sim('1', 0, '', '2026-05-01')], []],
    [
      'of two versions, each by its days: 15 of 100 and 15 of 200',
      { plan: least('100'), later: least('200') },
      [sim('1', 0)],
      ['least: 110.00'],
    ],
    [
      'a version without a minimum adds nothing to it',
      { plan: least('100'), later: '' },
      [sim('1', 0)],
      ['least: 10.00'],
    ],
    [
      'a version nobody was on says nothing: whole, by the one before, 100 less 15.00 and 5.00',
      { plan: least('100', ', proration: none'), later: least('200', ', proration: none') },
      [{ id: '1', turns: [...sim('1', 0).turns, { at: '2026-04-16', state: 'terminated' }] }],
      ['least: 80.00'],
    ],
    [
      'of the account, from 16 April',
      { commitments: since(least('100'), '2026-04-16') },
      [sim('1', 0)],
      ['least: 10.00'],
    ],
    [
      'of the account, without any subscription',
      { commitments: since(least('100')) },
      [sim('1', 0, '', '2027-01-01')],
      ['least: 100.00'],
    ],
    [
      'of the account, on one of its charges',
      { commitments: since(least('100', ', covers: a/fee')) },
      [sim('1', 0)],
      ['least: 70.00'],
    ],
    [
      'shared over business units by their net: 40.00 and 60.00',
      { plan: least('200.01') },
      [sim('1', 0, 'north'), sim('2', 20, 'south')],
      ['north/least: 40.00', 'south/least: 60.01'],
    ],
    [
      'a unit whose share is no cent has no line: of equal ones the smaller name has it',
      { plan: least('80.01') },
      [sim('1', 0, 'north'), sim('2', 0, 'south')],
      ['north/least: 0.01'],
    ],
    [
      'on what a maximum left nothing of, it is the account itself that is short',
      { plan: `${most('0', ', covers: sms')}, ${least('10', ', covers: sms')}` },
      [sim('1', 5, 'south')],
      ['least: 10.00', 'south/most: -5.00'],
    ],
    [
      'of a version that has a maximum beside one that has a minimum: 15 days of 100 and of none, and of 15.00 and 5.00 then no more than 15 days of 20',
      { plan: least('100'), later: '{ id: least, name: At least, maximum: 20 }' },
      [sim('1', 0)],
      ['least: -2.50', 'least: -7.50', 'least: 10.00'],
    ],
    ...[
      ['of the account, until 16 April', since(least('100, until: 2026-04-16')), ['least: 10.00']],
      ['until the last day of the period', since(least('120, until: 2026-04-30')), ['least: 76.00']],
      ['until the next begins', since(least('120, until: 2026-05-01')), ['least: 80.00']],
      ['until long behind it', since(least('120, until: 2027-01-01')), ['least: 80.00']],
      ['until this begins: neither by its days', since(most('20, until: 2026-04-01')), []],
      ['nor whole', since(most('20, proration: none, until: 2026-04-01')), []],
      ['until the one before', since(most('20, until: 2026-03-01')), []],
      ['from the next', since(least('100'), '2026-05-01'), []],
    ].map(([name, commitments, lines]): [string, Terms, Sim[], string[]] => [
      name as string,
      { commitments: commitments as string },
      [sim('1', 0)],
      lines as string[],
    ]),
  ])('%s', (_, terms, sims, expected) => {
    expect(agreed(owed(terms, sims))).toEqual(expected);
  });

  test('is owed when all usage of the period is there, and not before', () => {
    const catalog = catalogOf({ plan: least('100') });
    const until = (usageCutOff: string) =>
      agreed(owedBy({ catalog, sims: [sim('1', 5)], months: ['2026-04'], usageCutOff }));
    expect(until('2026-04-30')).toEqual([]);
    expect(until('2026-05-01')).toEqual(['least: 55.00']);
  });

  test('in another currency than the account is billed in is a fault of the catalogue', () => {
    const catalog = catalogOf({ commitments: since(least('100')) });
    const [agreement] = catalog.agreements;
    const other = { ...catalog, agreements: [{ ...agreement!, currency: 'USD' }] };
    expect(() => owedBy({ catalog: other, sims: [sim('1', 0)], months: ['2026-04'] })).toThrow('is in USD');
  });

  test.each<[string, Terms, string]>([
    ['so is one with discounts alone', { discounts: off('ten', 'percent: 10') }, 'the agreement with p is in USD'],
    ['one that agrees on neither is not', {}, ''],
  ])('%s', (_, terms, refusal) => {
    const catalog = catalogOf(terms);
    const other = { ...catalog, agreements: catalog.agreements.map((each) => ({ ...each, currency: 'USD' })) };
    const bill = () => owedBy({ catalog: other, sims: [sim('1', 0)], months: ['2026-04'] });
    if (refusal === '') expect(agreed(bill())).toEqual([]);
    else expect(bill).toThrow(refusal);
  });

  test.each<[string, string]>([
    [
      '{ id: least, name: At least, minimum: 100 }',
      'plan d commits its payers in USD, but the account is billed in EUR',
    ],
    ['', ''],
  ])('a plan in another currency than the account is billed in, with commitments [%s]', (commitments, refusal) => {
    const sms = '{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }';
    const catalog = catalogWith(
      `  - { id: d, name: D, currency: USD, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${sms}], commitments: [${commitments}] }] }`,
    );
    const turns = [{ at: '2026-04-01', state: 'active', plan: 'd' }] as const;
    const bill = () => owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-04'] });
    if (refusal === '') expect(bill()).toEqual([]);
    else expect(bill).toThrow(refusal);
  });

  test('what is made up for is one piece, of its plan or of none, with the share of each unit', () => {
    const agreedOn = { plan: least('200.01'), commitments: since('{ id: mine, name: Mine, minimum: 201 }') };
    const lines = owed(agreedOn, [sim('1', 0, 'north'), sim('2', 20, 'south')]).filter(
      ({ arithmetic }) => arithmetic.kind === 'trueUp',
    );
    const ofPlan = { charge: 'least', plan: 'a', planName: 'A', quantity: '1' };
    const ofAccount = { charge: 'mine', plan: '', planName: '', quantity: '1' };
    expect(lines).toMatchObject([ofPlan, ofAccount, ofPlan, ofAccount]);
    const made = [
      { businessUnit: 'north', net: '40.00', amount: '40.00' },
      { businessUnit: 'south', net: '60.00', amount: '60.01' },
    ];
    // 0.99 over 80.00 and 120.01: 0.39598… and 0.59401…
    const mine = [
      { businessUnit: 'north', net: '80.00', amount: '0.40' },
      { businessUnit: 'south', net: '120.01', amount: '0.59' },
    ];
    const shares = lines.map(({ arithmetic }) => arithmetic.kind === 'trueUp' && arithmetic.shares);
    expect(shares).toEqual([made, mine, made, mine]);
  });

  describe('where some prices include the tax: 30.00 with it, 10.00 without', () => {
    const plan = (id: string, prices: string, price: string) =>
      `  - { id: ${id}, name: ${id}, currency: EUR, prices: ${prices}, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} }] }] }`;
    const bill = (agreement: string, plans: readonly string[]) => {
      const catalog = catalogWith(`${plan('g', 'gross', '30.00')}
${plan('n', 'net', '10.00')}
agreements: [{ account: p, currency: EUR, ${agreement} }]
`);
      const sims = plans.map((id): Sim => ({ id, turns: [{ at: '2026-04-01', state: 'active', plan: id }] }));
      return owedBy({ catalog, sims, months: ['2026-04'] }).filter(({ charge }) => charge !== 'fee');
    };

    // At 19 %, 30.00 with tax are 25.21 without: a minimum or maximum of 26.00 cannot say which it means, and the tax is not known where it is counted.
    test.each([
      ['a minimum', least('26'), ['g']],
      ['a minimum of both', least('36'), ['g', 'n']],
      ['a maximum', '{ id: least, name: Most, maximum: 26 }', ['g']],
    ])('%s counts no price with tax in it, and says so', (_, commitment, plans) => {
      expect(() => bill(`commitments: [${since(commitment)}]`, plans)).toThrow(
        'commitment least counts amounts without tax, but what fee of plan g was priced at for 2026-04-01 has tax in it: name what the commitment covers without it',
      );
    });

    test.each([
      ['what it names', least('26').replace(' }', ', covers: n }'), ['g', 'n'], '16.00'],
      ['what there is', least('26'), ['n'], '16.00'],
      ['nothing', least('26'), [], '26.00'],
    ])('a minimum counts %s', (_, commitment, plans, amount) => {
      expect(bill(`commitments: [${since(commitment)}]`, plans)).toMatchObject([
        { charge: 'least', taxIncluded: false, amount },
      ]);
    });

    test('a discount has a line for either', () => {
      const lines = bill(`discounts: [${off('ten', 'percent: 10')}]`, ['g', 'n']);
      expect(lines.map(({ id, taxIncluded, amount }) => `${id} ${taxIncluded} ${amount}`)).toEqual([
        '|||ten||0|2026-04-01|arrears|telecom false -1.00',
        '|||ten||0|2026-04-01|arrears|telecom|gross true -3.00',
      ]);
    });
  });
});

describe('discounts (pricing rules §6): 30.00, 10.00 in advance, and 5.00 of messages', () => {
  test.each<[string, Terms, string[]]>([
    ['percent of everything', { discounts: off('ten', 'percent: 10') }, ['ten: -1.00', 'ten: -3.50']],
    ['an amount, by what each line is', { discounts: off('five', 'amount: 5') }, ['five: -1.11', 'five: -3.89']],
    ['never more than there is', { discounts: off('all', 'amount: 50') }, ['all: -10.00', 'all: -35.00']],
    ['on one charge', { discounts: off('ten', 'percent: 10, on: a/sms') }, ['ten: -0.50']],
    [
      'in the order listed, each on what is left',
      { discounts: `${off('five', 'amount: 5, on: a/sms')}, ${off('half', 'percent: 50')}` },
      ['five: -5.00', 'half: -15.00', 'half: -5.00'],
    ],
    [
      'the other way round',
      { discounts: `${off('half', 'percent: 50')}, ${off('five', 'amount: 5, on: a/sms')}` },
      ['five: -2.50', 'half: -17.50', 'half: -5.00'],
    ],
    [
      'not on what a commitment makes up for',
      { plan: least('100'), discounts: off('ten', 'percent: 10') },
      ['least: 55.00', 'ten: -1.00', 'ten: -3.50'],
    ],
    [
      'unless it names it',
      { plan: least('100'), discounts: off('ten', 'percent: 10, on: [a, a/least]') },
      ['least: 55.00', 'ten: -1.00', 'ten: -9.00'],
    ],
    [
      'nor where a commitment of the account makes up for it',
      { commitments: since(least('100')), discounts: off('ten', 'percent: 10, on: a') },
      ['least: 55.00', 'ten: -1.00', 'ten: -3.50'],
    ],
    [
      'unless it names that, which belongs to no plan',
      { commitments: since(least('100')), discounts: off('ten', 'percent: 10, on: least') },
      ['least: 55.00', 'ten: -5.50'],
    ],
    ['a cent is taken off where most of it is', { discounts: off('cent', 'amount: 0.01') }, ['cent: -0.01']],
    [
      'on what a maximum left',
      { plan: most('40'), discounts: off('ten', 'percent: 10') },
      ['most: -1.11', 'most: -3.89', 'ten: -0.89', 'ten: -3.11'],
    ],
  ])('%s', (_, terms, expected) => {
    expect(agreed(owed(terms, [sim('1', 5)]))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['from a day on', off('all', 'percent: 100', '2026-05-20'), ['2026-05', '2026-06', '2026-07']],
    ['from the last day of a period', off('all', 'percent: 100', '2026-05-31'), ['2026-05', '2026-06', '2026-07']],
    ['until a day', off('all', 'percent: 100, until: 2026-06-20'), ['2026-04', '2026-05']],
    ['until the last day of a period', off('all', 'percent: 100, until: 2026-06-30'), ['2026-04', '2026-05']],
    ['until the next period', off('all', 'percent: 100, until: 2026-07-01'), ['2026-04', '2026-05', '2026-06']],
    ['for two periods', off('all', 'percent: 100, periods: 2', '2026-05-20'), ['2026-05', '2026-06']],
    ['for two periods that are partly past', off('all', 'percent: 100, periods: 2', '2026-03-10'), ['2026-04']],
  ])('%s', (_, discount, expected) => {
    const lines = owed({ discounts: discount }, [sim('1', 0)], ['2026-04', '2026-05', '2026-06', '2026-07']);
    const off = lines.filter(({ arithmetic }) => arithmetic.kind === 'discount');
    expect([...new Set(off.map(({ period }) => period.from.slice(0, 7)))]).toEqual(expected);
  });

  test('lines of each unit, due and taxed alike, and what they take off add up to the discount', () => {
    const lines = owed({ discounts: off('third', 'percent: 33.333') }, [sim('1', 5, 'north'), sim('2', 1, 'south')]);
    const discounts = lines.filter(({ arithmetic }) => arithmetic.kind === 'discount');
    expect(discounts.map(({ id, amount, taxCategory }) => `${id} ${taxCategory}: ${amount}`)).toEqual([
      'north|||third||0|2026-04-01|advance|goods goods: -3.34',
      'north|||third||0|2026-04-01|arrears|telecom telecom: -11.67',
      'south|||third||0|2026-04-01|advance|goods goods: -3.33',
      'south|||third||0|2026-04-01|arrears|telecom telecom: -10.33',
    ]);
    expect(discounts.map(({ plan, planName, quantity }) => `${plan}${planName}${quantity}`)).toEqual(
      Array(4).fill('-1'),
    );
    expect(discounts[0]?.arithmetic).toMatchObject({ net: '86.00', exact: '28.66638', reduction: '28.67' });
  });

  test('a reduction names what it reduces and what was left of it: not what another took whole', () => {
    const terms = {
      commitments: since(least('100')),
      discounts: `${off('all', 'percent: 100, on: a/sms')}, ${off('half', 'percent: 50, on: [a, least]')}`,
    };
    const shares = owed(terms, [sim('1', 5)]).flatMap(({ arithmetic }) =>
      arithmetic.kind === 'discount' ? arithmetic.shares.map(({ name, left, off }) => `${name} ${left}: ${off}`) : [],
    );
    expect(shares.sort()).toEqual([
      'At least 55.00: 27.50',
      'Fee – A 30.00: 15.00',
      'Messages – A 5.00: 5.00',
      'Rent – A 10.00: 5.00',
    ]);
  });
});

test('what was agreed is of no version, zone or tier, and is given back with what it is on', () => {
  const discounts = '{ id: ten, name: Ten, percent: 10, from: 2026-01-01 }';
  const lines = owedBy({ catalog: catalogOf({ discounts }), sims: [sim('1', 5)], months: ['2026-04'] });
  const off = lines.filter(({ charge }) => charge === 'ten');
  const its = { plan: '', planName: '', version: '', chargeName: 'Ten', zone: '', zoneName: '', tier: 0 };
  expect(off.length).toBeGreaterThan(0);
  for (const each of off) expect(each).toMatchObject({ ...its, unit: 'flat', refund: 'day', exchange: null });
});
