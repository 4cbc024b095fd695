import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { type ApartUsage, type ChargeUsage, COUNTS } from './charge-usage.ts';
import { dayAt } from './day-table.ts';
import { raiseToIncrement, sumRaised } from './increment.ts';
import { isSplitBy } from './judge-usage.ts';
import { splitLate } from './late-usage.ts';
import { raiseByScope, type ScopedRecord } from './rounding-scope.ts';
import type { Segment } from './segments.ts';
import { ANY_MOMENT, type Moment } from './terms-clock.ts';
import type { LateScope, OwnedUsage, UsageScope } from './usage-scope.ts';
import { MEASURES, type Tally, TallyBook } from './usage-tally.ts';

/** What a payer's usage of one subscription comes to. */
export interface MeasuredUsage {
  readonly charged: readonly ChargeUsage[];
  readonly apart: readonly ApartUsage[];
}

/** Measures the usage of one subscription after the other in the same memory: what it answered is valid until it measures the next. */
export interface UsageMeter {
  measure(segments: readonly Segment[], owned: readonly OwnedUsage[]): MeasuredUsage;
}

/**
 * A meter of usage for one payer (pricing rules §3): each record is owned, assigned, put in a zone, matched to a charge, measured and raised
 * to increments by what held at its instant. One pass; plan and price are looked up once a usage key and terms.
 */
export function createUsageMeter(scope: UsageScope): UsageMeter {
  const book = new TallyBook(scope.days);
  return {
    measure(segments, owned) {
      book.begin();
      if (scope.late === undefined) for (const each of owned) measureIdentifier(scope, segments, each, book);
      else measureWithLate(scope, scope.late, segments, owned, book);
      const charged: ChargeUsage[] = [];
      const apart: ApartUsage[] = [];
      for (const tally of book.used) {
        if (tally.apart !== undefined) apart.push(tally.apart);
        if (tally.charged !== undefined) charged.push(tally.charged);
      }
      for (const records of scopedRecords(book.used)) raiseByScope(records);
      return { charged, apart };
    },
  };
}

/** Late usage that counts in another period than its own is judged by its instant all the same, and counts on the first day of that period. */
function measureWithLate(
  scope: UsageScope,
  late: LateScope,
  segments: readonly Segment[],
  owned: readonly OwnedUsage[],
  book: TallyBook,
): void {
  const split = splitLate(scope, late, segments, owned);
  for (const each of split.onTime) measureIdentifier(scope, segments, each, book);
  for (const { place, of } of split.late)
    measureIdentifier({ ...scope, days: late.days }, segments, of, book, {
      day: scope.days.firstDay[place] as number,
      period: place,
    });
}

/** Records that wait for others, by the charge that is to raise them: under whatever version, and in whatever season. */
function scopedRecords(tallies: readonly Tally[]): (readonly ScopedRecord[])[] {
  const byCharge = new Map<string, readonly ScopedRecord[]>();
  for (const { charged, scoped } of tallies) {
    if (charged === undefined || scoped === undefined) continue;
    const others = byCharge.get(charged.name);
    byCharge.set(charged.name, others === undefined ? scoped : [...others, ...scoped]);
  }
  return [...byCharge.values()];
}

/** What the usage keys of a segment come to, by moment. */
type Decisions = Map<Moment, (Tally | undefined)[]>;

/** The day and period usage counts on wherever it started. */
interface CountedOn {
  readonly day: number;
  readonly period: number;
}

/** The one pass, from one run of records to the next: what lies in a run has the same key, day, owner and terms. */
function measureIdentifier(
  scope: UsageScope,
  segments: readonly Segment[],
  { usage, owned }: OwnedUsage,
  book: TallyBook,
  counted?: CountedOn,
): void {
  const { starts, periods, periodOfDay, dayOfUtcMidnight } = scope.days;
  const { length, keyIndex, startedAt, keys } = usage;
  const decisions = segments.map((): Decisions => new Map());
  let place = 0;
  let ownFrom = 0;
  let ownUntil = 0;
  let day = 0;
  let from = 0;
  let until = 0;
  let moment: Moment | undefined;
  let decided: (Tally | undefined)[] = [];
  for (let i = 0, end = 0; i < length; i = end) {
    const key = keyIndex[i] as number;
    const said = startedAt[i] as number;
    const usageKey = keys[key] as UsageKey;
    const isDated = usageKey.startPrecision !== 'instant';
    const at = isDated ? (starts[dayOfUtcMidnight.get(said) ?? starts.length] ?? -1) : said;
    if (!(at >= from && at < until)) {
      end = i + 1;
      until = from;
      day = dayAt(starts, at);
      if (day < 0) continue;
      if (!(at >= ownFrom && at < ownUntil)) {
        ownUntil = ownFrom;
        const own = owned[placeAt(owned, at)];
        place = placeAt(segments, at);
        moment = undefined;
        if (own === undefined || place < 0 || at >= scope.usageCutOff) continue;
        const segment = segments[place] as Segment;
        ownFrom = Math.max(own.from, segment.from);
        ownUntil = Math.min(own.until, segment.until, scope.usageCutOff);
      }
      from = Math.max(starts[day] as number, ownFrom);
      until = Math.min(starts[day + 1] as number, ownUntil);
      const stretch = segments[place]?.clock?.(at);
      const next = stretch?.moment ?? ANY_MOMENT;
      if (stretch !== undefined) {
        from = Math.max(from, stretch.from);
        until = Math.min(until, stretch.until);
      }
      if (next !== moment) decided = decidedAt(decisions[place] as Decisions, next);
      moment = next;
    }
    const isSplit = isDated && isSplitBy(usageKey, periods[periodOfDay[day] as number] as Period);
    const slot = isSplit ? key + keys.length : key;
    const tally = (decided[slot] ??= tallyOf(scope, segments[place] as Segment, usageKey, moment, isSplit, book));
    const period = counted === undefined ? (periodOfDay[day] as number) : counted.period;
    const on = counted === undefined ? day : counted.day;
    if (isDated) end = addRun(tally, usage, i, said, said + 1, on, period, at - said);
    else end = addRun(tally, usage, i, from, until, on, period, 0);
    if (counted !== undefined) noteLate(tally, usage, i, end, period, scope.days.dates[day] as LocalDate);
  }
}

/** What usage of a key in a segment is counted under, when it is first met. */
function tallyOf(
  { payer }: UsageScope,
  segment: Segment,
  key: UsageKey,
  moment: Moment | undefined,
  isSplit: boolean,
  book: TallyBook,
): Tally {
  return segment.payer === payer ? book.open(segment, key, moment as Moment, isSplit) : book.ignored;
}

/** What was decided at a moment, by usage key, and behind these by keys whose usage would have to be split; empty at first. */
function decidedAt(decisions: Decisions, moment: Moment): (Tally | undefined)[] {
  const there = decisions.get(moment);
  if (there !== undefined) return there;
  const none: (Tally | undefined)[] = [];
  decisions.set(moment, none);
  return none;
}

/** Place of the first stretch of time an instant falls in, −1 when it falls in none. */
function placeAt(stretches: readonly { readonly from: Instant; readonly until: Instant }[], at: Instant): number {
  for (let place = 0; place < stretches.length; place++) {
    const { from, until } = stretches[place] as { from: Instant; until: Instant };
    if (from <= at && at < until) return place;
  }
  return -1;
}

/**
 * Adds a run of records to a tally: those behind one another from `first` on that have its usage key and start in [from, until), all on one day;
 * they count as `later` seconds after what they say. Answers where the run ends.
 */
function addRun(
  tally: Tally,
  usage: FoldedUsage,
  first: number,
  from: Instant,
  until: Instant,
  day: number,
  period: number,
  later: number,
): number {
  const { length, keyIndex, startedAt, bytes, seconds, count } = usage;
  const { counts, quantities, first: atLeast, next } = tally;
  const key = keyIndex[first] as number;
  let octets = 0;
  let duration = 0;
  let pieces = 0;
  let i = first;
  for (; i < length && keyIndex[i] === key; i++) {
    const at = startedAt[i] as number;
    if (!(at >= from && at < until)) break;
    octets += bytes[i] as number;
    duration += seconds[i] as number;
    pieces += count[i] as number;
  }
  const to = period * COUNTS;
  counts[to] = (counts[to] as number) + i - first;
  counts[to + 1] = (counts[to + 1] as number) + octets;
  counts[to + 2] = (counts[to + 2] as number) + duration;
  counts[to + 3] = (counts[to + 3] as number) + pieces;
  if (tally.scoped !== undefined) addScoped(tally, usage, first, i, day, period, later);
  else {
    const said = saidOf(tally, usage);
    quantities[day] =
      (quantities[day] as number) +
      (said === undefined
        ? raiseToIncrement(tally.each, atLeast, next) * (i - first)
        : sumRaised(said, first, i, atLeast, next));
  }
  return i;
}

/** Notes how much of a charge's usage came late: what the records say, before increments; of amounts also the day whose rate they have. */
function noteLate(
  { charged, ...tally }: Tally,
  usage: FoldedUsage,
  first: number,
  end: number,
  period: number,
  date: LocalDate,
): void {
  if (charged === undefined) return;
  const { late, lateAmounts, amountUnit } = charged;
  const said = saidOf(tally, usage);
  for (let i = first; i < end; i++) {
    const quantity = said === undefined ? tally.each : (said[i] as number);
    late[period] = (late[period] as number) + quantity;
    if (amountUnit !== '') lateAmounts.push({ period, date, quantity });
  }
}

const [BYTES, BYTES_UP, BYTES_DOWN, SECONDS, , COUNT, , AMOUNT] = MEASURES.keys();

/** What records say of a tally's measure, row by row; nothing where each counts for the same. */
function saidOf({ measure }: Pick<Tally, 'measure'>, usage: FoldedUsage): Float64Array | undefined {
  if (measure === BYTES) return usage.bytes;
  if (measure === BYTES_UP) return usage.bytesUp;
  if (measure === BYTES_DOWN) return usage.bytesDown;
  if (measure === SECONDS) return usage.seconds;
  if (measure === AMOUNT) return usage.amount;
  return measure === COUNT ? usage.count : undefined;
}

/** Keeps the records `[first, end)` of a run until those they are raised with are known. */
function addScoped(
  tally: Tally,
  usage: FoldedUsage,
  first: number,
  end: number,
  day: number,
  period: number,
  later: number,
): void {
  const { charged, scoped, each } = tally;
  const said = saidOf(tally, usage);
  const { startedAt, seconds, session } = usage;
  if (charged === undefined || scoped === undefined) return;
  const key = usage.keys[usage.keyIndex[first] as number] as UsageKey;
  const its = { of: charged, key, day, period };
  for (let i = first; i < end; i++) {
    const at = (startedAt[i] as number) + later;
    const quantity = said === undefined ? each : (said[i] as number);
    scoped.push({ ...its, at, seconds: seconds[i] as number, session: session[i] as number, quantity });
  }
}
