import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { type ArrivedFile, DEFAULT_DECODER_SETTINGS, type FileReading } from '#shared/mediation/decoder.ts';
import { EntryDecoder } from '#shared/mediation/entry-decoder.ts';
import { unreadable } from '#shared/mediation/file-outcome.ts';
import { outcomeOf } from '#shared/mediation/outcome.ts';
import { UnreadableFile } from '#shared/mediation/use-cases/decompress.ts';
import type { EntryBlock, ReadableFile } from '#shared/mediation/use-cases/readable-file.ts';
import { usageBytes } from '#shared/mediation/use-cases/usage-bytes.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { CommandFailure } from '../terminal/failure.ts';
import { localFile } from '../terminal/local-file.ts';
import type { Output } from '../terminal/output.ts';
import { DecodeSink } from './decode-sink.ts';
import { guessedSource, NO_CARRIER, sourceNamed } from './decode-source.ts';
import { outcomeText } from './usage-text.ts';

/** What `usage decode` was asked for. */
export interface DecodeRequest {
  readonly path: string;
  /** Name of a preset, or a catalogue file (*.yaml) with sources; '' = to be guessed. */
  readonly source: string;
  /** When the file is taken to have arrived: what is too old or still to come is said from here. */
  readonly arrivedAt: Instant;
  /** Rejected records listed at the end. */
  readonly rejected: number;
}

/**
 * `usage decode FILE`: what a usage file says, without a deployment: its records one a line as they are read, then what the file says of
 * itself, totals, problems and rejected records. However large the file, its records are not kept.
 * @throws CommandFailure when it would be quarantined.
 */
export async function decodeUsage(request: DecodeRequest, output: Output, json: boolean): Promise<void> {
  for (const flag of SMALL_HEAP) setFlagsFromString(flag);
  const readable = await localFile(request.path);
  const sink = new DecodeSink(output, json, request.rejected);
  const file: ArrivedFile = { name: basename(request.path), carrier: NO_CARRIER, arrivedAt: request.arrivedAt };
  const { source, others, reading } = await read(readable, file, request.source, sink);
  const outcome = outcomeOf(reading, {
    records: sink.records,
    accepted: sink.accepted,
    duplicate: sink.repeated,
    rejections: sink.rejections,
    zero: sink.zero,
    made: 0,
  });
  const isGuessed = request.source === '';
  const name = source?.name ?? '';
  const { rejected, isRepetitionKnown } = sink;
  const alike = others.length === 0 ? '' : ` or ${others.join(', ')}`;
  const readAs =
    name === ''
      ? ''
      : `\nread as ${name}${isGuessed ? `; it looks like ${name}${alike}: --source says which it is` : ''}`;
  const partly = isRepetitionKnown ? '' : '\nrepeated records are looked for among the first million records';
  sink.say(
    { file: request.path, source: name, isGuessed, others, ...outcome, isRepetitionKnown, rejectedRecords: rejected },
    `${readAs}${partly}\n${outcomeText(source, outcome, rejected)}`,
  );
  await sink.flush();
  if (outcome.status !== 'quarantined') return;
  const fatal = outcome.problems.filter(({ severity }) => severity === 'fatal');
  throw new CommandFailure(
    `${request.path} would be quarantined: nothing of it would count`,
    fatal.map(({ code, text }) => `${code}: ${text}`),
    isGuessed ? 'have it sent again, or say with --source what it is' : 'have it sent again, or mend the source',
  );
}

/** Lines of records are garbage as soon as they are written. Left to itself, V8 lets ever more of it gather before it looks. */
const SMALL_HEAP = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];

/** Bytes that are decoded before their records are written: as text they are several times as many. */
const AT_ONCE = 1 << 15;

/** Reads a file to its end, or as far as it can be read. */
async function read(
  readable: ReadableFile,
  file: ArrivedFile,
  asked: string,
  sink: DecodeSink,
): Promise<{ source: SourceDefinition | undefined; others: readonly string[]; reading: FileReading }> {
  let source = asked === '' ? undefined : await sourceNamed(asked, file);
  let others: readonly string[] = [];
  const blocks = usageBytes(readable);
  try {
    const first = await blocks.next();
    // A block is there until the next is asked for.
    if (!first.done) first.value = { entry: first.value.entry, block: first.value.block.slice() };
    const second = first.done ? first : await blocks.next();
    const beginning = first.done ? new Uint8Array() : first.value.block;
    const isAll = second.done === true || second.value.entry !== first.value?.entry;
    if (source === undefined) ({ source, others } = guessedSource(file, beginning, isAll));
    const decoder = new EntryDecoder(source, file, DEFAULT_DECODER_SETTINGS, sink, (entry) => {
      sink.entry = entry;
    });
    const push = async ({ entry, block }: EntryBlock) => {
      for (let at = 0; at === 0 || at < block.length; at += AT_ONCE) {
        decoder.push(entry, block.subarray(at, at + AT_ONCE));
        await sink.flush();
      }
    };
    if (!first.done) await push(first.value);
    if (!second.done) await push(second.value);
    for await (const block of blocks) await push(block);
    return { source, others, reading: decoder.end() };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { source, others, reading: { ...unreadable(error), status: 'accepted' } };
  } finally {
    await blocks.return(undefined);
  }
}
