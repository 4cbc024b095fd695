import type { FleetFile, FleetRecord } from '../fleet.ts';
import { MONTHS, type Month } from './calendar.ts';
import { chargeableDays, type Inventory } from './inventory.ts';
import { type RatedRecord, sortRecords } from './records.ts';
import { CENT, PLAN_VERSION, PLANS, type Scaled, type UsageTerms } from './terms.ts';

/** What is owed for the fleet, line by line. */

export interface Line {
  readonly account: string;
  readonly businessUnit: string;
  readonly plan: string;
  readonly planVersion: string;
  readonly charge: string;
  readonly zone: string;
  /** From 1; 0 where the price has no tiers. */
  readonly tier: number;
  readonly periodFrom: string;
  /** Chargeable days of a fee; octets, seconds or pieces that are charged. */
  quantity: bigint;
  readonly unit: string;
  cents: bigint;
}
interface UsageRow {
  readonly account: string;
  readonly businessUnit: string;
  readonly plan: string;
  readonly charge: string;
  readonly zone: string;
  readonly periodFrom: string;
  records: number;
  /** After increments. */
  quantity: bigint;
  readonly unit: string;
}
interface Pool {
  readonly account: string;
  readonly pool: string;
  readonly periodFrom: string;
  size: bigint;
  used: bigint;
  over: bigint;
}
export interface Owed {
  readonly lines: Map<string, Line>;
  readonly usage: Map<string, UsageRow>;
  readonly pools: Pool[];
}
/** A record whose owner and terms are found. */

export function rounded(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function addLine(owed: Owed, line: Line): void {
  const { account, businessUnit, plan, charge, zone, tier, periodFrom } = line;
  const key = [account, businessUnit, periodFrom, plan, charge, zone, tier].join('|');
  const before = owed.lines.get(key);
  if (before !== undefined) throw new Error(`${key} is charged twice`);
  if (line.quantity !== 0n || line.cents !== 0n) owed.lines.set(key, line);
}

function addRecurring(owed: Owed, inventory: Inventory, period: Month, cutOff: number): void {
  const [begins, ends] = [period.days[0]!.from, period.days.at(-1)!.until];
  for (const [plan, terms] of Object.entries(PLANS)) {
    for (const charge of terms.recurring) {
      if ((charge.advance ? begins : ends) > cutOff) continue;
      const days = chargeableDays(inventory, period, charge.state).filter((each) => each.to.plan === plan);
      for (const [who, members] of Map.groupBy(days, (each) => `${each.to.payer}|${each.to.unit}`)) {
        const [account = '', businessUnit = ''] = who.split('|');
        const quantity = members.reduce((sum, each) => sum + each.days, 0n);
        const cents = rounded(charge.price * quantity, BigInt(period.days.length) * CENT);
        const identity = {
          account,
          businessUnit,
          plan,
          planVersion: PLAN_VERSION,
          charge: charge.id,
          zone: '',
          tier: 0,
          periodFrom: period.from,
        };
        addLine(owed, { ...identity, quantity, unit: 'day', cents });
      }
    }
  }
}

const UNITS = { data: 'B', sms: 'piece', voice: 'second' } as const;
const ofUnit = (rated: RatedRecord) => [rated.to.payer, rated.to.unit, rated.to.plan, rated.terms.id].join('|');
const total = (records: readonly RatedRecord[]) => records.reduce((sum, each) => sum + each.quantity, 0n);

function identityOf({ to, terms }: RatedRecord, periodFrom: string) {
  const plan = { plan: to.plan, planVersion: PLAN_VERSION, charge: terms.id, zone: terms.zone, periodFrom };
  return { account: to.payer, businessUnit: to.unit, ...plan, unit: UNITS[terms.service] };
}

function addUsage(owed: Owed, inventory: Inventory, period: Month, rated: readonly RatedRecord[]): void {
  for (const [key, records] of Map.groupBy(rated, ofUnit)) {
    owed.usage.set(`${period.from}|${key}`, {
      ...identityOf(records[0]!, period.from),
      records: records.length,
      quantity: total(records),
    });
  }
  addUncovered(
    owed,
    period,
    rated.filter((each) => !each.terms.covered),
  );
  const covered = rated.filter((each) => each.terms.covered);
  addIndividual(
    owed,
    inventory,
    period,
    covered.filter((each) => PLANS[each.to.plan]!.pool === ''),
  );
  addPooled(
    owed,
    inventory,
    period,
    covered.filter((each) => PLANS[each.to.plan]!.pool !== ''),
  );
}

function addUncovered(owed: Owed, period: Month, rated: readonly RatedRecord[]): void {
  for (const records of Map.groupBy(rated, ofUnit).values()) {
    const { terms } = records[0]!;
    const quantity = total(records);
    const cents = rounded(quantity * terms.tiers[0]!.price, terms.per * CENT);
    addLine(owed, { ...identityOf(records[0]!, period.from), tier: 0, quantity, cents });
  }
}

/** Lets usage draw on an allowance in order of day, charge and plan; answers what is left of each (plan, charge). */
function overage(size: bigint, period: Month, rated: readonly RatedRecord[]): Map<string, bigint> {
  const dayOf = (record: FleetRecord) => period.days.findIndex((day) => record.startedAt < day.until);
  const ordered = [...rated]
    .map((each) => ({ each, day: dayOf(each.record) }))
    .sort(
      (a, b) =>
        a.day - b.day ||
        a.each.order - b.each.order ||
        (a.each.to.plan < b.each.to.plan ? -1 : a.each.to.plan > b.each.to.plan ? 1 : 0),
    );
  const over = new Map<string, bigint>();
  let left = size;
  for (const { each } of ordered) {
    const taken = each.quantity < left ? each.quantity : left;
    left -= taken;
    const key = `${each.to.plan}|${each.terms.id}`;
    over.set(key, (over.get(key) ?? 0n) + each.quantity - taken);
  }
  return over;
}

/** An allowance of each subscription's own; tiers count per subscription, and each tier's amounts are summed exactly and rounded once. */
function addIndividual(owed: Owed, inventory: Inventory, period: Month, rated: readonly RatedRecord[]): void {
  const lengths = BigInt(period.days.length);
  const active = chargeableDays(inventory, period, 'active');
  const sums = new Map<string, { of: RatedRecord; part: TierPart }>();
  const owner = ({ subscription, to }: RatedRecord) => [subscription, to.payer, to.unit, to.plan].join('|');
  for (const records of Map.groupBy(rated, owner).values()) {
    const { subscription, to } = records[0]!;
    const mine = active.filter(
      (each) => each.subscription === subscription && each.to.payer === to.payer && each.to.plan === to.plan,
    );
    const days = mine.reduce((sum, each) => sum + each.days, 0n);
    const left = overage((PLANS[to.plan]!.allowance * days) / lengths, period, records);
    for (const [key, of] of Map.groupBy(records, ofUnit)) {
      for (const part of tierParts(of[0]!.terms, left.get(`${to.plan}|${of[0]!.terms.id}`) ?? 0n)) {
        const { quantity = 0n, amount = 0n } = sums.get(`${key}|${part.tier}`)?.part ?? {};
        const sum = { tier: part.tier, quantity: quantity + part.quantity, amount: amount + part.amount };
        sums.set(`${key}|${part.tier}`, { of: of[0]!, part: sum });
      }
    }
  }
  for (const { of, part } of sums.values()) {
    const cents = rounded(part.amount, of.terms.per * CENT);
    addLine(owed, { ...identityOf(of, period.from), tier: part.tier, quantity: part.quantity, cents });
  }
}

/** What of a quantity falls into a tier, and its price with the tier's fee, times what the price is for. */
interface TierPart {
  readonly tier: number;
  readonly quantity: bigint;
  readonly amount: Scaled;
}

function tierParts(terms: UsageTerms, quantity: bigint): TierPart[] {
  const parts: TierPart[] = [];
  let lower = 0n;
  for (const [index, tier] of terms.tiers.entries()) {
    if (quantity <= lower) break;
    const upper = quantity < tier.upTo ? quantity : tier.upTo;
    const amount = (upper - lower) * tier.price + tier.flat * terms.per;
    parts.push({ tier: index + 1, quantity: upper - lower, amount });
    lower = upper;
  }
  return parts;
}

/** A pool of what its members contribute; overage by plan and charge, rounded once for the whole pool, shared to units by usage. */
function addPooled(owed: Owed, inventory: Inventory, period: Month, rated: readonly RatedRecord[]): void {
  const pools = new Map<string, Pool>();
  const members = Map.groupBy(chargeableDays(inventory, period, 'active'), (each) =>
    [each.subscription, each.to.payer, each.to.plan].join('|'),
  );
  for (const member of members.values()) {
    const { to } = member[0]!;
    const { pool, allowance } = PLANS[to.plan]!;
    if (pool === '') continue;
    const key = `${to.payer}|${pool}`;
    const entry = pools.get(key) ?? { account: to.payer, pool, periodFrom: period.from, size: 0n, used: 0n, over: 0n };
    const days = member.reduce((sum, each) => sum + each.days, 0n);
    entry.size += (allowance * days) / BigInt(period.days.length);
    pools.set(key, entry);
  }
  for (const [key, records] of Map.groupBy(rated, (each) => `${each.to.payer}|${PLANS[each.to.plan]!.pool}`)) {
    const pool = pools.get(key)!;
    const left = overage(pool.size, period, records);
    pool.used = total(records);
    for (const [charge, of] of Map.groupBy(records, (each) => `${each.to.plan}|${each.terms.id}`)) {
      const over = left.get(charge) ?? 0n;
      pool.over += over;
      const { terms } = of[0]!;
      shareOut(owed, period, of, over, rounded(over * terms.tiers[0]!.price, terms.per * CENT));
    }
  }
  if (rated.length > 0) owed.pools.push(...pools.values());
}

function shareOut(owed: Owed, period: Month, records: readonly RatedRecord[], over: bigint, cents: bigint): void {
  const units = [...Map.groupBy(records, (each) => each.to.unit)].map(([id, of]) => ({ id, of, usage: total(of) }));
  units.sort((a, b) => (a.id < b.id ? -1 : 1));
  const quantities = largestRemainders(
    over,
    units.map((unit) => unit.usage),
  );
  const amounts = largestRemainders(cents, quantities);
  for (const [i, { of }] of units.entries()) {
    addLine(owed, { ...identityOf(of[0]!, period.from), tier: 0, quantity: quantities[i]!, cents: amounts[i]! });
  }
}

/** Parts of a whole in the ratio of the weights, by largest remainders; of equal remainders the earlier comes first. */
function largestRemainders(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, i) => (i === 0 ? whole : 0n));
  const parts = weights.map((weight) => (whole * weight) / sum);
  let left = whole - parts.reduce((a, b) => a + b, 0n);
  const rests = weights
    .map((weight, i) => ({ i, rest: (whole * weight) % sum }))
    .sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.i - b.i));
  for (const { i } of rests) {
    if (left === 0n) break;
    parts[i]! += 1n;
    left -= 1n;
  }
  return parts;
}

export function owedAt(files: readonly FleetFile[], inventory: Inventory, cutOff: number): Owed {
  const owed: Owed = { lines: new Map(), usage: new Map(), pools: [] };
  const { rated } = sortRecords(files, inventory, cutOff, () => true);
  for (const period of MONTHS) {
    addRecurring(owed, inventory, period, cutOff);
    const [from, until] = [period.days[0]!.from, period.days.at(-1)!.until];
    addUsage(
      owed,
      inventory,
      period,
      rated.filter(({ record }) => record.startedAt >= from && record.startedAt < until),
    );
  }
  return owed;
}
