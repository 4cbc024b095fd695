import type { Unit } from '#shared/catalog/catalog.ts';
import type { HeldSum, PartialSums } from '#shared/rating/pools/partial-sums.ts';
import type { PricingScope } from './line-head.ts';

/** How an allowance stands that subscriptions have each for themselves and that moves on what is left of it. Base units as text. */
export interface HeldStatus extends HeldSum {
  readonly plan: string;
  readonly allowance: string;
  readonly name: string;
  readonly unit: Unit;
}

/** How such allowances stand in a period, in order of plans and ids; nothing where there is none. */
export function heldStatus({ plans }: PricingScope, { held }: PartialSums): HeldStatus[] {
  const inOrder = Object.entries(held ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([key, sum]) => {
    const [plan = '', allowance = ''] = key.split('|');
    const versions = (plans.get(plan) ?? []).map(({ version }) => version);
    const offered = versions.flatMap(({ allowances, topUps = [] }) => [...allowances, ...topUps]);
    const named = offered.findLast(({ id }) => id === allowance);
    return { plan, allowance, name: named?.name ?? allowance, unit: named?.unit ?? 'B', ...sum };
  });
}
