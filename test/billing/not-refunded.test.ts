import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import { type DifferenceScope, difference } from '#shared/billing/lines/difference.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { catalogWith, type Turn } from '../rating/fleet.ts';
import { owedBy } from './chain.ts';
import { STANDARD } from './lines.ts';

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
