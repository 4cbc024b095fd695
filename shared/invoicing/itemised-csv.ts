import { Temporal } from 'temporal-polyfill';
import type { ItemisedUsage } from '#shared/rating/itemise-usage.ts';
import { type Instant, isoInstant, type TimeZone } from '#shared/time/local-date.ts';
import { BYTE_ORDER_MARK, csvRow, figure, text } from './csv.ts';

/** One usage record of an invoice: whose, when, where, how much, and what it counted towards. */
export interface ItemisedRecord extends Omit<ItemisedUsage, 'period'> {
  readonly subscription: string;
  /** The identifier the carrier sent, "imsi#262011234567890". */
  readonly identifier: string;
}

const COLUMNS =
  'subscription,identifier,business_unit,started_at_local,started_at_utc,service,direction,network,zone,apn,' +
  'bytes_up,bytes_down,bytes_total,seconds,count,charge,carrier_charge,carrier_currency';

/** The beginning of an itemised usage file; rows follow it. Column names are stable: new ones come at the end. */
export function itemisedHeader(): string {
  return `${BYTE_ORDER_MARK}${COLUMNS}\r\n`;
}

/**
 * A record's row, of an account in a time zone. Its start stands there twice: with the offset on the payer's clock by which it was priced, and in UTC, so
 * that no hour is told twice.
 */
export function itemisedRow(usage: ItemisedRecord, account: TimeZone): string {
  return csvRow([
    text(usage.subscription),
    text(usage.identifier),
    text(usage.businessUnit),
    localTime(usage.startedAt, usage.timeZone ?? account),
    isoInstant(usage.startedAt),
    text(usage.service),
    usage.direction,
    text(usage.network),
    text(usage.zone),
    text(usage.apn),
    figure(usage.bytesUp),
    figure(usage.bytesDown),
    figure(usage.bytesUp + usage.bytesDown + usage.bytesUnsplit),
    figure(usage.seconds),
    figure(usage.count),
    text(usage.charge),
    usage.carrierCharge?.amount ?? '',
    usage.carrierCharge?.currency ?? '',
  ]);
}

/** "2026-10-25T02:30:00+01:00" */
function localTime(instant: Instant, zone: TimeZone): string {
  return Temporal.Instant.fromEpochMilliseconds(instant * 1000).toString({ timeZone: zone, smallestUnit: 'second' });
}
