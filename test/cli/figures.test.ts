import { describe, expect, test } from 'vitest';
import {
  bar,
  baseText,
  exactText,
  grouped,
  minute,
  octets,
  price,
  total,
  totalsText,
} from '../../cli/terminal/figures.ts';

describe('figures', () => {
  test.each([
    ['0', '0'],
    ['999', '999'],
    ['1000', '1,000'],
    ['1234567.891', '1,234,567.891'],
    ['-1234', '-1,234'],
    ['-123456.5', '-123,456.5'],
  ])('%s is grouped as %s', (value, text) => expect(grouped(value)).toBe(text));

  test.each([
    ['0', '0 B'],
    ['999', '999 B'],
    ['1000', '1.00 kB'],
    ['35681646', '35.68 MB'],
    ['9007199254740993', '9.01 PB'],
    ['12345678901234567890', '12345.68 PB'],
  ])('%s octets are %s', (value, text) => expect(octets(value)).toBe(text));

  test.each([
    ['35681646', 'MB', '35,681,646 B'],
    ['3540', 'minute', '3,540 s'],
    ['30', 'piece', '30'],
    ['2', 'subscription', '2'],
  ])('%s base units of %s are %s', (value, unit, text) => expect(baseText(value, unit)).toBe(text));

  test.each([
    ['1.5', '1.5'],
    ['79.6129032258', '79.6129032258'],
    ['79.61290322580', '79.6129032258…'],
    ['-1234.12345678901', '-1,234.1234567890…'],
  ])('the exact amount %s is shown as %s', (value, text) => expect(exactText(value)).toBe(text));

  test.each([
    ['5.9', 'EUR', '5.90'],
    ['0.0145', 'EUR', '0.0145'],
    ['1250', 'JPY', '1,250'],
    ['1', 'KWD', '1.000'],
  ])('a price of %s %s is written %s', (value, currency, text) => expect(price(value, currency)).toBe(text));

  test.each([
    [['0.10', '0.20'], 'EUR', '0.30'],
    [[], 'EUR', '0.00'],
    [['1', '-3'], 'JPY', '-2'],
  ])('%j %s add up to %s', (amounts, currency, text) => expect(total(amounts, currency)).toBe(text));

  test.each([
    ['0', '100', '░░░░'],
    ['50', '100', '██░░'],
    ['99', '100', '███░'],
    ['100', '100', '████'],
    ['250', '100', '████'],
    ['0', '0', '░░░░'],
    ['1', '0', '████'],
  ])('a bar of %s in %s', (part, whole, text) => expect(bar(part, whole, 4)).toBe(text));

  test('an instant is written to the minute, in UTC', () => expect(minute(1_793_520_000)).toBe('2026-11-01 08:00Z'));

  test.each([
    [{ records: 1, bytes: 0, seconds: 0, count: 0 }, '1 record'],
    [{ records: 2, bytes: 1500, seconds: 61, count: 1 }, '2 records, 1.50 kB, 61 s, 1 message'],
  ])('totals %j', (totals, text) => expect(totalsText(totals)).toBe(text));
});
