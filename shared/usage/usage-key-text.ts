import type { Direction, Service, StartPrecision, UsageKey } from './usage-key.ts';

/** Between the parts of a usage key written as one text; no part holds it. */
const SEPARATOR = '\n';

const PRECISIONS: readonly StartPrecision[] = ['instant', 'day', 'month'];

/** Parts every key has. */
const PARTS = 9;

/**
 * A usage key as one text, the form it is stored in: equal texts are equal keys. What few keys have stands behind the rest, up to the last of
 * them that is not ''.
 */
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
    key.amountUnit,
    key.fiveQi,
    key.ratingGroup,
  ];
  while (parts.length > PARTS && parts.at(-1) === '') parts.pop();
  if (parts.some((part) => part.includes(SEPARATOR))) {
    throw new RangeError(`a usage key holds a line break: ${JSON.stringify(key)}`);
  }
  return parts.join(SEPARATOR);
}

/** Reads what usageKeyText wrote. @throws RangeError for anything else. */
export function usageKeyOf(text: string): UsageKey {
  const parts = text.split(SEPARATOR);
  const [service, direction, carrier, network, apn, technology, slice, calledPrefix, precision, ...more] = parts;
  const [amountUnit = '', fiveQi = '', ratingGroup = ''] = more;
  const startPrecision = PRECISIONS.find((each) => each === precision);
  const isWhole = parts.length >= PARTS && more.length < 4 && more.at(-1) !== '' && isAmountUnit(amountUnit);
  if (!isWhole || !isService(service!) || !isDirection(direction!) || startPrecision === undefined) {
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
    fiveQi,
    ratingGroup,
    calledPrefix: calledPrefix!,
    startPrecision,
    amountUnit,
  };
}

/** Whether a text says what amounts count: a currency, decimal places from 0 to 12, and maybe a rate of the file; '' = there are none. */
function isAmountUnit(text: string): boolean {
  return text === '' || /^[A-Z]{3}\/(\d|1[012])( [A-Z]{3} \d{1,16}(\.\d{1,12})?)?$/.test(text);
}

/** What amounts of a usage key count. */
export interface AmountUnit {
  readonly currency: string;
  /** By how many powers of ten the unit is smaller than one of the currency. */
  readonly decimals: number;
  /** What one of the currency is worth in another by the file the amounts came in; null = the file has no rate for them. */
  readonly byFile: { readonly currency: string; readonly rate: string } | null;
}

/** What an amount counts: "EUR/6", or with the rate its file gives, "XDR/3 EUR 1.19857" (one XDR is 1.19857 EUR). */
export function amountUnitOf(amountUnit: string): AmountUnit {
  const [unit = '', to = '', rate = ''] = amountUnit.split(' ');
  const [currency = '', decimals = ''] = unit.split('/');
  return { currency, decimals: Number(decimals), byFile: to === '' ? null : { currency: to, rate } };
}

/** Whether a text names a service: data, sms, voice, supplementary, or event:<name> (letters, digits, . _ -). */
export function isService(text: string): text is Service {
  return /^(data|sms|voice|supplementary|event:[A-Za-z0-9][A-Za-z0-9._-]{0,59})$/.test(text);
}

function isDirection(text: string): text is Direction {
  return text === '' || text === 'mo' || text === 'mt';
}
