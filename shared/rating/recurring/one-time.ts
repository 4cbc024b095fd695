import type { OneTimeCharge, SubscriptionEvent } from '#shared/catalog/catalog.ts';
import { dayOfMonth, type Instant, type LocalDate, localDateOf, type TimeZones } from '#shared/time/local-date.ts';
import { monthsBetween, monthsLater } from '#shared/time/period.ts';
import { type DayTable, dayAt } from '../day-table.ts';
import type { PlanBook, PlanTerms } from '../plan-terms.ts';
import { sumKey } from '../pools/partial-sums.ts';
import { hasProperties, type Segment, termsOf } from '../segments.ts';
import { NOTHING_FREE, tierParts } from '../tier-parts.ts';
import { billedDays, isCharged } from './chargeable-days.ts';

/** What one subscription owes of a one-time charge in a tier of its price. */
export interface OneTimeDue {
  /** businessUnit|plan|version|charge|tier. */
  readonly key: string;
  /** businessUnit|plan|version|charge. */
  readonly line: string;
  readonly tier: number;
  readonly quantity: bigint;
  readonly entered: number;
  /** The day it is due on. */
  readonly date: LocalDate;
}

type Due = Omit<OneTimeDue, 'date'>;

/** What one-time charges are worked out by. */
export interface OneTimeScope {
  readonly payer: string;
  readonly days: DayTable;
  readonly chargeCutOff: Instant;
  readonly plans: PlanBook;
}

const NOTHING: ReadonlyMap<number, OneTimeDue[]> = new Map();

/** One-time charges of subscriptions (pricing rules §2), by the period their event or date falls in. */
export function oneTimeCharges(
  scope: OneTimeScope,
): (segments: readonly Segment[]) => ReadonlyMap<number, OneTimeDue[]> {
  const isCharging = (terms: PlanTerms) => terms.version.charges.some(({ kind }) => kind === 'oneTime');
  const charging = new Set([...scope.plans.values()].flat().filter(isCharging));
  return (segments) => {
    if (!segments.some((segment) => termsOf(segment).some((terms) => charging.has(terms)))) return NOTHING;
    const found = new Map<number, OneTimeDue[]>();
    const add = (day: number, due: readonly Due[]) => {
      const place = scope.days.periodOfDay[day] as number;
      const date = scope.days.dates[day] as LocalDate;
      found.set(place, [...(found.get(place) ?? []), ...due.map((each) => ({ ...each, date }))]);
    };
    for (const life of [segments, ...livesOfAddOns(segments, charging)]) {
      for (const [place, segment] of life.entries()) {
        const day = dayAt(scope.days.starts, segment.from);
        if (day < 0 || segment.from > scope.chargeCutOff) continue;
        for (const event of eventsAt(life, place)) add(day, dueAtEvent(scope, life, place, event));
      }
    }
    for (const [day, date] of scope.days.dates.entries()) {
      if ((scope.days.starts[day] as number) <= scope.chargeCutOff) add(day, dueOnDate(scope, segments, day, date));
    }
    return found;
  };
}

/**
 * Each stretch of time in which a subscription has an add-on, as a life of its own: it is activated when the subscription has it and is active for the
 * first time, and is terminated when it is taken away, or its payer goes; not when its terms end, or those of the plan it stands beside. What the
 * subscription is before it is given is no event of it.
 */
function livesOfAddOns(segments: readonly Segment[], charging: ReadonlySet<PlanTerms>): Segment[][] {
  const having = segments.flatMap(({ addOns }) => (addOns.some((terms) => charging.has(terms)) ? addOns : []));
  return [...new Set(having.map(({ plan }) => plan))].flatMap((addOn) => {
    const lives: Segment[][] = [];
    let had: PlanTerms | undefined;
    for (const [place, segment] of segments.entries()) {
      const before = segments[place - 1];
      const isSame = had !== undefined && before?.payer === segment.payer;
      const terms = segment.addOns.find(({ plan }) => plan === addOn);
      const isTaken = had !== undefined && !(isSame && terms) && had.until > segment.from;
      if (isTaken) lives.at(-1)?.push({ ...segment, ...NOT_THERE, state: 'terminated' });
      had = segment.terms && terms;
      if (had === undefined) continue;
      const own = { ...segment, terms: had };
      if (isSame) lives.at(-1)?.push(own);
      else lives.push([...(before === undefined ? [] : [{ ...before, ...NOT_THERE, state: notYet(before) }]), own]);
    }
    return lives;
  });
}

const NOT_THERE = { terms: undefined, payer: '' } as const;

/** What the subscription was before it was given an add-on: one that was active is activated with it. */
function notYet({ state }: Segment): Segment['state'] {
  return state === 'active' ? 'inventory' : state;
}

/** What happens to a subscription, or an add-on of it, where a stretch of its life begins. */
function eventsAt(segments: readonly Segment[], place: number): SubscriptionEvent[] {
  const { state, terms } = segments[place] as Segment;
  const before = segments[place - 1];
  const events: SubscriptionEvent[] = [];
  if (state !== before?.state) {
    const wasActive = segments.slice(0, place).some((each) => each.state === 'active');
    if (state === 'active') events.push(wasActive ? 'reactivation' : 'activation');
    if (state === 'suspended') events.push('suspension');
    if (state === 'terminated') events.push('termination');
  }
  const isSamePayer = before?.payer === segments[place]?.payer;
  const plan = before?.terms?.plan;
  if (isSamePayer && state !== 'terminated' && terms !== undefined && plan !== undefined && plan !== terms.plan)
    events.push('planChange');
  return events;
}

/** What the terms that begin then say of an event; of a termination, the terms that end with it. */
function dueAtEvent(
  { payer, days }: OneTimeScope,
  segments: readonly Segment[],
  place: number,
  event: SubscriptionEvent,
): Due[] {
  const { from } = segments[place] as Segment;
  const segment = segments[event === 'termination' ? place - 1 : place];
  if (segment?.terms === undefined || segment.payer !== payer) return [];
  const { terms, properties, businessUnit } = segment;
  return terms.version.charges.flatMap((charge) => {
    if (charge.kind !== 'oneTime' || charge.at !== event || !hasProperties(properties, charge.properties)) return [];
    const quantity =
      charge.term === 0 ? 1 : monthsLeft(segments.slice(0, place), payer, terms.plan, charge.term, from, days.zone);
    return dueOf(terms, businessUnit, charge, quantity);
  });
}

function dueOnDate(scope: OneTimeScope, segments: readonly Segment[], day: number, date: LocalDate): Due[] {
  const isOnDate = segments.some((segment) =>
    termsOf(segment).some(({ version }) =>
      version.charges.some((charge) => charge.kind === 'oneTime' && charge.date === date),
    ),
  );
  if (!isOnDate) return [];
  const [billed] = billedDays(segments, scope.days.spans.slice(day, day + 1));
  if (billed === undefined || billed.segment.payer !== scope.payer) return [];
  const { businessUnit } = billed.segment;
  return termsOf(billed.segment).flatMap((terms) =>
    terms.version.charges.flatMap((charge) => {
      if (charge.kind !== 'oneTime' || charge.date !== date) return [];
      const isOwed = isCharged(billed, { ...charge, dayRule: 'endOfDay', lastDay: 'free' });
      return isOwed ? dueOf(terms, businessUnit, charge, 1) : [];
    }),
  );
}

function dueOf(terms: PlanTerms, businessUnit: string, charge: OneTimeCharge, quantity: number): Due[] {
  const line = sumKey(businessUnit, terms.plan, terms.version.from, charge.id);
  const counted = BigInt(quantity);
  return tierParts({ price: charge.price, unit: 'piece', usageDiscount: NOTHING_FREE }, 0n, counted, counted).map(
    (part) => {
      return { key: sumKey(line, part.tier), line, tier: part.tier, quantity: part.quantity, entered: part.entered };
    },
  );
}

/**
 * Months, begun ones too, that are left of a term at an instant (pricing rules §2): those that are not over of the months of the term, which begins on the
 * day a subscription first was active on a plan before it. They change on that day of the month; one that lacks it, on its last. What it is
 * afterwards does not matter.
 */
function monthsLeft(
  before: readonly Segment[],
  payer: string,
  plan: string,
  term: number,
  from: Instant,
  zone: TimeZones,
): number {
  const first = before.find((each) => each.payer === payer && each.terms?.plan === plan && each.state === 'active');
  if (first === undefined) return 0;
  const start = localDateOf(first.from, zone);
  const today = localDateOf(from, zone);
  const begun = monthsBetween(start, today);
  const over = monthsLater(start, begun, dayOfMonth(start)) <= today ? begun : begun - 1;
  return Math.max(0, term - over);
}
