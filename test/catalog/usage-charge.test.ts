import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';
import { SAMPLE } from './sample.ts';

/** A usage charge of data with these fields. */
function chargeWith(fields: string): object {
  const data = `{ kind: usage, id: data, name: Data, measure: bytes, unit: MB, price: 1, ${fields} }`;
  return catalogWith(planOf('p', `[${data}]`)).plans[0]?.versions[0]?.charges[0] ?? {};
}

describe('fields of a usage charge', () => {
  test.each<[string, object]>([
    [
      'match: { networks: [deu, 262-01], slices: 1-0000ab, fiveQis: [9, 82], ratingGroups: 100, bands: [office, night] }',
      {
        match: expect.objectContaining({
          networks: ['DEU', '26201'],
          slices: ['1-0000AB'],
          fiveQis: ['9', '82'],
          ratingGroups: ['100'],
          bands: ['office', 'night'],
        }),
      },
    ],
    [
      'match: { properties: { model: [x1, x2], colour: red } }',
      {
        match: expect.objectContaining({
          properties: [
            { name: 'colour', values: ['red'] },
            { name: 'model', values: ['x1', 'x2'] },
          ],
        }),
      },
    ],
    ['connectionFee: 0.10, minimum: 0.20, maximum: 3.00', { connectionFee: '0.1', minimum: '0.2', maximum: '3' }],
    ['whenSuspended: suspense', { whenSuspended: 'suspense' }],
    [
      'seasons: [{ season: spring, factor: 1.5 }, { season: cold, price: { tiers: [{ upTo: 1 GB, price: 2 }, { price: 1 }] } }]',
      {
        seasons: [
          { season: 'spring', factor: '1.5' },
          { season: 'cold', price: expect.objectContaining({ model: 'graduated' }) },
        ],
      },
    ],
  ])('%s', (fields, read) => {
    expect(chargeWith(fields)).toMatchObject(read);
  });

  test('hours of a band are whole days of the week unless they say otherwise', () => {
    const { timeBands } = catalogWith(planOf('p', '[]'));
    expect(timeBands.find(({ id }) => id === 'weekend')?.hours).toEqual([
      { days: ['sat', 'sun'], from: '00:00', until: '24:00' },
    ]);
    expect(timeBands.find(({ id }) => id === 'night')?.hours[0]?.days).toHaveLength(7);
    expect(timeBands.find(({ id }) => id === 'office')?.hours[0]?.days).toEqual(['mon', 'tue', 'wed', 'thu', 'fri']);
  });
});

/** Problems of the sample with one thing written otherwise. */
function problemsWith(find: string, instead: string): string {
  expect(SAMPLE).toContain(find);
  const reading = readCatalog([{ path: 'c.yaml', text: SAMPLE.replace(find, instead) }]);
  return 'problems' in reading ? reading.problems.map(catalogProblemText).join('\n') : '';
}

const MATCH = 'match: { services: data, zones: [eu] }';
const OWN = `${MATCH}
            `;

describe('a usage charge that makes no sense is refused', () => {
  test.each([
    ['match: { services: data, bands: peak }', 'match.bands: found "peak", expected a time band: there is none'],
    ['match: { services: data, networks: [DE-1] }', 'match.networks[0]: found "DE-1"'],
    ['match: { services: data, slices: [x] }', 'match.slices[0]: found "x", expected a slice'],
    ['match: { fiveQis: [0] }', 'match.fiveQis[0]: found "0", expected a 5QI such as 9'],
    ['match: { ratingGroups: [4294967296] }', 'match.ratingGroups[0]: found "4294967296", expected a rating group'],
    [`${OWN}seasons: [{ season: summer, factor: 2 }]`, 'seasons[0].season: found "summer", expected a season'],
    [`${OWN}seasons: [{ season: summer }]`, 'either a factor or a price'],
    [`${OWN}property: size`, 'property: found "size", expected no property: bytes is counted'],
    [`${OWN}maximum: 1`, 'maximum: found a maximum for each record, while an allowance covers "data-eu"'],
    [`${OWN}minimum: 1`, 'minimum: found a minimum for each record, while a pool covers "data-eu"'],
    [`${OWN}count: account\n            minimum: 1`, 'a bound for each record, while tiers count over the account'],
    [`${OWN}flatAtZero: true`, 'flatAtZero: found "true", expected a price with tiers, or flat, in every season'],
    [`${OWN}hidden: true`, 'hidden: found "true", expected a charge at price 0'],
    [`${OWN}hidden: yes`, 'hidden: found "yes", expected one of "true", "false"'],
  ])('%s', (instead, says) => {
    expect(problemsWith(MATCH, instead)).toContain(says);
  });

  test.each([
    ['measure: count', 'measure: property', 'property: found nothing, expected the property'],
    [
      'flat: 1 }',
      'flat: 1, increment: 6 s }',
      'a tier with an increment, expected tiers that count anew in each record',
    ],
    ['price: 0.06', 'price: 0.06\n            minimum: 2\n            maximum: 1', 'expected at least the minimum, 2'],
    [
      'increment: 30/6 s',
      'count: record\n            flatAtZero: true',
      'expected count: subscription, pool or account',
    ],
  ])('%s → %s', (find, instead, says) => {
    expect(problemsWith(find, instead)).toContain(says);
  });
});

describe('zones by number called', () => {
  const ROW = 'name: Rest, networks: USA';
  test('are kept in order', () => {
    const reading = readCatalog([
      {
        path: 'c.yaml',
        text: SAMPLE.replace(
          ROW,
          'name: Rest, called: [{ prefixes: [+44, 1] }, { from: [row, eu], prefixes: "0049" }]',
        ),
      },
    ]);
    expect('catalog' in reading && reading.catalog.zoneModels[0]?.zones[1]?.called).toEqual([
      { from: [], prefixes: ['1', '44'] },
      { from: ['eu', 'row'], prefixes: ['49'] },
    ]);
  });
  test.each([
    ['name: Rest, networks: USA }\n      - { id: moon, name: Moon', 'a zone without networks and numbers called'],
    ['name: Rest, called: [{ prefixes: [44, 44] }]', '"44" a second time'],
    ['name: Rest, called: [{ from: ue, prefixes: 44 }]', 'called[0].from: found "ue"'],
    ['name: Rest, called: [{ prefixes: [12345678] }]', 'Write 1 to 7 digits'],
  ])('%s', (instead, says) => {
    expect(problemsWith(ROW, instead)).toContain(says);
  });
});

describe('time bands and seasons', () => {
  const ZONES = 'zoneModels:';
  const withList = (list: string) => problemsWith(ZONES, `${list}\n${ZONES}`);
  test.each([
    ['timeBands: [{ id: a, name: A, hours: [{ from: 8:00 }] }]', 'hours[0].from: found "8:00"'],
    ['timeBands: [{ id: a, name: A, hours: [{ from: 24:00 }] }]', 'a time at which a day has not ended'],
    ['timeBands: [{ id: a, name: A, hours: [{ days: monday }] }]', 'a weekday such as mon'],
    ['timeBands: [{ id: a, name: A, hours: [] }]', 'timeBands[0].hours'],
    ['seasons: [{ id: a, name: A, ranges: [{ from: 02-29, until: 03-05 }] }]', 'Write 03-01'],
    ['seasons: [{ id: a, name: A, ranges: [{ from: 02-01 }] }]', 'ranges[0].until'],
    [
      'seasons: [{ id: a, name: A, ranges: [{ from: 02-01, until: 03-01 }] }, { id: a, name: B, ranges: [{ from: 02-01, until: 03-01 }] }]',
      '"a" a second time',
    ],
  ])('%s', (list, says) => {
    expect(withList(list)).toContain(says);
  });
});
