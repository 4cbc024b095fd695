import { expect, test } from 'vitest';
import { planBook } from '#shared/rating/plan-terms.ts';
import { BERLIN, catalogWith, planOf } from './fleet.ts';

const DATA = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
const own = (id: string, more = '') => `{ id: ${id}, name: Own, kind: individual, size: 1 MB, covers: [data] ${more} }`;
const version = (from: string, allowances: string, more = '') =>
  `{ from: ${from}, charges: [${DATA}], allowances: [${allowances}] ${more} }`;
const termsOf = (...versions: readonly string[]) => {
  const plan = `  - { id: a, name: A, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;
  return planBook(catalogWith(plan), BERLIN, 'p').get('a') ?? [];
};

test.each<[string, string[], boolean]>([
  ['none without allowances', [version('2026-01-01', '')], false],
  ['none whose rest is lost', [version('2026-01-01', `${own('a')}, ${own('b')}`)], false],
  ['one of two allowances', [version('2026-01-01', `${own('a')}, ${own('b', ', carryOver: 1')}`)], true],
  [
    'an allowance of the version before',
    [version('2026-01-01', own('a', ', carryOver: 1')), version('2026-02-01', own('a'))],
    true,
  ],
  [
    'a top-up, which lasts longer than a month',
    [version('2026-01-01', '', ', topUps: [{ id: more, name: More, size: 1 MB, price: 1, covers: [data], days: 30 }]')],
    true,
  ],
])('what a plan has left moves on: %s', (_, versions, carries) => {
  const terms = termsOf(...versions);
  expect(terms.map((each) => each.carries)).toEqual(versions.map(() => carries));
});

test('what a plan asks of subscriptions: the properties its usage charges are for or measured by, each once', () => {
  const matched = DATA.replace('services: data', 'services: data, properties: { colour: red, size: big }');
  const priced = DATA.replace('id: data', 'id: second')
    .replace('services: data', 'services: data, properties: { colour: blue }')
    .replace('measure: bytes, unit: MB', 'measure: property, property: class');
  const fee = '{ kind: recurring, id: fee, name: Fee, due: arrears, price: 1, properties: { shape: round } }';
  const plan = planOf('a', `[${fee}, ${matched}, ${priced}, ${DATA.replace('id: data', 'id: rest')}]`);
  const [terms] = planBook(catalogWith(plan), BERLIN, 'p').get('a') ?? [];
  expect(terms?.properties).toEqual(['colour', 'size', 'class']);
});
