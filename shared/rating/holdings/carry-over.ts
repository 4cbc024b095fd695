import type { Allowance } from '#shared/catalog/catalog.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { BillingDays, Period } from '#shared/time/period.ts';
import type { Holding, Lasting } from '../allowance.ts';
import type { PlanBook } from '../plan-terms.ts';
import { poolIn } from '../pools/account-pools.ts';
import { endOf } from './lasting.ts';

/** How what an allowance or pool has left at the end of a period moves on. */
export interface CarryOverTerms {
  /** The period that ends. */
  readonly period: Period;
  /** How long what is left of the period's own size counts, and the first day on which it no more does. */
  readonly lasts: Lasting;
  readonly until: LocalDate;
  /** Most that moves on, in base units; '' = no limit. */
  readonly cap: string;
}

/**
 * The carry-over of a plan's own allowance at the end of a period (pricing rules §4): the version in force on its last day says. Nothing where that
 * has no such allowance, or what it has left is lost.
 */
export function carryOverOf(
  plans: PlanBook,
  plan: string,
  id: string,
  period: Period,
  billingDay: BillingDays,
): CarryOverTerms | undefined {
  const version = versionsOn(plans, plan, period)[0];
  return termsOf(
    version?.allowances.find((each) => each.id === id),
    period,
    billingDay,
  );
}

/** The carry-over of a pool: as every plan says that names it then. It is the pool's as long as any does, with members or without. */
export function carryOverOfPool(
  plans: PlanBook,
  pool: string,
  period: Period,
  billingDay: BillingDays,
): CarryOverTerms | undefined {
  for (const [plan, [first]] of plans) {
    if (first?.carries !== true) continue;
    const [version] = versionsOn(plans, plan, period);
    const found = termsOf(version && poolIn({ version }, pool), period, billingDay);
    if (found !== undefined) return found;
  }
  return undefined;
}

function versionsOn(plans: PlanBook, plan: string, { until }: Period) {
  const lastDay = addDays(until, -1);
  const versions = (plans.get(plan) ?? []).map(({ version }) => version);
  return versions.filter((each) => each.from <= lastDay && (each.until === '' || lastDay < each.until));
}

function termsOf(
  allowance: Allowance | undefined,
  period: Period,
  billingDay: BillingDays,
): CarryOverTerms | undefined {
  const carryOver = allowance?.carryOver;
  if (carryOver === undefined) return undefined;
  const lasts = { since: period.from, periods: 1 + carryOver.periods };
  return { period, lasts, until: endOf(lasts, period, billingDay), cap: carryOver.cap };
}

/**
 * What moves into the next period of what an allowance has left: its own size's rest as long as its terms say, what was carried before until its
 * day; oldest first, as it is drawn on. Above the cap the oldest is lost.
 */
export function carriedOver(left: readonly Holding[], { period, lasts, until, cap }: CarryOverTerms): Holding[] {
  const moving = left
    .map((each) => (each.origin === '' ? { ...each, origin: period.from, until, lasts } : each))
    .filter((each) => each.quantity > 0n && each.until > period.until);
  if (cap === '') return moving;
  let room = BigInt(cap);
  const kept = moving.toReversed().map((each) => {
    const quantity = each.quantity < room ? each.quantity : room;
    room -= quantity;
    return { ...each, quantity };
  });
  return kept.reverse().filter(({ quantity }) => quantity > 0n);
}
