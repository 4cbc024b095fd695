import type { MeterReading } from '../local/meter.ts';

/**
 * List prices of us-east-1 in dollars for a million, November 2026; of on-demand tables, standard queues, standard workflows, Express requests,
 * custom events; and of a gigabyte-second on arm64.
 */
export const PRICES = {
  writeUnits: 0.625,
  readUnits: 0.125,
  sqs: 0.4,
  put: 5,
  get: 0.4,
  transitions: 25,
  children: 1,
  invocations: 0.2,
  events: 1,
  gigabyteSecond: 0.0000133334,
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

/** What a reading costs in dollars at list price by service, storage apart. */
export interface Costs {
  readonly dynamodb: number;
  readonly s3: number;
  readonly sqs: number;
  readonly stepFunctions: number;
  readonly eventBridge: number;
  readonly invocations: number;
  /** Of processor time alone: what an invocation waits is paid for as well. */
  readonly compute: number;
}

/** What a reading costs by service. */
export function costsOf(reading: MeterReading): Costs {
  const { requests, writeUnits, readUnits, transitions, children, invocations, functions } = reading;
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const millions = (value: number) => value / 1_000_000;
  return {
    dynamodb: millions(writeUnits * PRICES.writeUnits + readUnits * PRICES.readUnits),
    s3: millions(putsOf(reading) * PRICES.put + getsOf(reading) * PRICES.get),
    sqs: millions(requestsOf(requests, 'sqs') * PRICES.sqs),
    stepFunctions: millions(transitions * PRICES.transitions + children * PRICES.children),
    eventBridge: millions(requestsOf(requests, 'events PutEvents') * EVENTS_A_REQUEST * PRICES.events),
    invocations: millions(total(Object.values(invocations)) * PRICES.invocations),
    compute: total(Object.values(functions).map((each) => each.gigabyteSeconds)) * PRICES.gigabyteSecond,
  };
}

/** Events are published up to so many a request: taken for full. */
const EVENTS_A_REQUEST = 10;

/** What a reading costs in dollars at list price, compute and storage apart. */
export function costOf(reading: MeterReading): number {
  const { compute: _, ...costs } = costsOf(reading);
  return Object.values(costs).reduce((sum, cost) => sum + cost, 0);
}
