import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/** Adds control totals. */
export function addTotals(totals: readonly UsageTotals[]): UsageTotals {
  return totals.reduce(
    (sum, each) => ({
      records: sum.records + each.records,
      bytes: sum.bytes + each.bytes,
      seconds: sum.seconds + each.seconds,
      count: sum.count + each.count,
    }),
    { records: 0, bytes: 0, seconds: 0, count: 0 },
  );
}
