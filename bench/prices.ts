import type { MeterReading } from '../local/meter.ts';

/** List prices of us-east-1 in dollars for a million, November 2026; of on-demand tables, standard queues, standard workflows, Express requests. */
export const PRICES = {
  writeUnits: 0.625,
  readUnits: 0.125,
  sqs: 0.4,
  put: 5,
  get: 0.4,
  transitions: 25,
  children: 1,
  invocations: 0.2,
} as const;

/** How often a reading's requests begin so. */
export function requestsOf(requests: Readonly<Record<string, number>>, ...beginnings: readonly string[]): number {
  const isOne = ([name]: readonly [string, number]) => beginnings.some((beginning) => name.startsWith(beginning));
  return Object.entries(requests)
    .filter(isOne)
    .reduce((sum, [, times]) => sum + times, 0);
}

/** Requests to S3 that are billed as puts. */
export function putsOf({ requests }: Pick<MeterReading, 'requests'>): number {
  return requestsOf(
    requests,
    's3 Put',
    's3 CreateMultipart',
    's3 UploadPart',
    's3 CompleteMultipart',
    's3 List',
    's3 Copy',
  );
}

/** Requests to S3 that are billed as gets. */
export function getsOf(reading: Pick<MeterReading, 'requests'>): number {
  return requestsOf(reading.requests, 's3 ') - putsOf(reading);
}

/** What a reading costs in dollars at list price, compute and storage apart. */
export function costOf(reading: MeterReading): number {
  const { requests, writeUnits, readUnits, transitions, children, invocations } = reading;
  const invoked = Object.values(invocations).reduce((sum, times) => sum + times, 0);
  const millions =
    writeUnits * PRICES.writeUnits +
    readUnits * PRICES.readUnits +
    requestsOf(requests, 'sqs') * PRICES.sqs +
    putsOf(reading) * PRICES.put +
    getsOf(reading) * PRICES.get +
    transitions * PRICES.transitions +
    children * PRICES.children +
    invoked * PRICES.invocations;
  return millions / 1_000_000;
}
