import type { QuantityColumn, QuantityUnit } from '#shared/catalog/source.ts';

/** Octets, seconds or pieces in a unit. */
export const BASE_UNITS: Readonly<Record<QuantityUnit, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
  second: 1,
  minute: 60,
  hour: 3600,
  piece: 1,
};

/** Given instead of a quantity that is no decimal number. */
export const NOT_A_NUMBER = -1;
/** Given instead of a quantity below zero. */
export const NEGATIVE = -2;
/** Given instead of a quantity of more than 2^53 − 1 base units. */
export const TOO_LARGE_A_NUMBER = -3;
/** Given instead of a quantity with a part of a base unit, where the source has it rejected. */
export const HAS_A_FRACTION = -4;

const SAFE = Number.MAX_SAFE_INTEGER;
const POWERS = Array.from({ length: 16 }, (_, digits) => 10 ** digits);
const LONGEST_NUMBER = 64;

/**
 * Reads decimal text ("1.920875", "7.6e-05") in a unit as a whole number of octets, seconds or pieces: exactly, never through a binary
 * fraction. Gives one of the negative codes above where it cannot.
 */
export function readQuantity(
  bytes: Uint8Array,
  start: number,
  end: number,
  factor: number,
  separator: number,
  fraction: QuantityColumn['fraction'],
): number {
  let mantissa = 0;
  let decimals = -1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39 && mantissa < 900_719_925_474_099) {
      mantissa = mantissa * 10 + (byte - 0x30);
      if (decimals >= 0) decimals++;
    } else if (byte === separator && decimals < 0 && end - start > 1) {
      decimals = 0;
    } else {
      return readUnusual(bytes, start, end, factor, separator, fraction);
    }
  }
  const product = mantissa * factor;
  if (end === start) return NOT_A_NUMBER;
  if (product > SAFE) return readUnusual(bytes, start, end, factor, separator, fraction);
  if (decimals <= 0) return product;
  const divisor = POWERS[decimals];
  if (divisor === undefined) return readUnusual(bytes, start, end, factor, separator, fraction);
  const rest = product % divisor;
  return rest === 0 ? product / divisor : rounded((product - rest) / divisor, rest * 2 >= divisor, fraction);
}

function rounded(floor: number, isHalfOrMore: boolean, fraction: QuantityColumn['fraction']): number {
  if (fraction === 'reject') return HAS_A_FRACTION;
  if (fraction === 'down') return floor;
  return fraction === 'up' || isHalfOrMore ? floor + 1 : floor;
}

/** Signs, exponents, and numbers that do not fit while they are read. */
function readUnusual(
  bytes: Uint8Array,
  start: number,
  end: number,
  factor: number,
  separator: number,
  fraction: QuantityColumn['fraction'],
): number {
  if (end - start > LONGEST_NUMBER) return NOT_A_NUMBER;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const point = String.fromCharCode(separator);
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(
    point === '.' ? text : text.replace('.', '?').replace(point, '.'),
  );
  const digits = `${found?.[2] ?? ''}${found?.[3] ?? ''}`;
  if (found === null || digits === '') return NOT_A_NUMBER;
  if (/^0*$/.test(digits)) return 0;
  if (found[1] === '-') return NEGATIVE;
  const scale = (found[3] ?? '').length - Number(found[4] ?? 0);
  const product = BigInt(digits) * BigInt(factor) * 10n ** BigInt(Math.max(0, -scale));
  const divisor = 10n ** BigInt(Math.max(0, scale));
  const floor = product / divisor;
  const rest = product % divisor;
  if (floor >= BigInt(SAFE)) return TOO_LARGE_A_NUMBER;
  return rest === 0n ? Number(floor) : rounded(Number(floor), rest * 2n >= divisor, fraction);
}
