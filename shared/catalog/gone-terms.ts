import type { LocalDate } from '#shared/time/local-date.ts';
import type { Catalog } from './catalog.ts';

/** Days from one until another, exclusive; '' = since ever, and for ever. */
export interface DaySpan {
  readonly from: LocalDate | '';
  readonly until: LocalDate | '';
}

/** Something one catalogue has that another has not, and on which days. */
export interface GoneTerm {
  readonly what: 'seller' | 'plan' | 'add-on' | 'top-up' | 'tax profile';
  /** Of a top-up: plan/top-up. */
  readonly id: string;
  /** In order of date; one span without ends where the other catalogue does not have it at all. */
  readonly days: readonly DaySpan[];
}

/** What a term is found by: "plan iot", "top-up iot/data-10". */
export function termKey({ what, id }: Pick<GoneTerm, 'what' | 'id'>): string {
  return `${what} ${id}`;
}

/**
 * What a catalogue has that the next has not (decision 66), by its key. A plan that became an add-on, or the other way round, is gone; one whose versions begin
 * later or end earlier is gone on those days. A top-up is told of only on days on which the plan that offers it is there.
 */
export function goneTerms(current: Catalog, next: Catalog): ReadonlyMap<string, GoneTerm> {
  const there = new Map(termsOf(next).map((term) => [termKey(term), term.days]));
  const gone = new Map<string, GoneTerm>();
  for (const term of termsOf(current)) {
    const still = there.get(termKey(term));
    const days = still === undefined && term.plan === undefined ? [ALWAYS] : without(term.days, still ?? []);
    const ofPlan = term.plan === undefined ? [] : (gone.get(term.plan)?.days ?? []);
    const { what, id } = term;
    const left = without(days, ofPlan);
    if (left.length > 0) gone.set(termKey(term), { what, id, days: left });
  }
  return gone;
}

/** Every day there is. */
export const ALWAYS: DaySpan = { from: '', until: '' };

/** Whether a span has a day in common with one of others. */
export function hasDayIn({ from, until }: DaySpan, spans: readonly DaySpan[]): boolean {
  return spans.some((span) => span.from < (until || LAST) && from < (span.until || LAST));
}

/** A term with the days it is sold on; of a top-up, with the key of its plan. */
interface Term extends GoneTerm {
  readonly plan?: string;
}

/** Plans before their top-ups. */
function termsOf({ sellers, plans, taxProfiles }: Catalog): Term[] {
  return [
    ...sellers.map(({ id }) => ({ what: 'seller' as const, id, days: [ALWAYS] })),
    ...taxProfiles.map(({ id }) => ({ what: 'tax profile' as const, id, days: [ALWAYS] })),
    ...plans.flatMap(({ id, kind, versions }): Term[] => {
      const plan = { what: kind === 'addOn' ? ('add-on' as const) : kind, id, days: versions };
      const offers = versions.flatMap((version) => (version.topUps ?? []).map((topUp) => [topUp.id, version] as const));
      const byTopUp = Map.groupBy(offers, ([topUp]) => topUp);
      const topUps = [...byTopUp].map(([topUp, its]) => {
        return {
          what: 'top-up' as const,
          id: `${id}/${topUp}`,
          days: its.map(([, days]) => days),
          plan: termKey(plan),
        };
      });
      return [plan, ...topUps];
    }),
  ];
}

/** Later than any day. */
const LAST = '~';

/** The days of some spans, in order of date, that are in none of others; spans that follow one another are one. */
function without(spans: readonly DaySpan[], others: readonly DaySpan[]): DaySpan[] {
  let left = spans.map(({ from, until }) => ({ from, until: until || LAST }));
  for (const other of others) {
    const [from, until] = [other.from, other.until || LAST];
    left = left.flatMap((span) => {
      const before = { from: span.from, until: span.until < from ? span.until : from };
      const behind = { from: span.from > until ? span.from : until, until: span.until };
      return [before, behind].filter((part) => part.from < part.until);
    });
  }
  const joined: { from: DaySpan['from']; until: string }[] = [];
  for (const span of left) {
    const last = joined.at(-1);
    if (last !== undefined && last.until === span.from) last.until = span.until;
    else joined.push({ ...span });
  }
  return joined.map(({ from, until }) => ({ from, until: until === LAST ? '' : until }));
}
