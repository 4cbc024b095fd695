import fc from 'fast-check';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountPool, RecordedFact } from '#shared/inventory/fact.ts';
import { instantOf, isoInstant, startOfDay } from '#shared/time/local-date.ts';
import type { Sim } from '../billing/chain.ts';
import { factsOf, type Turn, type Use } from '../rating/fleet.ts';
import { arbitraryFrame, dateIn, datesIn, type Frame, instantIn, spanOf } from './arbitrary-frame.ts';
import { ordersOf } from './arbitrary-orders.ts';
import { arbitraryCatalog } from './arbitrary-plans.ts';
import type { Stacks } from './arbitrary-stacks.ts';
import type { World } from './world.ts';

const FIRST_STATES = ['active', 'active', 'active', 'active', 'active', 'ready', 'none'] as const;
const STATES = ['active', 'active', 'active', 'suspended', 'suspended', 'terminated', 'test', 'ready'] as const;
/** Days after which what is ready is active without use; mostly never. */
const readyDays = fc.constantFrom(undefined, undefined, 1, 5, 20);

function turnIn(of: Frame): fc.Arbitrary<Turn> {
  return fc
    .record({
      at: fc.oneof(instantIn(of), dateIn(of)),
      state: fc.constantFrom(...STATES),
      readyDays,
      changes: fc.constantFrom(
        'state',
        'state',
        'plan',
        'plan',
        'both',
        'end',
        'identifier',
        'property',
        'addOn',
        'topUp',
        'topUp',
      ),
      topUp: fc.constantFrom('boost', 'boost', 'turbo'),
      addOn: fc.constantFrom('c', 'c', '-c'),
      payer: fc.constantFrom('p', 'p', 'p', 'p', 'p', 'p', 'q', ''),
      plan: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'b', 'gone'),
      unit: fc.constantFrom('', 'x', 'y'),
      has: fc.constantFrom('imsi#0', 'imsi#1', 'imsi#2'),
      property: fc.constantFrom<readonly [string, string]>(
        ['colour', 'red'],
        ['colour', 'green'],
        ['colour', ''],
        ['sensors', '1'],
        ['sensors', '3'],
      ),
    })
    .map(({ at, state, readyDays, changes, payer, plan, unit, has, property, addOn, topUp }) => {
      if (changes === 'end') return { at, state: 'terminated', payer: '' };
      if (changes === 'addOn') return { at, addOn };
      if (changes === 'topUp') return { at, topUp: `${topUp}:${at.replaceAll(':', '')}` };
      if (changes === 'property') return { at, property };
      if (changes === 'identifier') return { at, has };
      return {
        at,
        ...(changes === 'plan' ? {} : { state, readyDays }),
        ...(changes === 'state' ? {} : { payer, plan, unit }),
      };
    });
}

const SERVICES = ['data', 'data', 'data', 'sms', 'voice', 'event:door'] as const;
const DIRECTIONS = ['mo', 'mt'] as const;
const octets = fc.oneof(
  fc.constantFrom(0, 0, 1, 999, 1_000, 1_001),
  fc.nat(4_000),
  fc.constantFrom(5_000_000, 3_000_000_000),
);
function useIn(of: Frame): fc.Arbitrary<Use> {
  return fc.record({
    at: instantIn(of),
    service: fc.constantFrom(...SERVICES),
    direction: fc.constantFrom(...DIRECTIONS),
    network: fc.constantFrom('DEU01', 'DEU01', 'FRA02', 'USA03', 'JPN04'),
    apn: fc.constantFrom('', 'iot'),
    technology: fc.constantFrom('', 'lte'),
    slice: fc.constantFrom('', '', '1-0000AB'),
    fiveQi: fc.constantFrom('', '', '9'),
    ratingGroup: fc.constantFrom('', '', '100', '200'),
    called: fc.constantFrom('', '', '3312345', '3368123', '7495', '49'),
    bytes: octets,
    up: fc.oneof(fc.constant(0), octets),
    down: fc.oneof(fc.constant(0), octets),
    seconds: fc.oneof(fc.constantFrom(0, 1, 59, 60, 61), fc.nat(250)),
    count: fc.nat(3),
    session: fc.nat(2),
    amount: fc.oneof(
      fc.constant(undefined),
      fc.tuple(
        fc.nat(3_000_000),
        fc.constantFrom('EUR/6', 'USD/6', 'XDR/3', 'XDR/3 EUR 1.21387', 'EUR/3 USD 1.1', 'XDR/3 USD 1.4'),
      ),
    ),
  });
}

/** More of a call or session, where an event is of three pieces: a minute later, or a minute less or more than a day. */
function partialsOf(use: Use): Use[] {
  if (use.count !== 3) return [];
  const after = [60, 86_340, 86_460][use.session ?? 0]!;
  return [{ ...use, at: isoInstant(instantOf(use.at, 'UTC') + after), bytes: 500, seconds: 45 }];
}

/** Usage of an identifier: events, some told twice and differently, some in two partial records, or the sums of days or months. */
function usesIn(of: Frame): fc.Arbitrary<Use[]> {
  const events = fc
    .array(fc.tuple(useIn(of), fc.constantFrom('once', 'once', 'once', 'twice')), { minLength: 1, maxLength: 9 })
    .map((all): Use[] => [
      ...all.map(([use], place) => ({ ...use, event: `e${place}` })),
      ...all.flatMap(([use, times], place) => (times === 'twice' ? [{ ...use, bytes: 77, event: `e${place}` }] : [])),
      ...all.flatMap(([use], place) => partialsOf(use).map((each) => ({ ...each, event: `p${place}` }))),
    ]);
  const sums = fc
    .array(fc.tuple(useIn(of), dateIn(of)), { minLength: 1, maxLength: 6 })
    .map((all): Use[] =>
      all.map(([use, at]) => ({ ...use, at, precision: 'day', event: `${at} ${use.service} ${use.network}` })),
    );
  const months = sums.map((all): Use[] =>
    all.map((use) => {
      const at = `${use.at.slice(0, 8)}01`;
      return { ...use, at, precision: 'month', event: `${at} ${use.service} ${use.network}` };
    }),
  );
  return fc.oneof({ weight: 8, arbitrary: events }, { weight: 2, arbitrary: sums }, months);
}

/** Days on which lives begin before the frame does: also at the end of a month, where others are shorter. */
const longAgo = fc.constantFrom('2021-05-05', '2021-05-05', '2022-12-31', '2023-10-30');

/** Some subscriptions with their lives and usage, most of them active all the time from long ago on. */
export function simsIn(of: Frame): fc.Arbitrary<Sim[]> {
  const life = fc.record({
    begins: fc.oneof({ weight: 4, arbitrary: longAgo }, instantIn(of)),
    state: fc.constantFrom(...FIRST_STATES),
    readyDays,
    plan: fc.constantFrom('a', 'a', 'b'),
    unit: fc.constantFrom('', 'x', 'y'),
    turns: fc.array(turnIn(of), { maxLength: 3 }),
    uses: usesIn(of),
  });
  return fc.array(life, { minLength: 1, maxLength: 4 }).map((all) =>
    all.map(({ begins, state, readyDays, plan, unit, turns, uses }, place) => ({
      id: `${place}`,
      turns: [{ at: begins, plan, unit, ...(state === 'none' ? {} : { state, readyDays }) }, ...turns],
      uses,
    })),
  );
}

/** Pools the account names, mostly none. */
export function poolsIn(of: Frame): fc.Arbitrary<AccountPool[]> {
  const pool = fc
    .record({
      pool: fc.constantFrom('red', 'blue'),
      plan: fc.constantFrom('a', 'b'),
      days: fc.uniqueArray(fc.oneof(fc.constant('2020-01-01'), dateIn(of)), { minLength: 2, maxLength: 2 }),
      isOpen: fc.boolean(),
    })
    .map(({ pool: name, plan, days, isOpen }): AccountPool => {
      const [from = '', until = ''] = days.sort();
      return { pool: name, plan, from, until: isOpen ? '' : until };
    });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<AccountPool[]>([]) },
    fc.array(pool, { minLength: 1, maxLength: 2 }),
  );
}

/** Of invoices: mostly that of the price lists. */
const invoice = fc.constantFrom(
  ...Array<undefined>(5).fill(undefined),
  { currency: 'JPY', rate: '160.27' },
  { currency: 'KWD', rate: '0.3347' },
  { currency: 'CHF', rate: '0.95' },
);

const NEVER = Number.MAX_SAFE_INTEGER;
function cutOffIn(of: Frame): fc.Arbitrary<number> {
  const { from, until } = spanOf(of);
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(NEVER) },
    fc.constantFrom(startOfDay(until, of.zone), startOfDay(from, of.zone), startOfDay(until, of.zone) - 1),
    instantIn(of).map((at) => instantOf(at, of.zone)),
  );
}

/** Some worlds of one frame and catalogue. Reading a catalogue takes longer than a world does, so that several share it. */
export const arbitraryWorlds = (stacks: Stacks): fc.Arbitrary<World[]> =>
  arbitraryFrame.chain((of) =>
    fc
      .tuple(arbitraryCatalog(datesIn(of), stacks), fc.array(arbitraryFleet(of), { minLength: 4, maxLength: 16 }))
      .map(([catalog, fleets]) =>
        fleets.map((fleet): World => {
          return { ...of, billedFrom: '', ...fleet, catalog: agreedIn(catalog, fleet.invoice?.currency) };
        }),
      ),
  );

/** A catalogue where all that is agreed on invoices is in their currency: commitments of the plans are not (decision 35). */
function agreedIn(catalog: Catalog, currency: string | undefined): Catalog {
  if (currency === undefined) return catalog;
  const agreements = catalog.agreements.map((each) => ({ ...each, currency }));
  const plans = catalog.plans.map((plan) => {
    return { ...plan, versions: plan.versions.map((version) => ({ ...version, commitments: [] })) };
  });
  return { ...catalog, plans, agreements };
}

const arbitraryFleet = (of: Frame) =>
  fc
    .record({
      sims: simsIn(of),
      pools: poolsIn(of),
      orders: ordersOf(of),
      invoice,
      usageCutOff: cutOffIn(of),
      chargeCutOff: cutOffIn(of),
    })
    .map(({ orders, ...rest }) => ({
      ...rest,
      facts: [
        ...rest.sims.flatMap((sim, place) => recordedTurns(sim, of.zone, place + 1)),
        ...orders.map((fact, index) => ({ position: 50, index, fact })),
      ],
    }));

/** The facts of a subscription's life, recorded at a position; its identifier is its own from 2020 on, until another takes it. */
function recordedTurns({ id, turns }: Sim, zone: string, position: number): RecordedFact[] {
  return factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}`, payer: '' }, ...turns], zone, position);
}
