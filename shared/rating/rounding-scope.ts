import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { raiseSumToIncrement } from './increment.ts';

/** A record that waits for others before it is raised to increments. */
export interface ScopedRecord {
  readonly at: Instant;
  readonly day: number;
  readonly period: number;
  /** Records of one session share it; 0 = a session of its own. */
  readonly session: number;
  readonly quantity: number;
}

/**
 * Raises sums of records to increments (pricing rules §3.5): over a session (60/1 with partials 30 + 30 + 30 of one call: 90), a local day,
 * or the period; a session that spans two periods is raised in each, so that a period's quantity follows from its own records. What each record adds to its group's raised sum falls on the record's own day; within a group
 * records come in order of time, then quantity, so that the order they arrived in changes nothing.
 */
export function raiseByScope(charge: UsageCharge, records: readonly ScopedRecord[], quantities: Float64Array): void {
  const first = BigInt(charge.increment.first);
  const next = BigInt(charge.increment.next);
  const ordered = [...records].sort((a, b) => a.at - b.at || a.quantity - b.quantity);
  for (const group of Map.groupBy(ordered, (record, i) => groupOf(charge, record, i)).values()) {
    let sum = 0n;
    let raised = 0n;
    for (const record of group) {
      sum += BigInt(record.quantity);
      const now = raiseSumToIncrement(sum, first, next);
      quantities[record.day] = (quantities[record.day] as number) + Number(now - raised);
      raised = now;
    }
  }
}

function groupOf(charge: UsageCharge, record: ScopedRecord, place: number): string {
  if (charge.rounding === 'day') return `day ${record.day}`;
  if (charge.rounding === 'period') return `period ${record.period}`;
  return record.session === 0 ? `record ${place}` : `session ${record.session} in period ${record.period}`;
}
