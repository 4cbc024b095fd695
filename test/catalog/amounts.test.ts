import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';

const CHARGE = '{ kind: usage, id: mark, name: M, measure: amount, MATCH price: { model: percentage, percent: 110 } }';

function problems(sources: string, match = '', rates = ''): string[] {
  const text = `zoneModels: [{ id: z, zones: [{ id: de, name: Germany, networks: [DEU] }] }]
sources: [${sources}]
plans:
  - id: p
    name: P
    currency: EUR
    zoneModel: z
    versions: [{ from: 2026-01-01, charges: [${CHARGE.replace('MATCH', match)}] }]
${rates}`;
  const reading = readCatalog([{ path: 'c.yaml', text }]);
  return 'problems' in reading ? reading.problems.map(catalogProblemText) : [];
}

const tap = (amounts: boolean) => `{ name: tap, carrier: demo, format: tap3, amounts: ${amounts} }`;
const dollars = '{ name: csv, carrier: other, preset: plain-csv, amounts: true, currency: { constant: USD } }';
const rates = (date: string) => `exchangeRates: [{ source: ECB, base: EUR, days: { ${date}: { USD: 1.25 } } }]`;

test.each<[string, string, string, string, string[]]>([
  ['some source keeps amounts', tap(true), '', '', []],
  ['none does', tap(false), '', '', ['Write amounts: true in the source']],
  [
    'only that of another carrier does',
    `${tap(false)}, ${dollars}`,
    'match: { carriers: demo },',
    rates('2026-01-01'),
    ['a source that keeps the amounts its records carry, of tap'],
  ],
  ['another currency with a rate by then', dollars, '', rates('2026-01-01'), []],
  [
    'with none by then',
    dollars,
    '',
    rates('2026-01-02'),
    ['an exchange rate from USD, the amounts of source "csv", to EUR'],
  ],
  ['with none at all', dollars, '', '', ['an exchange rate from USD']],
])('a charge of amounts where %s', (_, sources, match, list, expected) => {
  expect(problems(sources, match, list)).toEqual(expected.map((text) => expect.stringContaining(text)));
});
