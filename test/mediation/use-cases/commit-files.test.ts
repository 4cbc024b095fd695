import { describe, expect, test } from 'vitest';
import { readEntries } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type ChunkCommit, fileKeys, type Manifest, type ManifestSummary } from '#shared/mediation/usage-file.ts';
import { commitFiles, inEntries } from '#shared/mediation/use-cases/commit-files.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';

const NOTHING = { records: 0, bytes: 0, seconds: 0, count: 0 };
const chunk = { months: { '2026-10': { accepted: NOTHING, duplicate: NOTHING } } };
const fileOf = (chunks: number) =>
  ({ file: `${chunks}`, chunks: Array.from({ length: chunks }, () => chunk) }) as unknown as Manifest;

test.each<[string, number[], number[][]]>([
  ['none', [], []],
  ['what fits', [1, 9_000, 999], [[1, 9_000, 999]]],
  ['what does not fit any more', [9_000, 5_000, 5], [[9_000], [5_000, 5]]],
  [
    'a file whose attempts are listed elsewhere is long, and no longer for having more',
    [5, 50_000, 5],
    [[5, 50_000, 5]],
  ],
  ['two of them do not fit', [20_000, 50_000], [[20_000], [50_000]]],
  [
    'many small ones',
    Array<number>(1200).fill(1),
    [Array<number>(582).fill(1), Array<number>(582).fill(1), Array<number>(36).fill(1)],
  ],
])('%s', (_, files, entries) => {
  expect(inEntries(files.map(fileOf)).map((some) => some.map((manifest) => manifest.chunks.length))).toEqual(entries);
});

/** A file of so many chunks, all of them loaded. */
async function loaded(chunks: number) {
  const ports = {
    decisions: memoryDecisions(),
    objects: memoryObjects({ now: () => 0 }),
    queues: { send: async () => {} },
    clock: { now: () => 0 },
  };
  const outcome = { status: 'accepted', read: 0, accepted: NOTHING, duplicate: NOTHING, rejected: 0 };
  const manifest = { ...fileOf(chunks), generation: 1, writeOff: null, replays: 0, outcome } as unknown as Manifest;
  const reference = await writeContent(ports.objects, 'm', manifest);
  const { file } = manifest;
  const summary: ManifestSummary = { manifest: reference, status: 'accepted', chunks };
  await ports.decisions.putIfAbsent(fileKeys.manifest(file, 1), summary);
  const attempts = Array.from({ length: chunks }, (_, at) => at.toString(16).padStart(16, '0'));
  for (const [at, attempt] of attempts.entries()) {
    const commit: ChunkCommit = { attempt, totals: NOTHING, refused: null };
    await ports.decisions.putIfAbsent(fileKeys.chunk(file, 1, at), commit);
  }
  return { ports, file, attempts };
}

describe.each([5, 10_526, 10_527, 30_000])('a file of %i chunks', (chunks) => {
  test('is one entry of a size the log takes, and every attempt counts', async () => {
    const { ports, file, attempts } = await loaded(chunks);
    await commitFiles(ports, [{ file, generation: 1 }]);
    const entries = await readEntries(ports.decisions, 0, 1);
    expect(JSON.stringify(entries[0]).length).toBeLessThan(300_000);
    const world = await worldAt(ports, 1, ALL_MONTHS);
    expect(world.months['2026-10']?.[`${file}#1`]).toEqual({ position: 1, attempts });
  });
});
