import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import type { DecodedFile, DecoderSettings } from '../decoder.ts';
import { readsFile } from '../file-name.ts';
import { mayBeDroppedAgain, refusedUnderOtherNames } from '../generation.ts';
import type { Queues } from '../ports.ts';
import {
  type Arrival,
  type Claim,
  fileKeys,
  type Manifest,
  type ManifestSummary,
  readIncomingKey,
} from '../usage-file.ts';
import { decodeRange, rangesOf, standOfRanges } from './decode-range.ts';
import { type DecodePorts, decodeStep } from './decode-step.ts';
import { readGenerations } from './file-status.ts';
import type { ReplayBegun } from './replay-file.ts';
import { takeNumber } from './take-number.ts';
import { fileIdOf } from './usage-bytes.ts';

/** What mediation needs of the world. `sources` are those of the catalogue that counts now. */
export interface MediationPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly queues: Queues;
  readonly settings: DecoderSettings;
}

/** What a file has come to: its outcome, or that the next step of it is to follow. */
export type MediationStatus = DecodedFile['status'] | 'under way';

/** What became of a usage file that lies in the incoming store. */
export type MediationResult =
  | { readonly outcome: 'mediated'; readonly arrival: Arrival; readonly status: MediationStatus }
  | { readonly outcome: 'duplicate'; readonly arrival: Arrival }
  | { readonly outcome: 'waiting'; readonly reason: 'NO_SOURCE' | 'NOT_A_USAGE_FILE' | 'GONE' };

/**
 * Mediates a usage file: finds out which file it is, claims it, decodes it as a stream into chunks, writes its manifest and hands its chunks
 * on. A file too long for one invocation is a chain of steps, each of which asks for the next. Any step may be repeated by anyone at any time:
 * the same bytes under the same claim make the same chunks. A file without a source definition waits and is found again by the sweep.
 */
export async function mediateUsageFile(
  ports: MediationPorts,
  sources: readonly SourceDefinition[],
  key: string,
  versionId: string,
): Promise<MediationResult> {
  const named = readIncomingKey(key);
  if (named === undefined) return { outcome: 'waiting', reason: 'NOT_A_USAGE_FILE' };
  const found = await ports.objects.describe('incoming', key, versionId);
  if (found === undefined) return { outcome: 'waiting', reason: 'GONE' };
  const arrivalKey = fileKeys.arrival(named.carrier, found.storedAt, key, found.versionId);
  let arrival = await ports.decisions.get<Arrival>(arrivalKey);
  if (arrival === undefined) {
    const source = sources.find((each) => readsFile(each, named));
    if (source === undefined) return { outcome: 'waiting', reason: 'NO_SOURCE' };
    arrival = await arrive(ports, { ...found, ...named }, source);
  }
  if (arrival.role === 'duplicate') {
    const generation = await claimUnderItsName(ports, arrival, sources);
    if (generation === 0) return { outcome: 'duplicate', arrival };
    return { outcome: 'mediated', arrival, status: await mediateClaimed(ports, arrival.file, generation, -1) };
  }
  const status = await mediateClaimed(ports, arrival.file, arrival.generation, -1);
  return { outcome: 'mediated', arrival, status };
}

interface FoundObject {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: number;
  readonly storedAt: number;
  readonly carrier: string;
}

/** Decides which load of which file an object is: the next generation when its content was backed out, else a duplicate of what counts or may. */
async function arrive(ports: MediationPorts, found: FoundObject, source: SourceDefinition): Promise<Arrival> {
  const { key, versionId, bytes, storedAt, carrier } = found;
  const file = await fileIdOf(ports.objects, key, versionId, carrier);
  const known = await readGenerations(ports.decisions, file);
  const isOurs = (claim: Claim | null) => claim?.key === key && claim.versionId === versionId;
  const mine = known.find((each) => isOurs(each.claim))?.generation;
  let generation = mine ?? known.length;
  let role: Arrival['role'] = mine === undefined ? 'duplicate' : 'first';
  if (mine === undefined && mayBeDroppedAgain(known)) {
    generation = known.length + 1;
    const claim: Claim = { key, versionId, carrier, storedAt, source, settings: ports.settings, replays: 0 };
    const put = await ports.decisions.putIfAbsent(fileKeys.claim(file, generation), claim);
    role = put.won || isOurs(put.value) ? 'first' : 'duplicate';
  }
  const arrival: Arrival = { key, versionId, carrier, bytes, storedAt, file, generation, role };
  return (await ports.decisions.putIfAbsent(fileKeys.arrival(carrier, storedAt, key, versionId), arrival)).value;
}

/**
 * Content that was quarantined under other names is read anew under this one, as a replay is: it may have been misnamed. Answers the generation
 * that is this object's; 0 when it is a duplicate and no more.
 */
async function claimUnderItsName(
  { decisions, settings }: MediationPorts,
  { file, key, versionId, carrier, storedAt }: Arrival,
  sources: readonly SourceDefinition[],
): Promise<number> {
  const known = await readGenerations(decisions, file);
  const mine = known.find(({ claim }) => claim?.key === key && claim.versionId === versionId)?.generation;
  if (mine !== undefined) return mine;
  const refused = refusedUnderOtherNames(known, key);
  const name = readIncomingKey(key)?.name ?? key;
  const source = sources.find((each) => readsFile(each, { name, carrier }));
  if (refused === undefined || source === undefined) return 0;
  const generation = known.length + 1;
  const begun: ReplayBegun = { file, generation, by: 'mediate-usage-file' };
  await decisions.putIfAbsent(fileKeys.replay(storedAt, file, generation), begun);
  const claim: Claim = { key, versionId, carrier, storedAt, source, settings, replays: refused.generation };
  const put = await decisions.putIfAbsent(fileKeys.claim(file, generation), claim);
  return put.won || (put.value.key === key && put.value.versionId === versionId) ? generation : 0;
}

/**
 * Mediates a claimed file, or finds that it has been; hands its chunks on either way. Of a file too long for one invocation it does the next step,
 * and asks for the one after it; of a long text file it reads the range it is asked for (−1 = it asks for all that are left).
 */
export async function mediateClaimed(
  ports: Omit<MediationPorts, 'settings'>,
  file: string,
  generation: number,
  range: number,
): Promise<MediationStatus> {
  const key = fileKeys.manifest(file, generation);
  let summary = await ports.decisions.get<ManifestSummary>(key);
  if (summary === undefined) {
    const claim = await ports.decisions.get<Claim>(fileKeys.claim(file, generation));
    if (claim === undefined) throw new Error(`usage file ${file} generation ${generation} has no claim`);
    const decoded = await decodeNext(ports, claim, file, generation, range);
    if (Array.isArray(decoded)) {
      await ports.queues.send(decoded.map((next) => ({ queue: 'inbox', file, generation, range: next })));
      return 'under way';
    }
    const manifest = await withNumber(ports.decisions, claim, decoded);
    const reference = await writeContent(ports.objects, `usage/${file}/${generation}/manifest`, manifest);
    const made: ManifestSummary = {
      manifest: reference,
      status: manifest.outcome.status,
      chunks: manifest.chunks.length,
    };
    summary = (await ports.decisions.putIfAbsent(key, made)).value;
  }
  if (summary.status === 'accepted') await handOn(ports.queues, file, generation, summary.chunks);
  return summary.status;
}

/** Does the next piece of work on a claimed file: its manifest when that was the last, else what is to be asked for. */
async function decodeNext(
  ports: DecodePorts,
  claim: Claim,
  file: string,
  generation: number,
  range: number,
): Promise<Manifest | number[]> {
  const ranges = await rangesOf(ports, claim);
  if (ranges.length > 0) {
    if (range >= 0) await decodeRange(ports, claim, file, generation, ranges, range);
    const stand = await standOfRanges(ports, claim, file, generation, ranges);
    if ('manifest' in stand) return stand.manifest;
    if ('left' in stand) return range < 0 ? [...stand.left] : [];
    if (range >= 0) return range === stand.quotesIn ? [-1] : [];
  }
  return (await decodeStep(ports, claim, file, generation)) ?? [-1];
}

/** A file whose number is another's does not count. */
async function withNumber(decisions: Decisions, claim: Claim, manifest: Manifest): Promise<Manifest> {
  const { file, generation, name } = manifest;
  const numbered = { file, generation, name, arrivedAt: claim.storedAt };
  const outcome = await takeNumber(decisions, claim.carrier, claim.source.format, numbered, manifest.outcome);
  return { ...manifest, outcome, chunks: outcome.status === 'accepted' ? manifest.chunks : [] };
}

async function handOn(queues: Queues, file: string, generation: number, chunks: number): Promise<void> {
  if (chunks === 0) return queues.send([{ queue: 'complete', file, generation }]);
  const messages = Array.from(
    { length: chunks },
    (_, chunk) => ({ queue: 'chunks', file, generation, chunk }) as const,
  );
  return queues.send(messages);
}
