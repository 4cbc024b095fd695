import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Draft, netOf } from '#shared/billing/draft.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { SELLER } from '../../rating/fleet.ts';
import { chainOf } from './billed.ts';
import { arbitraryLongStory, type Lateness } from './long-story.ts';
import { played } from './played-story.ts';

/** Random stories of eighteen months for each kind; LONG_STORIES=100 for more, LONG_SEED=7 for others. */
const STORIES = Number(process.env.LONG_STORIES ?? 3);
const SEED = Number(process.env.LONG_SEED ?? 18);
const TIME_LIMIT_MS = 60_000 + STORIES * 60_000;
const NEVER = 36;

/** Every document is the sum of its lines; and where nothing froze, all documents together are what is owed. */
function expectSums(chain: readonly Draft[], isWhole: boolean): void {
  for (const { net, lines } of chain.flatMap(({ documents }) => documents))
    expect(sum(lines.map((line) => amount(line.net))).toFixed(2)).toBe(amount(net).toFixed(2));
  const owed = chain.at(-1)?.lines.map((line) => amount(line.amount)) ?? [];
  if (isWhole) expect(sum(chain.map(netOf)).toFixed(2)).toBe(sum(owed).toFixed(2));
}

describe('eighteen months of runs, discards and what comes late bill in all what one run at the end does (pricing rules §10)', () => {
  test.each<[string, Lateness, number]>([
    ['five runs late, with prices and zones corrected', { most: 5, isRepriced: true, isMoving: false }, NEVER],
    ['two runs late, while periods freeze after four months', { most: 2, isRepriced: false, isMoving: false }, 4],
    ['nothing late, by an account that moves', { most: 0, isRepriced: false, isMoving: true }, NEVER],
    ['two runs late, by an account that moves', { most: 2, isRepriced: false, isMoving: true }, NEVER],
  ])('%s', { timeout: TIME_LIMIT_MS }, async (_, lateness, backBillingMonths) => {
    let links = 0;
    let frozen = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryLongStory(lateness), async (story) => {
        const inParts = await played(story, backBillingMonths, false);
        const atOnce = await played(story, NEVER, true);
        expect(inParts.billed).toEqual(atOnce.billed);
        const chain = await chainOf(inParts.world, SELLER, 'p');
        expectSums(chain, backBillingMonths === NEVER);
        links += chain.length;
        frozen += chain.filter(({ frozenUntil }) => frozenUntil > '2027-01-01').length;
      }),
      { numRuns: STORIES, seed: SEED },
    );
    expect(links).toBeGreaterThan(STORIES * 5);
    expect(frozen > 0).toBe(backBillingMonths !== NEVER);
  });
});
