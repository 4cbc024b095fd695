import { expect, test } from 'vitest';
import { EMPTY_WORLD, generationKey, type WorldState } from '#shared/commit-log/visibility.ts';
import { memoryUsageStore } from '#shared/memory/usage-store.ts';
import { usageReader } from '#shared/rating/use-cases/read-usage.ts';
import { instantOf, isoInstant } from '#shared/time/local-date.ts';
import type { UsageItem } from '#shared/usage/ports.ts';
import { keyOn, pack } from '../usage/records.ts';

interface Loaded {
  readonly file: string;
  readonly at: string;
  readonly octets: number;
  readonly kind: 'events' | 'counters';
  /** Of the load that counts, unless said. */
  readonly attempt?: string;
  readonly generation?: number;
}

function itemOf({ file, at, octets, kind, attempt = 'good', generation = 1 }: Loaded, event: number): UsageItem {
  const month = at.slice(0, 7);
  const quantities = { bytesUp: octets, bytesDown: 0, bytesUnsplit: 0, seconds: 0, count: 0, amount: 0 };
  const record = { event, startedAt: instantOf(at, 'UTC'), key: keyOn('26201'), session: 0, ...quantities };
  const [packed] = pack([record], kind, 300_000, instantOf(`${month}-01`, 'UTC'));
  return { identifier: 'imsi#1', month, file, generation, chunk: 0, attempt, part: 0, packed: packed! };
}

/** "day octets" of what is read for October and November. */
async function read(loads: readonly Loaded[]): Promise<string[]> {
  const usage = memoryUsageStore();
  await usage.put(loads.map(itemOf), 0);
  const months: Record<string, WorldState['months'][string]> = {};
  for (const [place, { file, at }] of loads.entries()) {
    const month = at.slice(0, 7);
    months[month] = { ...months[month], [generationKey(file, 1)]: { position: place + 1, attempts: ['good'] } };
  }
  const fold = await usageReader(usage, { ...EMPTY_WORLD, months })(['imsi#1'], '2026-10', '2026-11');
  const { length, startedAt, bytesUp } = fold().get('imsi#1')!;
  const rows = Array.from({ length }, (_, row) => `${isoInstant(startedAt[row]!).slice(0, 10)} ${bytesUp[row]}`);
  return rows.sort();
}

const reading = (at: string, octets: number): Loaded => ({ file: at, at, octets, kind: 'counters' });
const event = (at: string, octets: number): Loaded => ({ ...reading(at, octets), kind: 'events' });

test.each<[string, Loaded[], string[]]>([
  [
    'those of its months',
    [event('2026-10-05', 1), event('2026-11-30', 2), event('2026-12-01', 4)],
    ['2026-10-05 1', '2026-11-30 2'],
  ],
  ['none of those before', [event('2026-09-30', 1), event('2026-10-05', 2)], ['2026-10-05 2']],
  [
    'counters by what they rose since the last reading before, however long ago',
    [
      reading('2026-07-05', 40),
      event('2026-09-05', 7),
      reading('2026-10-05', 130),
      event('2026-10-09', 3),
      reading('2026-11-05', 150),
    ],
    ['2026-10-05 90', '2026-10-09 3', '2026-11-05 20'],
  ],
  [
    'since the last, in whatever order they were loaded',
    [reading('2026-11-05', 150), reading('2026-10-05', 130), reading('2026-09-05', 100), reading('2026-07-05', 40)],
    ['2026-10-05 30', '2026-11-05 20'],
  ],
  ['the first reading in full', [reading('2026-10-05', 130)], ['2026-10-05 130']],
  [
    'only what was loaded to its end, of the generation that counts',
    [
      event('2026-10-05', 1),
      { ...event('2026-10-06', 2), attempt: 'other' },
      { ...event('2026-10-07', 4), generation: 2 },
    ],
    ['2026-10-05 1'],
  ],
])('usage that is read: %s', async (_, loads, expected) => {
  expect(await read(loads)).toEqual(expected);
});
