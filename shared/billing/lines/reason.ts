import type { Entry } from '#shared/commit-log/entry.ts';
import { amount } from '#shared/money/amount.ts';
import type { Instant, TimeZones } from '#shared/time/local-date.ts';
import { type Period, periodInstants, utcMonths } from '#shared/time/period.ts';
import type { DifferenceReason, RecordedLine } from '../draft.ts';
import { type ChargeLine, isAgreed, isDueFrom, isFee, isInAdvance } from './charge-line.ts';

/** What became known after a link: the entries between its position and W, as far as they can move lines. */
export interface News {
  readonly loadedMonths: ReadonlySet<string>;
  readonly backedOutMonths: ReadonlySet<string>;
  /** Of files that were replayed: another reading of theirs counts. */
  readonly replayedMonths: ReadonlySet<string>;
  /** Earliest instant a fact recorded since then holds from; the end of time when there is none. */
  readonly factsFrom: Instant;
  /** The same of first uses that rating recorded or took back: the other facts are what people said. */
  readonly firstUsesFrom: Instant;
  readonly catalogReleased: boolean;
}

/** Nothing became known. */
export const NO_NEWS: News = {
  loadedMonths: new Set(),
  backedOutMonths: new Set(),
  replayedMonths: new Set(),
  factsFrom: Number.MAX_SAFE_INTEGER,
  firstUsesFrom: Number.MAX_SAFE_INTEGER,
  catalogReleased: false,
};

/** The news of two stretches of the log. */
export function joinNews(a: News, b: News): News {
  return {
    loadedMonths: new Set([...a.loadedMonths, ...b.loadedMonths]),
    backedOutMonths: new Set([...a.backedOutMonths, ...b.backedOutMonths]),
    replayedMonths: new Set([...a.replayedMonths, ...b.replayedMonths]),
    factsFrom: Math.min(a.factsFrom, b.factsFrom),
    firstUsesFrom: Math.min(a.firstUsesFrom, b.firstUsesFrom),
    catalogReleased: a.catalogReleased || b.catalogReleased,
  };
}

/** Reads the news out of entries. */
export function newsOf(entries: readonly Entry[]): News {
  const bodies = entries.map((entry) => entry.body);
  const facts = bodies.filter((body) => body.kind === 'facts recorded');
  const earliest = (of: typeof facts) => of.reduce((first, body) => Math.min(first, body.earliest), NO_NEWS.factsFrom);
  const files = bodies.flatMap((body) => (body.kind === 'files loaded' ? body.files : []));
  return {
    loadedMonths: new Set(files.filter(({ replaces }) => replaces === 0).flatMap(({ months }) => months)),
    replayedMonths: new Set(files.filter(({ replaces }) => replaces > 0).flatMap(({ months }) => months)),
    backedOutMonths: new Set(bodies.flatMap((body) => (body.kind === 'file backed out' ? body.months : []))),
    factsFrom: earliest(facts.filter((body) => body.firstUses === undefined)),
    firstUsesFrom: earliest(facts.filter((body) => body.firstUses === true)),
    catalogReleased: bodies.some((body) => body.kind === 'catalog released'),
  };
}

/** Whether anything of the news can move lines of a period: if not, it is not measured again. */
export function touches(news: News, period: Period, zone: TimeZones): boolean {
  const { from, until } = periodInstants(period, zone);
  const months = utcMonths(from, until);
  const { loadedMonths, backedOutMonths, replayedMonths } = news;
  const usage = months.some((month) => [loadedMonths, backedOutMonths, replayedMonths].some((of) => of.has(month)));
  return usage || Math.min(news.factsFrom, news.firstUsesFrom) < until || news.catalogReleased;
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
}

/**
 * Why a line moved (pricing rules §10): the news that can have moved it, usage before inventory (what was said before first uses) before prices. A line of the run's own
 * period, or a later one, that was never posted needs none (unless it was, and its document was cancelled), nor does any line of a first invoice, nor one whose
 * period the last cut-off had not come to the end of: it goes on. A move that no news explains is `computation changed`.
 */
export function reasonOf(
  scope: ReasonScope,
  line: ChargeLine,
  posted: RecordedLine | undefined,
): DifferenceReason | '' {
  if (scope.cancelled.has(line.id)) return 'billed again';
  const isOrder = line.arithmetic.kind === 'adHoc';
  if (posted === undefined && (isOrder || isDueFrom(line, scope.period.from))) return '';
  const { news } = scope;
  const { from, until } = spanOf(scope, line, posted);
  const isOpen = until > lastCutOffOf(scope, line, posted);
  if (isOpen && !isOrder && (posted === undefined || !isInAdvance(line))) return '';
  const facts = news.factsFrom < until;
  const ofUsage = dependsOnUsage(line);
  const own = ofUsage ? reasonOfUsage(news, utcMonths(from, until), fell(line, posted)) : '';
  if (own !== '') return own;
  if (facts)
    return news.factsFrom < scope.lastCutOff || (from < scope.lastCutOff && !isInAdvance(line))
      ? 'backdated change'
      : 'change after billing in advance';
  if (news.firstUsesFrom < until) return 'first use';
  if (news.catalogReleased) return 'price correction';
  if (isOpen && isInAdvance(line)) return 'change after billing in advance';
  const carried = ofUsage && scope.carrying.has(line.plan);
  const before = carried ? reasonOfUsage(news, utcMonths(scope.measuredFrom, from), fell(line, posted)) : '';
  return before === '' ? 'computation changed' : before;
}

/** What became known of the usage of some months that can have moved a line; '' = nothing. */
function reasonOfUsage(news: News, months: readonly string[], isLess: boolean): DifferenceReason | '' {
  const any = (of: ReadonlySet<string>) => months.some((month) => of.has(month));
  if (any(news.backedOutMonths) && isLess) return 'backed-out file';
  if (any(news.replayedMonths) && isLess) return 'file read anew';
  if (any(news.loadedMonths)) return 'late usage';
  if (any(news.replayedMonths)) return 'file read anew';
  return any(news.backedOutMonths) ? 'backed-out file' : '';
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
