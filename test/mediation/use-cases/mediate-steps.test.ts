import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { type Claim, fileKeys, type Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { usageCsv } from '../../../bench/generate/usage-csv.ts';
import { ARRIVED } from '../decode.ts';

const SOURCE = presetSource('plain-csv', 'plain', 'demo', '*');
const KEY = 'incoming/demo/usage.csv';
const FROM = ARRIVED - 10 * 86_400;
const csvOf = (records: number) =>
  Buffer.concat([...usageCsv({ records, subscriptions: 9, from: FROM, seconds: 86_400, seed: 5 })]);
const CSV = csvOf(200);

/** A world with one file in it, and the messages that were sent. */
async function worldWith(bytes: Uint8Array, stepBytes: number) {
  const decisions = memoryDecisions();
  const objects = memoryObjects({ now: () => ARRIVED });
  await objects.put('incoming', KEY, bytes, 'text/csv');
  const sent: PipelineMessage[] = [];
  const queues = { send: async (messages: readonly PipelineMessage[]) => void sent.push(...messages) };
  const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 7, stepBytes };
  const ports = { decisions, objects, queues, settings };
  const mediate = () => mediateUsageFile(ports, [SOURCE], KEY, '');
  return { decisions, objects, sent, mediate };
}

/** Mediates until the file has its manifest; answers it, and how many invocations that took. */
async function mediated(bytes: Uint8Array, stepBytes: number): Promise<{ manifest: Manifest; invocations: number }> {
  const world = await worldWith(bytes, stepBytes);
  for (let invocations = 1; ; invocations++) {
    const result = await world.mediate();
    if (result.outcome !== 'mediated') throw new Error(JSON.stringify(result));
    const asked = world.sent.splice(0);
    if (result.status === 'under way') {
      expect(asked).toMatchObject([{ queue: 'inbox', generation: 1 }]);
      continue;
    }
    const manifest = await readManifest(world, result.arrival.file, 1);
    expect(asked.map((message) => message.queue)).toEqual(manifest.chunks.map(() => 'chunks'));
    return { manifest, invocations };
  }
}

describe.each([
  ['plain', CSV],
  ['gzipped', gzipSync(CSV)],
])('a long file, %s', (_, bytes) => {
  test('is a chain of steps that make what one makes', async () => {
    const whole = await mediated(bytes, DEFAULT_DECODER_SETTINGS.stepBytes);
    const inSteps = await mediated(bytes, Math.ceil(CSV.length / 5));
    expect([whole.invocations, inSteps.invocations]).toEqual([1, 5]);
    const { chunks, ...outcome } = inSteps.manifest.outcome;
    const { chunks: chunksOfWhole, ...outcomeOfWhole } = whole.manifest.outcome;
    expect(outcome).toEqual(outcomeOfWhole);
    expect(chunks).toBeGreaterThan(chunksOfWhole);
    expect(inSteps.manifest.chunks).toHaveLength(chunks);
    expect(new Set(inSteps.manifest.chunks.map((chunk) => chunk.items.key)).size).toBe(chunks);
  });
});

test('two workers on one step, and a step repeated, change nothing', async () => {
  const stepBytes = Math.ceil(CSV.length / 3);
  const { manifest } = await mediated(CSV, stepBytes);
  const world = await worldWith(CSV, stepBytes);
  for (let round = 0; round < 4; round++) await Promise.all([world.mediate(), world.mediate()]);
  expect(await readManifest(world, manifest.file, 1)).toEqual(manifest);
  const claim = await world.decisions.get<Claim>(fileKeys.claim(manifest.file, 1));
  expect(claim?.settings.stepBytes).toBe(stepBytes);
});

test('a file that is broken behind its first step is quarantined as a whole', async () => {
  const broken = gzipSync(csvOf(6000));
  broken.fill(0x55, broken.length - 900, broken.length - 400);
  const { manifest, invocations } = await mediated(broken, 200_000);
  expect(invocations).toBeGreaterThan(1);
  expect(manifest).toMatchObject({ outcome: { status: 'quarantined' }, chunks: [] });
});
