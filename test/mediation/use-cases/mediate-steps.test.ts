import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { FileClaimed, PipelineMessage } from '#shared/mediation/ports.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
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
const STEP = Math.ceil(CSV.length / 5);

/** Everything that is asked for in the order these say, each as often as they say. */
interface Order {
  readonly last: 'first' | 'last';
  readonly times: number;
}
const IN_TURN: Order = { last: 'last', times: 1 };

/** What a file came to, and how many pieces of work that took. */
interface Mediated {
  readonly manifest: Manifest;
  readonly asked: readonly FileClaimed[];
}

/** Mediates a file until nothing more is asked for. */
async function mediated(bytes: Uint8Array, stepBytes: number, { last, times }: Order): Promise<Mediated> {
  const decisions = memoryDecisions();
  const objects = memoryObjects({ now: () => ARRIVED });
  await objects.put('incoming', KEY, bytes, 'text/csv');
  const open: FileClaimed[] = [];
  const asked: FileClaimed[] = [];
  const send = async (messages: readonly PipelineMessage[]) => {
    for (const message of messages) if (message.queue === 'inbox' && 'file' in message) open.push(message);
  };
  const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: 7, stepBytes };
  const ports = { decisions, objects, queues: { send }, settings };
  const result = await mediateUsageFile(ports, [SOURCE], KEY, '');
  if (result.outcome !== 'mediated') throw new Error(JSON.stringify(result));
  for (let next = open.shift(); next !== undefined; next = last === 'first' ? open.pop() : open.shift()) {
    const { file, generation, range } = next;
    asked.push(next);
    await Promise.all(Array.from({ length: times }, () => mediateClaimed(ports, file, generation, range)));
    if (asked.length > 500) throw new Error('it never ends');
  }
  return { manifest: await readManifest({ decisions, objects }, result.arrival.file, 1), asked };
}

/** What a manifest says of the whole file, however it was cut. */
function toldOf({ outcome, chunks }: Manifest) {
  const { chunks: made, problems, ...said } = outcome;
  expect(new Set(chunks.map((chunk) => chunk.items.key)).size).toBe(made);
  return { ...said, problems: problems.map(({ code, occurrences }) => [code, occurrences]) };
}

const ORDERS: Order[] = [IN_TURN, { last: 'first', times: 1 }, { last: 'last', times: 3 }];

describe.each<[string, Uint8Array, 'steps' | 'ranges']>([
  ['gzipped', gzipSync(CSV), 'steps'],
  ['plain', CSV, 'ranges'],
  ['plain with quotes', Buffer.from(CSV.toString().replaceAll(/,(data|sms|voice),/g, ',"$1",')), 'steps'],
  ['plain, its only quotes at its end', Buffer.from(CSV.toString().replace(/,EUR\n$/, ',"EUR"\n')), 'steps'],
])('a long file, %s', (_, bytes, way) => {
  test.each(ORDERS)('comes in pieces to what it comes to at once: %o', async (order) => {
    const whole = await mediated(bytes, DEFAULT_DECODER_SETTINGS.stepBytes, IN_TURN);
    const inPieces = await mediated(bytes, STEP, order);
    expect(whole.asked).toEqual([]);
    expect(inPieces.asked.length).toBeGreaterThanOrEqual(4);
    expect(inPieces.asked.some(({ range }) => range < 0)).toBe(way === 'steps');
    expect(toldOf(inPieces.manifest)).toEqual(toldOf(whole.manifest));
  });
});

test('a rejected record of a range says where its lines begin to count', async () => {
  const lines = CSV.toString().split('\n');
  lines[150] = lines[150]!.replace(/,data,/, ',nonsense,');
  const { manifest } = await mediated(Buffer.from(lines.join('\n')), STEP, IN_TURN);
  expect(manifest.outcome).toMatchObject({ status: 'accepted', rejected: 1 });
  expect(manifest.chunks.filter(({ rejected }) => rejected !== '')).toHaveLength(1);
});

test('a file that is broken behind its first step is quarantined as a whole', async () => {
  const broken = gzipSync(csvOf(6000));
  broken.fill(0x55, broken.length - 900, broken.length - 400);
  const { manifest, asked } = await mediated(broken, 200_000, IN_TURN);
  expect(asked.length).toBeGreaterThan(0);
  expect(manifest).toMatchObject({ outcome: { status: 'quarantined' }, chunks: [] });
});
