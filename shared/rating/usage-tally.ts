import type { Measure, UsageCharge } from '#shared/catalog/catalog.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type ApartUsage, type ChargeUsage, COUNTS, type PeriodCounts } from './charge-usage.ts';
import { idInPlan } from './charge-variant.ts';
import type { DayTable } from './day-table.ts';
import { judge } from './judge-usage.ts';
import { countOf, type Match } from './match-charge.ts';
import type { PlanTerms } from './plan-terms.ts';
import { sumKey } from './pools/partial-sums.ts';

import { routeOf } from './pools/pool-key.ts';
import { looksAtRecords } from './record-terms.ts';

import type { ScopedRecord } from './rounding-scope.ts';
import type { Segment } from './segments.ts';
import type { Moment } from './terms-clock.ts';

/** What records of some keys and segments are counted under: a charge in a zone, or a word for why none. */
export interface Tally {
  /** Number of the subscription it was last cleared for. */
  turn: number;
  /** Place in MEASURES. */
  readonly measure: number;
  /** What each record counts: what a property says where one is measured, else one. */
  readonly each: number;
  /** Increments each record is raised to by itself. */
  readonly first: number;
  readonly next: number;
  /** Records that wait for others before they are raised to increments, unless each is raised by itself. */
  readonly scoped: ScopedRecord[] | undefined;
  readonly counts: PeriodCounts;
  /** Quantities by day. */
  readonly quantities: Float64Array;
  /** The charge, or why there is none; neither where somebody else pays. */
  readonly charged: ChargeUsage | undefined;
  readonly apart: ApartUsage | undefined;
}

/** What a charge may count, in the order a tally knows it by. */
export const MEASURES: readonly Measure[] = [
  'bytes',
  'bytesUp',
  'bytesDown',
  'seconds',
  'records',
  'count',
  'property',
  'amount',
];

const NO_TERMS = {};

/** The tallies of a payer. What a usage key comes to under some terms is decided once, for all subscriptions. */
export class TallyBook {
  /** Those the present subscription has used. */
  used: Tally[] = [];
  /** For usage that somebody else pays. */
  readonly ignored: Tally;
  private readonly days: DayTable;
  private turn = 0;
  private readonly charged = new Map<string, Tally[]>();
  private readonly apart = new Map<string, Tally>();
  /** State, business unit, moment, properties, and whether it would have to be split → terms → usage key. Keys and terms are let go with whoever made them. */
  private readonly decided = new Map<string, WeakMap<object, WeakMap<UsageKey, Tally>>>();

  constructor(days: DayTable) {
    this.days = days;
    this.ignored = this.tallyApart('');
  }

  /** Begins a subscription. */
  begin(): void {
    this.turn++;
    this.used = [];
  }

  /** The tally for usage of a key in a segment the payer pays, with nothing in it when the subscription has not used it yet. */
  open(segment: Segment, key: UsageKey, moment: Moment, isSplit: boolean): Tally {
    const tally = this.tallyOf(segment, key, moment, isSplit);
    if (tally.turn === this.turn) return tally;
    tally.turn = this.turn;
    tally.counts.fill(0);
    tally.quantities.fill(0);
    tally.charged?.late.fill(0);
    if (tally.charged !== undefined) tally.charged.lateAmounts.length = 0;
    if (tally.scoped !== undefined) tally.scoped.length = 0;
    if (tally.charged?.records !== undefined) tally.charged.records.length = 0;
    this.used.push(tally);
    return tally;
  }

  private tallyOf(segment: Segment, key: UsageKey, moment: Moment, isSplit: boolean): Tally {
    const place = `${placeOf(segment, moment)}${isSplit ? ' split' : ''}`;
    const terms = segment.terms ?? NO_TERMS;
    const byTerms = this.decided.get(place) ?? new WeakMap<object, WeakMap<UsageKey, Tally>>();
    const byKey = byTerms.get(terms) ?? new WeakMap<UsageKey, Tally>();
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const tally = this.decide(segment, key, judge(segment, key, moment, isSplit));
    this.decided.set(place, byTerms.set(terms, byKey.set(key, tally)));
    return tally;
  }

  private decide(
    { businessUnit, terms: planTerms, addOns, properties }: Segment,
    usageKey: UsageKey,
    match: Match,
  ): Tally {
    if (match.outcome !== 'charge') return this.tallyApart(match.outcome === 'free' ? 'free' : match.reason);
    const { terms, charge, order, zone } = match;
    const amountUnit = charge.measure === 'amount' ? usageKey.amountUnit : '';
    const its = { terms, businessUnit, charge, order, zone, amountUnit };
    const stack = ownStack(terms, charge, terms === planTerms ? addOns : NO_ADD_ONS);
    const key = sumKey(businessUnit, its.terms.plan, its.terms.version.from, charge.id, zone);
    const same = this.charged.get(key) ?? [];
    this.charged.set(key, same);
    const each = charge.measure === 'property' ? (countOf(properties, charge.property) ?? 0) : 1;
    const known = same.find(
      ({ charged: one, ...tally }) => one?.amountUnit === amountUnit && tally.each === each && isSame(one.stack, stack),
    );
    if (known !== undefined) return known;
    const route = routeOf(its.terms, charge, businessUnit);
    const { counts, quantities } = this.numbers();
    const name = `${its.terms.plan}/${idInPlan(charge.id)}`;
    const records = looksAtRecords(charge) ? [] : undefined;
    const late = new Float64Array(this.days.periods.length);
    const charged = { ...its, key, name, stack, route, quantities, counts, late, lateAmounts: [], records };
    const isScoped = charge.rounding !== 'record' || records !== undefined;
    const tally: Tally = {
      turn: 0,
      measure: MEASURES.indexOf(charge.measure),
      each,
      first: isScoped ? 1 : Number(charge.increment.first),
      next: isScoped ? 1 : Number(charge.increment.next),
      scoped: isScoped ? [] : undefined,
      counts,
      quantities,
      charged,
      apart: undefined,
    };
    same.push(tally);
    return tally;
  }

  private tallyApart(word: string): Tally {
    const known = this.apart.get(word);
    if (known !== undefined) return known;
    const numbers = this.numbers();
    const apart = { word, counts: numbers.counts };
    const tally: Tally = {
      turn: 0,
      measure: 0,
      each: 0,
      first: 1,
      next: 1,
      scoped: undefined,
      ...numbers,
      charged: undefined,
      apart,
    };
    this.apart.set(word, tally);
    return tally;
  }

  private numbers() {
    return {
      counts: new Float64Array(this.days.periods.length * COUNTS),
      quantities: new Float64Array(this.days.dates.length),
    };
  }
}

/** All that decides what usage of a key is counted under, but for the key and the terms. */
function placeOf({ state, businessUnit, terms, addOns, properties }: Segment, { name }: Moment): string {
  if (addOns.length > 0) return placeWithAddOns({ state, businessUnit, terms, addOns, properties }, name);
  const place = `${state} ${businessUnit}`;
  if (terms === undefined || (name === '' && terms.properties.length === 0)) return place;
  return JSON.stringify([place, name, ...terms.properties.map((property) => properties.get(property) ?? '')]);
}

type Deciding = Pick<Segment, 'state' | 'businessUnit' | 'terms' | 'addOns' | 'properties'>;

function placeWithAddOns({ state, businessUnit, terms, addOns, properties }: Deciding, moment: string): string {
  const asked = [...(terms?.properties ?? []), ...addOns.flatMap((each) => each.properties)];
  const ids = addOns.map(({ plan, version }) => [plan, version.from]);
  return JSON.stringify([state, businessUnit, moment, ids, asked.map((property) => properties.get(property) ?? '')]);
}

const NO_ADD_ONS: readonly PlanTerms[] = [];

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, place) => each === other[place]);
}

/**
 * What covers a charge before any pool, in the order of its stack: top-ups, then individual allowances, those of add-ons on top, then its own terms'.
 */
function ownStack(terms: PlanTerms, charge: UsageCharge, addOns: readonly PlanTerms[]): string[] {
  const all = [...addOns, terms];
  return [...all.flatMap((each) => boughtFor(each, charge)), ...all.flatMap((each) => individualOf(each, charge))];
}

/** What may be bought for a charge: on top of every stack (pricing rules §4). */
function boughtFor({ plan, version: { topUps = [] } }: PlanTerms, charge: UsageCharge): string[] {
  return topUps.filter(({ covers }) => covers.includes(idInPlan(charge.id))).map(({ id }) => `${plan}/${id}`);
}

function individualOf({ plan, version, toldApart: { allowances: behind } }: PlanTerms, charge: UsageCharge): string[] {
  return version.allowances.flatMap(({ kind, id, covers }) =>
    kind === 'individual' && covers.includes(idInPlan(charge.id)) && !behind.has(id) ? [`${plan}/${id}`] : [],
  );
}
