import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';

/** Days documents may be dated ahead: a run of the last days of a month may be dated the first of the next. */
const DAYS_AHEAD = 31;

/**
 * Why documents asked for today cannot be dated on a day, '' = they can: one far ahead would date all behind it in its series too, since dates never
 * go back there (decision 64). Both are days of the seller.
 */
export function datedAhead(invoiceDate: LocalDate, today: LocalDate): string {
  const last = addDays(today, DAYS_AHEAD);
  return invoiceDate <= last
    ? ''
    : `the invoice date ${invoiceDate} is more than ${DAYS_AHEAD} days ahead of today, ${today}: write one up to ${last}, or open it later`;
}

/**
 * Why documents that bill a period cannot be dated on a day, '' = they can: nothing of a period is supplied before its first day. What is due in advance on that
 * day is billed with the period before.
 */
export function datedBefore(invoiceDate: LocalDate, { from }: Pick<Period, 'from'>): string {
  return invoiceDate >= from
    ? ''
    : `the invoice date ${invoiceDate} is before the period, which begins on ${from}: write one from that day on`;
}

/** Why what amends a document cannot be dated on a day, '' = it can: nothing is credited or debited before it was billed. */
export function datedBeforeAmended(
  invoiceDate: LocalDate,
  amended: { readonly number: string; readonly issueDate: LocalDate },
): string {
  const { number, issueDate } = amended;
  return invoiceDate >= issueDate
    ? ''
    : `the invoice date ${invoiceDate} is before ${issueDate}, that of ${number}, which would be amended: write one from that day on`;
}
