import type { Unit } from '#shared/catalog/catalog.ts';
import { kindOfUnit } from '#shared/catalog/unit.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { formatMinor, minorDigits } from '#shared/money/currency.ts';
import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/** "1,234,567.89" from decimal text or a whole number: thousands are grouped, no digit is lost. */
export function grouped(value: string | number): string {
  const [whole = '', fraction] = String(value).split('.');
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** "35.68 MB": octets in decimal multiples, at most three digits before the point and two after it. */
export function octets(value: string | number): string {
  const steps = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let shown = amount(value);
  let step = 0;
  for (; shown.abs().greaterThanOrEqualTo(1000) && step < steps.length - 1; step++) shown = shown.div(1000);
  return `${step === 0 ? shown.toFixed() : shown.toFixed(2)} ${steps[step]}`;
}

/** "2026-11-01 08:00Z": an instant to the minute, in UTC. */
export function minute(instant: Instant): string {
  return isoInstant(instant)
    .replace('T', ' ')
    .replace(/:\d\dZ$/, 'Z');
}

/** "1,234 records, 35.68 MB, 12 s, 3 messages", without what there is none of. */
export function totalsText({ records, bytes, seconds, count }: UsageTotals): string {
  const parts = [`${grouped(records)} ${records === 1 ? 'record' : 'records'}`];
  if (bytes > 0) parts.push(octets(bytes));
  if (seconds > 0) parts.push(`${grouped(seconds)} s`);
  if (count > 0) parts.push(`${grouped(count)} ${count === 1 ? 'message' : 'messages'}`);
  return parts.join(', ');
}

/** "1 file", "2 files". */
export function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A bar of `width` characters for a part of a whole, both whole-number text: full at or above the whole. */
export function bar(part: string, whole: string, width: number): string {
  const full = whole === '0' ? (part === '0' ? 0 : width) : Number((BigInt(part) * BigInt(width)) / BigInt(whole));
  const filled = Math.max(0, Math.min(width, full));
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** "35,681,646 B", "3,540 s", "30": base units with their name. */
export function baseText(quantity: string, unit: string): string {
  const kind = unit === 'subscription' ? 'pieces' : kindOfUnit(unit as Unit);
  return `${grouped(quantity)}${{ octets: ' B', time: ' s', pieces: '', amounts: '' }[kind]}`;
}

const DECIMALS_SHOWN = 10;

/** An exact amount, cut after ten decimals and then marked by an ellipsis. */
export function exactText(exact: string): string {
  const [whole = '', fraction = ''] = exact.split('.');
  return grouped(fraction.length <= DECIMALS_SHOWN ? exact : `${whole}.${fraction.slice(0, DECIMALS_SHOWN)}…`);
}

/** Adds amounts of one currency and writes the sum with its minor digits. */
export function total(amounts: readonly string[], currency: string): string {
  return formatMinor(sum(amounts.map((each) => amount(each))), currency);
}

/** "5.90", "0.0145": a price with at least its currency's minor digits. */
export function price(value: string, currency: string): string {
  const digits = Math.max(minorDigits(currency), amount(value).decimalPlaces());
  return grouped(amount(value).toFixed(digits));
}

/** "1,234.50 EUR", "0.0145 EUR". */
export function money(value: string, currency: string): string {
  return `${price(value, currency)} ${currency}`;
}
