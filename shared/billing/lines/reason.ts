import type { MovedPrices } from '#shared/catalog/moved-prices.ts';
import type { Entry } from '#shared/commit-log/entry.ts';
import { generationKey } from '#shared/commit-log/visibility.ts';
import { amount } from '#shared/money/amount.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { type Instant, type LocalDate, localDateOf, type TimeZones } from '#shared/time/local-date.ts';
import { type Period, periodInstants, utcMonths } from '#shared/time/period.ts';
import type { DifferenceReason, RecordedLine } from '../draft.ts';
import { type ChargeLine, isAgreed, isDueFrom, isFee, isInAdvance } from './charge-line.ts';

/** What became known after a link, as far as it can move lines. */
export interface News {
  readonly loadedMonths: ReadonlySet<string>;
  readonly backedOutMonths: ReadonlySet<string>;
  /** Of files that were replayed: another reading of theirs counts. */
  readonly replayedMonths: ReadonlySet<string>;
  /** Between which instants usage of these months was used, by `spanName`; the whole UTC month where it is not told. */
  readonly spans?: ReadonlyMap<string, readonly [from: Instant, until: Instant]>;
  /** Earliest instant a fact recorded since then holds from; the end of time when there is none. */
  readonly factsFrom: Instant;
  /** The same of first uses that rating recorded or took back: the other facts are what people said. */
  readonly firstUsesFrom: Instant;
  /** The same of facts about orders of the account. */
  readonly ordersFrom: Instant;
}

/** What usage of a month that came, went or was read anew is named by among the spans. */
export function spanName(what: UsageNews, month: string): string {
  return `${what} ${month}`;
}

type UsageNews = 'loaded' | 'backedOut' | 'replayed';

/** The same of everybody: what the entries between the link's position and W say. */
export interface LogNews extends News {
  readonly catalogReleased: boolean;
  /** file#generation that was loaded → whether that was a replay. */
  readonly loads: ReadonlyMap<string, 'loaded' | 'replayed'>;
  /** file#generation that another replaced. */
  readonly replaced: ReadonlySet<string>;
}

/** Nothing became known. */
export const NO_NEWS: LogNews = {
  loadedMonths: new Set(),
  backedOutMonths: new Set(),
  replayedMonths: new Set(),
  factsFrom: Number.MAX_SAFE_INTEGER,
  firstUsesFrom: Number.MAX_SAFE_INTEGER,
  ordersFrom: Number.MAX_SAFE_INTEGER,
  catalogReleased: false,
  loads: new Map(),
  replaced: new Set(),
};

/** The news of two parts of what became known. */
export function joinNews(a: News, b: News): News {
  return {
    loadedMonths: new Set([...a.loadedMonths, ...b.loadedMonths]),
    backedOutMonths: new Set([...a.backedOutMonths, ...b.backedOutMonths]),
    replayedMonths: new Set([...a.replayedMonths, ...b.replayedMonths]),
    factsFrom: Math.min(a.factsFrom, b.factsFrom),
    firstUsesFrom: Math.min(a.firstUsesFrom, b.firstUsesFrom),
    ordersFrom: Math.min(a.ordersFrom, b.ordersFrom),
  };
}

/** The news of two stretches of the log, the earlier one first. */
export function joinLogNews(a: LogNews, b: LogNews): LogNews {
  return {
    ...joinNews(a, b),
    catalogReleased: a.catalogReleased || b.catalogReleased,
    loads: new Map([...a.loads, ...b.loads]),
    replaced: new Set([...a.replaced, ...b.replaced]),
  };
}

/** Reads the news out of entries. */
export function newsOf(entries: readonly Entry[]): LogNews {
  const bodies = entries.map((entry) => entry.body);
  const facts = bodies.filter((body) => body.kind === 'facts recorded');
  const earliest = (of: typeof facts) => of.reduce((first, body) => Math.min(first, body.earliest), NO_NEWS.factsFrom);
  const files = bodies.flatMap((body) => (body.kind === 'files loaded' ? body.files : []));
  const said = earliest(facts.filter((body) => body.firstUses === undefined));
  const replays = files.filter(({ replaces }) => replaces > 0);
  return {
    loadedMonths: new Set(files.filter(({ replaces }) => replaces === 0).flatMap(({ months }) => months)),
    replayedMonths: new Set(replays.flatMap(({ months }) => months)),
    backedOutMonths: new Set(bodies.flatMap((body) => (body.kind === 'file backed out' ? body.months : []))),
    factsFrom: said,
    ordersFrom: said,
    firstUsesFrom: earliest(facts.filter((body) => body.firstUses === true)),
    catalogReleased: bodies.some((body) => body.kind === 'catalog released'),
    loads: new Map(files.map((file) => [keyOf(file), file.replaces > 0 ? 'replayed' : 'loaded'])),
    replaced: new Set(replays.map(({ file, replaces }) => keyOf({ file, generation: replaces }))),
  };
}

const keyOf = ({ file, generation }: { file: string; generation: number }) => generationKey(file, generation);

/** Whether anything of the news, or of the prices since then, can move lines of a period: if not, it is not measured again. */
export function touches(news: News, prices: MovedPrices, period: Period, zone: TimeZones): boolean {
  const { from, until } = periodInstants(period, zone);
  const months = utcMonths(from, until);
  const { loadedMonths, backedOutMonths, replayedMonths } = news;
  const usage = months.some((month) => [loadedMonths, backedOutMonths, replayedMonths].some((of) => of.has(month)));
  return usage || Math.min(news.factsFrom, news.firstUsesFrom) < until || prices.touch(period);
}

/** Whether usage of a month before that of a period came or went. */
export function reachesBefore(
  { loadedMonths, backedOutMonths, replayedMonths }: News,
  period: Period,
  zone: TimeZones,
) {
  const { from } = periodInstants(period, zone);
  const [first = ''] = utcMonths(from, from + 1);
  return [loadedMonths, backedOutMonths, replayedMonths].some((of) => [...of].some((month) => month < first));
}

/** What a line is compared with to say why it moved. */
export interface ReasonScope {
  readonly news: News;
  /** Ids of lines of cancelled documents that have not been billed again. */
  readonly cancelled: ReadonlySet<string>;
  readonly zone: TimeZones;
  readonly period: Period;
  /** Cut-offs of the last link: facts that hold from before that of charges were late. 0 = nothing was ever posted. */
  readonly lastCutOff: Instant;
  readonly lastUsageCutOff: Instant;
  /** Plans that move unused allowance into later periods, or count late usage in them; '' stands for what follows from lines of theirs. */
  readonly carrying: ReadonlySet<string>;
  /** Usage from then on can move what reaches on: since the first period begins that is measured anew, or the account where late usage counts where it comes. */
  readonly measuredFrom: Instant;
  /** Days periods end on since the account moved: to another billing day, seller or time zone. */
  readonly movedOn: ReadonlySet<LocalDate>;
  /** What prices the account otherwise than the release the last link stands at. */
  readonly prices: MovedPrices;
  /** Plans and add-ons the account has anything to do with. */
  readonly plans: ReadonlySet<string>;
  /** Whether as much is owed as was posted of a line's charge, zone and period, over its versions, seasons and tiers: its usage did not move it. */
  readonly isSameQuantity: (line: ChargeLine) => boolean;
  /** Of a line nobody billed before, the one that billed its charge and less is owed of now: what it stood for stands on this one. */
  readonly tookOver: (line: ChargeLine) => RecordedLine | undefined;
}

/**
 * Why a line moved (pricing rules §10): the news that can have moved it, usage before inventory (what was said before first uses) before prices; but where its
 * charge is priced anew and its quantity is the same, no usage did. A line of the run's own
 * period, or a later one, that was never posted needs none (unless it was, and its document was cancelled, or its charge was and falls away for it), nor does any line of a first
 * invoice, nor one whose period the last cut-off had not come to the end of: it goes on. A move that no news explains is `computation changed`.
 */
export function reasonOf(
  scope: ReasonScope,
  line: ChargeLine,
  recorded: RecordedLine | undefined,
): DifferenceReason | '' {
  if (scope.cancelled.has(line.id)) return 'billed again';
  const isOrder = line.arithmetic.kind === 'adHoc';
  const isDue = isOrder || isDueFrom(line, scope.period.from);
  const posted = recorded === undefined && isDue ? scope.tookOver(line) : recorded;
  if (posted === undefined && isDue) return '';
  const { news } = scope;
  const { from, until } = spanOf(scope, line, posted);
  const isOpen = until > lastCutOffOf(scope, line, posted);
  if (isOpen && !isOrder && (posted === undefined || !isInAdvance(line))) return '';
  if (posted !== undefined && isSameSum(line, posted)) return 'computation changed';
  const factsFrom = factsFromOf(news, line);
  const facts = factsFrom < until || (factsFrom === until && scope.movedOn.has(line.period.until));
  const ofUsage = dependsOnUsage(line);
  const own = ofUsage ? reasonOfUsage(news, { from, until }, fell(line, posted)) : '';
  if (own !== '' && !(scope.isSameQuantity(line) && isPricedAnew(scope, line, posted))) return own;
  if (facts)
    return factsFrom < scope.lastCutOff || (from < scope.lastCutOff && !isInAdvance(line))
      ? 'backdated change'
      : 'change after billing in advance';
  if (news.firstUsesFrom < until) return 'first use';
  if (isPricedAnew(scope, line, posted)) return 'price correction';
  if (isOpen && isInAdvance(line)) return 'change after billing in advance';
  const carried = ofUsage && scope.carrying.has(line.plan);
  const before = carried ? reasonOfUsage(news, { from: scope.measuredFrom, until: from }, fell(line, posted)) : '';
  return before === '' ? 'computation changed' : before;
}

/** Earliest instant of the facts that can have moved a line: an order only itself, and what was agreed on everything. */
function factsFromOf({ factsFrom, ordersFrom }: News, line: ChargeLine): Instant {
  if (line.arithmetic.kind === 'adHoc') return ordersFrom;
  return isAgreed(line) && line.plan === '' ? Math.min(factsFrom, ordersFrom) : factsFrom;
}

/**
 * Whether an amount that moved was worked out of the very same numbers: nothing that became known can have moved it. Of what is priced by itself; what is
 * shared or spread follows from more than it says, and what is owed no more follows from nothing.
 */
function isSameSum(line: ChargeLine, posted: RecordedLine): boolean {
  const { arithmetic } = line;
  if (line.amount === posted.amount) return false;
  if ('shares' in arithmetic && arithmetic.shares.length > 0) return false;
  const inputs = ({ quantity, unitPrice, exchange, arithmetic: its }: ChargeLine) =>
    JSON.stringify([quantity, unitPrice, exchange, { ...its, exact: '' }]);
  return inputs(line) === inputs(posted);
}

/** Whether what a line is priced by differs: a fee by its own charge, what comes of usage by all that is charged for it, since it is drawn on and counted together. */
function isPricedAnew(scope: ReasonScope, line: ChargeLine, posted: RecordedLine | undefined): boolean {
  const { prices, plans, zone, measuredFrom } = scope;
  const { from } = line.period;
  const until = [line.period.until, (posted ?? line).period.until].sort().at(-1) as LocalDate;
  const { kind } = line.arithmetic;
  if (kind === 'adHoc' || kind === 'adjustment') return false;
  if (isAgreed(line)) return prices.ofAgreed(plans, { from, until });
  if (kind === 'recurring' || kind === 'oneTime') {
    const isOwn = prices.ofCharge(line.plan, idInPlan(line.charge), { from, until });
    if (isOwn || !dependsOnUsage(line)) return isOwn;
  }
  const since = scope.carrying.has(line.plan) ? localDateOf(measuredFrom, zone) : from;
  return prices.ofPlans(plans, { from: since < from ? since : from, until });
}

/** What became known of usage between two instants that can have moved a line; '' = nothing. */
function reasonOfUsage(news: News, span: Span, isLess: boolean): DifferenceReason | '' {
  const isIn = (what: UsageNews) => [...news[`${what}Months`]].some((month) => isUsedIn(news, what, month, span));
  if (isIn('backedOut') && isLess) return 'backed-out file';
  if (isIn('replayed') && isLess) return 'file read anew';
  if (isIn('loaded')) return 'late usage';
  if (isIn('replayed')) return 'file read anew';
  return isIn('backedOut') ? 'backed-out file' : '';
}

/** Two instants, the second exclusive. */
interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

function isUsedIn({ spans }: News, what: UsageNews, month: string, { from, until }: Span): boolean {
  const known = spans?.get(spanName(what, month));
  return known === undefined ? utcMonths(from, until).includes(month) : known[0] < until && from < known[1];
}

/** The instants a line is for, now or as it was posted: a period may have become shorter. */
function spanOf({ zone }: ReasonScope, line: ChargeLine, posted: RecordedLine | undefined) {
  const now = periodInstants(line.period, zone);
  return { from: now.from, until: Math.max(now.until, periodInstants((posted ?? line).period, zone).until) };
}

/**
 * Up to when the last link took what a line comes from. What follows from other lines comes from usage and charges, and a fee may wait for all of
 * its interval's usage.
 */
function lastCutOffOf(scope: ReasonScope, line: ChargeLine, posted: RecordedLine | undefined): Instant {
  const { lastCutOff, lastUsageCutOff } = scope;
  if (posted === undefined || isAgreed(line)) return Math.min(lastCutOff, lastUsageCutOff);
  return dependsOnUsage(line) ? lastUsageCutOff : lastCutOff;
}

/** Whether usage can have moved a line: a fee only where it is of use, or an adaptive pool's, whose tier is the size it came to. */
function dependsOnUsage(line: ChargeLine): boolean {
  if (line.arithmetic.kind === 'recurring') return line.arithmetic.of === 'used';
  return line.arithmetic.kind === 'poolPrice' ? line.tier > 0 : !isFee(line);
}

function fell(line: ChargeLine, posted: RecordedLine | undefined): boolean {
  return posted !== undefined && amount(line.quantity).lessThanOrEqualTo(posted.quantity);
}
