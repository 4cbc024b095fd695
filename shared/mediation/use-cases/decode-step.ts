import { hash } from 'node:crypto';
import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { release } from '#shared/usage/byte-view.ts';
import { type FilePoint, openStep } from '../chunks/chunked-decoder.ts';
import type { ArrivedFile, DecodedChunk, DecodedFile } from '../decoder.ts';
import { baseName } from '../file-name.ts';
import { unreadable } from '../file-outcome.ts';
import {
  type Claim,
  fileKeys,
  filePartition,
  type Manifest,
  type ManifestChunk,
  MEDIATION_VERSION,
  readIncomingKey,
} from '../usage-file.ts';
import { compressRecords } from './compress-records.ts';
import { UnreadableFile } from './decompress.ts';
import { guardedDecoder } from './guarded-decoder.ts';
import { incomingFile, usageBytesFrom } from './usage-bytes.ts';

/** What decoding needs of the world. */
export interface DecodePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/** What a step of a long file made, and where the next one goes on. */
interface StepMade {
  readonly chunks: readonly ManifestChunk[];
  readonly point: FilePoint;
}

/**
 * Decodes the next step of a claimed file. Answers its manifest when that was the last, which for most files is the first; nothing when another
 * step follows, whose beginning is then decided.
 */
export async function decodeStep(
  ports: DecodePorts,
  claim: Claim,
  file: string,
  generation: number,
): Promise<Manifest | undefined> {
  const prefix = fileKeys.step(file, generation, 0).sort.slice(0, -'000000'.length);
  const decided = await ports.decisions.query<ContentReference>(filePartition(file), withPrefix(prefix));
  const before: StepMade[] = [];
  for (const { value } of decided) before.push((await readContent(ports.objects, value)) as StepMade);
  const folder = `usage/${file}/${generation}`;
  const step = await decode(ports.objects, claim, folder, before.at(-1)?.point);
  if ('point' in step) {
    const content = await writeContent(ports.objects, `${folder}/step-${before.length}`, step);
    await ports.decisions.putIfAbsent(fileKeys.step(file, generation, before.length), content);
    return undefined;
  }
  const { outcome } = step;
  const chunks = outcome.status === 'accepted' ? [...before.flatMap((each) => each.chunks), ...step.chunks] : [];
  return manifestOf(claim, file, generation, outcome, chunks);
}

/** The manifest of a claimed file that was read to its end. */
export function manifestOf(
  { carrier, source, key, replays }: Claim,
  file: string,
  generation: number,
  outcome: DecodedFile,
  chunks: readonly ManifestChunk[],
): Manifest {
  const name = readIncomingKey(key)?.name ?? key;
  return { file, generation, carrier, name, source: source.name, writeOff: null, replays, outcome, chunks };
}

/** A claimed file as its decoder sees it. */
export function arrivedFile({ key, carrier, storedAt }: Claim): ArrivedFile {
  return { name: baseName(readIncomingKey(key)?.name ?? key), carrier, arrivedAt: storedAt };
}

async function decode(
  objects: Objects,
  claim: Claim,
  folder: string,
  from: FilePoint | undefined,
): Promise<StepMade | { readonly chunks: readonly ManifestChunk[]; readonly outcome: DecodedFile }> {
  const chunks: ManifestChunk[] = [];
  const keep = async (decoded: readonly DecodedChunk[]) => {
    for (const chunk of decoded) chunks.push(await keepChunk(objects, claim, chunk, folder));
  };
  try {
    const decoder = guardedDecoder(() => openStep(claim.source, arrivedFile(claim), claim.settings, from));
    const bytes = incomingFile(objects, claim.key, claim.versionId);
    for await (const { entry, block } of usageBytesFrom(bytes, from?.entry ?? '', from?.decoder.offset ?? 0)) {
      await keep(decoder.push(entry, block));
      if (!decoder.isStopped) continue;
      const { chunks: last, point } = decoder.stop();
      await keep(last);
      return { chunks, point };
    }
    const { chunks: last, outcome } = decoder.end();
    await keep(last);
    return { chunks, outcome };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { chunks, outcome: unreadable(error) };
  }
}

/**
 * Writes a chunk's items, records and rejections, whose memory is then given back: the chunk is spent. The attempt follows from the bytes, the
 * source definition and the code.
 */
export async function keepChunk(
  objects: Objects,
  claim: Claim,
  chunk: DecodedChunk,
  folder: string,
): Promise<ManifestChunk> {
  const { items, records } = chunk;
  const sha256 = hash('sha256', items);
  const attempt = hash('sha256', `${sha256}\n${JSON.stringify(claim.source)}\n${MEDIATION_VERSION}`).slice(0, 16);
  const path = `${folder}/chunk-${chunk.index}-${attempt}`;
  await objects.put('work', `${path}.items`, items, 'application/octet-stream');
  await objects.put('work', `${path}.records.zst`, await compressRecords(records), 'application/zstd');
  release(items);
  release(records);
  const rejected = chunk.rejected.length === 0 ? '' : `${path}.rejected.ndjson`;
  if (rejected !== '') {
    const lines = chunk.rejected.map((record) => `${JSON.stringify(record)}\n`).join('');
    await objects.put('work', rejected, lines, 'application/x-ndjson');
  }
  return {
    attempt,
    items: { key: `${path}.items`, sha256 },
    records: `${path}.records.zst`,
    rejected,
    totals: chunk.totals,
    duplicates: chunk.duplicates,
    rejections: chunk.rejected.length,
    identifiers: chunk.identifiers,
    months: chunk.months,
  };
}
