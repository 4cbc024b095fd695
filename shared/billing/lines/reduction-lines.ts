import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { type Currency, formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { type Arithmetic, type ChargeLine, dueOf, lineId, type ReductionArithmetic } from './charge-line.ts';
import type { agreedHead, PricingScope } from './line-head.ts';

/**
 * A line, or what of it is for a stretch of its period, and what is left of its amount when some has been taken off. A period is in several stretches where
 * a maximum holds in a part of it.
 */
export interface LeftLine {
  readonly line: ChargeLine;
  left: Amount;
  /** First day of the stretch. */
  readonly from: LocalDate;
}

/** A line with all that is left of it in some stretches. */
interface Reducible {
  readonly line: ChargeLine;
  readonly left: Amount;
  readonly parts: readonly LeftLine[];
}

/** Whether a line is named by its plan or its plan/charge; what belongs to no plan is not. */
export function named(names: readonly string[], { plan, charge }: ChargeLine): boolean {
  return names.includes(plan) || names.includes(`${plan}/${idInPlan(charge)}`);
}

/**
 * Takes an amount off some lines: rounded, never more than is left of them, spread over them by largest remainders by what is left of each
 * (pricing rules §6). Its lines are below zero: one for each business unit and for what is due alike and taxed alike, so that a reduction is
 * taxed as what it reduces.
 */
export function reductionLines(
  scope: PricingScope,
  lines: readonly LeftLine[],
  exact: Amount,
  headOf: (businessUnit: string) => ReturnType<typeof agreedHead>,
  arithmeticOf: (arithmetic: ReductionArithmetic) => Arithmetic,
): ChargeLine[] {
  const money = (value: Amount) => formatMinor(value, scope.currency);
  const reducible = byLine(lines).filter((each) => each.left.greaterThan(0));
  const net = sum(reducible.map((each) => each.left));
  const rounded = roundToMinorUnit(exact, scope.currency);
  const reduction = rounded.greaterThan(net) ? net : rounded;
  if (reduction.lessThanOrEqualTo(0)) return [];
  const weights = reducible.map(({ line, left }) => ({ id: line.id, weight: left }));
  const parts = allocate(reduction, weights, minorUnit(scope.currency));
  const groups = Map.groupBy(reducible, ({ line }) => groupOf(line));
  const made = [...groups].flatMap(([group, its]): ChargeLine[] => {
    const [businessUnit = '', ...kind] = group.split('|');
    const { line: first } = its[0] as Reducible;
    const shares = its.map(({ line, left }) => {
      const name = line.planName === '' ? line.chargeName : `${line.chargeName} – ${line.planName}`;
      return { line: line.id, name, left: money(left), off: money(parts.get(line.id) ?? amount(0)) };
    });
    const off = sum(shares.map((share) => amount(share.off)));
    if (off.isZero()) return [];
    const head = headOf(businessUnit);
    return [
      {
        ...head,
        id: [lineId(head), ...kind].join('|'),
        quantity: '-1',
        unitPrice: off.toFixed(),
        amount: money(off.negated()),
        taxCategory: first.taxCategory,
        taxIncluded: first.taxIncluded,
        arithmetic: arithmeticOf({
          due: dueOf(first),
          net: money(net),
          exact: exact.toFixed(),
          reduction: money(reduction),
          shares,
        }),
      },
    ];
  });
  for (const each of reducible) takeOff(each, parts.get(each.line.id) ?? amount(0), scope.currency);
  return made;
}

function byLine(lines: readonly LeftLine[]): Reducible[] {
  return [...Map.groupBy(lines, ({ line }) => line.id).values()].map((parts) => {
    return { line: (parts[0] as LeftLine).line, left: sum(parts.map((part) => part.left)), parts };
  });
}

/** Takes an amount off what is left of a line, of its stretches by what is left in each. */
function takeOff({ parts }: Reducible, off: Amount, currency: Currency): void {
  const weights = parts.map(({ from, left }) => ({ id: from, weight: left }));
  const offs = allocate(off, weights, minorUnit(currency));
  for (const part of parts) part.left = part.left.minus(offs.get(part.from) ?? 0);
}

/** What is reduced together: of one business unit, due alike and taxed alike. */
function groupOf(line: ChargeLine): string {
  const { businessUnit, taxCategory, taxIncluded } = line;
  return [businessUnit, dueOf(line), taxCategory, ...(taxIncluded ? ['gross'] : [])].join('|');
}
