import { Temporal } from 'temporal-polyfill';
import { type Instant, isoInstant, type TimeZone } from '#shared/time/local-date.ts';
import type { Direction, Service } from '#shared/usage/usage-key.ts';
import { BYTE_ORDER_MARK, csvRow, figure, text } from './csv.ts';

/** One usage record of an invoice: whose, when, where, how much, and what it counted towards. */
export interface ItemisedUsage {
  readonly subscription: string;
  /** The identifier the carrier sent, "imsi#262011234567890". */
  readonly identifier: string;
  readonly businessUnit: string;
  readonly startedAt: Instant;
  readonly service: Service;
  readonly direction: Direction;
  readonly network: string;
  readonly zone: string;
  readonly apn: string;
  /** Octets, as whole numbers. */
  readonly bytesUp: bigint;
  readonly bytesDown: bigint;
  readonly bytesTotal: bigint;
  readonly seconds: bigint;
  readonly count: bigint;
  /** Name of the charge it counted towards, '' when none prices it. */
  readonly charge: string;
  /** What it counted there after rounding to increments, decimal text in the charge's base unit. */
  readonly ratedQuantity: string;
  /** Usage file it came in, and its place there: `file`, `position` lead back to the carrier's bytes. */
  readonly file: string;
  readonly position: number;
}

const COLUMNS =
  'subscription,identifier,business_unit,started_at_local,started_at_utc,service,direction,network,zone,apn,' +
  'bytes_up,bytes_down,bytes_total,seconds,count,charge,rated_quantity,file,position_in_file';

/** The beginning of an itemised usage file; rows follow it. Column names are stable: new ones come at the end. */
export function itemisedHeader(): string {
  return `${BYTE_ORDER_MARK}${COLUMNS}\r\n`;
}

/** A record's row. Its start stands there twice: on the payer's clock with the offset, and in UTC, so that no hour is told twice. */
export function itemisedRow(usage: ItemisedUsage, zone: TimeZone): string {
  return csvRow([
    text(usage.subscription),
    text(usage.identifier),
    text(usage.businessUnit),
    localTime(usage.startedAt, zone),
    isoInstant(usage.startedAt),
    text(usage.service),
    usage.direction,
    text(usage.network),
    text(usage.zone),
    text(usage.apn),
    figure(usage.bytesUp),
    figure(usage.bytesDown),
    figure(usage.bytesTotal),
    figure(usage.seconds),
    figure(usage.count),
    text(usage.charge),
    figure(usage.ratedQuantity),
    text(usage.file),
    figure(usage.position),
  ]);
}

/** "2026-10-25T02:30:00+01:00" */
function localTime(instant: Instant, zone: TimeZone): string {
  return Temporal.Instant.fromEpochMilliseconds(instant * 1000).toString({ timeZone: zone, smallestUnit: 'second' });
}
