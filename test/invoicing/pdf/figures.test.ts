import { describe, expect, test } from 'vitest';
import { formatsFor } from '#shared/invoicing/formats.ts';
import type { ServiceUsage } from '#shared/invoicing/invoice.ts';
import { sectionsOf } from '#shared/invoicing/pdf/charge-table.ts';
import { dataAmount, scaleFor } from '#shared/invoicing/pdf/day-chart.ts';
import { changeSince } from '#shared/invoicing/pdf/opening.ts';
import { paletteOf } from '#shared/invoicing/pdf/palette.ts';
import { poolShares } from '#shared/invoicing/pdf/pool-bars.ts';
import { shareOf } from '#shared/invoicing/pdf/usage-overview.ts';
import { FLEET_INVOICE } from '../fixtures.ts';

describe('what the pictures show', () => {
  test.each([
    [61_482_000_000n, 'GB', 25, 3],
    [98_000n, 'kB', 50, 2],
    [1n, 'B', 0.5, 2],
    [1_000_000n, 'MB', 0.5, 2],
    [999_999n, 'kB', 500, 2],
    [3_000_000_000n, 'GB', 1, 3],
    [5_000_000_000_000_000_000_000n, 'EB', 2000, 3],
  ])('a day chart up to %s octets: ticks in %s, %d apart, %i of them', (peak, unit, step, ticks) => {
    const scale = scaleFor(peak);
    expect(scale).toMatchObject({ unit, step, ticks });
    expect(scale.step * scale.ticks * scale.octets).toBeGreaterThanOrEqual(Number(peak) * 0.999);
  });

  test.each([
    [0n, '0 B'],
    [999n, '999 B'],
    [1_550n, '1.6 kB'],
    [48_249_999_999n, '48.2 GB'],
  ])('%s octets read %s', (bytes, expected) => {
    expect(dataAmount(bytes, formatsFor('en-GB', 'EUR'))).toBe(expected);
  });

  const pool = { name: 'P', unit: 'GB', size: '600', used: '300', over: '0', usedByThisUnit: '150' } as const;
  test.each([
    ['half used, half of it by this unit', pool, { thisUnit: 0.25, inside: 0.5, size: 1 }],
    [
      'gone over',
      { ...pool, used: '800', over: '200', usedByThisUnit: '400' },
      { thisUnit: 0.5, inside: 0.75, size: 0.75 },
    ],
    [
      'over by this unit alone',
      { ...pool, used: '800', over: '200', usedByThisUnit: '800' },
      { thisUnit: 0.75, inside: 0.75, size: 0.75 },
    ],
    ['no size', { ...pool, size: '0', used: '5', over: '5' }, { thisUnit: 0, inside: 0, size: 0 }],
    ['nothing at all', { ...pool, size: '0', used: '0' }, { thisUnit: 0, inside: 0, size: 1 }],
  ])('a pool %s', (_, usage, expected) => {
    expect(poolShares(usage)).toEqual(expected);
  });

  const zone = (service: ServiceUsage['service'], quantity: string, unit: ServiceUsage['unit']) => ({
    service,
    zone: 'Z',
    records: 1,
    quantity,
    unit,
  });
  test('a zone has its part of the usage of its service in its unit', () => {
    const services = [
      zone('data', '3', 'GB'),
      zone('data', '1', 'GB'),
      zone('sms', '7', 'piece'),
      zone('data', '5', 'MB'),
    ];
    expect(services.map((each) => shareOf(each, services))).toEqual([0.75, 0.25, 1, 1]);
    expect(shareOf(zone('data', '0', 'GB'), [zone('data', '0', 'GB')])).toBe(0);
  });

  test.each([
    ['2794.02', '2911.41', '4.2'],
    ['100.00', '50.00', '-50.0'],
    ['100.00', '100.00', '0.0'],
    ['', '50.00', ''],
    ['0.00', '50.00', ''],
    ['1.00', '50.00', ''],
  ])('net from %j to %j changed by %j percent', (before, now, expected) => {
    expect(changeSince(before, now)).toBe(expected);
  });

  test('lines stand by kind, differences apart and last', () => {
    const places = sectionsOf(FLEET_INVOICE.lines).map((section) => [
      section.name,
      section.lines.map((each) => each.place),
    ]);
    expect(places).toEqual([
      ['recurring', [1, 2, 3]],
      ['usage', [4, 5, 6, 7, 8, 9]],
      ['adjustment', [10]],
      ['difference', [11, 12]],
    ]);
  });
});

describe('the seller’s colour', () => {
  test.each(['#0F62A8', '#FFD400', '#FFFFFF', '#000000', '#E4572E', 'red', ''])('%s can be read on white', (colour) => {
    const { accent } = paletteOf(colour);
    const linear = [1, 3, 5]
      .map((at) => Number.parseInt(accent.slice(at, at + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    const luminance = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
    expect(1.05 / (luminance + 0.05)).toBeGreaterThanOrEqual(4.5);
  });

  test('stays as it is where it already can', () => {
    expect(paletteOf('#0F62A8')).toMatchObject({ brand: '#0F62A8', accent: '#0F62A8' });
  });
});

describe('figures and dates', () => {
  test.each([
    ['en-GB', 'EUR', '€1,234.50', '1,234.50', '−0.60', '0.0042', '1,234.567891', '24%', '+4.2%'],
    ['de-DE', 'EUR', '1.234,50 €', '1.234,50', '−0,60', '0,0042', '1.234,567891', '24 %', '+4,2 %'],
  ])('%s %s', (locale, currency, money, amount, negative, price, quantity, percent, change) => {
    const formats = formatsFor(locale, currency);
    expect(formats.money('1234.5').replaceAll('\u00A0', ' ')).toBe(money);
    expect(formats.amount('1234.5')).toBe(amount);
    expect(formats.amount('-0.6')).toBe(negative);
    expect(formats.unitPrice('0.0042')).toBe(price);
    expect(formats.quantity('1234.5678909')).toBe(quantity);
    expect(formats.percent('24').replaceAll('\u00A0', ' ')).toBe(percent);
    expect(formats.change('4.2').replaceAll('\u00A0', ' ')).toBe(change);
  });

  test.each([
    ['JPY', '13750', '13,750'],
    ['KWD', '1.5', '1.500'],
    ['EUR', '99999999999999999999.99', '99,999,999,999,999,999,999.99'],
  ])('amounts in %s have its minor digits, and lose none', (currency, value, expected) => {
    expect(formatsFor('en-GB', currency).amount(value)).toBe(expected);
  });

  test.each([
    ['en-GB', '31 October 2026', /^1\s?–\s?31 Oct 2026$/, 'Germany'],
    ['de-DE', '31. Oktober 2026', /^1\.\s?–\s?31\. Okt\. 2026$/, 'Deutschland'],
  ])('%s dates and countries', (locale, date, period, country) => {
    const formats = formatsFor(locale, 'EUR');
    expect(formats.date('2026-10-31').replaceAll('\u00A0', ' ')).toBe(date);
    expect(formats.shortPeriod('2026-10-01', '2026-10-31')).toMatch(period);
    expect(formats.country('DE')).toBe(country);
    expect(formats.country('??')).toBe('??');
  });
});
