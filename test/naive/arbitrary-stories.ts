import fc from 'fast-check';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountPool, AdHocFact } from '#shared/inventory/fact.ts';
import type { Sim } from '../billing/chain.ts';
import { periodsBeginningIn } from './account-calendar.ts';
import { datesIn, type Frame, movesIn, spanOf } from './arbitrary-frame.ts';
import { ordersOf } from './arbitrary-orders.ts';
import { arbitraryCatalog } from './arbitrary-plans.ts';
import type { Stacks } from './arbitrary-stacks.ts';
import { poolsIn, simsIn } from './arbitrary-worlds.ts';

/** What becomes of a run. */
export type Fate = 'post' | 'discard' | 'skip';

/** A fleet that is billed for three months, run by run, while it becomes known what became of it. */
export interface Story extends Frame {
  /** The release it begins with, and one that replaces it before a run; 3 = never. */
  readonly catalogs: readonly [Catalog, Catalog];
  readonly releasedBefore: number;
  readonly sims: readonly Sim[];
  /** Pools our payer's account names. */
  readonly pools: readonly AccountPool[];
  /** What is said of its orders. */
  readonly orders: readonly AdHocFact[];
  /** Before which run (0, 1, 2) each thing becomes known, one after the other. */
  readonly slots: Iterable<number>;
  readonly fates: readonly [Fate, Fate, 'post'];
  /** Days after its period's end on which each run is made, if that is not before the run before it. */
  readonly lags: readonly [number, number, number];
  /** Before which run its moves become known: by then nothing is billed that ends behind the first of them. */
  readonly movedBefore: number;
}

const frame: fc.Arbitrary<Frame> = fc
  .record({
    zone: fc.constantFrom('Europe/Berlin', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland', 'Atlantic/Azores'),
    months: fc.constantFrom(['2026-02', '2026-03', '2026-04'], ['2026-09', '2026-10', '2026-11']),
    billingDay: fc.constantFrom(1, 1, 15, 31),
  })
  .chain((of) =>
    movesIn({ ...of, moves: [] }).map((moves): Frame => {
      const { from } = spanOf({ ...of, moves: [] });
      return { ...of, moves: moves.filter(({ on }) => on > from) };
    }),
  );

/** Before which runs the moves of an account may become known. */
function slotsOfMoves({ moves, ...of }: Frame): number[] {
  const [first] = moves;
  if (first === undefined) return [0];
  return [0, 1, 2].filter((slot) => {
    const billed = of.months.slice(0, slot).flatMap((month) => periodsBeginningIn({ ...of, moves: [] }, month));
    return billed.every(({ until }) => until <= first.on);
  });
}
const fate = fc.constantFrom<Fate>('post', 'post', 'discard', 'skip');
const lag = fc.constantFrom(0, 1, 2, 10, 35, 50);

/** News that come at any time, or most of it at once, or all: then little or nothing moves between the runs. */
const slots = fc
  .constantFrom([0, 1, 2], [0, 0, 0, 0, 0, 1, 2], [0])
  .chain((before) => fc.infiniteStream(fc.constantFrom(...before)));

/** Stories of three runs; what becomes of the first two is open. */
export const arbitraryStory = (stacks: Stacks): fc.Arbitrary<Story> =>
  frame.chain((of) =>
    fc
      .record({
        catalogs: fc.tuple(arbitraryCatalog(datesIn(of), stacks), arbitraryCatalog(datesIn(of), stacks)),
        releasedBefore: fc.constantFrom(1, 2, 3, 3),
        sims: simsIn(of),
        pools: poolsIn(of),
        orders: ordersOf(of),
        slots,
        fates: fc.tuple(fate, fate, fc.constant('post' as const)),
        lags: fc.tuple(lag, lag, lag),
        movedBefore: fc.constantFrom(...slotsOfMoves(of)),
      })
      .map((rest): Story => ({ ...of, ...rest })),
  );
