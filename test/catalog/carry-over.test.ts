import { expect, test } from 'vitest';
import { catalogWith, planOf } from '../rating/fleet.ts';

const DATA = '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]';
const pool = (more: string) =>
  `[{ id: fleet, name: Fleet, kind: flexible, pool: fleet, size: 1 MB, covers: [data] ${more} }]`;
const version = (from: string, until: string, more: string) =>
  `{ from: ${from}, until: ${until}, charges: ${DATA}, allowances: ${pool(more)} }`;
const plan = (id: string, ...versions: readonly string[]) =>
  `  - { id: ${id}, name: ${id}, currency: EUR, zoneModel: zones, versions: [${versions.join(', ')}] }\n`;

test.each([
  ['one says, the other does not', '', 'no carryOver for pool'],
  ['another number of periods', ', carryOver: 2', 'another carryOver for pool'],
  ['another cap', ', carryOver: { periods: 1, cap: 1 MB }', 'another carryOver for pool'],
])('plans that name one pool move on alike: %s', (_, more, found) => {
  const plans = planOf('a', DATA, pool(', carryOver: 1')) + planOf('b', DATA, pool(more));
  expect(() => catalogWith(plans)).toThrow(found);
});

test('plans may change what a pool moves on, on the same day', () => {
  const both = [
    version('2026-01-01', '2026-02-01', ''),
    version('2026-02-01', '2027-01-01', ', carryOver: { periods: 3, cap: 5 MB }'),
  ];
  const { plans } = catalogWith(plan('a', ...both) + plan('b', ...both));
  const said = plans.flatMap(({ versions }) => versions.map(({ allowances }) => allowances[0]?.carryOver));
  const carried = { periods: 3, cap: '5000000' };
  expect(said).toEqual([undefined, carried, undefined, carried]);
});
