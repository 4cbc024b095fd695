import { baseUnitsPer } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import { dueAtZero } from '#shared/rating/flat-at-zero.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import { tierAmount, tierPrice } from '#shared/rating/tier-parts.ts';
import type { ChargeLine } from './charge-line.ts';
import { chargeOf, incrementText, lineHead, type PricingScope, rounded, shownQuantity, termsOf } from './line-head.ts';
import type { Overage, SettledPool } from './settle-pools.ts';

/** A charge that is due once for all that count together, in one version, and how many subscriptions could have used it. */
interface AtZero {
  readonly counter: string;
  readonly pool: string;
  readonly businessUnit: string;
  readonly terms: ReturnType<typeof termsOf>;
  readonly charge: ReturnType<typeof chargeOf<'usage'>>;
  readonly subscriptions: number;
}

/**
 * Flat amounts that are due without usage too (pricing rules §5, flatAtZero), once for a pool or the account: where some subscription could have used
 * a charge and nothing of it is left to be priced. They are a unit's if the pool is, else the account's own. Versions follow one another as with one subscription.
 */
export function atZeroLines(
  scope: PricingScope,
  sums: PartialSums,
  pools: readonly SettledPool[],
  over: readonly Overage[],
): ChargeLine[] {
  const all = Object.entries(sums.atZero ?? {}).map(([key, subscriptions]): AtZero => {
    const [name = '', businessUnit = '', plan = '', version = '', id = ''] = key.split('|');
    const terms = termsOf(scope, plan, version);
    const pool = `${name}|${businessUnit}`;
    const charge = chargeOf(terms, id, 'usage');
    return { counter: [pool, plan, id].join('|'), pool, businessUnit, terms, charge, subscriptions };
  });
  return [...Map.groupBy(all, ({ counter }) => counter).values()].flatMap((of) => {
    const inOrder = of.toSorted((a, b) => a.terms.from - b.terms.from);
    const [first, last] = [inOrder[0] as AtZero, inOrder.at(-1) as AtZero];
    const due = isUsed(first, scope, pools, over) ? undefined : dueAtZero(first, last, scope.isOver);
    return due === undefined || due.of.charge.hidden ? [] : [lineOf(scope, due.of, due.tier)];
  });
}

/** Whether anything is left to be priced; in an adaptive pool whatever came to it, until its size is known. */
function isUsed(
  { pool, terms: { plan }, charge: { id, count } }: AtZero,
  { isOver }: PricingScope,
  pools: readonly SettledPool[],
  over: readonly Overage[],
): boolean {
  const isIts = (key: string, of: Overage['of']) =>
    (count === 'account' || key === pool) && of.terms.plan === plan && idInPlan(of.charge.id) === id;
  if (over.some((each) => each.quantity > 0n && isIts(each.pool, each.of))) return true;
  const open = isOver ? [] : pools.filter(({ standing }) => standing.at(-1)?.allowance.kind === 'adaptive');
  return open.some(({ key, usages }) => usages.some((of) => isIts(key, of)));
}

function lineOf(scope: PricingScope, { terms, charge, businessUnit, subscriptions }: AtZero, tier: number): ChargeLine {
  const exact = tierAmount(charge, tier, 0n, 1);
  return {
    ...lineHead(terms, charge, businessUnit, '', tier, scope.period),
    ...shownQuantity(charge, tier, 0n, amount(1)),
    amount: rounded(exact, scope.currency),
    refund: 'day',
    arithmetic: {
      kind: 'usage',
      quantity: '0',
      model: charge.price.model,
      baseUnits: baseUnitsPer(charge.unit).toString(),
      ...tierPrice(charge, tier),
      entered: 1,
      subscriptions,
      covered: '0',
      increment: incrementText(charge),
      exact: exact.toFixed(),
    },
  };
}
