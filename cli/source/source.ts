import { basename } from 'node:path';
import { stringify } from 'yaml';
import { isPreset, PRESETS, type Preset, type PresetName } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { type ArrivedFile, DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import { EntryDecoder } from '#shared/mediation/entry-decoder.ts';
import { type Explanation, explainRecords } from '#shared/mediation/explain-record.ts';
import { asOfOf } from '#shared/mediation/file-name.ts';
import { unreadable } from '#shared/mediation/file-outcome.ts';
import { outcomeOf } from '#shared/mediation/outcome.ts';
import { UnreadableFile } from '#shared/mediation/use-cases/decompress.ts';
import type { ReadableFile } from '#shared/mediation/use-cases/readable-file.ts';
import { usageBytes } from '#shared/mediation/use-cases/usage-bytes.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { localFile } from '../terminal/local-file.ts';
import type { Output } from '../terminal/output.ts';
import { table, words } from '../terminal/table.ts';
import { NO_CARRIER, sourceNamed } from '../usage/decode-source.ts';
import { TestSink } from './source-sink.ts';
import { type SourceTest, testText } from './source-text.ts';

/** What `source test` was asked for. */
export interface TestRequest {
  readonly path: string;
  /** Name of a preset, or a catalogue file (*.yaml) with sources. */
  readonly source: string;
  /** When the file is taken to have arrived, epoch seconds. */
  readonly arrivedAt: number;
  /** Records shown value by value. */
  readonly records: number;
}

/** `source list`: the presets. */
export function listSources(output: Output): void {
  const presets = Object.entries<Preset>(PRESETS).map(([name, { about, definition }]) => {
    return { name, about, format: String(definition.format), records: String(definition.records ?? 'events') };
  });
  const text = table(presets, [
    words('source', (each) => each.name),
    words('format', (each) => each.format),
    words('records', (each) => each.records),
    words('what it reads', (each) => each.about),
  ]);
  output.result(presets, text);
  output.next('billing source show plain-csv, or try one on a file: billing source test FILE --source plain-csv');
}

/** `source show NAME`: a preset as a catalogue would write it out. */
export function showSource(name: string, output: Output): void {
  if (!isPreset(name)) throw failure(`there is no source "${name}"`, 'list them with `billing source list`');
  const { about, definition } = PRESETS[name] as Preset;
  const source = { name, carrier: 'CARRIER', ...definition };
  const yaml = stringify(
    { sources: [source] },
    { aliasDuplicateObjects: false, lineWidth: 120, flowCollectionPadding: true },
  );
  output.result({ about, source }, `# ${about}\n${yaml}`);
  output.next(
    `save it, change carrier and what differs; or write only name, carrier, preset: ${name} and what differs`,
  );
}

/**
 * `source test FILE --source NAME|FILE.yaml`: reads a file by a definition and shows, value by value, what its first records are taken
 * for, what nobody uses, how many records there are, and which are rejected and why. Needs no deployment.
 * @throws CommandFailure when the definition is wrong, or anything of the file would not count.
 */
export async function testSource(request: TestRequest, output: Output): Promise<void> {
  const file: ArrivedFile = { name: basename(request.path), carrier: NO_CARRIER, arrivedAt: request.arrivedAt };
  const readable = await localFile(request.path);
  const source = await sourceNamed(request.source, file);
  const test = await tested(source, readable, file, request.records);
  output.result({ file: request.path, ...test }, testText(test));
  const { outcome } = test;
  if (outcome.status === 'quarantined') {
    const fatal = outcome.problems.filter(({ severity }) => severity === 'fatal').map(({ text }) => text);
    throw new CommandFailure(
      `${request.path} would be quarantined`,
      fatal,
      'mend the source, or have the file sent again',
    );
  }
  if (outcome.rejected > 0) {
    const message = `${outcome.rejected} of ${outcome.read} records of ${request.path} would be rejected`;
    throw failure(message, 'mend the source where the reasons above say so');
  }
  output.next('put it into the catalogue, and release that with `billing catalog release FOLDER --check`');
}

async function tested(
  source: SourceDefinition,
  readable: ReadableFile,
  file: ArrivedFile,
  records: number,
): Promise<SourceTest> {
  const sink = new TestSink();
  const decoder = new EntryDecoder(source, file, DEFAULT_DECODER_SETTINGS, sink, (entry) => {
    sink.entry = entry;
  });
  let explanation: Explanation = { records: [], unused: [] };
  const beginning = new Beginning();
  let problem: UnreadableFile | undefined;
  try {
    for await (const { entry, block } of usageBytes(readable)) {
      beginning.add(entry, block);
      decoder.push(entry, block);
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problem = error;
  }
  const reading = problem === undefined ? decoder.end() : { ...unreadable(problem), status: 'accepted' as const };
  const outcome = outcomeOf(reading, { ...sink.counts, made: 0 });
  if ('identifiers' in source) {
    const asOf = asOfOf(source.fileNamePattern, source.asOf, file);
    explanation = explainRecords(source, asOf, beginning.bytes, beginning.isAll, records);
  }
  return { source, outcome, explanation, reasons: sink.reasons() };
}

/** The first bytes of the first file, as many as are explained. */
class Beginning {
  private static readonly most = 1 << 20;
  private entry: string | undefined;
  private readonly blocks: Uint8Array[] = [];
  private length = 0;
  /** Whether they are all of it. */
  isAll = true;

  add(entry: string, block: Uint8Array): void {
    this.entry ??= entry;
    if (entry !== this.entry) return;
    const wanted = block.subarray(0, Beginning.most - this.length);
    if (wanted.length > 0) this.blocks.push(Uint8Array.from(wanted));
    this.length += wanted.length;
    if (wanted.length < block.length) this.isAll = false;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.blocks);
  }
}

/** Names of the presets, for help. */
export function presetNames(): PresetName[] {
  return Object.keys(PRESETS) as PresetName[];
}
