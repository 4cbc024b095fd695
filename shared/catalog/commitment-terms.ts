import type { LocalDate } from '#shared/time/local-date.ts';
import { type BillingDays, type Period, periodOf } from '#shared/time/period.ts';
import type { AgreedCommitment, Agreement } from './agreement.ts';

/** Local days from one on until another; `until` '' = open. */
export interface Validity {
  readonly from: LocalDate;
  readonly until: LocalDate | '';
}

/**
 * The commitments of an account, those that follow one another together, earliest first (decision 28): they cover the same, limit the same, and no two
 * hold on one day. What they come to in a period adds up. In the order they are listed, by the first of them.
 */
export function commitmentTerms<Of extends AgreedCommitment>(commitments: readonly Of[]): Of[][] {
  const found: Of[][] = [];
  for (const each of commitments) {
    const before = found.find((terms) => terms.every((other) => isAlike(each, other) && !overlap(each, other)));
    if (before === undefined) found.push([each]);
    else before.push(each);
  }
  return found.map((terms) => terms.sort((a, b) => (a.from < b.from ? -1 : 1)));
}

function isAlike(a: AgreedCommitment, b: AgreedCommitment): boolean {
  const kind = ({ minimum, maximum, proration, covers }: AgreedCommitment) =>
    JSON.stringify([minimum === '', maximum === '', proration, [...covers].sort()]);
  return kind(a) === kind(b);
}

function overlap(a: Validity, b: Validity): boolean {
  return (a.until === '' || b.from < a.until) && (b.until === '' || a.from < b.until);
}

/** Stretches of days as they are without borders inside: one that begins where another ends goes on. */
export function joined(stretches: readonly Validity[]): Validity[] {
  const found: Validity[] = [];
  for (const each of [...stretches].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = found.at(-1);
    if (last !== undefined && (last.until === '' || each.from <= last.until))
      found[found.length - 1] = { from: last.from, until: laterEnd(last.until, each.until) };
    else found.push({ from: each.from, until: each.until });
  }
  return found;
}

function laterEnd(a: LocalDate | '', b: LocalDate | ''): LocalDate | '' {
  if (a === '' || b === '') return '';
  return a > b ? a : b;
}

/** A day on which a maximum of an account begins or ends within one of its periods, and what it covers. */
export interface MaximumBorder {
  readonly date: LocalDate;
  readonly covers: readonly string[];
}

/** Such days of an account: there its plans' terms are cut, so that every line is for days the maximum holds on, or for others. */
export function maximumBorders(agreement: Agreement | undefined, billingDay: BillingDays): MaximumBorder[] {
  const limited = (agreement?.commitments ?? []).filter(
    ({ maximum, proration }) => maximum !== '' && proration === 'day',
  );
  return commitmentTerms(limited).flatMap((terms) => {
    const { covers = [] } = terms[0] ?? {};
    const days = joined(terms).flatMap(({ from, until }) => (until === '' ? [from] : [from, until]));
    return days.flatMap((date) => (periodOf(date, billingDay).from === date ? [] : [{ date, covers }]));
  });
}

/** What of some days lies in a period; nothing where none does. */
export function within({ from, until }: Validity, period: Period): Period[] {
  const first = from > period.from ? from : period.from;
  const end = until !== '' && until < period.until ? until : period.until;
  return first < end ? [{ from: first, until: end }] : [];
}
