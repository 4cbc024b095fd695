import type { UsageCharge } from '#shared/catalog/catalog.ts';
import { compareIds } from '#shared/money/allocate.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { ChargeUsage } from './charge-usage.ts';
import { raiseSumToIncrement } from './increment.ts';
import { looksAtRecords } from './record-terms.ts';

/** A record that waits for others before it is raised to increments. */
export interface ScopedRecord {
  /** The usage of a zone and business unit it is counted under. */
  readonly of: ChargeUsage;
  readonly at: Instant;
  readonly day: number;
  readonly period: number;
  /** Records of one session share it; 0 = a session of its own. */
  readonly session: number;
  readonly quantity: number;
}

/**
 * Raises sums of a charge's records to increments (pricing rules §3.5): over a session (60/1 with partials 30 + 30 + 30 of one call: 90), a
 * local day, or the period, whatever zones and business units they are in; a session that spans two periods is raised in each, so that a
 * period's quantity follows from its own records. What each record adds to its group's raised sum falls on the record's own day and usage;
 * within a group records come in order of time, then quantity, so that the order they arrived in changes nothing. Where the charge looks at its
 * records one by one, a session is one of them, all of it where its first record of more than nothing is.
 */
export function raiseByScope(charge: UsageCharge, records: readonly ScopedRecord[]): void {
  const first = BigInt(charge.increment.first);
  const next = BigInt(charge.increment.next);
  const ordered = [...records].sort(
    (a, b) => a.at - b.at || a.quantity - b.quantity || compareIds(a.of.zone, b.of.zone),
  );
  const isOneSession = looksAtRecords(charge) && charge.rounding === 'session';
  for (const group of Map.groupBy(ordered, (record, i) => groupOf(charge, record, i)).values()) {
    if (isOneSession) {
      const begins = group.find(({ quantity }) => quantity > 0);
      const sum = group.reduce((all, { quantity }) => all + BigInt(quantity), 0n);
      if (begins !== undefined) add(begins, raiseSumToIncrement(sum, first, next));
      continue;
    }
    let sum = 0n;
    let raised = 0n;
    for (const record of group) {
      sum += BigInt(record.quantity);
      const now = raiseSumToIncrement(sum, first, next);
      if (record.quantity > 0) add(record, now - raised);
      raised = now;
    }
  }
}

function add({ of, at, day, period }: ScopedRecord, raised: bigint): void {
  const quantity = Number(raised);
  of.quantities[day] = (of.quantities[day] as number) + quantity;
  of.records?.push({ at, day, period, quantity });
}

function groupOf(charge: UsageCharge, record: ScopedRecord, place: number): string {
  if (charge.rounding === 'day') return `day ${record.day}`;
  if (charge.rounding === 'period') return `period ${record.period}`;
  return charge.rounding === 'record' || record.session === 0
    ? `record ${place}`
    : `session ${record.session} in period ${record.period}`;
}
