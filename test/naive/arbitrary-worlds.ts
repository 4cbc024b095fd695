import fc from 'fast-check';
import type { RecordedFact } from '#shared/inventory/fact.ts';
import { addDays, daysBetween, isoInstant, startOfDay } from '#shared/time/local-date.ts';
import { periodOfMonth } from '#shared/time/period.ts';
import type { Sim } from '../billing/chain.ts';
import { factsOf, type Turn, type Use } from '../rating/fleet.ts';
import { arbitraryCatalog } from './arbitrary-plans.ts';
import type { World } from './world.ts';

/** Zones of summer time by night, by midnight, of half an hour, on the other side of the date line, and without. */
const ZONES = ['Europe/Berlin', 'Europe/Berlin', 'America/New_York', 'Africa/Cairo', 'America/Havana', 'Atlantic/Azores', 'Pacific/Auckland', 'Australia/Lord_Howe', 'UTC'];
const MONTHS = [['2024-02'], ['2024-02', '2024-03'], ['2026-03'], ['2026-03'], ['2026-03', '2026-04'], ['2026-10'], ['2026-10', '2026-11'], ['2028-02']];
/** Days on which something special happens in one of the zones. */
const SPECIAL = ['2024-02-29', '2024-03-01', '2026-03-01', '2026-03-08', '2026-03-16', '2026-03-29', '2026-10-04', '2026-10-25', '2026-10-30', '2026-11-01'];

/** Where and when. */
interface Frame {
  readonly zone: string;
  readonly months: readonly string[];
  readonly billingDay: number;
}
const frame: fc.Arbitrary<Frame> = fc.record({
  zone: fc.constantFrom(...ZONES),
  months: fc.constantFrom(...MONTHS),
  billingDay: fc.constantFrom(1, 1, 1, 1, 15, 29, 31),
});

function spanOf({ months, billingDay }: Frame) {
  return { from: periodOfMonth(months[0]!, billingDay).from, until: periodOfMonth(months.at(-1)!, billingDay).until };
}

/** Days of the periods, and near them: often their edges and days on which the clocks change. */
function datesIn(of: Frame): string[] {
  const { from, until } = spanOf(of);
  const special = SPECIAL.filter((date) => date >= from && date <= until);
  const all = Array.from({ length: daysBetween(from, until) + 4 }, (_, day) => addDays(from, day - 2));
  const edges = [from, until, addDays(until, -1), ...special];
  return [...all, ...Array.from({ length: Math.ceil(all.length / edges.length / 2) }, () => edges).flat()];
}
const dateIn = (of: Frame) => fc.constantFrom(...datesIn(of));

/** An instant of such a day: often its first or last second, or an hour in which clocks change. */
function instantIn(of: Frame): fc.Arbitrary<string> {
  const second = fc.oneof(fc.constantFrom(0, 0, -1, 1, 3_600, 7_200, 43_200, 86_399), fc.nat(86_399));
  return fc.tuple(dateIn(of), second).map(([date, after]) => isoInstant(startOfDay(date, of.zone) + after));
}

const STATES = ['active', 'active', 'active', 'suspended', 'suspended', 'terminated', 'test', 'ready'] as const;
function turnIn(of: Frame): fc.Arbitrary<Turn> {
  return fc
    .record({
      at: fc.oneof(instantIn(of), dateIn(of)),
      state: fc.constantFrom(...STATES),
      changes: fc.constantFrom('state', 'state', 'plan', 'plan', 'both', 'identifier'),
      payer: fc.constantFrom('p', 'p', 'p', 'p', 'p', 'p', 'q', ''),
      plan: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'b', 'gone'),
      unit: fc.constantFrom('', 'x', 'y'),
      has: fc.constantFrom('imsi#0', 'imsi#1', 'imsi#2'),
    })
    .map(({ at, state, changes, payer, plan, unit, has }) => {
      if (changes === 'identifier') return { at, has };
      return { at, ...(changes === 'plan' ? {} : { state }), ...(changes === 'state' ? {} : { payer, plan, unit }) };
    });
}

const octets = fc.oneof(fc.constantFrom(0, 0, 1, 999, 1_000, 1_001), fc.nat(4_000), fc.constantFrom(5_000_000, 3_000_000_000));
function useIn(of: Frame): fc.Arbitrary<Use> {
  return fc.record({
    at: instantIn(of),
    service: fc.constantFrom('data' as const, 'data' as const, 'data' as const, 'sms' as const, 'voice' as const, 'event:door' as const),
    direction: fc.constantFrom('mo' as const, 'mt' as const),
    network: fc.constantFrom('DEU01', 'DEU01', 'FRA02', 'USA03', 'JPN04'),
    apn: fc.constantFrom('', 'iot'),
    technology: fc.constantFrom('', 'lte'),
    bytes: octets,
    up: fc.oneof(fc.constant(0), octets),
    down: fc.oneof(fc.constant(0), octets),
    seconds: fc.oneof(fc.constantFrom(0, 1, 59, 60, 61), fc.nat(250)),
    count: fc.nat(3),
    session: fc.nat(2),
  });
}

/** Usage of an identifier: events, some told twice and differently, or the sums of days. */
function usesIn(of: Frame): fc.Arbitrary<Use[]> {
  const events = fc
    .array(fc.tuple(useIn(of), fc.constantFrom('once', 'once', 'once', 'twice')), { minLength: 1, maxLength: 9 })
    .map((all): Use[] => [
      ...all.map(([use], place) => ({ ...use, event: `e${place}` })),
      ...all.flatMap(([use, times], place) => (times === 'twice' ? [{ ...use, bytes: 77, event: `e${place}` }] : [])),
    ]);
  const sums = fc
    .array(fc.tuple(useIn(of), dateIn(of)), { minLength: 1, maxLength: 6 })
    .map((all): Use[] => all.map(([use, at]) => ({ ...use, at, precision: 'day', event: `${at} ${use.service} ${use.network}` })));
  return fc.oneof({ weight: 4, arbitrary: events }, sums);
}

function simsIn(of: Frame): fc.Arbitrary<Sim[]> {
  const life = fc.record({
    begins: fc.oneof({ weight: 4, arbitrary: fc.constant('2021-05-05') }, instantIn(of)),
    state: fc.constantFrom('active' as const, 'active' as const, 'active' as const, 'active' as const, 'active' as const, 'ready' as const, 'none' as const),
    plan: fc.constantFrom('a', 'a', 'b'),
    unit: fc.constantFrom('', 'x', 'y'),
    turns: fc.array(turnIn(of), { maxLength: 3 }),
    uses: usesIn(of),
  });
  return fc.array(life, { minLength: 1, maxLength: 4 }).map((all) =>
    all.map(({ begins, state, plan, unit, turns, uses }, place) => ({
      id: `${place}`,
      turns: [{ at: begins, plan, unit, ...(state === 'none' ? {} : { state }) }, ...turns],
      uses,
    })),
  );
}

const NEVER = Number.MAX_SAFE_INTEGER;
function cutOffIn(of: Frame): fc.Arbitrary<number> {
  const { from, until } = spanOf(of);
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(NEVER) },
    fc.constantFrom(startOfDay(until, of.zone), startOfDay(from, of.zone), startOfDay(until, of.zone) - 1),
    instantIn(of).map((at) => Math.floor(Date.parse(at) / 1000)),
  );
}

/** Some worlds of one frame and catalogue. Reading a catalogue takes longer than a world does, so that several share it. */
export const arbitraryWorlds: fc.Arbitrary<World[]> = frame.chain((of) =>
  fc
    .tuple(arbitraryCatalog(datesIn(of)), fc.array(arbitraryFleet(of), { minLength: 4, maxLength: 16 }))
    .map(([catalog, fleets]) => fleets.map((fleet): World => ({ catalog, ...of, ...fleet }))),
);

const arbitraryFleet = (of: Frame) =>
  fc
    .record({ sims: simsIn(of), usageCutOff: cutOffIn(of), chargeCutOff: cutOffIn(of) })
    .map((rest) => ({ ...rest, facts: rest.sims.flatMap((sim, place) => turnsOf(sim, of.zone, place + 1)) }));

/** The facts of a subscription's life, recorded at a position; its identifier is its own from 2020 on, until another takes it. */
export function turnsOf({ id, turns }: Sim, zone: string, position: number): RecordedFact[] {
  return factsOf(id, [{ at: '2020-01-01', has: `imsi#${id}`, payer: '' }, ...turns], zone, position);
}
