import { describe, expect, test } from 'vitest';
import { exchangeRate } from '#shared/catalog/exchange-rate.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

const read = (text: string) =>
  readCatalog([
    { path: 'all.yaml', text: SAMPLE },
    { path: 'rates/ecb.csv', text },
  ]);
const ratesOf = (text: string) => {
  const reading = read(text);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.catalog.exchangeRates;
};
const HISTORY = 'Date,USD,JPY,CYP,CHF,\n2026-10-30,1.0850,163.20,N/A,0.9371,\n2026-10-29,1.0815,N/A,0.58,0.9380,\n';

describe("a file of the European Central Bank's rates", () => {
  test('the history: a row a day, the last column empty, currencies of long ago left aside', () => {
    expect(ratesOf(HISTORY)).toEqual([
      {
        source: 'ECB',
        base: 'EUR',
        days: [
          { date: '2026-10-29', rates: { CHF: '0.938', USD: '1.0815' } },
          { date: '2026-10-30', rates: { CHF: '0.9371', JPY: '163.2', USD: '1.085' } },
        ],
      },
    ]);
  });

  test('the day alone, as it is written there', () => {
    const [rates] = ratesOf('Date, USD, JPY, \n30 October 2026, 1.0850, 163.20, \n');
    expect(rates?.days).toEqual([{ date: '2026-10-30', rates: { JPY: '163.2', USD: '1.085' } }]);
  });

  test('a day without a rate has the last before it', () => {
    expect(exchangeRate(ratesOf(HISTORY), 'USD', 'CHF', '2026-11-01')).toMatchObject({
      times: '0.9371',
      dividedBy: '1.085',
      date: '2026-10-30',
    });
    expect(exchangeRate(ratesOf(HISTORY), 'EUR', 'JPY', '2026-10-29')).toBeUndefined();
  });

  test.each([
    ['another file', 'sim,plan\n1,a\n', 1, 'a head that begins with Date'],
    ['no day', 'Date,USD\n', 1, 'a row for each day'],
    ['a day twice', 'Date,USD\n2026-10-30,1.1\n2026-10-30,1.2\n', 3, 'each day once'],
    ['a date that is none', 'Date,USD\n2026-10-30,1.1\n2026-02-30,1.2\n', 3, 'a date that exists'],
    ['a rate that is none', 'Date,USD\n2026-10-30,1.1\n2026-10-29,"1,2"\n', 3, 'a number of 0 or more'],
    ['a rate of nothing', 'Date,USD\n2026-10-30,0\n', 2, 'above 0'],
    ['another file behind empty lines', '\n\nsim,plan\n1,a\n', 3, 'a head that begins with Date'],
    ['nothing', '\n', 1, 'a head that begins with Date'],
    ['a day twice behind empty lines', '\nDate,USD\n\n2026-10-30,1.1\n\n\n2026-10-30,1.2\n', 7, 'each day once'],
    ['a rate of nothing behind empty lines', 'Date,USD\r\n\r\n\r\n2026-10-30,0\r\n', 4, 'above 0'],
    ['a quote that is not closed', 'Date,USD\n\n2026-10-30,"1.1\n2026-10-29,1.2\n', 3, 'comma-separated values'],
    ['a quote in a field', 'Date,USD\n\n2026-10-30,1"1\n2026-10-29,1.2\n', 3, 'comma-separated values'],
  ])('%s is refused, with its line', (_, text, line, expected) => {
    expect(read(text)).toMatchObject({
      problems: [{ file: 'rates/ecb.csv', line, expected: expect.stringContaining(expected) }],
    });
  });
});
