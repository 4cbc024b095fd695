import type { Arithmetic, ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { unitOfLine } from '#shared/billing/lines/charge-of-line.ts';
import type { Charge } from '#shared/catalog/catalog.ts';
import type { CountedPart, ExplainedSubscription } from '#shared/invoicing/use-cases/explain-details.ts';
import type { ExplainedLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { amount } from '#shared/money/amount.ts';
import { recordPartOf } from '#shared/rating/charge-variant.ts';
import type { SubscriptionDetail } from '#shared/rating/subscription-details.ts';
import { baseText, counted, grouped } from '../terminal/figures.ts';
import { type Column, figures, indented, table, words } from '../terminal/table.ts';
import { partsText, worthOfDetail } from './explain-amounts.ts';

/** A subscription's part of a line, in days, base units, or parts of money. */
interface Part extends ExplainedSubscription {
  readonly is: bigint;
  readonly was: bigint;
}

/** The subscriptions behind a line, most first; of a line that was posted before, those whose part has moved. */
export function subscriptionsText({ subscriptions, moved, now, before }: ExplainedLine, most: number): string {
  const { arithmetic, tier } = moved.line;
  const unit = unitOfLine(moved.line, (now ?? before)?.charge ?? null);
  if (subscriptions.length === 0) return nobodyText(moved.line, (now ?? before)?.charge ?? null);
  const partOf = (detail: SubscriptionDetail | null) => (detail === null ? 0n : part(detail, arithmetic, tier));
  const parts = subscriptions.map((each) => ({ ...each, is: partOf(each.now), was: partOf(each.before) }));
  const isDifference = before !== null;
  const moving = parts.filter((each) =>
    isDifference ? each.is !== each.was || isOther(each, arithmetic) : isBehind(each, moved.line),
  );
  moving.sort(
    (a, b) => compare(weight(b, isDifference), weight(a, isDifference)) || (a.subscription < b.subscription ? -1 : 1),
  );
  const shown = moving.slice(0, most);
  const rows = table(shown, columns(moved.line, unit, isDifference, parts));
  const left = moving.length - shown.length;
  const more = left > 0 ? `\n${counted(left, 'more; --all lists it', 'more; --all lists them')}` : '';
  const title = isDifference
    ? `${counted(moving.length, 'subscription', 'subscriptions')} of ${grouped(parts.length)} moved it`
    : `${counted(moving.length, 'subscription', 'subscriptions')} behind it`;
  return shown.length === 0 ? title : `${title}\n${indented(`${rows}${more}`, 2)}`;
}

/** Why no subscription is named: what is due without usage once for all is no single one's (pricing rules §5). */
function nobodyText({ arithmetic }: ChargeLine, charge: Charge | null): string {
  const isOnce = charge?.kind === 'usage' && (charge.count === 'pool' || charge.count === 'account');
  if (arithmetic.kind !== 'usage' || arithmetic.quantity !== '0' || !isOnce)
    return 'The subscriptions behind it are no longer on record.';
  const all = counted(arithmetic.subscriptions, 'subscription', 'subscriptions');
  return `Due once for ${charge.count === 'pool' ? 'the pool' : 'the account'}: ${all} could have used it`;
}

/** Whether a subscription is one of those a line is for: with a part in it, or without usage where it is due all the same. */
function isBehind({ is, now }: Part, { arithmetic, tier }: ChargeLine): boolean {
  return is > 0n || (arithmetic.kind === 'usage' && now?.tiers[tier] !== undefined);
}

/** Whether it is one of those now and was not before, or the other way round, though nothing was used. */
function isOther({ now, before }: Part, { kind }: Arithmetic): boolean {
  return kind === 'usage' && (now === null) !== (before === null);
}

function part(detail: SubscriptionDetail, arithmetic: Arithmetic, tier: number): bigint {
  if (arithmetic.kind === 'recurring') return BigInt(detail.days);
  if (arithmetic.kind === 'amount') return worthOfDetail(detail, arithmetic);
  return BigInt(arithmetic.kind === 'pool' ? detail.pooled : (detail.tiers[tier] ?? '0'));
}

function weight({ is, was }: Part, isDifference: boolean): bigint {
  const change = isDifference ? is - was : is;
  return change < 0n ? -change : change;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a fee is the sum of what each subscription comes to by itself: not where another number, a tier or a package is paid. */
function isSum({ model, days }: Extract<Arithmetic, { kind: 'recurring' }>, parts: readonly Part[]): boolean {
  return model === 'unit' && parts.reduce((sum, { is }) => sum + is, 0n) === BigInt(days);
}

function headingOf(arithmetic: Arithmetic): string {
  if (arithmetic.kind === 'recurring') return 'SIM days';
  if (arithmetic.kind !== 'pool') return 'charged';
  if (arithmetic.pool === '') return 'counted';
  return arithmetic.before === undefined ? 'drew on the pool' : 'drew on the pools';
}

/** What of a subscription counts together with the line: what was counted before it, under earlier versions, and what beside it. */
function besideColumns({ version }: ChargeLine, unit: string): Column<Part>[] {
  const told = (heading: string, isIts: (of: CountedPart) => boolean) =>
    figures<Part>(heading, ({ beside = [] }) => {
      const sum = beside.filter(isIts).reduce((all, { quantity }) => all + BigInt(quantity), 0n);
      return sum === 0n ? '' : baseText(sum.toString(), unit);
    });
  return [told('counted before', (of) => of.version < version), told('counted with it', (of) => of.version >= version)];
}

/** What pools took of a subscription's usage. */
function inPools(unit: string): Column<Part> {
  return figures('in pools', ({ now }) => {
    const took = Object.values(now?.inPools ?? {}).reduce((sum, each) => sum + BigInt(each), 0n);
    return took === 0n ? '' : baseText(took.toString(), unit);
  });
}

function columns(line: ChargeLine, unit: string, isDifference: boolean, all: readonly Part[]): Column<Part>[] {
  const { arithmetic } = line;
  const quantity = (value: bigint) => {
    if (arithmetic.kind === 'amount') return partsText(value);
    return arithmetic.kind === 'recurring' ? grouped(value.toString()) : baseText(value.toString(), unit);
  };
  const heading = headingOf(arithmetic);
  const measures: Column<Part>[] =
    arithmetic.kind === 'usage' && recordPartOf(line.charge) === ''
      ? [
          figures('used', (each) => (each.now === null ? '' : baseText(each.now.quantity, unit))),
          ...(all.some(({ now }) => now?.inPools !== undefined) ? [inPools(unit)] : []),
          figures('covered', (each) =>
            each.now === null || each.now.covered === '0' ? '' : baseText(each.now.covered, unit),
          ),
          ...besideColumns(line, unit),
        ]
      : [figures('put in', ({ now }) => (now?.putIn === undefined ? '' : baseText(now.putIn, unit)))];
  const movement: Column<Part>[] = isDifference
    ? [
        figures('before', (each) => quantity(each.was)),
        figures('change', (each) => `${each.is > each.was ? '+' : ''}${quantity(each.is - each.was)}`),
      ]
    : [];
  const worth: Column<Part>[] =
    arithmetic.kind === 'recurring' && !isDifference && isSum(arithmetic, all)
      ? [figures('comes to', (each) => amount(each.is).times(arithmetic.price).div(arithmetic.daysInPeriod).toFixed(4))]
      : [];
  return [
    words('subscription', (each) => each.subscription),
    ...measures,
    figures(heading, (each) => quantity(each.is)),
    ...movement,
    ...worth,
    ...(all.some((each) => activationText(each, isDifference) !== '')
      ? [words('', (each: Part) => activationText(each, isDifference))]
      : []),
  ];
}

/** "first used on 2026-03-04; as posted before, first used on 2026-03-10": how it became active by itself; '' where it did not. */
function activationText({ now, before }: ExplainedSubscription, isDifference: boolean): string {
  const text = (detail: SubscriptionDetail | null) =>
    (detail?.activations ?? [])
      .map(({ on, by }) => (by === 'use' ? `first used on ${on}` : `active from ${on}, its days of being ready over`))
      .join(', ');
  const [is, was] = [text(now), text(before)];
  if (!isDifference || is === was || was === '') return is;
  return [is, `as posted before, ${was}`].filter((part) => part !== '').join('; ');
}
