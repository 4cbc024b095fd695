import type { AgreedCommitment } from '#shared/catalog/agreement.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { type Calendar, periodAround } from './account-calendar.ts';

/** Whether something holds on a day. */
export const holdsOn = ({ from, until }: { from: string; until: string }, date: LocalDate): boolean =>
  from <= date && (until === '' || date < until);

/**
 * Commitments of an account, those together that are one: alike in what they cover and limit, and on no day two of them hold (decision 28). Whether two hold
 * on one day is looked for on the days one of them begins.
 */
export function asOne(all: readonly AgreedCommitment[]): AgreedCommitment[][] {
  const found: AgreedCommitment[][] = [];
  const kindOf = ({ covers, minimum, maximum, proration }: AgreedCommitment) =>
    [covers.toSorted().join(' '), Boolean(minimum), Boolean(maximum), proration].join('|');
  const together = (one: AgreedCommitment, other: AgreedCommitment) =>
    [one.from, other.from].some((date) => holdsOn(one, date) && holdsOn(other, date));
  for (const each of all) {
    const its = found.find((one) => one.every((other) => kindOf(other) === kindOf(each) && !together(other, each)));
    if (its) its.push(each);
    else found.push([each]);
  }
  return found;
}

/** Whether terms of a plan end on a day since a maximum of the account begins or ends on it, within a period (decision 28). */
export function isCutOn(of: Calendar, all: readonly AgreedCommitment[], plan: string, date: LocalDate): boolean {
  if (periodAround(of, date).from === date) return false;
  return asOne(all.filter(({ maximum, proration }) => maximum !== '' && proration === 'day')).some((one) => {
    const { covers } = one[0]!;
    const isOfPlan = covers.length === 0 || covers.some((name) => name === plan || name.startsWith(`${plan}/`));
    const holds = (day: LocalDate) => one.some((each) => holdsOn(each, day));
    return isOfPlan && holds(date) !== holds(addDays(date, -1));
  });
}
