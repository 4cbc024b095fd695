import type { Position } from '#shared/commit-log/entry.ts';
import type { SuspenseReason } from '#shared/rating/match-charge.ts';
import type { Member } from '#shared/rating/pools/member.ts';
import type { PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { PoolStatus } from './lines/pool-status.ts';

/**
 * Where rated usage is looked up: a projection, stamped with its position, rebuilt at will; no invoice depends on it. What adds up rows is
 * stamped with the sum of their stamps: of two who add them up at the same time, the one who saw more stands.
 *   rated#seller#payer#month#shard    subscription   what a subscription comes to in the running period
 *   rated#seller#payer#month          shard          the sums of a shard
 *   running#seller#payer              period         the payer's running month: money by business unit, pools
 *   suspense#month                    identifier     usage that is not charged, by reason
 *   rated-identifier#identifier       month          up to which position a month of it is rated
 * A month of what is rated is the running period, and the position of the last release or fact of the account it is rated by: where one of them changes,
 * everything is rated anew. What was rated by another catalogue, in other pools or up to another border cannot be added to it, nor priced.
 */
export const ratedKeys = {
  payer: (seller: string, payer: string, period: string, terms: Position) =>
    `rated#${seller}#${payer}#${period}@${terms}`,
  shard: (payer: string, shard: string) => `${payer}#${shard}`,
  running: (seller: string, payer: string) => `running#${seller}#${payer}`,
  identifier: (identifier: string) => `rated-identifier#${identifier}`,
  suspense: (month: string) => `suspense#${month}`,
} as const;

/** A subscription's sums of the running period. */
export interface RatedSubscription {
  readonly sums: PartialSums;
  /** What of its usage is told apart when pools are settled; not there where nothing is. */
  readonly member?: Member;
}

/** The running month of a payer, as of a position. */
export interface RunningMonth {
  readonly asOf: Position;
  readonly period: { readonly from: string; readonly until: string };
  readonly currency: string;
  /** Business unit → net so far. */
  readonly net: Readonly<Record<string, string>>;
  readonly subscriptions: number;
  readonly pools: readonly PoolStatus[];
}

/** Usage of an identifier in a UTC month that is not charged. */
export interface SuspendedUsage {
  readonly identifier: string;
  readonly month: string;
  readonly reasons: Readonly<Partial<Record<SuspenseReason, UsageTotals>>>;
}
