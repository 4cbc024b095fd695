import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

const FEE = 'kind: recurring, id: fee,';
const SEASONS = `seasons:
  - { id: spring, name: Spring, ranges: [{ from: 03-16, until: 04-01 }] }
  - { id: cold, name: Cold, ranges: [{ from: 10-20, until: 03-01 }] }
`;
const AT = 'plans[0].versions[0].charges[0]';

/** The sample with a recurring charge of these terms in the place of its fee, on a line of its own. */
function textWith(terms: string, more = ''): string {
  const line = SAMPLE.split('\n').find((each) => each.includes(FEE)) as string;
  const indent = line.slice(0, line.indexOf('-'));
  return `${SEASONS}${SAMPLE.replace(line, `${indent}- { ${FEE} name: Fee, ${terms} }`)}${more}`;
}

function problemsOf(text: string) {
  const reading = readCatalog([{ path: 'c.yaml', text }]);
  return 'problems' in reading ? reading.problems : [];
}

const DOUBLE = 'seasons: [{ season: spring, factor: 2 }]';
const VOLUME = (flat = '0') => `{ model: volume, tiers: [{ upTo: 10, price: 2 }, { price: 1, flat: ${flat} }] }`;

test('seasons of a recurring charge are kept as they are listed; without them nothing is', () => {
  const own = 'price: 31, seasons: [{ season: cold, price: 5 }, { season: spring, factor: 2 }]';
  const [seasonal, plain] = [own, 'price: 31'].map((terms) => readCatalog([{ path: 'c.yaml', text: textWith(terms) }]));
  const chargeIn = (reading: typeof plain) =>
    reading && 'catalog' in reading && reading.catalog.plans[0]?.versions[0]?.charges[0];
  expect(chargeIn(seasonal)).toMatchObject({
    seasons: [
      { season: 'cold', price: { model: 'unit', amount: '5' } },
      { season: 'spring', factor: '2' },
    ],
  });
  expect(chargeIn(plain)).toMatchObject({ id: 'fee' });
  expect(chargeIn(plain)).not.toHaveProperty('seasons');
});

test.each([
  ['by day, of a number', `price: 31, quantity: 5, ${DOUBLE}`],
  ['of a property, in advance', `price: 31, due: advance, quantity: { property: sensors }, ${DOUBLE}`],
  ['volume tiers', `price: ${VOLUME()}, ${DOUBLE}`],
  ['a price of its own with volume tiers', `price: ${VOLUME()}, seasons: [{ season: spring, price: ${VOLUME()} }]`],
  ['a year in advance', `price: 365, months: 12, ${DOUBLE}`],
])('%s', (_, terms) => {
  expect(problemsOf(textWith(terms)).map(catalogProblemText)).toEqual([]);
});

describe('seasons that have no meaning day by day are refused, with file and line', () => {
  const byDay = 'seasons hold day by day';
  test.each([
    [
      'a season there is none of',
      'price: 31, seasons: [{ season: sprong, factor: 2 }]',
      'seasons[0].season',
      'Did you mean spring?',
    ],
    [
      'a season twice',
      'price: 31, seasons: [{ season: spring, factor: 2 }, { season: spring, price: 5 }]',
      'seasons[1].season',
      'each season once',
    ],
    [
      'neither factor nor price',
      'price: 31, seasons: [{ season: spring }]',
      'seasons[0]',
      'either a factor or a price',
    ],
    [
      'both',
      'price: 31, seasons: [{ season: spring, factor: 2, price: 5 }]',
      'seasons[0]',
      'either a factor or a price',
    ],
    [
      'a percentage',
      'price: 31, seasons: [{ season: spring, price: { model: percentage, percent: 5 } }]',
      'seasons[0].price.model',
      'a price of what is counted',
    ],
    ['the full amount if any day counts', `price: 31, proration: none, ${DOUBLE}`, 'proration', byDay],
    ['the day with most', `price: 31, quantity: peak, ${DOUBLE}`, 'quantity', byDay],
    ['the last day', `price: 31, quantity: atEnd, ${DOUBLE}`, 'quantity', byDay],
    ['whether there was usage', `price: 31, quantity: used, ${DOUBLE}`, 'quantity', byDay],
    ['a committed quantity', `price: 31, minimum: 100, ${DOUBLE}`, 'minimum', 'falls on no day'],
    ['graduated tiers', `price: { tiers: [{ upTo: 10, price: 2 }, { price: 1 }] }, ${DOUBLE}`, 'price', byDay],
    [
      'a stair step',
      `price: { model: stairStep, tiers: [{ upTo: 10, amount: 2 }, { amount: 1 }] }, ${DOUBLE}`,
      'price',
      byDay,
    ],
    ['packages', `price: { model: package, size: 5, amount: 2 }, ${DOUBLE}`, 'price', byDay],
    ['a flat amount', `price: { model: flat, amount: 2 }, ${DOUBLE}`, 'price', byDay],
    ['a flat fee of a tier', `price: ${VOLUME('3')}, ${DOUBLE}`, 'price', 'found a flat fee of a tier'],
    [
      'a flat fee in a season',
      `price: ${VOLUME()}, seasons: [{ season: spring, price: ${VOLUME('3')} }]`,
      'seasons[0].price',
      'found a flat fee of a tier',
    ],
    [
      'a price of another model',
      `price: 31, seasons: [{ season: spring, price: ${VOLUME()} }]`,
      'seasons[0].price',
      'model unit, as the charge has',
    ],
  ])('%s', (_, terms, path, says) => {
    const text = textWith(terms);
    const problem = problemsOf(text).find((each) => each.path === `${AT}.${path}`);
    expect(problem && catalogProblemText(problem)).toContain(says);
    expect(problem?.line).toBe(text.slice(0, text.indexOf(FEE)).split('\n').length);
  });

  test('an agreed price, too', () => {
    const agreed = (price: string) =>
      `agreements:\n  - { account: acme, currency: EUR, overrides: [{ plan: iot, from: 2026-01-01, charges: [{ charge: fee, price: ${price} }] }] }\n`;
    const says = (price: string) =>
      problemsOf(textWith(`price: 31, ${DOUBLE}`, agreed(price)))
        .map(catalogProblemText)
        .join();
    expect(says('{ model: flat, amount: 5 }')).toContain('a price of model flat with seasons');
    expect(says('5')).toBe('');
  });
});
