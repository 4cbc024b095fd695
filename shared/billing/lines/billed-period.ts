import { compareIds } from '#shared/money/allocate.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { type DifferenceReason, type RecordedLine, referenceOf } from '../draft.ts';
import { dueOf } from './charge-line.ts';

/**
 * Which document a line amends that comes with a correction and nobody billed before (pricing rules §10: a line that moved says which invoice it amends): the one
 * that billed its period for its business unit. Late usage, a new price or a move takes a charge to another tier, version, zone or season: then the one that
 * billed that charge, else what else falls due as the line does, else anything of the period; in order of ids. What is billed again amends what the rest of its charge does. Answers the
 * document's run; '' where nobody billed the unit anything then. What is outside the scope of tax stands apart, and so does what amends it.
 */
export function billedPeriod(
  posted: readonly RecordedLine[],
): (line: RecordedLine, reason: DifferenceReason | '') => string {
  const billed = posted.filter((line) => referenceOf(line) !== '');
  const byUnit = Map.groupBy(billed, unitOf);
  return (line, reason) => {
    if (reason === '') return '';
    const farthest = reason === 'billed again' ? SAME_CHARGE : ANYTHING;
    const near = (byUnit.get(unitOf(line)) ?? [])
      .map((other) => ({ other, distance: distanceOf(line, other) }))
      .filter(({ distance }) => distance <= farthest)
      .sort((a, b) => a.distance - b.distance || compareIds(a.other.id, b.other.id));
    return near[0] === undefined ? '' : referenceOf(near[0].other);
  };
}

/** How far what was billed is from a line: the same charge, on other days that overlap, what falls due alike, anything of the period. */
const SAME_CHARGE = 1;
const ANYTHING = 3;

function distanceOf(line: RecordedLine, { plan, charge, period, ...other }: RecordedLine): number {
  const isSamePeriod = period.from === line.period.from && period.until === line.period.until;
  const isSameCharge = plan === line.plan && idInPlan(charge) === idInPlan(line.charge);
  if (isSameCharge && period.from < line.period.until && line.period.from < period.until) return isSamePeriod ? 0 : 1;
  if (!isSamePeriod) return ANYTHING + 1;
  return dueOf(other) === dueOf(line) ? 2 : ANYTHING;
}

function unitOf({ businessUnit, tax }: RecordedLine): string {
  return `${tax.category === 'O' ? 'outside' : 'inside'}|${businessUnit}`;
}
