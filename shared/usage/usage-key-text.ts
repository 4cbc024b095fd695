import type { Direction, Service, StartPrecision, UsageKey } from './usage-key.ts';

/** Between the parts of a usage key written as one text; no part holds it. */
const SEPARATOR = '\n';

const PRECISIONS: readonly StartPrecision[] = ['instant', 'day', 'month'];

/** A usage key as one text, the form it is stored in: equal texts are equal keys. */
export function usageKeyText(key: UsageKey): string {
  const parts = [
    key.service,
    key.direction,
    key.carrier,
    key.network,
    key.apn,
    key.technology,
    key.slice,
    key.calledPrefix,
    key.startPrecision,
  ];
  if (parts.some((part) => part.includes(SEPARATOR))) {
    throw new RangeError(`a usage key holds a line break: ${JSON.stringify(key)}`);
  }
  return parts.join(SEPARATOR);
}

/** Reads what usageKeyText wrote. @throws RangeError for anything else. */
export function usageKeyOf(text: string): UsageKey {
  const parts = text.split(SEPARATOR);
  const [service, direction, carrier, network, apn, technology, slice, calledPrefix, precision] = parts;
  const startPrecision = PRECISIONS.find((each) => each === precision);
  if (parts.length !== 9 || !isService(service!) || !isDirection(direction!) || startPrecision === undefined) {
    throw new RangeError(`not a usage key: ${JSON.stringify(text.slice(0, 200))}`);
  }
  return {
    service,
    direction,
    carrier: carrier!,
    network: network!,
    apn: apn!,
    technology: technology!,
    slice: slice!,
    calledPrefix: calledPrefix!,
    startPrecision,
  };
}

/** Whether a text names a service: data, sms, voice, supplementary, or event:<name> (letters, digits, . _ -). */
export function isService(text: string): text is Service {
  return /^(data|sms|voice|supplementary|event:[A-Za-z0-9][A-Za-z0-9._-]{0,59})$/.test(text);
}

function isDirection(text: string): text is Direction {
  return text === '' || text === 'mo' || text === 'mt';
}
