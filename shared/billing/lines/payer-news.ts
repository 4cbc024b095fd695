import type { Position } from '#shared/commit-log/entry.ts';
import { generationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import type { AccountFact, AssignmentsFact, RecordedFact } from '#shared/inventory/fact.ts';
import { OPEN_END, timeline } from '#shared/inventory/timeline.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { canBeMatched } from '#shared/rating/matched-details.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { instantsOf } from '#shared/usage/item-records.ts';
import type { UsageItem } from '#shared/usage/ports.ts';
import { joinNews, type LogNews, type News, NO_NEWS, spanName } from './reason.ts';

/** What became known of one payer since its last link: its own account, subscriptions and usage, and nobody else's. */
export interface PayerNews extends News {
  /** Plans and add-ons its subscriptions are or ever were on. */
  readonly plans: ReadonlySet<string>;
}

/** Nothing became known, of a payer without subscriptions. */
export const NO_PAYER_NEWS: PayerNews = { ...NO_NEWS, plans: new Set() };

/** What became known of some of a payer's subscriptions, as it is written down beside what they come to. Plain JSON. */
export interface KeptNews extends Pick<News, 'factsFrom' | 'firstUsesFrom'> {
  /** UTC months of their usage that came late, that went away, and that was read anew. */
  readonly loaded: readonly string[];
  readonly backedOut: readonly string[];
  readonly replayed: readonly string[];
  /** Between which instants it was used: "loaded 2026-02" → from and until. */
  readonly spans: Readonly<Record<string, readonly [from: Instant, until: Instant]>>;
  readonly plans: readonly string[];
}

/** Between which positions it is asked what became known, and of whom. */
export interface NewsScope {
  readonly seller: string;
  readonly payer: string;
  /** Position of the last link. */
  readonly since: Position;
  readonly world: WorldState;
  /** What the log says of files since then. */
  readonly files: LogNews;
}

/** An item of usage: which load of which file it came with, and its records. */
type LoadedItem = Pick<UsageItem, 'month' | 'file' | 'generation' | 'chunk' | 'attempt' | 'packed'>;

/** News of a payer while its subscriptions are measured. What is added twice is news once. */
export interface OpenNews {
  /** All facts that concern a subscription. */
  addFacts(facts: readonly RecordedFact[]): void;
  /** All items of an identifier that are kept, whether they count or not. */
  addItems(items: readonly LoadedItem[]): void;
  /** Usage of UTC months before this one is not read, though it may have been billed: what went away of it, whosever it was, may be the payer's. */
  readsFrom(month: string): void;
  close(): KeptNews;
}

/** Whoever does not ask what became known. */
export const NOBODY_HEARS: Omit<OpenNews, 'close'> = { addFacts: () => {}, addItems: () => {}, readsFrom: () => {} };

/** No news so far. */
export function openNews(scope: NewsScope): OpenNews {
  const months = { loaded: new Set<string>(), backedOut: new Set<string>(), replayed: new Set<string>() };
  const spans = new Map<string, readonly [Instant, Instant]>();
  const plans = new Set<string>();
  let { factsFrom, firstUsesFrom } = NO_NEWS;
  return {
    addFacts(facts) {
      for (const plan of plansIn(scope, facts)) plans.add(plan);
      for (const { kind, effectiveFrom } of newFacts(scope, facts)) {
        if (kind === 'firstUse') firstUsesFrom = Math.min(firstUsesFrom, effectiveFrom);
        else factsFrom = Math.min(factsFrom, effectiveFrom);
      }
    },
    addItems(items) {
      for (const item of items) {
        const what = newsOfItem(scope, item);
        if (what === '') continue;
        months[what].add(item.month);
        const { from, until } = instantsOf(item.packed);
        const name = spanName(what, item.month);
        spans.set(name, around(spans.get(name), [from, until]));
      }
    },
    readsFrom(first) {
      const { backedOutMonths, replayedMonths } = scope.files;
      const unread = (what: 'backedOut' | 'replayed', of: ReadonlySet<string>) => {
        for (const month of of) {
          if (month >= first) continue;
          months[what].add(month);
          spans.set(spanName(what, month), WHOLE);
        }
      };
      unread('backedOut', backedOutMonths);
      unread('replayed', replayedMonths);
    },
    close: () => ({
      factsFrom,
      firstUsesFrom,
      loaded: [...months.loaded].sort(),
      backedOut: [...months.backedOut].sort(),
      replayed: [...months.replayed].sort(),
      spans: Object.fromEntries([...spans].sort(([a], [b]) => compareIds(a, b))),
      plans: [...plans].sort(),
    }),
  };
}

/** A span over all times: it is not known better. */
const WHOLE = [0, Number.MAX_SAFE_INTEGER] as const;

function around(
  a: readonly [Instant, Instant] | undefined,
  b: readonly [Instant, Instant],
): readonly [Instant, Instant] {
  return a === undefined ? b : [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

function plansIn({ seller, payer, world }: NewsScope, facts: readonly RecordedFact[]): string[] {
  return facts.flatMap(({ position, fact }) => {
    if (position > world.position) return [];
    if (fact.kind === 'addOn' && fact.seller === seller) return [fact.addOn];
    if (fact.kind !== 'assignments' || fact.seller !== seller) return [];
    return fact.assignments.filter((each) => each.payer === payer).map(({ plan }) => plan);
  });
}

/** Facts recorded since that can move what a payer owes for a subscription: those that hold from before it paid for the last time, as was known then or is by now. */
function newFacts(scope: NewsScope, facts: readonly RecordedFact[]) {
  const { seller, since, world } = scope;
  const recorded = facts.filter(({ position, fact }) => {
    if (position <= since || position > world.position) return false;
    if (fact.kind === 'detail') return canBeMatched(fact.detail);
    return !('seller' in fact) || fact.seller === seller;
  });
  if (recorded.length === 0) return [];
  const until = Math.max(paidUntil(scope, facts, since), paidUntil(scope, facts, world.position));
  return recorded.map(({ fact }) => fact).filter(({ effectiveFrom }) => effectiveFrom < until);
}

function paidUntil({ seller, payer }: NewsScope, facts: readonly RecordedFact[], position: Position): Instant {
  const assigned = facts.filter(
    (each): each is RecordedFact<AssignmentsFact> => each.fact.kind === 'assignments' && each.fact.seller === seller,
  );
  const spans = timeline(assigned, { position, cutOff: OPEN_END }, (fact) => fact.assignments);
  return spans.findLast(({ value }) => value.some((each) => each.payer === payer))?.until ?? 0;
}

/** What became of an item since the last link: it counts by now and did not then, or the other way round. */
function newsOfItem({ since, world, files }: NewsScope, item: LoadedItem): keyof typeof MONTHS | '' {
  const key = generationKey(item.file, item.generation);
  const load = files.loads.get(key);
  const counts = world.months[item.month]?.[key];
  if (counts !== undefined) {
    if (counts.position <= since || counts.attempts[item.chunk] !== item.attempt) return '';
    return load === 'replayed' ? 'replayed' : 'loaded';
  }
  if ((world.ended[key] ?? 0) <= since) return '';
  // What came and went again is no news, but that what it replaced did not come back.
  if (load !== undefined) return load === 'replayed' ? 'backedOut' : '';
  return files.replaced.has(key) ? 'replayed' : 'backedOut';
}

const MONTHS = { loaded: 'loadedMonths', backedOut: 'backedOutMonths', replayed: 'replayedMonths' } as const;

/** What became known of a payer: of its subscriptions, slice by slice, and of its account. */
export function payerNews(slices: readonly KeptNews[], account: News): PayerNews {
  const news = slices.map(({ factsFrom, firstUsesFrom, spans: _, ...months }) => ({
    ...NO_NEWS,
    factsFrom,
    firstUsesFrom,
    ...Object.fromEntries(
      Object.entries(MONTHS).map(([of, name]) => [name, new Set(months[of as keyof typeof MONTHS])]),
    ),
  }));
  const spans = new Map<string, readonly [Instant, Instant]>();
  for (const slice of slices)
    for (const [name, span] of Object.entries(slice.spans)) spans.set(name, around(spans.get(name), span));
  return { ...news.reduce<News>(joinNews, account), spans, plans: new Set(slices.flatMap(({ plans }) => plans)) };
}

/**
 * What became known of an account since a position, as far as its lines can move: its calendar, seller, currency and pools, and orders, which move nothing
 * but themselves.
 */
export function accountNews(facts: readonly RecordedFact[], since: Position, upTo: Position): News {
  const recorded = facts.filter(({ position }) => position > since && position <= upTo).map(({ fact }) => fact);
  const before = timeline(facts.filter(isAccount), { position: since, cutOff: OPEN_END }, termsOf);
  const isOther = (fact: AccountFact) =>
    before.find(({ from, until }) => from <= fact.effectiveFrom && fact.effectiveFrom < until)?.value !== termsOf(fact);
  const moved = recorded.filter((fact) => fact.kind === 'account' && isOther(fact));
  const earliest = (of: typeof recorded) => Math.min(NO_NEWS.factsFrom, ...of.map((fact) => fact.effectiveFrom));
  return {
    ...NO_NEWS,
    factsFrom: earliest(moved),
    ordersFrom: earliest(recorded.filter(({ kind }) => kind === 'adHoc')),
  };
}

function isAccount(each: RecordedFact): each is RecordedFact<AccountFact> {
  return each.fact.kind === 'account';
}

/** What of an account its lines follow from. */
function termsOf({ seller, timeZone, billingDay, currency, pools }: AccountFact): string {
  return JSON.stringify([seller, timeZone, billingDay, currency, pools]);
}
