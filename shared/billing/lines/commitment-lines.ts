import type { Commitment } from '#shared/catalog/agreement.ts';
import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { formatMinor, minorUnit, roundToMinorUnit } from '#shared/money/currency.ts';
import { type PartialSums, sumKey } from '#shared/rating/pools/partial-sums.ts';
import { daysBetween, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period, wholePeriod } from '#shared/time/period.ts';
import { type ChargeLine, type LimitArithmetic, lineId } from './charge-line.ts';
import { agreedHead, type PricingScope } from './line-head.ts';
import { type LeftLine, named, reductionLines } from './reduction-lines.ts';

/** A commitment as it holds in a period: under which terms on how many days. */
interface Committed {
  /** '' = of the account. */
  readonly plan: string;
  readonly planName: string;
  readonly stretches: readonly { readonly commitment: Commitment; readonly days: number }[];
}

/**
 * Lines that make up for what falls short of a minimum, and that take off what exceeds a maximum (pricing rules §6): once all usage of the
 * period is there. Commitments of plans come before those of the account, each in the order they are listed; each counts what the ones before
 * it left. `left` follows.
 * @throws Error when one covers what has tax in its price.
 */
export function commitmentLines(scope: PricingScope, left: LeftLine[], sums: PartialSums): ChargeLine[] {
  if (!scope.isOver || !scope.isDue) return [];
  return [...ofPlans(scope, sums), ...ofAccount(scope)].flatMap((committed) => {
    const { covers } = lastOf(committed);
    const covered = left.filter(({ line }) => covers.length === 0 || named(covers, line));
    refuseGross(committed, covered);
    return [...trueUps(scope, committed, left, covered), ...caps(scope, committed, covered)];
  });
}

/** Net lines are counted (pricing rules §6), and what is owed follows from no tax: what has tax in its price cannot be added up with an agreed amount. */
function refuseGross(committed: Committed, covered: readonly LeftLine[]): void {
  const gross = covered.find(({ line }) => line.taxIncluded)?.line;
  if (gross === undefined) return;
  const { id } = lastOf(committed);
  throw new Error(
    `commitment ${committed.plan === '' ? id : `${committed.plan}/${id}`} counts amounts without tax, but plan ${gross.plan} has tax in its prices: name what the commitment covers without it, or write the plan’s prices without tax`,
  );
}

function ofPlans({ plans, currency }: PricingScope, { committed }: PartialSums): Committed[] {
  const found: Committed[] = [];
  for (const [plan, terms] of plans) {
    const byId = new Map<string, Committed['stretches'][number][]>();
    const held = terms.filter(({ version }) => committed[sumKey(plan, version.from)] !== undefined);
    for (const { version } of held) {
      const days = Object.keys(committed[sumKey(plan, version.from)] ?? {}).length;
      for (const commitment of version.commitments)
        byId.set(commitment.id, [...(byId.get(commitment.id) ?? []), { commitment, days }]);
    }
    const other = held.find((each) => each.currency !== currency);
    if (other !== undefined) {
      throw new Error(
        `plan ${plan} commits its payers in ${other.currency}, but the account is billed in ${currency}: agree on the commitment with the account`,
      );
    }
    for (const stretches of byId.values()) found.push({ plan, planName: held[0]?.planName ?? plan, stretches });
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
  return agreement.commitments.flatMap((commitment) => {
    const days = daysInForce(commitment, period);
    return days === 0 ? [] : [{ plan: '', planName: '', stretches: [{ commitment, days }] }];
  });
}

function daysInForce({ from, until }: { from: LocalDate; until: LocalDate | '' }, period: Period): number {
  const first = from > period.from ? from : period.from;
  const end = until !== '' && until < period.until ? until : period.until;
  return first < end ? daysBetween(first, end) : 0;
}

function lastOf({ stretches }: Committed): Commitment {
  return (stretches.at(-1) as Committed['stretches'][number]).commitment;
}

/**
 * What a limit comes to in a period: prorated by the days of each of its terms, or whole by the terms that have the last day. There is no
 * minimum when none of the terms has one, and no maximum when one of them has none.
 */
function limitOf(
  scope: PricingScope,
  { stretches }: Committed,
  which: 'minimum' | 'maximum',
): LimitArithmetic | undefined {
  const length = daysInPeriod(wholePeriod(scope.period, scope.billingDay));
  const last = stretches.at(-1) as Committed['stretches'][number];
  const counted = last.commitment.proration === 'none' ? [{ ...last, days: length }] : stretches;
  const parts = counted.map(({ commitment, days }) => ({ amount: commitment[which], days }));
  const isOpen =
    which === 'minimum' ? parts.every((part) => part.amount === '') : parts.some((part) => part.amount === '');
  if (isOpen) return undefined;
  const exact = sum(parts.map((part) => amount(part.amount || '0').times(part.days))).div(length);
  return { parts, daysInPeriod: length, limit: formatMinor(roundToMinorUnit(exact, scope.currency), scope.currency) };
}

function trueUps(
  scope: PricingScope,
  committed: Committed,
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
    left.push({ line, left: share });
    return [line];
  });
}

function caps(scope: PricingScope, committed: Committed, covered: readonly LeftLine[]): ChargeLine[] {
  const limit = limitOf(scope, committed, 'maximum');
  const net = sum(covered.map((each) => each.left));
  if (limit === undefined || net.lessThanOrEqualTo(limit.limit)) return [];
  const head = (businessUnit: string) =>
    agreedHead(scope, committed.plan, committed.planName, lastOf(committed), businessUnit);
  const off = net.minus(limit.limit);
  return reductionLines(scope, covered, off, head, (arithmetic) => ({ kind: 'cap', ...limit, ...arithmetic }));
}
