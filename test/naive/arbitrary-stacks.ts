import fc from 'fast-check';
import {
  arbitraryQuantity,
  arbitraryShapes,
  arbitrarySize,
  inBase,
  type Kind,
  type Shape,
  type Written,
} from './arbitrary-charges.ts';

/** What a pool is wherever it is named. */
export interface Pool {
  readonly pool: string;
  readonly scope: string;
  readonly share: string;
  readonly kind: Kind;
  readonly of: 'flexible' | 'static' | 'adaptive';
  readonly carried: Carried;
}

/** For how many periods unused allowance moves on, and how much of it at most; 0 = not, and no limit. */
interface Carried {
  readonly periods: number;
  readonly cap: number;
}
const arbitraryCarried: fc.Arbitrary<Carried> = fc.record({
  periods: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
  cap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(300)),
});

/** The same as it is written. */
function carryOverOf(kind: Kind, { periods, cap }: Carried): Written {
  if (periods === 0) return {};
  return { carryOver: cap === 0 ? periods : { periods, cap: inBase(kind, cap) } };
}

/** A pool of some name. */
export const arbitraryPool = (pool: string, { kinds }: Stacks): fc.Arbitrary<Pool> =>
  fc.record({
    pool: fc.constant(pool),
    scope: fc.constantFrom('account', 'account', 'businessUnit'),
    share: fc.constantFrom('byUsage', 'byExcess'),
    kind: fc.constantFrom(...kinds),
    of: fc.constantFrom('flexible', 'flexible', 'static', 'adaptive'),
    carried: arbitraryCarried,
  });

/** A list that holds an allowance of a kind, if any charge counts that kind, or nothing. */
function perhaps({ weight }: Stacks, kind: Kind, charged: readonly Shape[], rest: Written): fc.Arbitrary<Written[]> {
  const nothing = fc.constant<Written[]>([]);
  const ids = charged.filter((each) => each.kind === kind).map(({ id }) => id);
  if (ids.length === 0) return nothing;
  const allowance = fc
    .record({
      proration: fc.constantFrom('day', 'day', 'whole'),
      covers: fc.subarray(ids, { minLength: 1 }),
      size: arbitrarySize(kind),
    })
    .map(({ size, ...each }): Written[] => {
      const isNeeded = rest.kind === 'individual' || rest.kind === 'static';
      return [{ name: 'Included', ...rest, ...each, size: isNeeded ? size.replace(/^0 /, '1 ') : size }];
    });
  return fc.oneof(nothing, { weight, arbitrary: allowance });
}

/** A pool as a version names it, or nothing. */
function perhapsPool(
  stacks: Stacks,
  charged: readonly Shape[],
  { kind, of, carried, ...its }: Pool,
): fc.Arbitrary<Written[]> {
  const price = fc.constantFrom('0', '1', '2.5', '9.99');
  const terms: fc.Arbitrary<Written> =
    of === 'static'
      ? fc.record({ price })
      : of === 'adaptive'
        ? fc.uniqueArray(arbitraryQuantity(kind), { minLength: 1, maxLength: 3 }).map((sizes) => {
            const inOrder = sizes.sort((a, b) => a - b).map((each) => inBase(kind, each));
            return { sizes: inOrder.map((size, place) => ({ size, price: 1 + place * 2.5 })) };
          })
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant({}) },
            arbitrarySize(kind).map((cap) => ({ cap })),
          );
  return fc.tuple(perhaps(stacks, kind, charged, { id: its.pool, kind: of, ...its }), terms).map(([all, more]) =>
    all.map((each): Written => {
      if (of !== 'adaptive') return { ...each, ...more, ...carryOverOf(kind, carried) };
      const { size: _, proration: __, ...rest } = each;
      return { ...rest, ...more };
    }),
  );
}

/** Where individual allowances stand in the stacks of a plan: in front of the pools, or each before so many of them, in one order in all versions. */
type Places = readonly [own: number, more: number] | undefined;
const mixedPlaces: fc.Arbitrary<Places> = fc.tuple(fc.nat(2), fc.nat(2));

/** What charges and stacks plans have. */
export interface Stacks {
  readonly shapes: fc.Arbitrary<Shape[]>;
  readonly kinds: readonly Kind[];
  readonly places: fc.Arbitrary<Places>;
  /** How often there is an allowance, for one time there is none. */
  readonly weight: number;
}

/** Of all kinds; mostly with individual allowances in front. */
export const ANY_STACKS: Stacks = {
  shapes: arbitraryShapes,
  kinds: ['octets', 'octets', 'octets', 'pieces', 'time'],
  places: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, mixedPlaces),
  weight: 2,
};

const OCTETS = { kind: 'octets', measure: 'bytes', service: 'data' } as const;

/** Of two charges that count octets, so that most allowances cover both. */
export const MIXED_STACKS: Stacks = {
  shapes: fc
    .array(fc.constantFrom('subscription', 'subscription', 'pool', 'account'), { minLength: 2, maxLength: 2 })
    .map(([near = '', data = '']) => [
      { ...OCTETS, id: 'near', count: near },
      { ...OCTETS, id: 'data', count: data },
    ]),
  kinds: ['octets'],
  places: fc.tuple(fc.constantFrom(1, 2), fc.nat(2)),
  weight: 9,
};

/** The stack of a version. */
export function arbitraryStack(
  stacks: Stacks,
  charged: readonly Shape[],
  pools: readonly Pool[],
  places: Places,
): fc.Arbitrary<Written[]> {
  const individual = (id: string, kind: Kind) =>
    arbitraryCarried.chain((carried) =>
      perhaps(stacks, kind, charged, { id, kind: 'individual', ...carryOverOf(kind, carried) }),
    );
  const kinds = fc.constantFrom(...new Set(stacks.kinds));
  return fc
    .tuple(
      kinds.chain((kind) => individual('own', kind)),
      fc.oneof({ weight: 3, arbitrary: fc.constant<Written[]>([]) }, individual('more', 'octets')),
      ...pools.map((pool) => perhapsPool(stacks, charged, pool)),
    )
    .chain(([own, more, ...shared]) =>
      fc.boolean().map((swap) => {
        if (places === undefined) return [...(swap ? [more, own] : [own, more]), ...shared];
        return shared.toSpliced(places[1], 0, more).toSpliced(places[0], 0, own);
      }),
    )
    .map((all) => all.flat());
}
