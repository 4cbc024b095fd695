import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { FileClaimed, PipelineMessage } from '#shared/mediation/ports.ts';
import { readManifest } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateClaimed, mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { bytesFrom, type LongFile, sizeOf } from './generate/long-file.ts';
import { cpuSeconds } from './measure.ts';

/**
 * Mediates one file of many gigabytes by the use case the function runs, invocation after invocation, and says what that took. Neither the
 * file nor its chunks are ever anywhere as a whole: it is put together as it is read, and what is stored of chunks is counted and forgotten.
 * Started by long-files.ts, which wrote its parts into the folder named here.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/long-files.ts');
const part = (name: string) => readFileSync(join(folder, name));
const written: Pick<LongFile, 'name' | 'preset' | 'times'> = JSON.parse(part('file.json').toString());
const file: LongFile = { ...written, head: part('head'), part: part('part'), tail: part('tail') };
const source = presetSource(file.preset, 'source', 'demo', '*');
const KEY = `incoming/demo/${file.name}`;
const clock = { now: () => Date.UTC(2026, 9, 9) / 1000 };
const memory = memoryObjects(clock);
const made = { objects: 0, bytes: 0, messages: 0 };
const inbox: FileClaimed[] = [];
const ports = {
  decisions: memoryDecisions(),
  settings: DEFAULT_DECODER_SETTINGS,
  queues: {
    async send(messages: readonly PipelineMessage[]) {
      made.messages += messages.length;
      for (const message of messages) if (message.queue === 'inbox' && 'file' in message) inbox.push(message);
    },
  },
  objects: {
    ...memory,
    async describe() {
      return { key: KEY, bytes: sizeOf(file), storedAt: clock.now() - 3600, versionId: 'v1' };
    },
    async stream(_store: string, _key: string, _versionId: string, offset: number) {
      return bytesFrom(file, offset);
    },
    async put(...[store, key, body, type]: Parameters<typeof memory.put>) {
      made.objects++;
      made.bytes += body.length;
      if (!/chunk-\d+-\w+\.(items|records\.zst)$/.test(key)) await memory.put(store, key, body, type);
    },
  },
};

/** Seconds of processor time and of the clock of each invocation. */
const invocations: { readonly cpu: number; readonly clock: number }[] = [];
async function invoke<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = { cpu: cpuSeconds(), clock: performance.now() };
  const result = await work();
  invocations.push({ cpu: cpuSeconds() - before.cpu, clock: (performance.now() - before.clock) / 1000 });
  const resident = (process.memoryUsage.rss() / 2 ** 20).toFixed(0);
  process.stderr.write(`invocation ${invocations.length}: ${invocations.at(-1)!.cpu.toFixed(0)} s, ${resident} MB\n`);
  return result;
}

const first = await invoke(() => mediateUsageFile(ports, [source], KEY, 'v1'));
if (first.outcome !== 'mediated') throw new Error(JSON.stringify(first));
for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
  const { file: id, generation, range } = next;
  await invoke(() => mediateClaimed(ports, id, generation, range));
}
const { outcome, chunks } = await readManifest(ports, first.arrival.file, 1);
if (outcome.status !== 'accepted') throw new Error(JSON.stringify(outcome.problems));
const said = {
  bytes: sizeOf(file),
  decompressed: outcome.bytes,
  records: outcome.read,
  octets: outcome.accepted.bytes,
  duplicates: outcome.duplicate.records,
  chunks: chunks.length,
  invocations: invocations.length,
  longestCpu: Math.max(...invocations.map((each) => each.cpu)),
  longestClock: Math.max(...invocations.map((each) => each.clock)),
  cpu: invocations.reduce((sum, each) => sum + each.cpu, 0),
  stored: made,
  maxRssKilobytes: process.resourceUsage().maxRSS,
};
process.stdout.write(JSON.stringify(said));
