import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Day, instant, type Month } from './calendar.ts';

/** What became of subscriptions, from the inventory files split at their commas. */

export interface Assignment {
  readonly from: number;
  readonly payer: string;
  readonly plan: string;
  readonly unit: string;
}
interface Subscription {
  readonly states: { from: number; state: string }[];
  readonly assignments: Assignment[];
}
export interface Inventory {
  readonly subscriptions: Map<string, Subscription>;
  readonly owners: Map<string, { from: number; subscription: string }[]>;
}

export function readInventory(files: readonly string[], cutOff: number): Inventory {
  const inventory: Inventory = { subscriptions: new Map(), owners: new Map() };
  for (const file of files) {
    const lines = readFileSync(join(import.meta.dirname, '../inventory', file), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    for (const line of lines) {
      const [id, effectiveFrom, state, payer, plan, unit, imsi] = line.split(',') as string[] as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const from = instant(effectiveFrom);
      if (from > cutOff) continue;
      const subscription = inventory.subscriptions.get(id) ?? { states: [], assignments: [] };
      inventory.subscriptions.set(id, subscription);
      if (state !== '') subscription.states.push({ from, state });
      if (payer !== '') subscription.assignments.push({ from, payer, plan, unit });
      if (imsi === '') continue;
      const digits = imsi.replace('-', '');
      const owner = { from, subscription: imsi.startsWith('-') ? '' : id };
      inventory.owners.set(digits, [...(inventory.owners.get(digits) ?? []), owner]);
    }
  }
  for (const { states, assignments } of inventory.subscriptions.values()) {
    states.sort((a, b) => a.from - b.from);
    assignments.sort((a, b) => a.from - b.from);
  }
  for (const owners of inventory.owners.values()) owners.sort((a, b) => a.from - b.from);
  return inventory;
}

export function at<T extends { readonly from: number }>(history: readonly T[], moment: number): T | undefined {
  return history.findLast((each) => each.from <= moment);
}

/** Whether a day counts for a charge of this state: its end decides; a day that made it active counts as active in any case. */
function dayCounts(subscription: Subscription, day: Day, state: string): boolean {
  if (at(subscription.states, day.until - 1)?.state === state) return true;
  return (
    state === 'active' &&
    subscription.states.some((each) => each.state === 'active' && each.from >= day.from && each.from < day.until)
  );
}

/** Days by payer, unit and plan, with the subscription they are of. */
export function chargeableDays(
  inventory: Inventory,
  period: Month,
  state: string,
): { subscription: string; to: Assignment; days: bigint }[] {
  const result = new Map<string, { subscription: string; to: Assignment; days: bigint }>();
  for (const [id, subscription] of inventory.subscriptions) {
    for (const day of period.days) {
      const to = at(subscription.assignments, day.until - 1);
      if (to === undefined || !dayCounts(subscription, day, state)) continue;
      const key = [id, to.payer, to.unit, to.plan].join('|');
      const entry = result.get(key) ?? { subscription: id, to, days: 0n };
      result.set(key, { ...entry, days: entry.days + 1n });
    }
  }
  return [...result.values()];
}
