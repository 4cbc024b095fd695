import type { HeldStatus } from '#shared/billing/lines/held-status.ts';
import { baseText, counted } from '../terminal/figures.ts';
import { figures, table, words } from '../terminal/table.ts';

/** Allowances that move on what is left of them: their own size, what was carried into the period, what is left, and what of it moves on. */
export function heldText(held: readonly HeldStatus[]): string {
  if (held.length === 0) return '';
  return table(held, [
    words('allowance', ({ name, plan }) => `${name} (${plan})`),
    words('of', ({ subscriptions }) => counted(subscriptions, 'subscription', 'subscriptions')),
    figures('own', ({ size, unit }) => baseText(size, unit)),
    figures('carried in', ({ carried, unit }) => baseText(carried, unit)),
    figures('left', ({ left, unit }) => baseText(left, unit)),
    figures('moves on', ({ moved, unit }) => baseText(moved, unit)),
  ]);
}
