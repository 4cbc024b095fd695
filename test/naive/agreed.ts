import type { Agreement } from '#shared/catalog/agreement.ts';
import type { PlanVersion } from '#shared/catalog/catalog.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import {
  type Calendar,
  dayAt,
  daysThrough,
  isCustomerOn,
  midnight,
  periodAround,
  wholeDays,
} from './account-calendar.ts';
import { centsOf, divided, exactly, minorOf, rounded, textOf } from './cents.ts';
import { type Day, isChargeable } from './days.ts';
import { termsUnder } from './life.ts';
import { asOne, holdsOn, isCutOn } from './limits.ts';
import { ordersIn } from './orders.ts';
import { type NaiveLine, PAYER, type World } from './world.ts';

/** Own versions by the day they begin on: the same terms are the same value. */
const ownVersions = new WeakMap<PlanVersion, Map<string, PlanVersion>>();

/**
 * The terms of a plan on a day as they hold for our payer: the version that holds then, with what is its own then (pricing rules §5), since something of it
 * changed or a maximum began or ended within a period.
 */
export function ownVersion(world: World, plan: string, listed: PlanVersion, date: LocalDate): PlanVersion {
  const agreement = world.catalog.agreements.find(({ account }) => account === PAYER);
  const of = (agreement?.overrides ?? []).filter((each) => each.plan === plan);
  const commitments = agreement?.commitments ?? [];
  const cuts = commitments
    .flatMap(({ from, until }) => [from, until])
    .filter((day) => day !== '' && isCutOn(world, commitments, plan, day));
  const borders = [...cuts, ...of.flatMap(({ from, until }) => [from, until])].filter(
    (day) => day > listed.from && day <= date,
  );
  const since = [listed.from, ...borders].sort().at(-1)!;
  const known = ownVersions.get(listed) ?? new Map<string, PlanVersion>();
  ownVersions.set(listed, known);
  const there = known.get(since);
  if (there !== undefined) return there;
  const mine = of.filter(({ from, until }) => from <= date && (until === '' || date < until));
  const charges = listed.charges.map((charge) => {
    const own = mine.flatMap((each) => each.charges).find((each) => each.charge === charge.id);
    const changed = { ...charge } as Record<string, unknown>;
    if (own?.price) changed.price = own.price;
    const factors = 'seasons' in charge ? (charge.seasons ?? []).filter((each) => !('price' in each)) : [];
    if (own?.price && charge.kind === 'usage') changed.seasons = factors;
    if (own?.price && charge.kind === 'recurring') changed.seasons = factors.length === 0 ? undefined : factors;
    if (own?.increment) changed.increment = own.increment;
    return changed as unknown as typeof charge;
  });
  const allowances = listed.allowances.map((allowance) => {
    const own = mine.flatMap((each) => each.allowances).find((each) => each.allowance === allowance.id);
    return own === undefined ? allowance : { ...allowance, size: own.size };
  });
  const isListed = of.length === 0 && since === listed.from;
  const own = isListed ? listed : { ...listed, from: since, charges, allowances };
  known.set(since, own);
  return own;
}

/** A line, or what of it is for some days of its period, with the cents, or other minor units, that are left of it. */
interface Left {
  readonly line: NaiveLine;
  /** The first of these days. */
  readonly from: LocalDate;
  readonly name: string;
  readonly plan: string;
  readonly isTrueUp: boolean;
  readonly due: string;
  readonly category: string;
  cents: bigint;
}

const total = (lines: readonly Left[]) => lines.reduce((sum, { cents }) => sum + cents, 0n);

/** What was agreed with our payer for what begins on a day: nothing while it is another seller's customer (decision 42). */
function agreementOn(world: World, date: LocalDate): Agreement | undefined {
  return isCustomerOn(world, date) ? world.catalog.agreements.find(({ account }) => account === PAYER) : undefined;
}

/** What follows from the lines of a period (pricing rules §6): what falls short, what is too much, what is let off. */
export function agreedLines(
  world: World,
  period: Period,
  days: readonly Day[],
  lines: readonly NaiveLine[],
  feesIn: (days: Period) => readonly NaiveLine[],
): NaiveLine[] {
  const isOver = midnight(world, period.until) <= Math.min(world.usageCutOff, world.chargeCutOff);
  const bounds = isOver ? commitmentsIn(world, period, days) : [];
  const stretches = stretchesIn(world, period, bounds);
  const counted = stretches.flatMap((each) => feesIn(each).map((line) => leftOf(world, line, each.from)));
  const left = [
    ...lines.flatMap((line) => spread(leftOf(world, line, ''), daysOf(world, period, line), stretches)),
    ...counted,
  ];
  const found = bounds.flatMap((each) => metBy(world, each, period, wholeDays(world, period), left, stretches));
  for (const discount of agreementOn(world, period.from)?.discounts ?? []) {
    if (!isDiscounted(discount, period, world)) continue;
    const on = left.filter((each) => {
      if (counted.includes(each)) return false;
      if (each.isTrueUp) return discount.on.includes(each.name);
      return discount.on.length === 0 || discount.on.includes(each.name) || discount.on.includes(each.plan);
    });
    const all = total(on);
    const percent = rounded(all * exactly(discount.percent || '0'), 100n * 10n ** 12n);
    const wanted = discount.percent === '' ? rounded(exactly(discount.amount), minorOf(world)) : percent;
    found.push(...takenOff(world, discount.id, '', period, on, wanted < all ? wanted : all));
  }
  return found;
}

/** The days of a period, those together on which the same maxima hold. */
function stretchesIn(world: World, period: Period, bounds: readonly Bound[]): Period[] {
  const found: { from: LocalDate; until: LocalDate; held: string }[] = [];
  for (const { date } of daysThrough(world, period)) {
    const held = bounds.map(({ capped }) => capped.has(date)).join(' ');
    const last = found.at(-1);
    if (last?.held === held) last.until = addDays(date, 1);
    else found.push({ from: date, until: addDays(date, 1), held });
  }
  return found;
}

/** The days a line is for: its order's own, those of its version, or where it is known of the whole period alone, or came late for a version that ended, all of the plan. */
function daysOf(world: World, period: Period, line: NaiveLine): LocalDate[] {
  const dates = daysThrough(world, period).map(({ date }) => date);
  const order = ordersIn(world).find((each) => line.plan === '' && line.charge === `order ${each.order}`);
  if (order !== undefined) return [dayAt(world, order.effectiveFrom)];
  const plan = world.catalog.plans.find(({ id }) => id === line.plan);
  const held = dates.flatMap((date) => {
    const listed = plan?.versions.find((version) => holdsOn(version, date));
    return listed === undefined ? [] : [{ date, version: ownVersion(world, line.plan, listed, date).from }];
  });
  const ofVersion = held.filter(({ version }) => version === line.version);
  const its = ofVersion.length > 0 && isOfWhole(plan?.versions ?? [], line) ? held : ofVersion;
  return its.length === 0 ? dates : its.map(({ date }) => date);
}

/** Whether a line is of no days in particular: what is not prorated, the day with most, who is there at the end or used it, a committed quantity. */
function isOfWhole(versions: readonly PlanVersion[], { version, charge: name, isPoolOfWhole }: NaiveLine): boolean {
  if (name.startsWith('pool:')) return isPoolOfWhole === true;
  const held = versions.findLast(({ from }) => from <= version);
  const charge = held?.charges.find(({ id }) => id === name.split(/[@#]/)[0]);
  if (charge?.kind !== 'recurring') return false;
  const { of, minimum } = charge.quantity;
  return charge.proration === 'none' || of === 'peak' || of === 'atEnd' || of === 'used' || minimum > 0;
}

/** A line over its days, each as much as another, in stretches of whole cents. */
function spread(whole: Left, days: readonly LocalDate[], stretches: readonly Period[]): Left[] {
  if (stretches.length === 1) return [{ ...whole, from: stretches[0]!.from }];
  const before = (date: LocalDate) =>
    rounded(whole.cents * BigInt(days.filter((day) => day < date).length), BigInt(days.length));
  return stretches
    .map(({ from, until }) => ({ ...whole, from, cents: before(until) - before(from) }))
    .filter(({ cents }) => cents !== 0n);
}

/** What is let off fees for an interval of their own: percentages alone, by the interval's last day and, of so many periods, by its first. */
export function intervalDiscounts(world: World, interval: string, lines: readonly NaiveLine[]): NaiveLine[] {
  const [from = '', until = ''] = interval.split('..');
  const left = lines.map((line) => leftOf(world, line, from));
  const found: NaiveLine[] = [];
  for (const discount of agreementOn(world, from)?.discounts ?? []) {
    const lastDay = addDays(until, -1);
    const isHeld = discount.from <= lastDay && (discount.until === '' || lastDay < discount.until);
    let end = periodAround(world, discount.from).until;
    for (let more = 1; more < discount.periods; more++) end = periodAround(world, end).until;
    if (discount.percent === '' || !isHeld || (discount.periods > 0 && from >= end)) continue;
    const on = left.filter((each) =>
      discount.on.length === 0 ? true : discount.on.includes(each.name) || discount.on.includes(each.plan),
    );
    const off = rounded(total(on) * exactly(discount.percent), 100n * 10n ** 12n);
    found.push(...takenOff(world, discount.id, '', { from, until }, on, off));
  }
  return found.map((line) => ({ ...line, period: interval }));
}

function leftOf(world: World, line: NaiveLine, from: LocalDate): Left {
  const order = ordersIn(world).find((each) => line.plan === '' && line.charge === `order ${each.order}`);
  if (order !== undefined) {
    const its = { line, from, name: line.charge, plan: '', category: order.taxCategory };
    return { ...its, isTrueUp: false, due: 'arrears', cents: centsOf(line.amount) };
  }
  const versions = world.catalog.plans.find(({ id }) => id === line.plan)?.versions ?? [];
  const [id] = line.charge.split(/[@#]/);
  const charge = versions.flatMap(({ charges }) => charges).find((each) => each.id === id);
  const held = versions.filter(({ from }) => from <= line.version).at(-1);
  const its = held?.charges.find((each) => each.id === id) ?? charge;
  const due = line.fee?.due ?? 'arrears';
  const name = `${line.plan}/${id}`;
  const category = its?.taxCategory ?? 'telecom';
  return { line, from, name, plan: line.plan, isTrueUp: false, due, category, cents: centsOf(line.amount) };
}

/** For the periods on whose last day it holds; of so many, the first is the one that has its first day. */
function isDiscounted(
  { from, until, periods }: { from: string; until: string; periods: number },
  period: Period,
  of: Calendar,
): boolean {
  const lastDay = addDays(period.until, -1);
  if (lastDay < from || (until !== '' && until <= lastDay)) return false;
  let counted = periodAround(of, from);
  for (let place = 1; periods > 0; place++, counted = periodAround(of, counted.until)) {
    if (counted.from === period.from) return true;
    if (place >= periods) return false;
  }
  return true;
}

/** A commitment as it holds in a period, day by day. */
interface Bound {
  readonly id: string;
  readonly plan: string;
  readonly covers: readonly string[];
  readonly category: string;
  readonly whole: boolean;
  readonly days: readonly { readonly minimum: string; readonly maximum: string }[];
  /** Days on which terms with a minimum, and with a maximum, are in force; all, where it is not prorated. */
  readonly madeUp: ReadonlySet<LocalDate>;
  readonly capped: ReadonlySet<LocalDate>;
}

type Terms = PlanVersion['commitments'][number];

function commitmentsIn(world: World, period: Period, days: readonly Day[]): Bound[] {
  const { catalog } = world;
  const active = days.filter(isChargeable);
  const dates = daysThrough(world, period).map(({ date }) => date);
  const ofPlans = catalog.plans.flatMap(({ id: plan, versions }) => {
    const under = active.flatMap((day) => termsUnder(day, plan) ?? []);
    const held = dates.flatMap((date) => under.find((day) => day.date === date)?.version ?? []);
    const ids = [...new Set(held.flatMap(({ commitments }) => commitments.map(({ id }) => id)))];
    const inForce = dates.map((date) => {
      const listed = versions.find((version) => holdsOn(version, date));
      const its = listed && ownVersion(world, plan, listed, date);
      return held.some(({ from }) => from === its?.from) ? its!.commitments : [];
    });
    return ids.map((id) => {
      const of = (commitments: readonly Terms[]) => commitments.find((each) => each.id === id);
      return boundOf(
        plan,
        held.flatMap(({ commitments }) => of(commitments) ?? []),
        new Map(dates.map((date, place) => [date, of(inForce[place]!)])),
      );
    });
  });
  const own = asOne(agreementOn(world, period.from)?.commitments ?? []).flatMap((all) => {
    const inForce = new Map(dates.map((date) => [date, all.find((each) => holdsOn(each, date))]));
    const held = dates.flatMap((date) => inForce.get(date) ?? []);
    return held.length === 0 ? [] : [boundOf('', held, inForce)];
  });
  return [...ofPlans, ...own];
}

function boundOf(plan: string, daily: readonly Terms[], inForce: ReadonlyMap<LocalDate, Terms | undefined>): Bound {
  const last = daily.at(-1)!;
  const { id, covers, taxCategory: category } = last;
  const whole = last.proration === 'none';
  const daysWith = (which: 'minimum' | 'maximum') =>
    new Set([...inForce].filter(([, terms]) => whole || (terms?.[which] ?? '') !== '').map(([date]) => date));
  return { id, plan, covers, category, whole, days: daily, madeUp: daysWith('minimum'), capped: daysWith('maximum') };
}

/** Cents a limit comes to; nothing where there is none. */
function limitOf(
  world: World,
  { days, whole }: Bound,
  which: 'minimum' | 'maximum',
  length: number,
): bigint | undefined {
  const of = whole ? Array.from({ length }, () => days.at(-1)!) : days;
  const said = of.map((day) => day[which]);
  if (said.every((each) => each === '')) return undefined;
  return rounded(
    said.reduce((sum, each) => sum + exactly(each || '0'), 0n),
    minorOf(world) * BigInt(length),
  );
}

function metBy(
  world: World,
  bound: Bound,
  period: Period,
  length: number,
  left: Left[],
  stretches: readonly Period[],
): NaiveLine[] {
  const { id, plan, covers, category } = bound;
  const covered = left.filter(
    (each) => covers.length === 0 || covers.includes(each.name) || covers.includes(each.plan),
  );
  const net = total(covered);
  const least = limitOf(world, bound, 'minimum', length);
  const most = limitOf(world, bound, 'maximum', length);
  const found: NaiveLine[] = [];
  if (least !== undefined && net < least) {
    const units = [...new Set(covered.map(({ line }) => line.businessUnit))];
    const weights = units.map((unit) => ({
      id: unit,
      of: total(covered.filter(({ line }) => line.businessUnit === unit)),
    }));
    const some = weights.filter(({ of }) => of > 0n);
    for (const [unit, cents] of divided(least - net, some.length === 0 ? [{ id: '', of: 1n }] : some)) {
      if (cents === 0n) continue;
      const line = headed(world, unit, plan, id, '', period, '1', cents);
      found.push(line);
      const name = plan === '' ? id : `${plan}/${id}`;
      const made = { line, from: '', name, plan, isTrueUp: true, due: 'arrears', category, cents };
      left.push(...spread(made, [...bound.madeUp], stretches));
    }
  }
  const limited = covered.filter(({ from }) => bound.capped.has(from));
  const much = total(limited);
  if (most !== undefined && much > most) found.push(...takenOff(world, id, plan, period, limited, much - most));
  return found;
}

/** Taken off lines by what is left of each, and of a line by what is left for its days, in whole cents; one line for each unit, due date and category. */
function takenOff(
  world: World,
  id: string,
  plan: string,
  period: Period,
  on: readonly Left[],
  cents: bigint,
): NaiveLine[] {
  const some = [...Map.groupBy(on, ({ line }) => idOf(line))].filter(([, its]) => total(its) > 0n);
  if (cents <= 0n || some.length === 0) return [];
  const parts = divided(
    cents,
    some.map(([its, of]) => ({ id: its, of: total(of) })),
  );
  const groups = new Map<string, bigint>();
  for (const [its, of] of some) {
    const part = parts.get(its)!;
    const { line, due, category } = of[0]!;
    const group = JSON.stringify([line.businessUnit, `${due} ${category}`]);
    groups.set(group, (groups.get(group) ?? 0n) + part);
    const byDays = divided(
      part,
      of.map((each) => ({ id: each.from, of: each.cents })),
    );
    for (const each of of) each.cents -= byDays.get(each.from)!;
  }
  return [...groups].flatMap(([group, part]) => {
    const [unit, kind] = JSON.parse(group) as [string, string];
    return part === 0n ? [] : [headed(world, unit, plan, id, kind, period, '-1', -part)];
  });
}

const idOf = ({ businessUnit, plan, version, charge, zone, tier, period }: NaiveLine) =>
  [businessUnit, plan, version, charge, zone, tier, period].join('|');

function headed(
  world: World,
  unit: string,
  plan: string,
  charge: string,
  zone: string,
  period: Period,
  quantity: string,
  cents: bigint,
) {
  const head = { businessUnit: unit, plan, version: '', charge, zone, tier: 0, period: period.from };
  return { ...head, quantity, amount: textOf(world, cents) };
}
