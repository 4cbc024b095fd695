import type { Catalog } from '#shared/catalog/catalog.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import { formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { shown } from './lines.ts';
import type { NaiveLine } from './world.ts';

/** A line as a run left it: with what of it stays paid although it fell away. */
export interface PostedLine extends NaiveLine {
  readonly stays: boolean;
  readonly kept: { readonly quantity: Amount; readonly amount: Amount };
}

const NONE = amount(0);
const NOTHING = { quantity: NONE, amount: NONE };

/** Which line one is. */
export function lineKey({ businessUnit, plan, version, charge, zone, tier, period }: NaiveLine): string {
  return [businessUnit, plan, version, charge, zone, tier, period].join('|');
}

/**
 * What stands after a run: what is owed, and of what was charged in advance without refund what fell away since (pricing rules §2). It is told charge by
 * charge, from how many there were and are in all.
 */
export function standing(catalog: Catalog, owed: readonly NaiveLine[], posted: readonly PostedLine[]): PostedLine[] {
  const now = owed.map((line): PostedLine => ({ ...line, stays: isNotRefunded(catalog, line), kept: NOTHING }));
  const after = new Map(now.map((line) => [lineKey(line), line]));
  for (const line of posted.filter(({ stays }) => stays)) {
    const together = sameCharge(line, [...now, ...posted]);
    const of = (lines: readonly PostedLine[]) => lines.filter((each) => together.includes(each));
    const share = shareOf(line, of(now), of(posted));
    const stays = keptOf(line, after.get(lineKey(line)), share);
    if (shown(stays.quantity) === '0' && money(stays.amount) === '0.00') continue;
    const kept = { quantity: amount(shown(stays.quantity)), amount: amount(money(stays.amount)) };
    const found = after.get(lineKey(line)) ?? { ...line, quantity: '0', amount: '0' };
    after.set(lineKey(line), {
      ...found,
      stays: true,
      quantity: kept.quantity.plus(found.quantity).toFixed(),
      amount: money(kept.amount.plus(found.amount)),
      kept,
    });
  }
  return [...after.values()];
}

const money = (value: Amount) => formatMinor(roundToMinorUnit(value, 'EUR'), 'EUR');

/** What is known of a fee beside its line. */
const feeOf = (line: NaiveLine) => line.fee as NonNullable<NaiveLine['fee']>;

/**
 * Lines of the same charge for days that the line is for too, or that are for days of such a line; for an interval of its own only those for that, and
 * for periods of the payer's none of these.
 */
function sameCharge(line: PostedLine, all: readonly PostedLine[]): PostedLine[] {
  const alike = all.filter(
    ({ plan, charge, fee }) => plan === line.plan && inPlan(charge) === inPlan(line.charge) && fee !== undefined,
  );
  if (line.period.includes('..')) return alike.filter(({ period }) => period === line.period);
  const ofPeriods = alike.filter(({ period }) => !period.includes('..'));
  let [from, until] = [line.period, feeOf(line).until];
  for (;;) {
    const found = ofPeriods.filter((each) => each.period < until && feeOf(each).until > from);
    const reach = [
      found.map(({ period }) => period).sort()[0]!,
      found
        .map((each) => feeOf(each).until)
        .sort()
        .at(-1)!,
    ];
    if (reach[0] === from && reach[1] === until) return found;
    [from, until] = reach as [string, string];
  }
}

/** Of what was kept, and of what left a line, how much fell away. */
function shareOf(line: PostedLine, now: readonly PostedLine[], before: readonly PostedLine[]) {
  const none = { kept: NONE, left: NONE, fell: NONE };
  if (now.length > 0 && new Set([...now, ...before].map((each) => feeOf(each).unit)).size > 1) return none;
  const isCut = new Set([...now, ...before].map((each) => feeOf(each).until)).size > 1;
  const days = (each: PostedLine, quantity: Amount | string) => amount(quantity).times(isCut ? feeOf(each).length : 1);
  const total = (of: readonly Amount[]) => of.reduce((sum, each) => sum.plus(each), NONE);
  const fellOf = (each: PostedLine) => {
    const rest = now.find((other) => lineKey(other) === lineKey(each));
    const paid = days(each, amount(each.quantity).minus(each.kept.quantity));
    const fell = paid.minus(rest === undefined ? NONE : days(rest, rest.quantity));
    return { fell: fell.lessThan(0) ? NONE : fell, paid };
  };
  const gone = total(before.map((each) => days(each, each.quantity))).minus(
    total(now.map((each) => days(each, each.quantity))),
  );
  const least = amount('0.000001').times(
    (now.length + before.length) * (isCut ? feeOf(now[0] ?? before[0]!).length : 1),
  );
  if (gone.lessThanOrEqualTo(least)) return none;
  const kept = total(before.map((each) => days(each, each.kept.quantity)));
  const left = total(before.map((each) => fellOf(each).fell));
  const { fell, paid } = fellOf(line);
  return {
    kept: atMostAll(gone, kept),
    left: atMostAll(gone.minus(kept), left),
    fell: paid.isZero() ? NONE : fell.div(paid),
  };
}

/** The id of a charge in its plan, whatever the season. */
const inPlan = (charge: string) => charge.split('@')[0];

function atMostAll(some: Amount, all: Amount): Amount {
  if (some.lessThanOrEqualTo(0) || all.lessThanOrEqualTo(0)) return NONE;
  return some.greaterThan(all) ? amount(1) : some.div(all);
}

function keptOf(line: PostedLine, now: PostedLine | undefined, share: ReturnType<typeof shareOf>) {
  const paid = {
    quantity: amount(line.quantity).minus(line.kept.quantity),
    amount: amount(line.amount).minus(line.kept.amount),
  };
  const isSamePrice = now !== undefined && feeOf(now).price === feeOf(line).price;
  const lost = isSamePrice
    ? { quantity: paid.quantity.minus(now.quantity), amount: paid.amount.minus(now.amount) }
    : { quantity: paid.quantity.times(share.fell), amount: paid.amount.times(share.fell) };
  const part = share.fell.isZero() ? NONE : share.left;
  return {
    quantity: line.kept.quantity.times(share.kept).plus(lost.quantity.times(part)),
    amount: line.kept.amount.times(share.kept).plus(lost.amount.times(part)),
  };
}

function isNotRefunded({ plans }: Catalog, { plan, version, charge }: NaiveLine): boolean {
  const versions = plans.find(({ id }) => id === plan)?.versions;
  const found = versions?.findLast(({ from }) => from <= version)?.charges.find(({ id }) => id === inPlan(charge));
  return found?.kind === 'recurring' && found.due === 'advance' && found.refund === 'none';
}
