import fc from 'fast-check';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { addDays, isoInstant, startOfDay } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import { BERLIN, catalogWith, planOf, SELLER, type Turn, type Use } from '../../rating/fleet.ts';

/** Eighteen months, with the nights of both changes of the clocks, a turn of the year and a 29 February in them. */
export const MONTHS: readonly string[] = Array.from({ length: 18 }, (_, n) =>
  monthsLater('2027-01-01', n, 1).slice(0, 7),
);
const LAST = MONTHS.length - 1;
const FROM = startOfDay('2027-01-01', BERLIN);
const UNTIL = startOfDay(monthsLater('2027-01-01', MONTHS.length, 1), BERLIN);

const usage = (id: string, match: string, rest: string) =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, ${rest} }`;
const charges = (fee: string, data: string) => `[
  { kind: recurring, id: fee, name: Fee, due: advance, price: ${fee} },
  { kind: recurring, id: flat, name: Flat, due: arrears, proration: none, price: 3.00 },
  { kind: recurring, id: year, name: Year, months: 12, price: 36.50 },
  { kind: recurring, id: most, name: Most, quantity: peak, minimum: 2, price: 0.70 },
  { kind: recurring, id: inUse, name: In use, quantity: used, price: 0.30 },
  { kind: oneTime, id: begin, name: Begin, at: activation, price: 9 },
  ${usage('data', '{ services: data, zones: [de, eu] }', `measure: bytes, unit: kB, increment: 100 B, price: ${data}`)},
  ${usage('far', '{ services: data }', 'measure: bytes, unit: kB, rounding: day, increment: 1 kB, count: pool, price: { tiers: [{ upTo: 5, price: 0.30, flat: 0.11 }, { price: 0.20 }] }')},
  ${usage('sms', '{ services: sms }', 'measure: count, count: account, price: { tiers: [{ upTo: 4, price: 0.07 }, { price: 0.05, flat: 1 }] }')}
]`;
const allowances = (size: string) => `[
  { id: own, name: Own, kind: individual, size: 3 kB, covers: [data], carryOver: 2 },
  { id: pooled, name: Pooled, kind: flexible, pool: shared, size: ${size}, share: byExcess, covers: [data, far], carryOver: 1 }
]`;
/** One lasts so many periods, the other so many days: which ends first may be another after a move. */
const TOP_UPS = `[
  { id: boost, name: Boost, size: 4 kB, price: 0.90, covers: data, periods: 2 },
  { id: more, name: More, size: 3 kB, price: 0.80, covers: [data, far], days: 40 }
]`;
const AGREED = `agreements:
  - account: p
    currency: EUR
    commitments:
      - { id: least, name: At least, from: 2027-02-10, minimum: 6.00 }
    discounts:
      - { id: loyal, name: Loyal, from: 2027-03-15, percent: 7.5 }
`;

const plan = (id: string, fee: string, data: string, size: string) => {
  const [own, topUps] = [allowances(size), TOP_UPS].map((text) => text.replaceAll('\n', ' '));
  return planOf(id, charges(fee, data), `${own}, topUps: ${topUps}`);
};
/** A kilobyte is worth more than a euro, so that what an allowance moves on is money. */
const release = (fee: string, data: string): Catalog => {
  const catalog = catalogWith(`${plan('a', fee, data, '2 kB')}${plan('b', '4.70', '1.1', '5 kB')}${AGREED}`);
  const [operator] = catalog.sellers;
  return { ...catalog, sellers: [operator!, { ...operator!, id: 'beta', name: 'Beta' }] };
};
/** As it is sold first; with a price corrected; and with a network that was in the wrong zone. */
export const RELEASES: readonly Catalog[] = [
  release('1.90', '1.3'),
  release('2.40', '1.7'),
  ((catalog: Catalog): Catalog => ({
    ...catalog,
    zoneModels: catalog.zoneModels.map((model) => ({
      ...model,
      zones: model.zones
        .map((zone) => ({
          ...zone,
          networks: zone.id === 'world' ? zone.networks.filter((each) => each !== 'USA') : zone.networks,
        }))
        .map((zone) => (zone.id === 'eu' ? { ...zone, networks: [...zone.networks, 'USA'] } : zone)),
    })),
  }))(release('2.40', '1.7')),
];

/** The edges: of months, of the nights in which clocks are changed, of 29 February. */
const EDGES = [
  '2027-03-28T00:59:59Z',
  '2027-03-28T01:00:00Z',
  '2027-10-31T00:30:00Z',
  '2027-10-31T01:30:00Z',
  '2027-12-31T22:59:59Z',
  '2027-12-31T23:00:00Z',
  '2028-02-28T23:00:00Z',
  '2028-02-29T22:59:59Z',
  '2028-02-29T23:00:00Z',
  '2028-03-31T21:59:59Z',
];
const anyInstant = fc.oneof(
  { arbitrary: fc.integer({ min: FROM, max: UNTIL - 1 }).map(isoInstant), weight: 5 },
  { arbitrary: fc.constantFrom(...EDGES), weight: 2 },
);

/** Something that becomes known before the run of a month, by its place; a file may be taken back or read anew some runs later. */
export type Known =
  | { readonly slot: number; readonly kind: 'turn'; readonly sim: string; readonly turn: Turn }
  | {
      readonly slot: number;
      readonly kind: 'file';
      readonly file: string;
      readonly sim: string;
      readonly uses: readonly Use[];
    }
  | {
      readonly slot: number;
      readonly kind: 'replay';
      readonly file: string;
      readonly sim: string;
      readonly uses: readonly Use[];
    }
  | { readonly slot: number; readonly kind: 'back out'; readonly file: string }
  | { readonly slot: number; readonly kind: 'release'; readonly catalog: Catalog }
  | { readonly slot: number; readonly kind: 'move'; readonly from: string; readonly to: Move };

/** Where account "p" moves to: the fields that are not said stay. */
export type Move = Partial<Pick<AccountFact, 'seller' | 'timeZone' | 'billingDay'>>;

/** What becomes of the run of a month. */
export type Fate = 'post' | 'discard' | 'skip';

export interface LongStory {
  readonly known: readonly Known[];
  /** One a month; the last is posted. */
  readonly fates: readonly Fate[];
}

/** How late things are: at most so many runs. */
export interface Lateness {
  readonly most: 0 | 1 | 2 | 5;
  readonly isRepriced: boolean;
  readonly isMoving: boolean;
}

const slotOf = (at: string, late: number): number => Math.max(0, Math.min(MONTHS.indexOf(at.slice(0, 7)) + late, LAST));

/** Often more than a month's allowances and pool have, so that it matters what was carried into them. */
const bytes = fc.oneof(fc.nat(4_000), fc.integer({ min: 5_000, max: 12_000 }));

const arbitraryFile = (sims: readonly string[], late: fc.Arbitrary<number>) =>
  fc
    .record({
      sim: fc.constantFrom(...sims),
      uses: fc.array(
        fc.record({
          at: anyInstant,
          service: fc.constantFrom('data' as const, 'data' as const, 'sms' as const),
          network: fc.constantFrom('DEU01', 'FRA02', 'USA03'),
          bytes,
          count: fc.nat(3),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      late,
      after: late,
      fate: fc.constantFrom('stays', 'stays', 'stays', 'backed out', 'replayed'),
    })
    .map(({ late: by, ...file }) => ({ ...file, by }));

/** A file for each month its records fall into, and what becomes of it. */
function fileNews(
  n: number,
  { sim, uses, by, after, fate }: { sim: string; uses: readonly Use[]; by: number; after: number; fate: string },
): Known[] {
  return [...Map.groupBy(uses, ({ at }) => at.slice(0, 7))].flatMap(([month, of]): Known[] => {
    const file = `${sim}-${n}-${month}`;
    const slot = slotOf(month, by);
    const came: Known = { slot, kind: 'file', file, sim, uses: of };
    const later = Math.min(slot + after, LAST);
    if (fate === 'backed out') return [came, { slot: later, kind: 'back out', file }];
    if (fate === 'stays') return [came];
    return [
      came,
      { slot: later, kind: 'replay', file, sim, uses: of.map((use) => ({ ...use, bytes: (use.bytes ?? 0) + 100 })) },
    ];
  });
}

const arbitraryTurn = (late: fc.Arbitrary<number>) =>
  fc.record({
    sim: fc.constantFrom('s1', 's2', 's3'),
    at: anyInstant,
    late,
    what: fc.constantFrom<Omit<Turn, 'at'>>(
      { state: 'suspended' },
      { state: 'active' },
      { plan: 'a' },
      { plan: 'b' },
      { plan: 'a', unit: 'south' },
      { plan: 'b', payer: 'q' },
      { topUp: 'boost:1' },
      { topUp: 'boost:2' },
      { topUp: 'more:1' },
    ),
  });

/** Known one month ahead, so that no posted period ends behind it; perhaps back to where it was. */
const arbitraryMove = fc.record({
  slot: fc.integer({ min: 0, max: LAST - 2 }),
  day: fc.constantFrom('01', '10', '15', '28'),
  to: fc.constantFrom<Move>(
    { billingDay: 15 },
    { billingDay: 31 },
    { timeZone: 'America/New_York' },
    { timeZone: 'Pacific/Auckland', billingDay: 10 },
    { seller: 'beta' },
    { seller: SELLER, billingDay: 1 },
  ),
  // Days after the move on which each uses more than there is: then it matters when what was handed on ends.
  used: fc.tuple(fc.nat(62), fc.nat(62), fc.nat(62)),
});

/** A move, and what is used after it. */
function movedNews({ slot, day, to, used }: { slot: number; day: string; to: Move; used: readonly number[] }): Known[] {
  const from = `${MONTHS[slot + 1]}-${day}`;
  const files = used.map((days, place): Known => {
    const [sim, at] = [`s${place + 1}`, `${addDays(from, days)}T12:00:00Z`];
    return { slot, kind: 'file', file: `${sim}-after-${from}`, sim, uses: [{ at, network: 'DEU01', bytes: 60_000 }] };
  });
  return [{ slot, kind: 'move', from, to }, ...files];
}

/** Stories of three subscriptions, of a fourth whose identifier nobody knows at first, and of what becomes known too late. */
export function arbitraryLongStory({ most, isRepriced, isMoving }: Lateness): fc.Arbitrary<LongStory> {
  const late = fc.constantFrom(...[0, 0, 0, 1, 2, 5].filter((by) => by <= most));
  return fc
    .record({
      files: fc.array(arbitraryFile(['s1', 's2', 's3', 'lost'], late), { minLength: 8, maxLength: 24 }),
      turns: fc.array(arbitraryTurn(late), { maxLength: 8 }),
      found: late,
      releases: isRepriced
        ? fc.tuple(fc.integer({ min: 1, max: LAST }), fc.integer({ min: 1, max: LAST }))
        : fc.constant([]),
      moves: fc.array(arbitraryMove, { minLength: isMoving ? 1 : 0, maxLength: isMoving ? 2 : 0 }),
      fates: fc.array(fc.constantFrom<Fate>('post', 'post', 'post', 'discard', 'skip'), {
        minLength: LAST,
        maxLength: LAST,
      }),
    })
    .map(({ files, turns, found, releases, moves, fates }) => {
      const births = ['s1', 's2', 's3'].flatMap((sim): Known[] => [
        { slot: 0, kind: 'turn', sim, turn: { at: '2020-01-01', has: `imsi#${sim}`, payer: '' } },
        {
          slot: 0,
          kind: 'turn',
          sim,
          turn: { at: `2027-01-${sim === 's1' ? '01' : '17'}`, state: 'active', plan: sim === 's3' ? 'b' : 'a' },
        },
      ]);
      const mended: Known[] = [
        { slot: found, kind: 'turn', sim: 'lost', turn: { at: '2020-01-01', has: 'imsi#lost', payer: '' } },
        { slot: found, kind: 'turn', sim: 'lost', turn: { at: '2027-01-05', state: 'active', plan: 'a' } },
      ];
      const changed = turns.map(({ sim, at, late: by, what }): Known => {
        return { slot: slotOf(at, by), kind: 'turn', sim, turn: { at, ...what } };
      });
      const repriced = [...releases]
        .sort((a, b) => a - b)
        .map((slot, place): Known => {
          return { slot, kind: 'release', catalog: RELEASES[place + 1]! };
        });
      const known = [
        ...moves.flatMap(movedNews),
        ...births,
        ...mended,
        ...changed,
        ...repriced,
        ...files.flatMap((file, n) => fileNews(n, file)),
      ];
      return { known, fates: [...fates, 'post'] };
    });
}
