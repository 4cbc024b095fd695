import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { cleanRun, play, type Reference } from './play.ts';

/** So many seeds, all of them: the time is there for four times as many on a quiet machine. */
const SEEDS = 500;
const SEEDS_AT_LEAST = 500;
const MILLISECONDS = 240_000;
const LAST_DECISIONS = 60;

interface Word {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly faults: number;
}

let reference: Reference;
beforeAll(async () => {
  reference = await cleanRun();
});

/** Plays seeds side by side, a thread a core. */
async function playAll(count: number): Promise<Word[]> {
  const threads = Math.max(1, Math.min(2, cpus().length));
  const words: Word[] = [];
  const one = (thread: number) => {
    const seeds = Array.from({ length: count }, (_, at) => at + 1).filter((seed) => seed % threads === thread);
    return new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { seeds, atLeast: SEEDS_AT_LEAST / threads, milliseconds: MILLISECONDS },
      });
      worker.on('message', (word: Word) => words.push(word));
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  };
  await Promise.all(Array.from({ length: threads }, (_, thread) => one(thread)));
  return words;
}

/** A store of decisions in which the last to put decides: what everything rests on, broken. */
function forgetfulDecisions(): Decisions {
  const memory = memoryDecisions();
  const written = new Map<string, unknown>();
  const name = ({ partition, sort }: { partition: string; sort: string }) => `${partition} ${sort}`;
  return {
    async putIfAbsent(key, value) {
      written.set(name(key), value);
      await memory.putIfAbsent(key, value);
      return { won: true, value };
    },
    get: async (key) => (written.get(name(key)) ?? undefined) as undefined,
    async query(partition, range) {
      const rows = await memory.query(partition, range);
      return rows.map(({ sort }) => ({ partition, sort, value: written.get(name({ partition, sort })) as never }));
    },
  };
}

describe('two months of a small operator', () => {
  test('have in them what can go wrong', () => {
    const text = [...reference.documents.values()].join();
    expect(reference.documents.size).toBe(9);
    for (const word of ['late usage', 'backed-out file', 'backdated change', 'tier 2', '"kind":"381"'])
      expect(text).toContain(word);
  });

  test(`come to the same invoices whatever happens: up to ${SEEDS} seeds`, { timeout: 1_800_000 }, async () => {
    const words = await playAll(SEEDS);
    const failed = words.filter((word) => word.problems.length > 0).sort((a, b) => a.seed - b.seed);
    const [first] = failed;
    if (first) {
      const { trace } = await play(first.seed, reference, memoryDecisions(), true);
      console.error([`seed ${first.seed} fails`, ...trace.slice(-LAST_DECISIONS), ...first.problems].join('\n'));
    }
    expect(failed.map((word) => word.seed)).toEqual([]);
    expect(words.length).toBeGreaterThanOrEqual(SEEDS_AT_LEAST);
    expect(words.reduce((sum, word) => sum + word.faults, 0)).toBeGreaterThan(10 * words.length);
    console.info(`${words.length} seeds played`);
  });

  test('are played the same again by the same seed', async () => {
    for (const seed of [1, 2, 3]) {
      const [one, other] = [
        await play(seed, reference, memoryDecisions(), true),
        await play(seed, reference, memoryDecisions(), true),
      ];
      expect(one.trace.length).toBeGreaterThan(1000);
      expect(one.trace).toEqual(other.trace);
    }
  });

  test('go wrong when decisions can be taken back', async () => {
    const played = [];
    for (const seed of [1, 2, 3, 4, 5]) played.push(await play(seed, reference, forgetfulDecisions(), false));
    expect(played.some(({ problems }) => problems.length > 0)).toBe(true);
  });
});
