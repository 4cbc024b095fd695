import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS, type DecoderSettings } from '#shared/mediation/decoder.ts';
import type { FileClaimed, PipelineMessage } from '#shared/mediation/ports.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { replayFile } from '#shared/mediation/use-cases/replay-file.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { ARRIVED } from '../decode.ts';

const SOURCES = [presetSource('plain-csv', 'plain', 'demo', '*')];
const KEY = 'incoming/demo/usage.csv';
const CSV = [
  'record_id,imsi,start,service,bytes_down,apn',
  ...Array.from({ length: 66_000 }, (_, i) => `${i},00101000000000${i % 10},2026-10-30T12:00:00Z,data,1,apn-${i}`),
  '',
].join('\n');
const SOUND = DEFAULT_DECODER_SETTINGS;

/** Settings a chunk cannot be built under: they stand for an error of ours, which the same bytes bring about every time. */
const BREAKING: readonly (readonly [string, DecoderSettings, number])[] = [
  ['before its first byte', { ...SOUND, chunkRecords: -1 }, 0],
  ['in its middle: more usage keys than a chunk can tell apart', { ...SOUND, chunkRecords: 100_000 }, 1],
  ['in a range of it', { ...SOUND, chunkRecords: -1, stepBytes: 1_000_000 }, 0],
];

function pipeline() {
  const decisions = memoryDecisions();
  const clock = { now: () => ARRIVED };
  const objects = memoryObjects(clock);
  const open: FileClaimed[] = [];
  const send = async (messages: readonly PipelineMessage[]) => {
    for (const message of messages) if (message.queue === 'inbox' && 'file' in message) open.push(message);
  };
  const ports = { decisions, objects, queues: { send }, clock };
  const settle = async () => {
    for (let next = open.shift(); next; next = open.shift())
      await mediateClaimed(ports, next.file, next.generation, next.range);
  };
  return { ports, settle };
}

describe('a decoder of ours that breaks', () => {
  test.each(BREAKING)('%s: the file is quarantined, and loads when it is replayed', async (_, settings, place) => {
    const { ports, settle } = pipeline();
    await ports.objects.put('incoming', KEY, Buffer.from(CSV), 'text/csv');
    const result = await mediateUsageFile({ ...ports, settings }, SOURCES, KEY, '');
    if (result.outcome !== 'mediated') throw new Error(JSON.stringify(result));
    await settle();
    const { file } = result.arrival;
    const [status] = await fileStatuses(ports, file);
    expect(status).toMatchObject({ state: 'quarantined', chunks: 0, manifest: { chunks: [] } });
    const [problem] = status!.manifest!.outcome.problems;
    expect(problem).toMatchObject({ code: 'DECODER_FAILED', severity: 'fatal' });
    expect(problem!.text).toMatch(/broke, behind byte \d+ \(RangeError.*replay it/);
    expect(Math.sign(problem!.place)).toBe(place);

    expect(await replayFile({ ...ports, settings: SOUND }, SOURCES, file, 'ops')).toMatchObject({ generation: 2 });
    await settle();
    expect(await fileStatuses(ports, file)).toMatchObject([
      { state: 'quarantined' },
      { state: 'loading', manifest: { outcome: { status: 'accepted', read: 66_000, accepted: { bytes: 66_000 } } } },
    ]);
  });
});

test('surroundings that fail are no fault of the file: nothing is decided, and the message comes again', async () => {
  const { ports } = pipeline();
  await ports.objects.put('incoming', KEY, Buffer.from(CSV), 'text/csv');
  const failing = { ...ports.objects, put: () => Promise.reject(new Error('throttled')) };
  const tried = mediateUsageFile({ ...ports, objects: failing, settings: SOUND }, SOURCES, KEY, '');
  await expect(tried).rejects.toThrow('throttled');
  const again = await mediateUsageFile({ ...ports, settings: SOUND }, SOURCES, KEY, '');
  expect(again).toMatchObject({ outcome: 'mediated', status: 'accepted' });
});
