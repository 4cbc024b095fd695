import fc from 'fast-check';
import { isoInstant, startOfDay } from '#shared/time/local-date.ts';
import type { Sim } from '../billing/chain.ts';
import { BERLIN, catalogWith, planOf, type Turn, type Use } from './fleet.ts';

/** Two plans that share a pool, with an individual allowance, tiers by subscription and by account, and every rounding scope. */
const usage = (id: string, match: string, rest: string) =>
  `{ kind: usage, id: ${id}, name: ${id}, match: ${match}, ${rest} }`;
const charges = (price: string) => `[
  { kind: recurring, id: fee, name: Fee, due: advance, price: ${price} },
  { kind: recurring, id: flat, name: Flat, due: arrears, proration: none, price: 3.00 },
  { kind: recurring, id: quarter, name: Quarter, months: 3, price: ${price} },
  { kind: recurring, id: birthday, name: Birthday, startsOn: anniversary, due: arrears, price: { tiers: [{ upTo: 1.5, price: 2 }, { price: 1, flat: 0.5 }] } },
  { kind: recurring, id: most, name: Most, quantity: peak, minimum: 2, price: 0.70 },
  { kind: recurring, id: inUse, name: In use, quantity: used, price: 0.30 },
  { kind: oneTime, id: begin, name: Begin, at: activation, price: 9 },
  { kind: oneTime, id: end, name: End, at: termination, term: 12, price: ${price} },
  { kind: recurring, id: rest, name: Rest, states: suspended, price: 0.50 },
  ${usage('data', '{ services: data, zones: [de, eu] }', 'measure: bytes, unit: kB, increment: 100 B, price: 0.013')},
  ${usage('far', '{ services: data }', 'measure: bytes, unit: kB, rounding: day, increment: 1 kB, count: pool, price: { tiers: [{ upTo: 5, price: 0.30, flat: 0.11 }, { price: 0.20 }] }')},
  ${usage('sms', '{ services: sms, directions: mo }', 'measure: count, count: account, price: { tiers: [{ upTo: 4, price: 0.07 }, { price: 0.05, flat: 1 }] }')},
  ${usage('door', '{ services: "event:door" }', 'measure: records, rounding: period, price: { tiers: [{ upTo: 2, price: 0.07, flat: 0.5 }, { price: 0.05 }] }')},
  ${usage('voice', '{ services: voice }', 'measure: seconds, unit: minute, increment: 60/1 s, rounding: session, price: 0.09')}
]`;
const allowances = (size: string) => `[
  { id: own, name: Own, kind: individual, size: 300 B, covers: [data] },
  { id: pooled, name: Pooled, kind: flexible, pool: shared, size: ${size}, share: byExcess, covers: [data, far] }
]`;
const PLANS =
  planOf('a', charges('1.90'), allowances('2 kB').replaceAll('\n', ' ')) +
  planOf('b', charges('4.70'), allowances('5 kB').replaceAll('\n', ' '));
export const CATALOG = catalogWith(PLANS);

/** The same, with what was agreed with payer "p": a minimum, a maximum, a price of its own in mid-month, and discounts that begin and end. */
export const AGREED_CATALOG = catalogWith(`${PLANS}agreements:
  - account: p
    currency: EUR
    overrides:
      - { plan: a, from: 2026-03-11, until: 2026-04-20, charges: [{ charge: data, price: 0.021 }], allowances: [{ allowance: own, size: 100 B }] }
    commitments:
      - { id: least, name: At least, from: 2026-02-10, minimum: 6.00 }
      - { id: most, name: At most, from: 2026-03-01, maximum: 9.00, covers: [a, b/sms] }
    discounts:
      - { id: welcome, name: Welcome, from: 2026-02-20, periods: 2, percent: 12.5, on: [a, b/fee, least] }
      - { id: loyal, name: Loyal, from: 2026-03-15, amount: 1.00 }
`);

/** The months usage and turns fall into; March has a day of 23 hours. */
export const MONTHS = ['2026-02', '2026-03', '2026-04'];
const FROM = startOfDay('2026-02-01', BERLIN);
const UNTIL = startOfDay('2026-05-01', BERLIN);

const instant = fc.integer({ min: FROM, max: UNTIL - 1 }).map(isoInstant);
const arbitraryUse: fc.Arbitrary<Use> = fc.record({
  at: instant,
  service: fc.constantFrom('data' as const, 'data' as const, 'sms' as const, 'voice' as const, 'event:door' as const),
  direction: fc.constantFrom('mo' as const, 'mt' as const),
  network: fc.constantFrom('DEU01', 'FRA02', 'USA03'),
  bytes: fc.nat(900),
  up: fc.nat(90),
  seconds: fc.nat(150),
  count: fc.nat(3),
  session: fc.nat(2),
});
const arbitraryTurn: fc.Arbitrary<Turn> = fc
  .record({
    at: instant,
    state: fc.constantFrom('active' as const, 'suspended' as const, 'terminated' as const, 'test' as const),
    changes: fc.constantFrom('state', 'plan', 'both'),
    payer: fc.constantFrom('p', 'p', 'p', 'q', ''),
    plan: fc.constantFrom('a', 'b', 'b', 'gone'),
    unit: fc.constantFrom('', 'x', 'y'),
  })
  .map(({ at, state, changes, payer, plan, unit }) => ({
    at,
    ...(changes === 'plan' ? {} : { state }),
    ...(changes === 'state' ? {} : { payer, plan, unit }),
  }));

/** A few subscriptions of payer "p", most of them active from before the first month on, with changes and usage at any time. */
export const arbitraryFleet: fc.Arbitrary<Sim[]> = fc
  .array(
    fc.record({
      begins: fc.constantFrom('2026-01-15', '2026-01-15', '2026-02-20', '2026-03-29'),
      plan: fc.constantFrom('a', 'b'),
      unit: fc.constantFrom('', 'x', 'y'),
      turns: fc.array(arbitraryTurn, { maxLength: 3 }),
      uses: fc.array(arbitraryUse, { maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) =>
    all.map(({ begins, plan, unit, turns, uses }, place) => ({
      id: `${place}`,
      turns: [{ at: begins, state: 'active' as const, plan, unit }, ...turns],
      uses,
    })),
  );
