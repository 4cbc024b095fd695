import type { Commitment } from '#shared/catalog/agreement.ts';
import { commitmentTerms, joined, type Validity, within } from '#shared/catalog/commitment-terms.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { type PartialSums, sumKey } from '#shared/rating/pools/partial-sums.ts';
import { daysBetween, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period, wholePeriod } from '#shared/time/period.ts';
import type { LimitArithmetic } from './charge-line.ts';
import type { PricingScope } from './line-head.ts';

/** Terms of a commitment that hold in a period. */
interface Term {
  readonly commitment: Commitment;
  /** For so many days of it. */
  readonly days: number;
  /** While they are in force: a plan's as long as its version. */
  readonly validity: Validity;
}

/** A commitment as it holds in a period: the terms that follow one another, earliest first. */
export interface Committed {
  /** '' = of the account. */
  readonly plan: string;
  readonly planName: string;
  readonly terms: readonly Term[];
}

/** The commitments of a period that is over (pricing rules §6): those of plans, then those of the account, each as listed. */
export function commitmentsIn(scope: PricingScope, sums: PartialSums): Committed[] {
  if (!scope.isOver || !scope.isDue) return [];
  return [...ofPlans(scope, sums), ...ofAccount(scope)];
}

function ofPlans({ plans, currency }: PricingScope, { committed }: PartialSums): Committed[] {
  const found: Committed[] = [];
  for (const [plan, terms] of plans) {
    const byId = new Map<string, Term[]>();
    const held = terms.filter(({ version }) => committed[sumKey(plan, version.from)] !== undefined);
    for (const { version } of held) {
      const days = Object.keys(committed[sumKey(plan, version.from)] ?? {}).length;
      for (const commitment of version.commitments)
        byId.set(commitment.id, [...(byId.get(commitment.id) ?? []), { commitment, days, validity: version }]);
    }
    const other = held.find((each) => each.currency !== currency);
    if (other !== undefined) {
      throw new Error(
        `plan ${plan} commits its payers in ${other.currency}, but the account is billed in ${currency}: agree on the commitment with the account`,
      );
    }
    for (const its of byId.values()) found.push({ plan, planName: held[0]?.planName ?? plan, terms: its });
  }
  return found;
}

function ofAccount({ agreementOn, period, currency }: PricingScope): Committed[] {
  const agreement = agreementOn(period.from);
  if (agreement === undefined) return [];
  if (agreement.currency !== currency && agreement.commitments.length + agreement.discounts.length > 0) {
    const { account } = agreement;
    throw new Error(
      `the agreement with ${account} is in ${agreement.currency}, but the account is billed in ${currency}`,
    );
  }
  const { since = '' } = agreement;
  return commitmentTerms(agreement.commitments).flatMap((following) => {
    const terms = following.flatMap((commitment): Term[] => {
      const { from, until } = commitment;
      const days = daysIn({ from: from < since ? since : from, until }, period);
      return days === 0 ? [] : [{ commitment, days, validity: { from, until } }];
    });
    return terms.length === 0 ? [] : [{ plan: '', planName: '', terms }];
  });
}

function daysIn(validity: Validity, period: Period): number {
  return within(validity, period).reduce((days, each) => days + daysBetween(each.from, each.until), 0);
}

/** The terms that have the last day. */
export function lastOf({ terms }: Committed): Commitment {
  return (terms.at(-1) as Term).commitment;
}

/**
 * What a limit comes to in a period: prorated by the days of each of its terms, or whole by the terms that have the last day. There is no
 * minimum where none of the terms has one; a maximum is that of the terms that have one.
 */
export function limitOf(
  scope: PricingScope,
  committed: Committed,
  which: 'minimum' | 'maximum',
): LimitArithmetic | undefined {
  const length = daysInPeriod(wholePeriod(scope.period, scope.billingDay));
  const last = committed.terms.at(-1) as Term;
  const counted = isWhole(committed) ? [{ ...last, days: length }] : committed.terms;
  const parts = counted.map(({ commitment, days }) => ({ amount: commitment[which], days }));
  if (parts.every((part) => part.amount === '')) return undefined;
  const limited = which === 'minimum' ? parts : parts.filter((part) => part.amount !== '');
  const exact = sum(limited.map((part) => amount(part.amount || '0').times(part.days))).div(length);
  const limit = formatMinor(roundToMinorUnit(exact, scope.currency), scope.currency);
  return { parts: limited, daysInPeriod: length, limit };
}

function isWhole(committed: Committed): boolean {
  return lastOf(committed).proration === 'none';
}

/** When a maximum holds: on the days its terms are in force, where it is prorated by them; else always. */
export function maximumDays(committed: Committed): Validity[] {
  return daysUnder(committed, 'maximum');
}

function daysUnder(committed: Committed, which: 'minimum' | 'maximum'): Validity[] {
  if (isWhole(committed)) return [{ from: '', until: '' }];
  return joined(committed.terms.filter(({ commitment }) => commitment[which] !== '').map(({ validity }) => validity));
}

/** The days of a period that a true-up is for: those on which terms with a minimum are in force; of one that is not prorated all. */
export function daysOfTrueUp({ period }: PricingScope, committed: Committed): Period[] {
  return daysUnder(committed, 'minimum').flatMap((days) => within(days, period));
}

/** A period from border to border of what maxima hold: in one piece, where each holds on all of its days or on none. */
export function stretchesOf(period: Period, commitments: readonly Committed[]): Period[] {
  const limits = commitments.flatMap(maximumDays);
  const inside = (date: LocalDate | '') => period.from < date && date < period.until;
  const borders = limits.flatMap(({ from, until }) => [from, until]).filter(inside);
  const starts = [...new Set([period.from, ...borders])].sort();
  return starts.map((from, place) => ({ from, until: starts[place + 1] ?? period.until }));
}
