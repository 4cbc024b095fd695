import type { Period } from '#shared/time/period.ts';
import { consume, sizeOf, type UsageBucket } from './allowance.ts';
import { type PricedAmounts, priceAmounts } from './amounts.ts';
import { type ChargeUsage, hasRecords } from './charge-usage.ts';
import type { DayTable } from './day-table.ts';
import { pricedAtZero } from './flat-at-zero.ts';
import { inOrderOfExpiry, offerOf } from './holdings/bought.ts';
import type { CarryOverTerms } from './holdings/carry-over.ts';
import { type LeftAllowances, NOTHING_LEFT, whatIsLeft, withCarried } from './holdings/held-allowance.ts';
import { type Holdings, NOTHING_HELD } from './holdings/holdings.ts';
import { holdingsIn } from './holdings/lasting.ts';
import { type MeasuredPeriod, type MeasureScope, quantitiesIn, totalIn } from './measure-subscription.ts';
import { type Member, memberOf } from './pools/member.ts';
import { sumKey } from './pools/partial-sums.ts';
import { isHandedOn, poolKey } from './pools/pool-key.ts';
import type { CoveredUsage, PoolContribution, PoolDraw, PricedUsage } from './priced-usage.ts';
import { isPricedByRecord, priceOfRecord, usageOfPart } from './record-terms.ts';
import type { AllowanceShare } from './recurring/standing-charges.ts';
import { type Counted, countedParts, NOT_OVER, pricedCount, type TierPart, tierParts } from './tier-parts.ts';

/** Usage of one charge on one day, with the measured usage it is part of. */
export interface MeasuredBucket extends UsageBucket {
  readonly of: ChargeUsage;
  /** Place of its day in the table. */
  readonly dayAt: number;
}

/** What one subscription owes by itself in a period, and what it hands on to pools. */
export interface PricedPeriod extends LeftAllowances {
  readonly covered: readonly CoveredUsage[];
  readonly priced: readonly PricedUsage[];
  /** Amounts that charges take a percentage of. */
  readonly amounts: readonly PricedAmounts[];
  readonly contributions: readonly PoolContribution[];
  readonly drawn: readonly PoolDraw[];
  /** What of its usage is told apart when pools are settled; of most nothing. */
  readonly member: Member | undefined;
}

/** The same, while it is worked out. */
interface OpenPeriod {
  readonly covered: CoveredUsage[];
  readonly priced: PricedUsage[];
  drawn: PoolDraw[];
}

/** Prices the periods of a subscription one after the other, each with what the one before left; `opening` is what the first begins with. */
export function priceInTurn(
  periods: readonly MeasuredPeriod[],
  { days, billingDay }: Pick<MeasureScope, 'days' | 'billingDay'>,
  opening: Holdings,
): PricedPeriod[] {
  let held = opening;
  return periods.map((measured) => {
    const period = days.periods[measured.place] as Period;
    const priced = pricePeriod(measured, days, held.size === 0 ? held : holdingsIn(held, period, billingDay));
    held = priced.left;
    return priced;
  });
}

/**
 * Applies a subscription's own allowances to its usage, and prices what tiers count by subscription (pricing rules §4 and §5). What draws on a
 * pool, or is counted over the account, is handed on. `opening`: what was carried into the period.
 */
export function pricePeriod(measured: MeasuredPeriod, days: DayTable, opening: Holdings): PricedPeriod {
  const { place, usage, standing, isOver, bought } = measured;
  const own = ownAllowances(standing.allowances);
  const { sizes, contributions } = own;
  const isHeld = own.carryOver.size > 0 || opening.size > 0 || bought.length > 0;
  const holdings = isHeld ? withCarried(sizes, opening, bought) : undefined;
  const period: OpenPeriod = { covered: [], priced: [], drawn: [] };
  const competing: ChargeUsage[] = [];
  const ofAmounts: ChargeUsage[] = [];
  let told = NO_USAGE;
  for (const each of usage) {
    if (!hasRecords(each, place)) continue;
    if (each.records !== undefined && !isPricedByRecord(each.charge)) payFees(period, each, place);
    if (each.route.told !== undefined) told = [...told, each];
    if (each.amountUnit !== '') ofAmounts.push(each);
    else if (isHandedOn(each.route) && each.route.cap < 0n && each.stack.length === 0) {
      for (const { dayAt, quantity } of quantitiesIn(days, place, each))
        period.drawn.push({ of: each, dayAt, quantity, isBeyondCap: false });
    } else if (!(isHeld && each.stack.length > 0) && isAlone(each, usage, place)) {
      priceAlone(period, each, totalIn(days, place, each), sizes, isOver);
    } else competing.push(each);
  }
  const left = competing.length > 0 ? priceCompeting(period, competing, days, measured, sizes, holdings) : holdings;
  const { amounts, paid } = ofAmounts.length === 0 ? NO_AMOUNTS : priceAmounts(ofAmounts, days, place);
  period.priced.push(...paid);
  if (measured.atZero.length > 0) period.priced.push(...pricedAtZero(measured.atZero, period.priced, isOver));
  const rest = isHeld
    ? whatIsLeft(own, opening, bought, left ?? NOTHING_HELD, days.periods[place] as Period, isOver)
    : NOTHING_LEFT;
  const member = told.length === 0 ? undefined : toldMember(period, measured, told, sizes, days);
  return { contributions, amounts, ...period, ...rest, member };
}

/** A subscription of which some usage is told apart; what does not come straight to a pool is in nobody's sums. */
function toldMember(
  period: OpenPeriod,
  { subscription }: MeasuredPeriod,
  told: readonly ChargeUsage[],
  sizes: ReadonlyMap<string, bigint>,
  days: DayTable,
): Member {
  const { covered, drawn } = period;
  period.drawn = drawn.filter(({ of }) => of.route.pool !== '');
  return memberOf(subscription, told, covered, drawn, sizes, days);
}

const NO_USAGE: readonly ChargeUsage[] = [];
const NO_AMOUNTS = { amounts: [], paid: [] };

/**
 * Whether nothing else competes with a usage for an allowance, a tier or a pool: then the order of its days changes nothing, and the period
 * can be drawn at once.
 */
function isAlone(usage: ChargeUsage, usages: readonly ChargeUsage[], place: number): boolean {
  if (isHandedOn(usage.route) || isPricedByRecord(usage.charge)) return false;
  for (const other of usages) {
    if (other === usage || !hasRecords(other, place)) continue;
    if (other.name === usage.name) return false;
    for (const allowance of usage.stack) if (other.stack.includes(allowance)) return false;
  }
  return true;
}

function priceAlone(
  period: OpenPeriod,
  of: ChargeUsage,
  total: number,
  sizes: ReadonlyMap<string, bigint>,
  isOver: boolean,
): void {
  let over = BigInt(total);
  for (const allowance of of.stack) {
    if (over === 0n) return;
    const size = sizes.get(allowance) ?? 0n;
    const quantity = size < over ? size : over;
    over -= quantity;
    if (quantity > 0n) period.covered.push({ of, quantity });
  }
  const priced = pricedCount(of.charge, over);
  for (const { tier, quantity, entered } of tierParts(of.charge, 0n, priced, isOver ? priced : NOT_OVER)) {
    period.priced.push({ of, tier, quantity, entered });
  }
}

/** Usages that draw on the same allowances or tiers do so day by day. */
function priceCompeting(
  period: OpenPeriod,
  usages: readonly ChargeUsage[],
  days: DayTable,
  { place, isOver }: MeasuredPeriod,
  sizes: ReadonlyMap<string, bigint>,
  held: Holdings | undefined,
): Holdings {
  const counted: CountedUsage[] = [];
  const buckets = usages.flatMap((usage) => bucketsOf(usage, days, place));
  const holdings = held ?? new Map([...sizes].map(([allowance, size]) => [allowance, sizeOf(size)]));
  const toPools: PoolDraw[] = [];
  const consumed = consume(holdings, stackIn(holdings), buckets);
  for (const { bucket, covered, over } of consumed.buckets) {
    const { of } = bucket;
    for (const { quantity } of covered) period.covered.push({ of, quantity });
    const { charge } = of;
    const isRecord = isPricedByRecord(charge);
    if (over === 0n && !isRecord) continue;
    const counter = charge.count === 'record' ? `${of.name} ${counted.length}` : of.name;
    if (!isHandedOn(of.route)) counted.push({ of, charge, counter, quantity: over, isRecord });
    else toPools.push({ of, dayAt: bucket.dayAt, quantity: over, isBeyondCap: false });
  }
  period.drawn.push(...withinCaps(toPools));
  period.priced.push(...priceCounted(counted, isOver));
  return consumed.left;
}

/** What usage draws on: top-ups that there are, then the rest of its stack. */
function stackIn(holdings: Holdings): (bucket: MeasuredBucket) => readonly string[] {
  const bought = inOrderOfExpiry(holdings);
  if (bought.length === 0) return ({ of }) => of.stack;
  return ({ of }) => [...bought.filter((name) => of.stack.includes(offerOf(name))), ...of.stack];
}

/** Draws in order of consumption, cut where a subscription has drawn on a pool what it may. */
function withinCaps(draws: readonly PoolDraw[]): PoolDraw[] {
  const drawn = new Map<string, bigint>();
  return draws.flatMap((draw) => {
    const { pool, cap } = draw.of.route;
    if (cap < 0n) return [draw];
    const counter = `${draw.of.terms.plan}/${pool}`;
    const before = drawn.get(counter) ?? 0n;
    drawn.set(counter, before + draw.quantity);
    const room = cap > before ? cap - before : 0n;
    if (room >= draw.quantity) return [draw];
    const beyond = { ...draw, quantity: draw.quantity - room, isBeyondCap: true };
    return room === 0n ? [beyond] : [{ ...draw, quantity: room }, beyond];
  });
}

function bucketsOf(of: ChargeUsage, days: DayTable, place: number): MeasuredBucket[] {
  const { terms, businessUnit, charge, order, zone } = of;
  const { plan, version } = terms;
  const bucket = { of, chargeOrder: order, version: version.from, plan, charge: charge.id, zone, businessUnit };
  if (of.records !== undefined && isPricedByRecord(charge)) {
    const records = of.records.filter(({ period }) => period === place);
    return records.map(({ at, day, quantity }) => {
      return { ...bucket, dayAt: day, day: days.dates[day] as string, at, quantity: BigInt(quantity) };
    });
  }
  return quantitiesIn(days, place, of).map(({ dayAt, quantity }) => {
    return { ...bucket, dayAt, day: days.dates[dayAt] as string, quantity };
  });
}

/** What allowances come to in a period: how much there is of a subscription's own, and what it adds to pools. */
interface OwnAllowances {
  readonly sizes: ReadonlyMap<string, bigint>;
  readonly contributions: readonly PoolContribution[];
  /** How the subscription's own allowances move on what they leave; of most there is none. */
  readonly carryOver: ReadonlyMap<string, CarryOverTerms>;
}

const NO_CARRY_OVER: ReadonlyMap<string, CarryOverTerms> = new Map();

const known = new WeakMap<readonly AllowanceShare[], OwnAllowances>();

/** The allowances of some shares: worked out once, since subscriptions that do not change share them. */
function ownAllowances(shares: readonly AllowanceShare[]): OwnAllowances {
  const there = known.get(shares);
  if (there !== undefined) return there;
  const contributions: PoolContribution[] = [];
  const sizes = new Map<string, bigint>();
  const carried = new Map<string, CarryOverTerms>();
  for (const { terms, allowance, businessUnit, size, days, memberDays, carryOver } of shares) {
    const id = `${terms.plan}/${allowance.id}`;
    if (carryOver !== undefined) carried.set(id, carryOver);
    if (allowance.kind === 'individual') sizes.set(id, (sizes.get(id) ?? 0n) + size);
    else {
      const named = sumKey(terms.plan, terms.version.from);
      const key = sumKey(businessUnit, named, allowance.size, allowance.proration);
      const pool = poolKey(allowance, businessUnit);
      contributions.push({ pool, businessUnit, size, key, days, terms: named, memberDays });
    }
  }
  const made = { sizes, contributions, carryOver: carried.size === 0 ? NO_CARRY_OVER : carried };
  known.set(shares, made);
  return made;
}

/** Usage that is left when the allowances have taken theirs. */
interface CountedUsage extends Counted {
  readonly of: ChargeUsage;
  /** Whether it is one record, priced by itself. */
  readonly isRecord: boolean;
}

/** Puts usage into tiers in order of consumption; one count over all versions and zones of a charge id. */
function priceCounted(counted: readonly CountedUsage[], isOver: boolean): PricedUsage[] {
  const priced: { of: ChargeUsage; tier: number; quantity: bigint; entered: number; ofRecords?: bigint }[] = [];
  const add = (of: ChargeUsage, { tier, quantity, entered }: TierPart, ofRecord = 0n) => {
    const sum = priced.find((one) => one.of === of && one.tier === tier);
    if (sum === undefined) priced.push({ of, tier, quantity, entered, ...(ofRecord > 0n && { ofRecords: ofRecord }) });
    else {
      sum.quantity += quantity;
      sum.entered += entered;
      if (ofRecord > 0n) sum.ofRecords = (sum.ofRecords ?? 0n) + ofRecord;
    }
  };
  for (const { of: each, parts } of countedParts(counted, isOver)) {
    const { of, quantity } = each;
    const its = each.isRecord ? priceOfRecord(of.charge, quantity, parts) : { parts, paid: [] };
    for (const part of its.parts) add(of, part);
    for (const part of its.paid) add(usageOfPart(of, part), ONE_RECORD, part === 'fee' ? 0n : quantity);
  }
  return priced;
}

const ONE_RECORD: TierPart = { tier: 0, quantity: 1n, entered: 0 };

/** The connection fees of a charge that does not price each record by itself. */
function payFees(period: OpenPeriod, of: ChargeUsage, place: number): void {
  const records = (of.records ?? []).filter((record) => record.period === place).length;
  if (records > 0) period.priced.push({ of: usageOfPart(of, 'fee'), tier: 0, quantity: BigInt(records), entered: 0 });
}
