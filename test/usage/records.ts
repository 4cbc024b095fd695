import fc from 'fast-check';
import type { FoldedUsage } from '#shared/usage/folded-usage.ts';
import { Interner } from '#shared/usage/interner.ts';
import { AGGREGATES, COUNTERS, EVENTS, WRITTEN_OFF } from '#shared/usage/usage-item.ts';
import { packItems } from '#shared/usage/usage-item-writer.ts';
import type { UsageKey } from '#shared/usage/usage-key.ts';
import { usageKeyText } from '#shared/usage/usage-key-text.ts';
import { usageRows } from '#shared/usage/usage-rows.ts';

/** A usage record as an object, for tests to speak of. `event` stands for the fingerprint: any two events differ in one part of it at least. */
export interface PlainRecord {
  readonly event: number;
  readonly startedAt: number;
  readonly key: UsageKey;
  readonly session: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly bytesUnsplit: number;
  readonly seconds: number;
  readonly count: number;
  readonly amount: number;
}

export const OCTOBER = Date.UTC(2026, 9, 1) / 1000;
const OCTOBER_SECONDS = 31 * 86_400;

/** A key with everything said but the network. */
export function keyOn(network: string): UsageKey {
  return {
    service: 'data',
    direction: '',
    carrier: 'demo',
    network,
    apn: 'iot.example',
    technology: 'LTE-M',
    slice: '',
    fiveQi: '',
    ratingGroup: '',
    calledPrefix: '',
    startPrecision: 'instant',
    amountUnit: '',
  };
}

const quantity = fc.oneof(
  { weight: 5, arbitrary: fc.nat(10_000_000) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.maxSafeNat() },
);

const arbitraryKey: fc.Arbitrary<UsageKey> = fc.record({
  service: fc.constantFrom('data', 'sms', 'voice', 'event:door-opened'),
  direction: fc.constantFrom('mo', 'mt', ''),
  carrier: fc.constantFrom('demo', 'other'),
  network: fc.constantFrom('26201', 'DEUD2', ''),
  apn: fc.constantFrom('iot.example', 'ünïcode', ''),
  technology: fc.constantFrom('LTE-M', ''),
  slice: fc.constantFrom('1-000001', ''),
  fiveQi: fc.constantFrom('9', ''),
  ratingGroup: fc.constantFrom('100', '', ''),
  calledPrefix: fc.constantFrom('4915112', ''),
  startPrecision: fc.constantFrom('instant', 'day', 'month'),
  amountUnit: fc.constantFrom('', 'EUR/6', 'XDR/12', 'JPY/0', 'XDR/3 EUR 1.19857'),
});

/** A record of October 2026. Few events, so that they repeat. */
export const arbitraryRecord: fc.Arbitrary<PlainRecord> = fc.record({
  event: fc.nat(40),
  startedAt: fc.nat(OCTOBER_SECONDS - 1).map((second) => OCTOBER + second),
  key: arbitraryKey,
  session: fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 48 - 1 })),
  bytesUp: quantity,
  bytesDown: quantity,
  bytesUnsplit: quantity,
  seconds: quantity,
  count: quantity,
  amount: quantity,
});

const KINDS = { events: EVENTS, counters: COUNTERS, 'written off': WRITTEN_OFF } as const;

/** Packs records of October as the mediation does: as events, as counter readings, as written off, or as aggregates as of an instant. */
export function pack(
  records: readonly PlainRecord[],
  asOf: number | keyof typeof KINDS,
  maxBytes: number,
  monthStart = OCTOBER,
): Uint8Array[] {
  const rows = usageRows(records.length, records.length);
  const keys = new Interner();
  records.forEach((record, row) => {
    const text = new TextEncoder().encode(usageKeyText(record.key));
    rows.keyIndex[row] = keys.intern(text, 0, text.length);
    rows.fingerprint0[row] = record.event & 3;
    rows.fingerprint1[row] = (record.event >> 2) & 3;
    rows.fingerprint2[row] = -1 - (record.event >> 4);
    for (const column of QUANTITIES) rows[column][row] = record[column];
  });
  const header = {
    kind: typeof asOf === 'number' ? AGGREGATES : KINDS[asOf],
    monthStart,
    asOf: typeof asOf === 'number' ? asOf : 0,
  } as const;
  const order = Int32Array.from(records.keys());
  return packItems(rows, order, 0, records.length, header, keys, maxBytes);
}

const QUANTITIES = [
  'startedAt',
  'session',
  'bytesUp',
  'bytesDown',
  'bytesUnsplit',
  'seconds',
  'count',
  'amount',
] as const;

/** What a fold says, as objects. */
export function plain(folded: FoldedUsage): Omit<PlainRecord, 'event'>[] {
  return Array.from({ length: folded.length }, (_, row) => ({
    startedAt: folded.startedAt[row]!,
    key: folded.keys[folded.keyIndex[row]!]!,
    session: folded.session[row]!,
    bytesUp: folded.bytesUp[row]!,
    bytesDown: folded.bytesDown[row]!,
    bytesUnsplit: folded.bytesUnsplit[row]!,
    seconds: folded.seconds[row]!,
    count: folded.count[row]!,
    amount: folded.amount[row]!,
  }));
}

/** A record without its event, as `plain` tells it. */
export function told({ event: _, ...rest }: PlainRecord): Omit<PlainRecord, 'event'> {
  return rest;
}
