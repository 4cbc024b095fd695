import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import { type DifferenceScope, difference } from '#shared/billing/lines/difference.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { catalogWith, type Turn } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { STANDARD } from './lines.ts';
import { billed as billedIn, opening, sim } from './moved-account.ts';

/** What is known at one time, and its name. */
interface Known {
  readonly catalog: Catalog;
  readonly turns: readonly (readonly Turn[])[];
}

const fee = (price: string, more = '') =>
  `{ kind: recurring, id: fee, name: Fee, due: advance, refund: none, price: ${price}${more} }`;
const plan = (versions: string, more = '') =>
  catalogWith(`  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [${versions}] }\n${more}`);
const at = (price: string, more = '') => plan(`{ from: 2020-01-01, charges: [${fee(price, more)}] }`);
const newVersion = (price: string, more = '') =>
  plan(`{ from: 2020-01-01, charges: [${fee('31.00')}] }, { from: 2026-03-16, charges: [${fee(price, more)}] }`);
const ownPrice = (price: string) =>
  plan(
    `{ from: 2020-01-01, charges: [${fee('31.00')}] }`,
    `agreements: [{ account: p, currency: EUR, overrides: [{ plan: a, from: 2026-03-16, charges: [{ charge: fee, price: ${price} }] }] }]\n`,
  );
const ACTIVE: Turn = { at: '2026-02-01', state: 'active', plan: 'a' };
const TWO = [[ACTIVE], [ACTIVE]];
const gone = (date: string): Turn => ({ at: date, state: 'terminated' });
const moved: Turn = { at: '2026-03-16', plan: 'a', unit: 'x' };
const GRADUATED = '{ tiers: [{ upTo: 1, price: 31 }, { price: 62 }] }';

const scopeOf = (run: string): DifferenceScope => ({
  run,
  currency: 'EUR',
  periodFrom: '2026-03-01',
  bookRate: null,
  taxOf: () => STANDARD,
  corrections: 'netted',
  reasonOf: () => '',
});

/** March as each of some runs finds it, one after the other: "unit version tier: quantity = amount". */
function billed(...runs: readonly Known[]): string[][] {
  let posted: readonly RecordedLine[] = [];
  return runs.map(({ catalog, turns }, run) => {
    const sims = turns.map((each, place) => ({ id: `${place}`, turns: each }));
    const owed = owedBy({ catalog, sims, months: ['2026-03'] });
    posted = difference(scopeOf(`r${run}`), owed, posted).lines;
    const told = posted.map(({ businessUnit, version, tier, quantity, amount, kept }) => {
      const stays = kept === undefined ? '' : ` (${kept.quantity} = ${kept.amount} kept)`;
      return `${businessUnit} ${version.slice(5)} ${tier}: ${quantity} = ${amount}${stays}`.trim();
    });
    return told.sort();
  });
}

const FIRST: Known = { catalog: at('31.00'), turns: [[ACTIVE]] };
const then = (more: Partial<Known>): Known => ({ ...FIRST, ...more });

describe('31.00 for March in advance, not refunded: what falls away is kept, whatever else falls is credited (pricing rules §2)', () => {
  test.each<[string, Known, string[]]>([
    ['nothing', FIRST, ['01-01 0: 1 = 31.00']],
    [
      'terminated on 16 March: 15.00 owed, 16.00 kept',
      then({ turns: [[ACTIVE, gone('2026-03-16')]] }),
      ['01-01 0: 1 = 31.00 (0.516129 = 16.00 kept)'],
    ],
    [
      'terminated before it: all is kept',
      then({ turns: [[ACTIVE, gone('2026-02-20')]] }),
      ['01-01 0: 1 = 31.00 (1 = 31.00 kept)'],
    ],
    [
      'a new version at 62.00 from 16 March: 15 days at 31.00, 16 at 62.00',
      then({ catalog: newVersion('62.00') }),
      ['01-01 0: 0.483871 = 15.00', '03-16 0: 0.516129 = 32.00'],
    ],
    [
      'an own price of 15.50 from 16 March: 15.00 and 8.00',
      then({ catalog: ownPrice('15.50') }),
      ['01-01 0: 0.483871 = 15.00', '03-16 0: 0.516129 = 8.00'],
    ],
    [
      'in another business unit from 16 March',
      then({ turns: [[ACTIVE, moved]] }),
      ['01-01 0: 0.483871 = 15.00', 'x 01-01 0: 0.516129 = 16.00'],
    ],
    ['a price corrected to 3.10', then({ catalog: at('3.10') }), ['01-01 0: 1 = 3.10']],
    [
      'a price corrected to 3.10 and terminated on 16 March: 1.50 owed, 16 of 31 days kept at 31.00',
      then({ catalog: at('3.10'), turns: [[ACTIVE, gone('2026-03-16')]] }),
      ['01-01 0: 1 = 17.50 (0.516129 = 16.00 kept)'],
    ],
    [
      'a price corrected to 62.00 and terminated on 16 March: 30.00 owed, and 16.00',
      then({ catalog: at('62.00'), turns: [[ACTIVE, gone('2026-03-16')]] }),
      ['01-01 0: 1 = 46.00 (0.516129 = 16.00 kept)'],
    ],
    [
      'a new version at 62.00 from 16 March, terminated on the 26th: of 16 days that left the old, 6 fell away',
      then({ catalog: newVersion('62.00'), turns: [[ACTIVE, gone('2026-03-26')]] }),
      ['01-01 0: 0.677419 = 21.00 (0.193548 = 6.00 kept)', '03-16 0: 0.322581 = 20.00'],
    ],
    [
      'in another business unit from 16 March, terminated on the 26th',
      then({ turns: [[ACTIVE, moved, gone('2026-03-26')]] }),
      ['01-01 0: 0.677419 = 21.00 (0.193548 = 6.00 kept)', 'x 01-01 0: 0.322581 = 10.00'],
    ],
  ])('%s', (_, second, expected) => {
    const [, now, again, more] = billed(FIRST, second, second, second);
    expect([now, again, more]).toEqual([expected, expected, expected]);
  });

  test('what was kept of one that comes back is its fee again; a price that is corrected later leaves what is kept', () => {
    const terminated = then({ turns: [[ACTIVE, gone('2026-03-16')]] });
    const cheap = then({ catalog: at('3.10'), turns: terminated.turns });
    expect(billed(FIRST, terminated, FIRST).at(-1)).toEqual(['01-01 0: 1 = 31.00']);
    expect(billed(FIRST, terminated, cheap, cheap).slice(-2)).toEqual([
      ['01-01 0: 1 = 17.50 (0.516129 = 16.00 kept)'],
      ['01-01 0: 1 = 17.50 (0.516129 = 16.00 kept)'],
    ]);
    const later = then({ turns: [[ACTIVE, gone('2026-03-26')]] });
    expect(billed(FIRST, terminated, later).at(-1)).toEqual(['01-01 0: 1 = 31.00 (0.193548 = 6.00 kept)']);
  });

  test('what is kept stays at its price, however often that of the rest is corrected: 3.00 of 6.20 are owed beside it', () => {
    const turns = [[ACTIVE, gone('2026-03-16')]];
    const runs = ['31.00', '3.10', '6.20'].map((price) => ({ catalog: at(price), turns }));
    expect(billed(FIRST, ...runs).at(-1)).toEqual(['01-01 0: 1 = 19.00 (0.516129 = 16.00 kept)']);
  });

  test('what comes back in another unit is kept no more: of 16 days 10 are owed again', () => {
    const terminated = then({ turns: [[ACTIVE, gone('2026-03-16')]] });
    const back = then({ turns: [[{ ...ACTIVE, unit: 'x' }, gone('2026-03-26')]] });
    expect(billed(FIRST, terminated, back).at(-1)).toEqual([
      '01-01 0: 0.193548 = 6.00 (0.193548 = 6.00 kept)',
      'x 01-01 0: 0.806452 = 25.00',
    ]);
  });

  test('a flat fee that was corrected is another price: of 37.20 for March 16 days are kept', () => {
    const flat = (price: string) => at(`{ tiers: [{ price: 31, flat: ${price} }] }`);
    const half = { catalog: flat('3.10'), turns: [[ACTIVE, gone('2026-03-16')]] };
    // 15.00 and 3.10 are owed; 37.20 × 16 ÷ 31 = 19.20
    expect(billed({ catalog: flat('6.20'), turns: [[ACTIVE]] }, half).at(-1)).toEqual([
      '01-01 1: 1 = 37.30 (0.516129 = 19.20 kept)',
    ]);
  });

  test('one that comes as another goes takes its place: as many are charged as were posted', () => {
    const both = then({ turns: [[ACTIVE, gone('2026-03-16')], [{ ...ACTIVE, at: '2026-03-16' }]] });
    expect(billed(FIRST, both)[1]).toEqual(['01-01 0: 1 = 31.00']);
  });

  test('over all tiers: of two at 31.00 and 62.00 the dearer falls away and is kept at its price', () => {
    const catalog = at(GRADUATED);
    const one = { catalog, turns: [[ACTIVE], [ACTIVE, gone('2026-02-20')]] };
    expect(billed({ catalog, turns: TWO }, one, one)).toEqual([
      ['01-01 1: 1 = 31.00', '01-01 2: 1 = 62.00'],
      ['01-01 1: 1 = 31.00', '01-01 2: 1 = 62.00 (1 = 62.00 kept)'],
      ['01-01 1: 1 = 31.00', '01-01 2: 1 = 62.00 (1 = 62.00 kept)'],
    ]);
  });

  test('no cent is between what is owed and what is kept: 0.01 for half a month is 0.01, and nothing is kept of it', () => {
    const catalog = at('0.01');
    const half = { catalog, turns: [[ACTIVE, gone('2026-03-17')]] };
    expect(billed({ catalog, turns: [[ACTIVE]] }, half)[1]).toEqual(['01-01 0: 1 = 0.01 (0.483871 = 0.00 kept)']);
  });

  test('nor of half of April, of which half a cent is either half', () => {
    const april = (turns: Turn[]) => owedBy({ catalog: at('0.01'), sims: [{ id: '1', turns }], months: ['2026-04'] });
    const first = difference(scopeOf('r'), april([ACTIVE]), []).lines;
    const now = difference(scopeOf('r'), april([ACTIVE, gone('2026-04-16')]), first).lines;
    expect(now).toMatchObject([{ amount: '0.01', quantity: '1', kept: { quantity: '0.5', amount: '0.00' } }]);
  });

  test('thirds that do not add up to a whole by a millionth have not fallen away', () => {
    const units = (...of: string[]): Turn[] =>
      of.map((unit, place) => ({ at: `2026-04-${11 + 10 * place}`, plan: 'a', unit }));
    const catalog = at('300000.00');
    const april = (turns: Turn[]) => owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-04'] });
    const first = difference(scopeOf('r'), april([ACTIVE]), []).lines;
    const now = difference(scopeOf('r'), april([ACTIVE, ...units('x', 'y')]), first).lines;
    expect(now.map(({ amount, quantity, kept }) => [amount, quantity, kept])).toEqual(
      Array(3).fill(['100000.00', '0.333333', undefined]),
    );
  });
});

describe('what is kept counts for what was agreed as if it had not fallen away (decision 62): 31.00 for March in advance', () => {
  const YEAR = fee('365.00', ', months: 12, startsOn: anniversary');
  const agreed = (terms: string, charge = fee('31.00')) =>
    plan(`{ from: 2020-01-01, charges: [${charge}] }`, `agreements: [{ account: p, currency: EUR, ${terms} }]\n`);
  const off = (what: string) => `discounts: [{ id: off, name: Off, from: 2026-01-01, ${what} }]`;
  const commitment = (what: string) => `commitments: [{ id: limit, name: Limit, from: 2026-01-01, ${what} }]`;
  const paidBy = (catalog: Catalog, ...runs: readonly (readonly Turn[])[]) => {
    let posted: readonly RecordedLine[] = [];
    return runs.map((turns, run) => {
      const owed = owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-03'], posted });
      posted = difference(scopeOf(`r${run}`), owed, posted).lines;
      return posted.map(({ charge, amount }) => `${charge}: ${amount}`).sort();
    });
  };
  const terminated = [ACTIVE, gone('2026-03-16')];
  const never = [ACTIVE, gone('2026-02-20')];

  test.each<[string, Catalog, string[]]>([
    ['10 % are let off all of it', agreed(off('percent: 10')), ['fee: 31.00', 'off: -3.10']],
    ['so is an amount that is more than what is owed', agreed(off('amount: 25')), ['fee: 31.00', 'off: -25.00']],
    ['a maximum caps it', agreed(commitment('maximum: 10')), ['fee: 31.00', 'limit: -21.00']],
    ['a minimum is met by it', agreed(commitment('minimum: 31')), ['fee: 31.00']],
    ['and what it is short of stays', agreed(commitment('minimum: 40')), ['fee: 31.00', 'limit: 9.00']],
    ['10 % of a year', agreed(off('percent: 10'), YEAR), ['fee: 365.00', 'off: -36.50']],
  ])('%s', (_, catalog, expected) => {
    for (const second of [terminated, never])
      expect(paidBy(catalog, [ACTIVE], second, second)).toEqual([expected, expected, expected]);
    expect(paidBy(catalog, [ACTIVE], terminated, [ACTIVE])[2]).toEqual(expected);
  });

  test('what is credited is not: a price corrected to 3.10 leaves 1.50 owed, 16.00 kept, and 1.75 let off', () => {
    const [before, after] = ['31.00', '3.10'].map((price) => agreed(off('percent: 10'), fee(price)));
    const bill = (catalog: Catalog, turns: readonly Turn[], posted: readonly RecordedLine[]) =>
      difference(scopeOf('r'), owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-03'], posted }), posted)
        .lines;
    const lines = bill(after!, terminated, bill(before!, [ACTIVE], []));
    expect(lines.map(({ charge, amount }) => `${charge}: ${amount}`).sort()).toEqual(['fee: 17.50', 'off: -1.75']);
  });

  test('a year counts by its days, and what is kept of it by those that fell away', () => {
    const catalog = agreed(commitment('minimum: 40'), YEAR);
    const bill = (turns: readonly Turn[], posted: readonly RecordedLine[]) => {
      const its = { catalog, sims: [{ id: '1', turns }], months: ['2026-02', '2026-03', '2026-04'], posted };
      return difference(scopeOf('r'), owedBy(its), posted).lines;
    };
    const told = (lines: readonly RecordedLine[]) =>
      lines.map(({ charge, period, amount }) => `${period.from.slice(5, 7)} ${charge}: ${amount}`).sort();
    const first = bill([ACTIVE], []);
    expect(told(first)).toEqual(['02 fee: 365.00', '02 limit: 12.00', '03 limit: 9.00', '04 limit: 10.00']);
    for (const date of ['2026-02-10', '2026-03-20', '2026-04-01'])
      expect(told(bill([ACTIVE, gone(date)], first))).toEqual(told(first));
  });

  test('so do a year and a maximum from 16 March on: 8.00 of 16.00 of March, and 14.50 of 30.00 of April are capped', () => {
    const catalog = agreed(commitment('maximum: 15.50').replace('2026-01-01', '2026-03-16'), YEAR);
    const bill = (turns: readonly Turn[], posted: readonly RecordedLine[]) => {
      const its = { catalog, sims: [{ id: '1', turns }], months: ['2026-02', '2026-03', '2026-04'], posted };
      return difference(scopeOf('r'), owedBy(its), posted).lines;
    };
    const capped = (lines: readonly RecordedLine[]) =>
      lines.filter(({ charge }) => charge === 'limit').map(({ period, amount }) => `${period.from}: ${amount}`);
    const first = bill([ACTIVE], []);
    const expected = ['2026-03-01: -8.00', '2026-04-01: -14.50'];
    expect(capped(first)).toEqual(expected);
    for (const date of ['2026-02-10', '2026-03-20', '2026-04-10'])
      expect(capped(bill([ACTIVE, gone(date)], first))).toEqual(expected);
  });

  test('also of a fee that a release has taken away', () => {
    const terms = `${off('percent: 10')}, ${commitment('maximum: 31').replace('2026-01-01', '2026-03-16')}`;
    const [before, after] = [agreed(terms), agreed(terms, fee('31.00').replace('id: fee', 'id: other'))];
    const bill = (catalog: Catalog, turns: readonly Turn[], posted: readonly RecordedLine[]) =>
      difference(scopeOf('r'), owedBy({ catalog, sims: [{ id: '1', turns }], months: ['2026-03'], posted }), posted)
        .lines;
    const lines = bill(after, never, bill(before, [ACTIVE], []));
    expect(lines.map(({ charge, version, amount }) => `${charge} ${version}: ${amount}`).sort()).toEqual([
      'fee 2020-01-01: 15.00',
      'fee 2026-03-16: 16.00',
      'off : -3.10',
    ]);
  });

  test('over runs: 12.00 less 10 %, terminated on day 11, stay 10.80', async () => {
    const world = await opening(
      `  - { id: a, name: a, currency: EUR, zoneModel: zones, versions: [{ from: 2020-01-01, charges: [${fee('12.00')}] }] }\nagreements: [{ account: p, currency: EUR, ${off('percent: 10')} }]\n`,
      sim([{ ...ACTIVE, at: '2026-03-01' }]),
    );
    world.setClock('2026-03-02');
    expect(await billedIn(world, '2026-02')).toEqual(['fee 03-01..04-01 12.00', 'off 03-01..04-01 -1.20']);
    await world.record(sim([gone('2026-03-11')]).filter(({ kind }) => kind === 'state'));
    world.setClock('2026-04-02');
    expect(await billedIn(world, '2026-03')).toEqual([]);
  });
});
