import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetFiles } from '../files.ts';
import type { FleetFile, FleetRecord } from '../fleet.ts';

/**
 * The invoices this example must end in, computed a second time and by other means than the product: from the records before they are
 * encoded, the inventory files split at their commas, and the terms below, which say again what catalog/ says. Whole numbers only.
 * `node examples/fleet-month/expected/compute.ts` writes 2026-10.json and 2026-11.json beside itself.
 */

// ---- terms, as agreed with the customers -------------------------------------------------------------------------------------------

type Scaled = bigint;
/** A price in 10^-12 EUR. */
const eur = (text: string): Scaled => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};
const CENT = eur('0.01');
const MB = 1_000_000n;

interface UsageTerms {
  readonly id: string;
  readonly service: FleetRecord['service'];
  readonly zone: string;
  readonly first: bigint;
  readonly next: bigint;
  /** Octets, pieces or seconds the price is for. */
  readonly per: bigint;
  /** Graduated tiers up to a bound in base units; one open tier is a price by unit. */
  readonly tiers: readonly { readonly upTo: bigint; readonly price: Scaled; readonly flat: Scaled }[];
  readonly covered: boolean;
}
interface PlanTerms {
  readonly recurring: readonly { readonly id: string; readonly price: Scaled; readonly advance: boolean; readonly state: string }[];
  readonly pool: string;
  readonly allowance: bigint;
  readonly usage: readonly UsageTerms[];
}

const OPEN = 10n ** 30n;
const ZONES = ['de', 'eu', 'world'] as const;
const byUnit = (price: string) => [{ upTo: OPEN, price: eur(price), flat: 0n }];

function data(first: bigint, next: bigint, tiers: (zone: number) => UsageTerms['tiers']): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return { id: `data-${zone}`, service: 'data', zone, first, next, per: MB, tiers: tiers(i), covered: true };
  });
}
function messages(prices: readonly string[]): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return { id: `sms-${zone}`, service: 'sms', zone, first: 1n, next: 1n, per: 1n, tiers: byUnit(prices[i]!), covered: false };
  });
}
function calls(prices: readonly string[]): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return { id: `voice-${zone}`, service: 'voice', zone, first: 60n, next: 1n, per: 60n, tiers: byUnit(prices[i]!), covered: false };
  });
}

const PLANS: Readonly<Record<string, PlanTerms>> = {
  'fleet-s': {
    recurring: [
      { id: 'monthly-fee', price: eur('1.90'), advance: false, state: 'active' },
      { id: 'suspended-fee', price: eur('0.50'), advance: false, state: 'suspended' },
    ],
    pool: 'fleet',
    allowance: 40n * MB,
    usage: [
      ...data(1n, 1n, (zone) => byUnit(['0.0190', '0.0340', '0.2900'][zone]!)),
      ...messages(['0.06', '0.09', '0.19']),
      ...calls(['0.09', '0.15', '0.69']),
    ],
  },
  'fleet-l': {
    recurring: [
      { id: 'monthly-fee', price: eur('5.90'), advance: true, state: 'active' },
      { id: 'suspended-fee', price: eur('0.50'), advance: false, state: 'suspended' },
    ],
    pool: 'fleet',
    allowance: 150n * MB,
    usage: [
      ...data(1n, 1n, (zone) => byUnit(['0.0145', '0.0290', '0.2400'][zone]!)),
      ...messages(['0.05', '0.08', '0.17']),
      ...calls(['0.07', '0.13', '0.59']),
    ],
  },
  sensor: {
    recurring: [{ id: 'monthly-fee', price: eur('0.75'), advance: false, state: 'active' }],
    pool: '',
    allowance: 5n * MB,
    usage: [
      ...data(10_000n, 1_000n, (zone) => [
        { upTo: 2n * MB, price: eur(['0.20', '0.30', '1.10'][zone]!), flat: 0n },
        { upTo: 20n * MB, price: eur(['0.12', '0.20', '0.90'][zone]!), flat: eur('0.25') },
        { upTo: OPEN, price: eur(['0.06', '0.10', '0.70'][zone]!), flat: 0n },
      ]),
      ...messages(['0.07', '0.10', '0.20']),
    ],
  },
};
const PLAN_VERSION = '2026-01-01';
const TAX_PERCENT = 19n;

function zoneOf(network: string): string {
  if (/^(DEU|262)/.test(network)) return 'de';
  return /^(FRA|208|204|260)/.test(network) ? 'eu' : 'world';
}

// ---- calendar: Berlin, the 25th of October 2026 has 25 hours -----------------------------------------------------------------------

interface Day {
  readonly date: string;
  readonly from: number;
  readonly until: number;
}
interface Month {
  readonly from: string;
  readonly days: readonly Day[];
}

function midnight(utcMidnight: number): number {
  return utcMidnight - (utcMidnight <= Date.UTC(2026, 9, 25) / 1000 ? 7200 : 3600);
}
function month(year: number, zeroBased: number): Month {
  const days: Day[] = [];
  for (let day = 1; new Date(Date.UTC(year, zeroBased, day)).getUTCMonth() === zeroBased; day++) {
    const [from, until] = [midnight(Date.UTC(year, zeroBased, day) / 1000), midnight(Date.UTC(year, zeroBased, day + 1) / 1000)];
    days.push({ date: new Date(Date.UTC(year, zeroBased, day)).toISOString().slice(0, 10), from, until });
  }
  return { from: days[0]!.date, days };
}
const MONTHS = [month(2026, 9), month(2026, 10), month(2026, 11)];
function instant(text: string): number {
  return text.includes('T') ? Date.parse(text) / 1000 : midnight(Date.parse(`${text}T00:00:00Z`) / 1000);
}

// ---- inventory ---------------------------------------------------------------------------------------------------------------------

interface Assignment {
  readonly from: number;
  readonly payer: string;
  readonly plan: string;
  readonly unit: string;
}
interface Subscription {
  readonly states: { from: number; state: string }[];
  readonly assignments: Assignment[];
}
interface Inventory {
  readonly subscriptions: Map<string, Subscription>;
  readonly owners: Map<string, { from: number; subscription: string }[]>;
}

function readInventory(files: readonly string[], cutOff: number): Inventory {
  const inventory: Inventory = { subscriptions: new Map(), owners: new Map() };
  for (const file of files) {
    const lines = readFileSync(join(import.meta.dirname, '../inventory', file), 'utf8').trim().split('\n').slice(1);
    for (const line of lines) {
      const [id, effectiveFrom, state, payer, plan, unit, imsi] = line.split(',') as string[] as [string, string, string, string, string, string, string];
      const from = instant(effectiveFrom);
      if (from > cutOff) continue;
      const subscription = inventory.subscriptions.get(id) ?? { states: [], assignments: [] };
      inventory.subscriptions.set(id, subscription);
      if (state !== '') subscription.states.push({ from, state });
      if (payer !== '') subscription.assignments.push({ from, payer, plan, unit });
      if (imsi === '') continue;
      const digits = imsi.replace('-', '');
      const owner = { from, subscription: imsi.startsWith('-') ? '' : id };
      inventory.owners.set(digits, [...(inventory.owners.get(digits) ?? []), owner]);
    }
  }
  for (const { states, assignments } of inventory.subscriptions.values()) {
    states.sort((a, b) => a.from - b.from);
    assignments.sort((a, b) => a.from - b.from);
  }
  for (const owners of inventory.owners.values()) owners.sort((a, b) => a.from - b.from);
  return inventory;
}

function at<T extends { readonly from: number }>(history: readonly T[], moment: number): T | undefined {
  return history.findLast((each) => each.from <= moment);
}

/** Whether a day counts for a charge of this state: its end decides; a day that made it active counts as active in any case. */
function dayCounts(subscription: Subscription, day: Day, state: string): boolean {
  if (at(subscription.states, day.until - 1)?.state === state) return true;
  return state === 'active' && subscription.states.some((each) => each.state === 'active' && each.from >= day.from && each.from < day.until);
}

// ---- what is owed ------------------------------------------------------------------------------------------------------------------

interface Line {
  readonly account: string;
  readonly businessUnit: string;
  readonly plan: string;
  readonly planVersion: string;
  readonly charge: string;
  readonly zone: string;
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
interface Owed {
  readonly lines: Map<string, Line>;
  readonly usage: Map<string, UsageRow>;
  readonly pools: Pool[];
}
/** A record whose owner and terms are found. */
interface RatedRecord {
  readonly record: FleetRecord;
  readonly subscription: string;
  readonly to: Assignment;
  readonly terms: UsageTerms;
  readonly order: number;
  readonly quantity: bigint;
}

function rounded(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function addLine(owed: Owed, line: Line): void {
  const { account, businessUnit, plan, charge, zone, periodFrom } = line;
  const key = [account, businessUnit, periodFrom, plan, charge, zone].join('|');
  const before = owed.lines.get(key);
  if (before !== undefined) throw new Error(`${key} is charged twice`);
  if (line.quantity !== 0n || line.cents !== 0n) owed.lines.set(key, line);
}

/** Days by payer, unit and plan, with the subscription they are of. */
function chargeableDays(inventory: Inventory, period: Month, state: string): { subscription: string; to: Assignment; days: bigint }[] {
  const result = new Map<string, { subscription: string; to: Assignment; days: bigint }>();
  for (const [id, subscription] of inventory.subscriptions) {
    for (const day of period.days) {
      const to = at(subscription.assignments, day.until - 1);
      if (to === undefined || !dayCounts(subscription, day, state)) continue;
      const key = [id, to.payer, to.unit, to.plan].join('|');
      const entry = result.get(key) ?? { subscription: id, to, days: 0n };
      result.set(key, { ...entry, days: entry.days + 1n });
    }
  }
  return [...result.values()];
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
        const identity = { account, businessUnit, plan, planVersion: PLAN_VERSION, charge: charge.id, zone: '', periodFrom: period.from };
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
    owed.usage.set(`${period.from}|${key}`, { ...identityOf(records[0]!, period.from), records: records.length, quantity: total(records) });
  }
  addUncovered(owed, period, rated.filter((each) => !each.terms.covered));
  const covered = rated.filter((each) => each.terms.covered);
  addIndividual(owed, inventory, period, covered.filter((each) => PLANS[each.to.plan]!.pool === ''));
  addPooled(owed, inventory, period, covered.filter((each) => PLANS[each.to.plan]!.pool !== ''));
}

function addUncovered(owed: Owed, period: Month, rated: readonly RatedRecord[]): void {
  for (const records of Map.groupBy(rated, ofUnit).values()) {
    const { terms } = records[0]!;
    const quantity = total(records);
    const cents = rounded(quantity * terms.tiers[0]!.price, terms.per * CENT);
    addLine(owed, { ...identityOf(records[0]!, period.from), quantity, cents });
  }
}

/** Lets usage draw on an allowance in order of day, charge and plan; answers what is left of each (plan, charge). */
function overage(size: bigint, period: Month, rated: readonly RatedRecord[]): Map<string, bigint> {
  const dayOf = (record: FleetRecord) => period.days.findIndex((day) => record.startedAt < day.until);
  const ordered = [...rated]
    .map((each) => ({ each, day: dayOf(each.record) }))
    .sort((a, b) => a.day - b.day || a.each.order - b.each.order || (a.each.to.plan < b.each.to.plan ? -1 : a.each.to.plan > b.each.to.plan ? 1 : 0));
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

/** An allowance of each subscription's own; tiers count per subscription, amounts are summed exactly and rounded once. */
function addIndividual(owed: Owed, inventory: Inventory, period: Month, rated: readonly RatedRecord[]): void {
  const lengths = BigInt(period.days.length);
  const active = chargeableDays(inventory, period, 'active');
  const sums = new Map<string, { of: RatedRecord; quantity: bigint; amount: Scaled }>();
  for (const records of Map.groupBy(rated, (each) => [each.subscription, each.to.payer, each.to.unit, each.to.plan].join('|')).values()) {
    const { subscription, to } = records[0]!;
    const mine = active.filter((each) => each.subscription === subscription && each.to.payer === to.payer && each.to.plan === to.plan);
    const days = mine.reduce((sum, each) => sum + each.days, 0n);
    const left = overage((PLANS[to.plan]!.allowance * days) / lengths, period, records);
    for (const of of Map.groupBy(records, ofUnit).values()) {
      const over = left.get(`${to.plan}|${of[0]!.terms.id}`) ?? 0n;
      const sum = sums.get(ofUnit(of[0]!)) ?? { of: of[0]!, quantity: 0n, amount: 0n };
      sums.set(ofUnit(of[0]!), { of: sum.of, quantity: sum.quantity + over, amount: sum.amount + graduated(of[0]!.terms, over) });
    }
  }
  for (const { of, quantity, amount } of sums.values()) {
    addLine(owed, { ...identityOf(of, period.from), quantity, cents: rounded(amount, of.terms.per * CENT) });
  }
}

/** Tiers of a quantity, times what the price is for. */
function graduated(terms: UsageTerms, quantity: bigint): Scaled {
  let [sum, lower] = [0n, 0n];
  for (const tier of terms.tiers) {
    if (quantity <= lower) break;
    const upper = quantity < tier.upTo ? quantity : tier.upTo;
    sum += (upper - lower) * tier.price + tier.flat * terms.per;
    lower = upper;
  }
  return sum;
}

/** A pool of what its members contribute; overage by plan and charge, rounded once for the whole pool, shared to units by usage. */
function addPooled(owed: Owed, inventory: Inventory, period: Month, rated: readonly RatedRecord[]): void {
  const pools = new Map<string, Pool>();
  const members = Map.groupBy(chargeableDays(inventory, period, 'active'), (each) => [each.subscription, each.to.payer, each.to.plan].join('|'));
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
  const quantities = largestRemainders(over, units.map((unit) => unit.usage));
  const amounts = largestRemainders(cents, quantities);
  for (const [i, { of }] of units.entries()) {
    addLine(owed, { ...identityOf(of[0]!, period.from), quantity: quantities[i]!, cents: amounts[i]! });
  }
}

/** Parts of a whole in the ratio of the weights, by largest remainders; of equal remainders the earlier comes first. */
function largestRemainders(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, i) => (i === 0 ? whole : 0n));
  const parts = weights.map((weight) => (whole * weight) / sum);
  let left = whole - parts.reduce((a, b) => a + b, 0n);
  const rests = weights.map((weight, i) => ({ i, rest: (whole * weight) % sum })).sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.i - b.i));
  for (const { i } of rests) {
    if (left === 0n) break;
    parts[i]! += 1n;
    left -= 1n;
  }
  return parts;
}

// ---- records: read, recognised, owned ----------------------------------------------------------------------------------------------

interface Totals {
  records: number;
  /** Octets of data, seconds of calls, messages. */
  bytes: bigint;
  seconds: number;
  messages: number;
}
const none = (): Totals => ({ records: 0, bytes: 0n, seconds: 0, messages: 0 });
interface Proof {
  readonly read: Totals;
  readonly billed: Totals;
  readonly duplicate: Totals;
  readonly suspended: { readonly unknownIdentifier: Totals; readonly notActive: Totals };
  /** Start at or after the cut-off. */
  readonly notYetDue: Totals;
  /** Records only: of what cannot be read, nothing is known. */
  readonly rejected: { records: number };
}

function count(totals: Totals, record: FleetRecord): void {
  totals.records += 1;
  totals.bytes += BigInt(record.up + record.down);
  totals.seconds += record.service === 'voice' ? record.seconds : 0;
  totals.messages += record.service === 'sms' ? 1 : 0;
}

/** What became of every record of the loaded files, in total or of one month's usage, and the records that are billed. */
function sort(files: readonly FleetFile[], inventory: Inventory, cutOff: number, isCounted: (record: FleetRecord) => boolean) {
  const proof: Proof = {
    read: none(),
    billed: none(),
    duplicate: none(),
    suspended: { unknownIdentifier: none(), notActive: none() },
    notYetDue: none(),
    rejected: { records: 0 },
  };
  const rated: RatedRecord[] = [];
  const seen = new Set<number>();
  for (const { record, garbled } of files.filter((file) => file.fate === 'loaded').flatMap((file) => file.entries)) {
    if (!isCounted(record)) continue;
    if (garbled !== '') {
      proof.read.records += 1;
      proof.rejected.records += 1;
      continue;
    }
    count(proof.read, record);
    const isRepeated = seen.has(record.identity);
    seen.add(record.identity);
    const outcome = isRepeated ? 'duplicate' : record.startedAt >= cutOff ? 'notYetDue' : rate(record, inventory);
    if (outcome === 'duplicate' || outcome === 'notYetDue') count(proof[outcome], record);
    else if (outcome === 'unknownIdentifier' || outcome === 'notActive') count(proof.suspended[outcome], record);
    else {
      count(proof.billed, record);
      rated.push(outcome);
    }
  }
  return { proof, rated };
}

function rate(record: FleetRecord, inventory: Inventory): RatedRecord | 'unknownIdentifier' | 'notActive' {
  const id = at(inventory.owners.get(record.imsi) ?? [], record.startedAt)?.subscription ?? '';
  const subscription = inventory.subscriptions.get(id);
  if (subscription === undefined) return 'unknownIdentifier';
  const state = at(subscription.states, record.startedAt)?.state;
  if (state === 'terminated') return 'notActive';
  const to = at(subscription.assignments, record.startedAt);
  if (to === undefined || (state !== 'active' && state !== 'suspended')) throw new Error(`usage of ${id} in state ${state}`);
  const order = PLANS[to.plan]!.usage.findIndex((terms) => terms.service === record.service && terms.zone === zoneOf(record.network));
  const terms = PLANS[to.plan]!.usage[order];
  if (terms === undefined) throw new Error(`no charge of ${to.plan} for ${record.service} in ${record.network}`);
  const amount = { data: record.up + record.down, sms: 1, voice: record.seconds }[record.service];
  return { record, subscription: id, to, terms, order, quantity: raised(BigInt(amount), terms) };
}

function raised(quantity: bigint, { first, next }: UsageTerms): bigint {
  if (quantity === 0n) return 0n;
  return quantity <= first ? first : first + ((quantity - first + next - 1n) / next) * next;
}

function owedAt(files: readonly FleetFile[], inventory: Inventory, cutOff: number): Owed {
  const owed: Owed = { lines: new Map(), usage: new Map(), pools: [] };
  const { rated } = sort(files, inventory, cutOff, () => true);
  for (const period of MONTHS) {
    addRecurring(owed, inventory, period, cutOff);
    const [from, until] = [period.days[0]!.from, period.days.at(-1)!.until];
    addUsage(owed, inventory, period, rated.filter(({ record }) => record.startedAt >= from && record.startedAt < until));
  }
  return owed;
}

// ---- invoices ----------------------------------------------------------------------------------------------------------------------

const INVOICED = [
  ['lakeside', ''],
  ['nordwind', 'fuhrpark'],
  ['nordwind', 'kuehlkette'],
] as const;

function money(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Lines owed now less lines posted before, by what they are for. */
function differences(now: Owed, before: Owed | undefined): Line[] {
  const keys = new Set([...now.lines.keys(), ...(before?.lines.keys() ?? [])]);
  return [...keys].sort().flatMap((key) => {
    const [owed, posted] = [now.lines.get(key), before?.lines.get(key)];
    const quantity = (owed?.quantity ?? 0n) - (posted?.quantity ?? 0n);
    const cents = (owed?.cents ?? 0n) - (posted?.cents ?? 0n);
    return quantity === 0n && cents === 0n ? [] : [{ ...(owed ?? posted)!, quantity, cents }];
  });
}

function invoice(account: string, businessUnit: string, lines: readonly Line[], owed: Owed) {
  const own = lines.filter((line) => line.account === account && line.businessUnit === businessUnit);
  const net = own.reduce((sum, line) => sum + line.cents, 0n);
  const tax = net < 0n ? -rounded(-net * TAX_PERCENT, 100n) : rounded(net * TAX_PERCENT, 100n);
  const usage = [...owed.usage.values()].filter((row) => row.account === account && row.businessUnit === businessUnit);
  return {
    account,
    businessUnit,
    net: money(net),
    tax: money(tax),
    gross: money(net + tax),
    lines: own.map(({ account: _, businessUnit: __, cents, quantity, ...line }) => ({ ...line, quantity: String(quantity), net: money(cents) })),
    usage: usage.map(({ account: _, businessUnit: __, quantity, ...row }) => ({ ...row, quantity: String(quantity) })),
  };
}

interface Run {
  readonly month: string;
  readonly cutOff: string;
  readonly inventory: readonly string[];
  /** Files that have not come by then. */
  readonly missing: RegExp;
}

const NOVEMBER_FILES = /0004[6789]|FRAF1UTOIO00008|2026-11/;
const RUNS: readonly Run[] = [
  { month: '2026-10', cutOff: '2026-11-01', inventory: ['subscriptions.csv', 'forgotten.csv'], missing: NOVEMBER_FILES },
  { month: '2026-11', cutOff: '2026-12-01', inventory: ['subscriptions.csv', 'forgotten.csv', 'november.csv'], missing: /^$/ },
];

let posted: Owed | undefined;
for (const run of RUNS) {
  const cutOff = instant(run.cutOff);
  const inventory = readInventory(run.inventory, cutOff);
  const arrived = fleetFiles().filter((file) => !run.missing.test(file.name));
  const owed = owedAt(arrived, inventory, cutOff);
  const lines = differences(owed, posted);
  const proofOf = (isCounted: (record: FleetRecord) => boolean) => sort(arrived, inventory, cutOff, isCounted).proof;
  const within = (period: Month) => (record: FleetRecord) => record.startedAt >= period.days[0]!.from && record.startedAt < period.days.at(-1)!.until;
  const expected = {
    run: run.month,
    cutOff: new Date(cutOff * 1000).toISOString().replace('.000Z', 'Z'),
    files: Object.fromEntries(['loaded', 'copy', 'quarantined'].map((fate) => [fate, arrived.filter((file) => file.fate === fate).length])),
    proof: { total: proofOf(() => true), '2026-10': proofOf(within(MONTHS[0]!)), '2026-11': proofOf(within(MONTHS[1]!)) },
    pools: owed.pools,
    invoices: INVOICED.map(([account, businessUnit]) => invoice(account, businessUnit, lines, owed)),
  };
  const text = JSON.stringify(expected, (_, value) => (typeof value === 'bigint' ? String(value) : value), 1);
  writeFileSync(join(import.meta.dirname, `${run.month}.json`), `${text}\n`);
  posted = owed;
}
