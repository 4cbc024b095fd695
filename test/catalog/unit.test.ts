import { describe, expect, test } from 'vitest';
import type { Unit } from '#shared/catalog/catalog.ts';
import { baseUnitsPer, inBaseUnits, inUnit, inUnitExactly, UNIT_NAMES, unitsFor } from '#shared/catalog/unit.ts';
import { amount } from '#shared/money/amount.ts';

test.each<[Unit, bigint]>([
  ['B', 1n],
  ['kB', 1_000n],
  ['MB', 1_000_000n],
  ['GB', 1_000_000_000n],
  ['KiB', 1_024n],
  ['MiB', 1_048_576n],
  ['GiB', 1_073_741_824n],
  ['second', 1n],
  ['minute', 60n],
  ['hour', 3_600n],
  ['piece', 1n],
])('one %s is %s base units', (unit, base) => {
  expect(baseUnitsPer(unit)).toBe(base);
  expect(inUnit(base, unit).toFixed()).toBe('1');
});

test('every unit is listed', () => {
  expect(UNIT_NAMES).toHaveLength(11);
});

test.each([
  ['bytes', 'B kB MB GB KiB MiB GiB'],
  ['bytesUp', 'B kB MB GB KiB MiB GiB'],
  ['seconds', 'second minute hour'],
  ['records', 'piece'],
  ['count', 'piece'],
] as const)('%s can be priced per %s', (measure, units) => {
  expect(unitsFor(measure).join(' ')).toBe(units);
});

describe('quantities in units', () => {
  test.each<[bigint, Unit, string]>([
    [66_666_667n, 'MB', '66.666667'],
    [1n, 'GiB', '0.000000000931322574615478515625'],
    [1_536n, 'KiB', '1.5'],
    [90n, 'minute', '1.5'],
  ])('%s base units are, in %s, %s', (quantity, unit, text) => {
    expect(inUnit(quantity, unit).toFixed()).toBe(text);
    expect(inUnitExactly(amount(quantity), unit)?.toFixed()).toBe(text);
    expect(inBaseUnits(amount(text), unit).toFixed()).toBe(quantity.toString());
  });

  test('what no decimal number can say is not said', () => {
    expect(inUnitExactly(amount(1), 'minute')).toBeUndefined();
    expect(inUnitExactly(amount(7), 'hour')).toBeUndefined();
  });
});
