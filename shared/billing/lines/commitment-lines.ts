import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { formatMinor, minorUnit } from '#shared/money/currency.ts';
import type { Period } from '#shared/time/period.ts';
import { type ChargeLine, lineId } from './charge-line.ts';
import { type Committed, daysOfTrueUp, lastOf, limitOf, maximumDays } from './committed.ts';
import { agreedHead, type PricingScope } from './line-head.ts';
import { inStretches } from './line-stretches.ts';
import { type LeftLine, named, reductionLines } from './reduction-lines.ts';

/**
 * Lines that make up for what falls short of a minimum, and that take off what exceeds a maximum (pricing rules §6). Each commitment counts what the ones
 * before it left: a minimum all lines of the period, a maximum what is for the days it holds on. `left`, in stretches of the period, follows.
 * @throws Error when one covers what has tax in its price.
 */
export function commitmentLines(
  scope: PricingScope,
  commitments: readonly Committed[],
  stretches: readonly Period[],
  left: LeftLine[],
): ChargeLine[] {
  return commitments.flatMap((committed) => {
    const { covers } = lastOf(committed);
    const covered = left.filter(({ line }) => covers.length === 0 || named(covers, line));
    refuseGross(committed, covered);
    return [...trueUps(scope, committed, stretches, left, covered), ...caps(scope, committed, covered)];
  });
}

/** Net lines are counted (pricing rules §6), and what is owed follows from no tax: what has tax in its price cannot be added up with an agreed amount. */
function refuseGross(committed: Committed, covered: readonly LeftLine[]): void {
  const gross = covered.find(({ line }) => line.taxIncluded)?.line;
  if (gross === undefined) return;
  throw new Error(
    `commitment ${lastOf(committed).id} counts amounts without tax, but what ${gross.charge} of plan ${gross.plan} was priced at for ${gross.period.from} has tax in it: name what the commitment covers without it, or write the plan’s prices without tax`,
  );
}

function trueUps(
  scope: PricingScope,
  committed: Committed,
  stretches: readonly Period[],
  left: LeftLine[],
  covered: readonly LeftLine[],
): ChargeLine[] {
  const limit = limitOf(scope, committed, 'minimum');
  const net = sum(covered.map((each) => each.left));
  if (limit === undefined || net.greaterThanOrEqualTo(limit.limit)) return [];
  const short = amount(limit.limit).minus(net);
  const byUnit = Map.groupBy(covered, ({ line }) => line.businessUnit);
  const nets = [...byUnit].map(([id, lines]) => ({ id, weight: sum(lines.map((each) => each.left)) }));
  const used = nets.filter(({ weight }) => weight.greaterThan(0));
  const shares = [...allocate(short, used.length === 0 ? [{ id: '', weight: ZERO }] : used, minorUnit(scope.currency))];
  const money = (value: Amount) => formatMinor(value, scope.currency);
  const arithmetic = {
    kind: 'trueUp' as const,
    ...limit,
    net: money(net),
    exact: short.toFixed(),
    shares: shares.map(([businessUnit, share]) => {
      const weight = used.find(({ id }) => id === businessUnit)?.weight ?? ZERO;
      return { businessUnit, net: money(weight), amount: money(share) };
    }),
  };
  return shares.flatMap(([businessUnit, share]) => {
    if (share.isZero()) return [];
    const head = agreedHead(scope, committed.plan, committed.planName, lastOf(committed), businessUnit);
    const line: ChargeLine = {
      ...head,
      id: lineId(head),
      quantity: '1',
      unitPrice: share.toFixed(),
      amount: money(share),
      taxCategory: lastOf(committed).taxCategory,
      taxIncluded: false,
      arithmetic,
    };
    left.push(...inStretches(line, daysOfTrueUp(scope, committed), stretches, scope.currency));
    return [line];
  });
}

function caps(scope: PricingScope, committed: Committed, covered: readonly LeftLine[]): ChargeLine[] {
  const limit = limitOf(scope, committed, 'maximum');
  if (limit === undefined) return [];
  const days = maximumDays(committed);
  const limited = covered.filter((part) =>
    days.some(({ from, until }) => from <= part.from && (until === '' || part.from < until)),
  );
  const head = (businessUnit: string) =>
    agreedHead(scope, committed.plan, committed.planName, lastOf(committed), businessUnit);
  const off = sum(limited.map((each) => each.left)).minus(limit.limit);
  return reductionLines(scope, limited, off, head, (arithmetic) => ({ kind: 'cap', ...limit, ...arithmetic }));
}
