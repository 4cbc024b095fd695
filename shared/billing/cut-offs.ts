import {
  addDays,
  type Instant,
  isoInstant,
  type LocalDate,
  localDateOf,
  startOfDay,
  type TimeZones,
  zoneName,
} from '#shared/time/local-date.ts';
import { type BillingDays, type Period, periodOf } from '#shared/time/period.ts';
import type { Link } from './draft.ts';
import { type RunRequest, termsOf } from './run.ts';

/** Up to when usage and charges are taken into a run. */
export interface CutOffs {
  readonly usageCutOff: Instant;
  readonly chargeCutOff: Instant;
}

/** Whose cut-offs are asked for, and where its chain has come to. */
export interface CutOffScope {
  readonly zone: TimeZones;
  readonly period: Period;
  readonly last: Pick<Link, 'usageCutOff' | 'chargeCutOff'> | undefined;
  /** Whether what was cancelled is billed again, and nothing beyond what was billed. */
  readonly onlyAgain?: boolean;
}

const KINDS = { usageCutOff: 'usage', chargeCutOff: 'charges' } as const;

/**
 * The cut-offs of an account in a run: those of the last link, where it only bills again what was cancelled; the days that were asked for; else the end of its period, and in a run of its own the start of today, if that is
 * earlier. They never go back behind those of the last link. Or why there are none: a day outside the period or behind what is billed, or still
 * to come.
 */
export function cutOffsOf(
  request: Pick<RunRequest, 'account' | 'beforeEnd' | 'at' | 'terms'>,
  { zone, period, last, onlyAgain = false }: CutOffScope,
): CutOffs | { readonly reason: string } {
  const terms = termsOf(request);
  if (onlyAgain && last !== undefined) {
    if (terms.usageCutOff + terms.chargeCutOff === '') return last;
    return { reason: 'what was cancelled is billed again up to where the account is billed; leave the cut-offs out' };
  }
  const outside = outsidePeriod(request, period);
  if (outside !== '') return { reason: outside };
  const usual = request.account === '' ? period.until : earlier(localDateOf(request.at, zone), period.until);
  if (usual < period.from) return { reason: `its period begins on ${period.from}, which is still to come` };
  const found = { usageCutOff: 0, chargeCutOff: 0 };
  for (const name of ['usageCutOff', 'chargeCutOff'] as const) {
    const at = startOfDay(terms[name] || usual, zone);
    const billed = last?.[name] ?? 0;
    if (terms[name] !== '' && at < billed)
      return {
        reason: `what it owes of ${KINDS[name]} is billed up to ${isoInstant(billed)}; a cut-off never goes back, to ${terms[name]}`,
      };
    if (!request.beforeEnd && at > request.at)
      return {
        reason:
          terms[name] === ''
            ? `its period ends on ${period.until}, ${zoneName(zone)}`
            : `${terms[name]} is still to come, ${zoneName(zone)}`,
      };
    found[name] = Math.max(at, billed);
  }
  return found;
}

/** Why the days asked for are no cut-offs of a period; '' = they are, or none was asked for. */
export function outsidePeriod(request: Pick<RunRequest, 'terms'>, { from, until }: Period): string {
  const terms = termsOf(request);
  for (const name of ['usageCutOff', 'chargeCutOff'] as const) {
    const day = terms[name];
    if (day !== '' && (day < from || day > until))
      return `the cut-off of ${KINDS[name]}, ${day}, is outside the period: write a day from ${from} to ${until}`;
  }
  return '';
}

/** The period a run of one account is for when none is named: the one that yesterday was in. */
export function periodUpToNow(now: Instant, zone: TimeZones, billingDay: BillingDays): Period {
  return periodOf(addDays(localDateOf(now, zone), -1), billingDay);
}

function earlier(a: LocalDate, b: LocalDate): LocalDate {
  return a < b ? a : b;
}
