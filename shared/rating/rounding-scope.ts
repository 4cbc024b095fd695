import { compareIds } from '#shared/money/allocate.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import type { ChargeUsage } from './charge-usage.ts';
import { raiseSumToIncrement } from './increment.ts';
import { looksAtRecords } from './record-terms.ts';

/** A record that waits for others before it is raised to increments. */
export interface ScopedRecord {
  /** The usage of a zone and business unit it is counted under. */
  readonly of: ChargeUsage;
  readonly key: Pick<UsageKey, 'service' | 'direction'>;
  readonly at: Instant;
  /** How long it says it took. */
  readonly seconds: number;
  readonly day: number;
  readonly period: number;
  /** Records whose carrier gives them one charging id share it; 0 = it gives none. */
  readonly session: number;
  readonly quantity: number;
}

/**
 * Raises sums of a charge's records, under whatever versions of its plan, to increments (pricing rules §3.5, decision 67): over a session (60/1 with
 * partials 30 + 30 + 30 of one call: 90), a local day, or the period, whatever zones and business units they are in; a session that spans two
 * periods is raised in each, so that a period's quantity follows from its own records. What each record adds to its scope falls on the record's own
 * day and usage; within a scope records come in order of time, then quantity, so that the order they arrived in changes nothing. Where a charge
 * looks at its records one by one, a session is one of them, all of it where its first record of more than nothing is.
 */
export function raiseByScope(records: readonly ScopedRecord[]): void {
  const ordered = [...records].sort(
    (a, b) => a.at - b.at || a.quantity - b.quantity || compareIds(a.of.zone, b.of.zone),
  );
  for (const scope of Map.groupBy(ordered, scopesInTurn()).values()) {
    if (scope.some(isOfCall)) raiseCall(scope);
    else raiseInTurn(scope);
  }
}

/** Whether a record is part of a session that is charged as one record. */
function isOfCall({ of: { charge } }: ScopedRecord): boolean {
  return charge.rounding === 'session' && looksAtRecords(charge);
}

function raiseCall(partials: readonly ScopedRecord[]): void {
  const begins = partials.find(({ quantity }) => quantity > 0);
  const sum = partials.reduce((all, { quantity }) => all + BigInt(quantity), 0n);
  if (begins !== undefined) add(begins, raisedBy(begins, sum));
}

/** Each record adds what the sum up to it, raised by the increment of its own version, is more than what the records before it were raised to. */
function raiseInTurn(scope: readonly ScopedRecord[]): void {
  let sum = 0n;
  let raised = 0n;
  for (const record of scope) {
    if (record.quantity === 0) continue;
    sum += BigInt(record.quantity);
    const now = raisedBy(record, sum);
    const more = now > raised ? now - raised : 0n;
    add(record, more);
    raised += more;
  }
}

function raisedBy({ of: { charge } }: ScopedRecord, sum: bigint): bigint {
  return raiseSumToIncrement(sum, BigInt(charge.increment.first), BigInt(charge.increment.next));
}

function add({ of, at, day, period }: ScopedRecord, raised: bigint): void {
  const quantity = Number(raised);
  of.quantities[day] = (of.quantities[day] as number) + quantity;
  of.records?.push({ at, day, period, quantity });
}

/** Carriers give a charging id again: what begins later than so many seconds after the last that had it ended is another session. */
const LONGEST_GAP = 86_400;

/** Names what each record is summed with. Records come in order of time. */
function scopesInTurn(): (record: ScopedRecord, place: number) => string {
  const sessions = new Map<string, { number: number; ends: Instant }>();
  return ({ of, key, at, seconds, day, period, session }, place) => {
    const { rounding } = of.charge;
    if (rounding === 'day') return `day ${day}`;
    if (rounding === 'period') return `period ${period}`;
    if (rounding === 'record' || session === 0) return `record ${place}`;
    const name = `session ${session} ${key.service} ${key.direction} in period ${period}`;
    const last = sessions.get(name) ?? { number: 0, ends: at };
    const number = at - last.ends > LONGEST_GAP ? last.number + 1 : last.number;
    sessions.set(name, { number, ends: Math.max(last.ends, at + seconds) });
    return `${name} ${number}`;
  };
}
