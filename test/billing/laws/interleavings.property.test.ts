import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Link } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { leftByPosting } from '#shared/billing/use-cases/runs/left-by-posting.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { SELLER } from '../../rating/fleet.ts';
import type { MemoryWorld } from '../memory-world.ts';
import { billedInAll } from './billed.ts';
import { arbitraryLongStory, type Known, MONTHS } from './long-story.ts';
import { billAll, opening } from './played-story.ts';

/** Random courses; INTERLEAVINGS=500 for more, LONG_SEED=7 for others. */
const COURSES = Number(process.env.INTERLEAVINGS ?? 30);
const SEED = Number(process.env.LONG_SEED ?? 18);
const TIME_LIMIT_MS = 60_000 + COURSES * 10_000;
const MOST_MONTHS = 5;
const NEVER = 36;

/** What happens next: of runs, `which` counts from the last that was opened. */
type Step =
  | { readonly what: 'tell'; readonly things: number }
  | { readonly what: 'open'; readonly month: number; readonly whom: '' | 'p' | 'q' }
  | { readonly what: 'draft' }
  | { readonly what: 'approve' | 'post' | 'discard'; readonly which: number };

const openStep = fc.record({
  what: fc.constant('open' as const),
  month: fc.nat(MOST_MONTHS - 1),
  whom: fc.constantFrom('' as const, 'p' as const, 'q' as const),
});
const tellStep = fc.record({ what: fc.constant('tell' as const), things: fc.integer({ min: 1, max: 6 }) });
const draftStep = fc.constant({ what: 'draft' as const });
const decision = fc.record({
  what: fc.constantFrom('approve' as const, 'post' as const, 'post' as const, 'discard' as const),
  which: fc.nat(3),
});
const posted = (which: number) => fc.constant({ what: 'post' as const, which });

/** Two runs that are drafted before one of them is posted: of a payer in both, the first to be posted has the link. */
const race: fc.Arbitrary<Step[]> = fc
  .tuple(openStep, tellStep, openStep, draftStep, fc.nat(1))
  .chain(([one, told, other, drafted, first]) =>
    fc.tuple(posted(first), posted(1 - first)).map((both): Step[] => [told, one, other, drafted, ...both]),
  );
const course: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.oneof(tellStep, openStep, draftStep, decision).map((step): Step[] => [step]) },
      race,
    ),
    {
      minLength: 12,
      maxLength: 36,
    },
  )
  .map((parts) => parts.flat());

/** Carries out a course; answers how many payers of runs that were posted were overtaken by another run. */
async function carriedOut(world: MemoryWorld, steps: readonly Step[], tell: () => Promise<void>): Promise<number> {
  const { ports } = world;
  const runs: string[] = [];
  for (const each of steps) {
    if (each.what === 'tell') for (let n = 0; n < each.things; n++) await tell();
    if (each.what === 'draft') await workOn(world);
    if (each.what === 'open') {
      const cycle = each.whom === '' ? 1 : 0;
      const opened = await world.open(MONTHS[each.month]!, { cycle, account: each.whom });
      if (opened.outcome === 'opened') runs.push(opened.run);
    }
    const run = 'which' in each ? runs.at(-1 - each.which) : undefined;
    if (run === undefined) continue;
    if (each.what === 'discard') await discardRun(ports, run, 'x', 'wrong');
    if (each.what === 'approve' || each.what === 'post') await approveRun(ports, run, 'x', true);
    if (each.what === 'post') await postRun(ports, run);
  }
  await workOn(world);
  let overtaken = 0;
  for (const run of runs) {
    const state = (await runStates(ports.decisions, run)).at(-1)?.state;
    if (state === 'posted' || state === 'lapsed') overtaken += await overtakenIn(world, run);
    else expect((await discardRun(ports, run, 'x', 'the end')).outcome).not.toBe('refused');
  }
  return overtaken;
}

/** Carries on what was started; a posting whose run was discarded before it began dies, and holds up no other. */
async function workOn(world: MemoryWorld): Promise<void> {
  for (let isDone = false; !isDone; ) {
    isDone = await world.work().then(
      () => true,
      (error: Error) => {
        if (!error.message.includes('is discarded; only an approved run can be posted')) throw error;
        return false;
      },
    );
  }
}

/** Payers that a posted run had something to bill of, and whose link another run took: those that it lists. */
async function overtakenIn({ ports: { decisions } }: MemoryWorld, run: string): Promise<number> {
  const drafts = await decisions.query<DraftSummary>(runKeys.run(run), withPrefix('draft#'));
  let overtaken = 0;
  for (const { value } of drafts) {
    const links = await decisions.query<Link>(runKeys.links(SELLER, value.payer), withPrefix(''));
    if (value.documents > 0 && !links.some((link) => link.value.run === run)) overtaken++;
  }
  expect((await leftByPosting(decisions, run)).overtaken).toHaveLength(overtaken);
  return overtaken;
}

test('any interleaving of runs, posts, discards and late facts bills in all what one run at the end does (pricing rules §10)', {
  timeout: TIME_LIMIT_MS,
}, async () => {
  let overtaken = 0;
  // A release has every period measured anew; without one a run begins with what the one before it left.
  const story = fc.boolean().chain((isRepriced) => arbitraryLongStory({ most: 5, isRepriced, isMoving: false }));
  await fc.assert(
    fc.asyncProperty(story, course, async ({ known }, steps) => {
      const early = known.filter((each) => each.slot < MOST_MONTHS);
      const worlds = [await opening(NEVER), await opening(NEVER)] as const;
      const billed: Record<string, string>[][] = [];
      for (const [place, { world, tell }] of worlds.entries()) {
        const left: Known[] = [...early];
        const next = async () => {
          const thing = left.shift();
          if (thing !== undefined) await tell(thing);
        };
        world.setClock('2027-07-05');
        if (place === 0) overtaken += await carriedOut(world, steps, next);
        while (left.length > 0) await next();
        for (const payer of ['p', 'q']) await billAll(world, SELLER, payer, MONTHS[MOST_MONTHS]!, 'post');
        billed.push([await billedInAll(world, SELLER, 'p'), await billedInAll(world, SELLER, 'q')]);
      }
      expect(billed[0]).toEqual(billed[1]);
    }),
    { numRuns: COURSES, seed: SEED },
  );
  expect(overtaken, 'payers of runs that raced').toBeGreaterThan(COURSES / 10);
});
