import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { ChargeUsage } from './charge-usage.ts';
import { COUNTS } from './charge-usage.ts';
import type { PlanBook, PlanTerms } from './plan-terms.ts';
import { sumKey } from './pools/partial-sums.ts';
import { countedUnder } from './pools/pool-key.ts';
import type { PricedUsage } from './priced-usage.ts';
import { type Segment, termsOf, usesPlan } from './segments.ts';
import type { UsageScope } from './usage-scope.ts';

/** A charge whose flat amount is due of a subscription without usage too, by the first and the last terms it was active under in a period. */
export interface FlatAtZero {
  /** plan/charge; with pool and version where others count with it. */
  readonly name: string;
  /** The pool, or the account's count, it is due for once; '' = it is the subscription's. */
  readonly pool: string;
  readonly first: ChargeUsage;
  readonly last: ChargeUsage;
}

/** Says of a subscription's segments, period by period, what is due without usage too. */
export type FlatsAtZero = (segments: readonly Segment[]) => readonly (readonly FlatAtZero[])[];

/** Prepares it for the plans of a payer: most have no such charge. */
export function flatsAtZero({ payer, days, usageCutOff }: UsageScope, plans: PlanBook): FlatsAtZero {
  const none = days.periods.map(() => []);
  const book = [...plans.values()].flat();
  if (!book.some(({ usageCharges }) => usageCharges.some(({ charge }) => charge.flatAtZero))) return () => none;
  const edges = days.firstDay.map((day) => days.starts[day] as Instant);
  return (segments) =>
    days.periods.map((_, place) => {
      const [from, until] = [edges[place] as Instant, Math.min(edges[place + 1] as Instant, usageCutOff)];
      const found = new Map<string, FlatAtZero>();
      for (const segment of segments) {
        if (segment.payer !== payer || !usesPlan(segment)) continue;
        if (Math.max(segment.from, from) >= Math.min(segment.until, until)) continue;
        for (const last of termsOf(segment).flatMap((terms) => unusedOf(terms, segment.businessUnit))) {
          const pool = countedUnder(last.terms, last.charge, last.businessUnit);
          const name = pool === '' ? last.name : [pool, last.name, last.terms.version.from].join('|');
          found.set(name, { name, pool, first: found.get(name)?.first ?? last, last });
        }
      }
      return [...found.values()];
    });
}

const NOTHING_LATE = new Float64Array(0);
const NO_POOL = { pool: '', behind: [], cap: -1n, told: undefined };

/** What the charges of some terms that are due without usage are counted under. */
function unusedOf(terms: PlanTerms, businessUnit: string): ChargeUsage[] {
  return terms.usageCharges.flatMap(({ charge, order }) => {
    if (!charge.flatAtZero) return [];
    const key = sumKey(businessUnit, terms.plan, terms.version.from, charge.id, '');
    const nothing = {
      quantities: new Float64Array(0),
      counts: new Float64Array(COUNTS),
      late: NOTHING_LATE,
      lateAmounts: [],
      records: undefined,
    };
    const name = `${terms.plan}/${charge.id}`;
    return [
      {
        terms,
        businessUnit,
        charge,
        order,
        zone: '',
        amountUnit: '',
        key,
        name,
        stack: [],
        route: NO_POOL,
        ...nothing,
      },
    ];
  });
}

/**
 * What is due without usage (pricing rules §5, flatAtZero): the flat amount, or that of the tier zero lies in, where nothing is left to be priced.
 * Graduated and flat, it is entered as the period begins; what the period's total decides is owed when it is over. An agreed price without a flat
 * amount leaves nothing to be due.
 */
export function pricedAtZero(
  flats: readonly FlatAtZero[],
  priced: readonly PricedUsage[],
  isOver: boolean,
): PricedUsage[] {
  return flats.flatMap(({ name, pool, first, last }) => {
    if (pool !== '' || priced.some(({ of, quantity }) => of.name === name && quantity > 0n)) return [];
    const due = dueAtZero(first, last, isOver);
    return due === undefined ? [] : [{ ...due, quantity: 0n, entered: 1 }];
  });
}

/** By which of two charges a flat amount is due without usage, and in which tier; nothing where it is not due, or not yet. */
export function dueAtZero<Of extends { readonly charge: UsageCharge }>(
  first: Of,
  last: Of,
  isOver: boolean,
): { readonly of: Of; readonly tier: number } | undefined {
  const { model } = first.charge.price;
  const isKnown = model === 'flat' || model === 'graduated';
  if (!isKnown && !isOver) return undefined;
  const of = isKnown ? first : last;
  const { price } = of.charge;
  if (price.model !== 'flat' && !('tiers' in price)) return undefined;
  return { of, tier: price.model === 'flat' ? 0 : 1 };
}
