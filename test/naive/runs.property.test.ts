import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANY_STACKS, MIXED_STACKS } from './arbitrary-stacks.ts';
import { arbitraryStory, type Story } from './arbitrary-stories.ts';
import { arbitraryKeptStory } from './kept-stories.ts';
import { reallyBilled } from './played.ts';
import { lastRun, naivelyBilled, newsOf, worldAt } from './stories.ts';
import { throwReadably, toldDifference, toldLines } from './told.ts';

/** Random stories of three bill runs; NAIVE_STORIES=2000 for more. */
const STORIES = Number(process.env.NAIVE_STORIES ?? 100);
/** The same each time, so that a failure is about the change; NAIVE_SEED=7 plays others, and NAIVE_SEED=random new ones. */
const { NAIVE_SEED = '101' } = process.env;
const SEED = NAIVE_SEED === 'random' ? {} : { seed: Number(NAIVE_SEED) };
const TIME_LIMIT_MS = 60_000 + STORIES * 2_000;

test.each([
  [
    'runs on any day, discarded or left out, bill in all what is owed at the end, whatever comes late (pricing rules §10)',
    ANY_STACKS,
    STORIES,
  ],
  ['likewise where individual allowances stand behind pools (decision 61)', MIXED_STACKS, Math.ceil(STORIES / 4)],
])(
  '%s',
  async (_, stacks, numRuns) => {
    let lines = 0;
    const stories = fc.asyncProperty(arbitraryStory(stacks), async (story) => {
      const news = newsOf(story);
      const [naive, real] = [toldLines(naivelyBilled(story, news)), toldLines(await reallyBilled(story, news))];
      if (naive.join('\n') !== real.join('\n'))
        throw new Error(`${toldRuns(story)}\n${toldDifference(worldAt(story, news, lastRun(story), []), naive, real)}`);
      lines += real.length;
    });
    await fc.assert(stories, { numRuns, reporter: throwReadably, ...SEED });
    expect(lines, 'lines that were compared').toBeGreaterThan(numRuns);
  },
  TIME_LIMIT_MS,
);

test(
  'runs on any day bill in all what is owed at the end and just what is kept of what was charged in advance for good (pricing rules §2, decision 62)',
  async () => {
    let kept = 0;
    const numRuns = Math.ceil(STORIES / 2);
    const stories = fc.asyncProperty(arbitraryKeptStory(ANY_STACKS), async (story) => {
      const news = newsOf(story);
      const posted = naivelyBilled(story, news);
      const [naive, real] = [toldLines(posted), toldLines(await reallyBilled(story, news))];
      if (naive.join('\n') !== real.join('\n'))
        throw new Error(`${toldRuns(story)}\n${toldDifference(worldAt(story, news, lastRun(story), []), naive, real)}`);
      if (posted.some((line) => !line.kept.amount.isZero())) kept += 1;
    });
    await fc.assert(stories, { numRuns, reporter: throwReadably, endOnFailure: true, ...SEED });
    expect(kept, 'stories in which something is kept').toBeGreaterThan(numRuns / 4);
  },
  TIME_LIMIT_MS,
);

function toldRuns({ fates, lags, releasedBefore, moves, movedBefore }: Story): string {
  const runs = fates.map((fate, run) => `${fate} ${lags[run]} days after its period`);
  return `runs: ${runs.join(', ')}; ${releasedBefore < 3 ? `another catalogue before run ${releasedBefore + 1}` : 'one catalogue'}${moves.length === 0 ? '' : `; moves known before run ${movedBefore + 1}`}`;
}
