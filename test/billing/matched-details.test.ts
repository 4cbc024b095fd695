import { expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import type { DetailFact, Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const PLAN = planOf(
  'a',
  `[
  { kind: recurring, id: cold, name: Cold chain, price: 31.00, due: arrears, properties: { category: reefer, tags.north: yes } },
  { kind: recurring, id: fee, name: Fee, price: 3.10, due: arrears, properties: { category: [reefer, tracker] } },
  { kind: recurring, id: line, name: Line, price: 6.20, due: arrears, properties: { service: cold, reference: PO-7 } },
  { kind: usage, id: kim, name: Kim, match: { services: data, properties: { salesperson: Kim } }, measure: bytes, unit: MB, price: 1.00 },
  { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 2.00 },
]`,
);
const detail = (at: string, name: DetailFact['detail'], value: DetailFact['value']): Fact => ({
  ...{ kind: 'detail', subscription: '1', detail: name, effectiveFrom: instantOf(at, BERLIN), value },
});

const ADD_ON = planOf(
  'more',
  '[{ kind: recurring, id: van, name: Van, price: 1.00, due: arrears, properties: { tags.van: yes } }]',
).replace('name: more', 'name: more, kind: addOn');

/** Lines of March of a subscription whose details are said. */
async function march(details: readonly Fact[], more: readonly Turn[] = []): Promise<string[]> {
  const world = await memoryWorld(catalogWith(PLAN + ADD_ON));
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-03-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([
    accountFact('p'),
    ...factsOf('1', [...turns, ...more], BERLIN).map(({ fact }) => fact),
    ...details,
  ]);
  await world.load('f', '1', [
    { at: '2026-03-10T12:00:00Z', bytes: 1_000_000 },
    { at: '2026-03-20T12:00:00Z', bytes: 1_000_000 },
  ]);
  world.setClock('2026-04-02');
  const draft = await draftOfRun(world.ports, await world.bill('2026-03'), 'p');
  return draft.lines.map(({ charge, amount }) => `${charge} ${amount}`).sort();
}

test.each<[string, Fact[], string[]]>([
  ['none of them', [], ['data 4.00']],
  ['a category', [detail('2026-03-01', 'category', 'tracker')], ['data 4.00', 'fee 3.10']],
  [
    'a category from a day on',
    [detail('2026-03-01', 'category', 'tracker'), detail('2026-03-22', 'category', 'none')],
    ['data 4.00', 'fee 2.10'],
  ],
  [
    'a category and a tag beside others, which goes again',
    [
      detail('2026-03-01', 'category', 'reefer'),
      detail('2026-03-11', 'tags', ['cold', 'north']),
      detail('2026-03-21', 'tags', ['cold']),
    ],
    ['cold 10.00', 'data 4.00', 'fee 3.10'],
  ],
  [
    'a service and a reference',
    [detail('2026-03-01', 'service', 'cold'), detail('2026-03-17', 'reference', 'PO-7')],
    ['data 4.00', 'line 3.00'],
  ],
  ['who sold it, as of the usage', [detail('2026-03-15', 'salesperson', 'Kim')], ['data 2.00', 'kim 1.00']],
  [
    'a property of the same name, which comes first',
    [
      detail('2026-03-01', 'category', 'tracker'),
      {
        ...{ kind: 'property', subscription: '1', name: 'category' },
        effectiveFrom: instantOf('2026-03-01', BERLIN),
        value: 'x',
      } as Fact,
    ],
    ['data 4.00'],
  ],
  [
    'an address or a day of its contract, which nothing matches',
    [detail('2026-03-01', 'start', '2026-03-01')],
    ['data 4.00'],
  ],
])('charges match what is said of a subscription: %s', async (_, details, lines) => {
  expect(await march(details)).toEqual(lines);
});

test('those of an add-on too', async () => {
  const van = detail('2026-03-01', 'tags', ['van']);
  expect(await march([van])).toEqual(['data 4.00']);
  expect(await march([van], [{ at: '2026-03-01', addOn: 'more' }])).toEqual(['data 4.00', 'van 1.00']);
});
