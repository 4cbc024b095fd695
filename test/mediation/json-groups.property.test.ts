import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { ARRIVED, decodeCut, recordsOf } from './decode.ts';

const SOURCE = sourceDefinition.parse({
  format: 'json',
  name: 'json',
  carrier: 'demo',
  identifiers: [{ kind: 'imsi', column: 'imsi' }],
  optional: ['rat'],
  identity: ['id'],
  start: { column: 'at' },
  service: {
    rules: [
      {
        service: 'data',
        quantities: [
          { measure: 'bytesUp', column: 'units[].used[].up', unit: 'B' },
          { measure: 'bytesDown', column: 'units[].used[].down', unit: 'B' },
          { measure: 'bytesTotal', column: 'units[].used[].total', unit: 'B' },
        ],
        withoutQuantity: 'zero',
      },
    ],
  },
  ratingGroup: { each: 'units[].rg' },
  fiveQi: { each: 'units[].used[].qi' },
  technology: { column: 'rat', each: 'units[].used[].rat' },
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const rat = maybe(fc.constantFrom('NR', 'EUTRA'));
const container = fc.record({
  up: maybe(fc.nat(1000)),
  down: maybe(fc.nat(1000)),
  total: maybe(fc.nat(3000)),
  qi: maybe(fc.nat(2)),
  rat,
});
type Container = typeof container extends fc.Arbitrary<infer T> ? T : never;
const unit = fc.record({
  rg: maybe(fc.nat(2)),
  used: maybe(fc.array(container, { maxLength: 4 })),
  isLast: fc.boolean(),
});
const request = fc.record({ rat, units: fc.array(unit, { maxLength: 5 }) });
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

/** A request as a network may write it: the rating group before its containers, or behind them. */
function written({ rat, units }: Request, id: number): string {
  const written = units.map(({ rg, used, isLast }) => (isLast ? { used, rg } : { rg, used }));
  return JSON.stringify({ id, at: '2026-10-31T10:00:00Z', imsi: '001010000000001', rat, units: written });
}

/** Octets by rating group, quality and technology, container by container. */
function expected({ rat, units }: Request): string[] {
  const groups = new Map<string, [number, number, number]>();
  for (const { rg, used = [] } of units) {
    for (const { up = 0, down = 0, total = 0, qi, rat: own } of used as Container[]) {
      const name = `${rg ?? ''} ${qi ?? ''} ${own ?? rat ?? ''}`;
      const [a, b, c] = groups.get(name) ?? [0, 0, 0];
      groups.set(name, [a + up, b + down, c + Math.max(0, total - up - down)]);
    }
  }
  if (groups.size === 0) groups.set(`  ${rat ?? ''}`, [0, 0, 0]);
  return [...groups].map(([name, octets]) => `${name} ${octets.join(' ')}`).sort();
}

test('requests divide as one container after the other says, wherever blocks are cut', () => {
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 4 }),
      (all, cuts) => {
        const text = all.map((each, id) => `${written(each, id)}\n`).join('');
        const file = { name: 'x.json', carrier: 'demo', arrivedAt: ARRIVED };
        const decoded = decodeCut(SOURCE, file, Buffer.from(text), cuts, DEFAULT_DECODER_SETTINGS);
        expect(decoded.outcome).toMatchObject({
          status: 'accepted',
          problems: [],
          rejected: 0,
          duplicate: { records: 0 },
        });
        const byPlace = Map.groupBy(recordsOf(decoded), ({ place }) => place);
        const found = [...byPlace.values()].map((lines) =>
          lines
            .map((r) => [r.rating_group, r.five_qi, r.technology, r.bytes_up, r.bytes_down, r.bytes_unsplit].join(' '))
            .sort(),
        );
        expect(found).toEqual(all.map(expected));
      },
    ),
  );
});
