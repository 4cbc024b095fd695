import { describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { type GoneTerm, goneTerms, hasDayIn } from '#shared/catalog/gone-terms.ts';
import { catalogWith } from '../rating/fleet.ts';

/** "2020-01-01..2026-03-01 data,big": a version with the top-ups that it offers. */
function sold(...versions: readonly string[]): Catalog {
  const texts = versions.map((version) => {
    const [days = '', topUps = ''] = version.split(' ');
    const [from, until = ''] = days.split('..');
    const offers = topUps.split(',').filter((id) => id !== '');
    const offered = offers.map((id) => `{ id: ${id}, name: ${id}, size: 1 MB, price: 5.00, covers: [data], days: 30 }`);
    const data = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
    return `{ from: ${from}${until && `, until: ${until}`}, charges: [${data}], topUps: [${offered.join(', ')}] }`;
  });
  return catalogWith(`  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${texts.join(', ')}] }\n`);
}
const asAddOn = (catalog: Catalog): Catalog => ({
  ...catalog,
  plans: catalog.plans.map((plan) => ({ ...plan, kind: 'addOn' as const })),
});
const shown = ({ what, id, days }: GoneTerm) =>
  `${what} ${id} ${days.map(({ from, until }) => `${from}..${until}`).join(', ')}`;

describe('what a catalogue has that the next has not', () => {
  const OLD = sold('2020-01-01..2026-03-01', '2026-03-01');
  const OFFERS = sold('2020-01-01..2026-01-01 data', '2026-01-01 data,big');
  test.each<[string, Catalog, Catalog, string[]]>([
    ['nothing: the same', OLD, OLD, []],
    ['nothing: one version for two', OLD, sold('2020-01-01'), []],
    ['nothing: it begins earlier', OLD, sold('2019-01-01'), []],
    ['nothing: it ends later', sold('2020-01-01..2026-03-01'), sold('2020-01-01..2026-03-02'), []],
    ['the plan', OLD, { ...OLD, plans: [] }, ['plan a ..']],
    ['the plan: it is an add-on now', OLD, asAddOn(OLD), ['plan a ..']],
    ['the add-on: it is a plan now', asAddOn(OLD), OLD, ['add-on a ..']],
    ['days before its first version', OLD, sold('2026-02-10'), ['plan a 2020-01-01..2026-02-10']],
    ['days behind its end', OLD, sold('2020-01-01..2026-05-01'), ['plan a 2026-05-01..']],
    ['days at both ends', OLD, sold('2021-01-01..2026-02-01'), ['plan a 2020-01-01..2021-01-01, 2026-02-01..']],
    [
      'all its days, though the plan is there',
      sold('2020-01-01..2021-01-01'),
      sold('2022-01-01'),
      ['plan a 2020-01-01..2021-01-01'],
    ],
    [
      'a pause between two versions',
      OLD,
      sold('2020-01-01..2024-01-01', '2025-01-01'),
      ['plan a 2024-01-01..2025-01-01'],
    ],
    ['a top-up', OFFERS, sold('2020-01-01 data'), ['top-up a/big 2026-01-01..']],
    [
      'a top-up from a day on',
      OFFERS,
      sold('2020-01-01..2026-02-01 data,big', '2026-02-01 big'),
      ['top-up a/data 2026-02-01..'],
    ],
    ['the plan, and its top-ups without a word', OFFERS, { ...OFFERS, plans: [] }, ['plan a ..']],
    [
      'days of the plan, and a top-up on the others',
      OFFERS,
      sold('2025-01-01 big'),
      ['plan a 2020-01-01..2025-01-01', 'top-up a/data 2025-01-01..'],
    ],
    [
      'a seller and a tax profile',
      OLD,
      { ...OLD, sellers: [], taxProfiles: [] },
      ['seller acme ..', 'tax profile de ..'],
    ],
  ])('%s', (_, current, next, expected) => {
    const gone = goneTerms(current, next);
    expect([...gone.values()].map(shown)).toEqual(expected);
    expect([...gone.keys()]).toEqual(expected.map((each) => each.slice(0, each.lastIndexOf(' ', each.indexOf('..')))));
  });
});

test.each<[string, string, boolean]>([
  ['2026-01-01..2026-02-01', '2026-01-31..2026-03-01', true],
  ['2026-01-01..2026-02-01', '2026-02-01..2026-03-01', false],
  ['2026-02-01..2026-03-01', '2026-01-01..2026-02-01', false],
  ['2026-02-01..', '2026-01-01..2026-02-02', true],
  ['..', '2026-01-01..2026-02-01', true],
  ['2026-01-01..2026-02-01', '..', true],
  ['2026-02-01..', '2027-01-01..', true],
  ['2026-02-01..', '2020-01-01..2021-01-01, 2027-01-01..', true],
  ['2026-02-01..', '2020-01-01..2021-01-01, 2022-01-01..2023-01-01', false],
])('whether %s has a day in %s: %s', (days, others, expected) => {
  const span = (text: string) => {
    const [from = '', until = ''] = text.split('..');
    return { from, until };
  };
  expect(hasDayIn(span(days), others.split(', ').map(span))).toBe(expected);
});
