import type { SourceDefinition } from '#shared/catalog/source.ts';
import {
  type ArrivedFile,
  type DecoderSettings,
  type FileReading,
  openDecoder,
  type Problem,
  type RecordSink,
  type UsageDecoder,
} from './decoder.ts';

/**
 * Decodes a usage file that may be an archive: the files in it one after the other, each from its own beginning (header line, document), all
 * into one sink, as one file of records. A file that is no archive has one entry, ''.
 */
export class EntryDecoder {
  private readonly source: SourceDefinition;
  private readonly file: ArrivedFile;
  private readonly settings: DecoderSettings;
  private readonly sink: RecordSink;
  private readonly begun: (entry: string) => void;
  private readonly readings: FileReading[] = [];
  private decoder: UsageDecoder | undefined;
  private entry = '';

  /** `begun` is told of each entry before its first record. */
  constructor(
    source: SourceDefinition,
    file: ArrivedFile,
    settings: DecoderSettings,
    sink: RecordSink,
    begun: (entry: string) => void,
  ) {
    this.source = source;
    this.file = file;
    this.settings = settings;
    this.sink = sink;
    this.begun = begun;
  }

  /** Takes a block; one of another entry than the block before begins that. */
  push(entry: string, block: Uint8Array): void {
    if (this.decoder !== undefined && entry !== this.entry) this.endEntry();
    this.decoder ??= this.begin(entry);
    this.decoder.push(block);
  }

  /** Says that no block follows. The decoder is spent afterwards. */
  end(): FileReading {
    this.decoder ??= this.begin('');
    this.endEntry();
    const [first, ...others] = this.readings as [FileReading, ...FileReading[]];
    if (others.length === 0) return first;
    const { readings } = this;
    const isSame = others.every(({ status }) => status === first.status);
    const problems = readings.flatMap((reading) => reading.problems);
    return {
      status: isSame ? first.status : 'accepted',
      problems: 'identifiers' in this.source ? problems : [severalFiles(readings.length), ...problems],
      facts: first.facts,
      bytes: readings.reduce((sum, { bytes }) => sum + bytes, 0),
      trailer: readings.flatMap(({ trailer }) => trailer),
    };
  }

  private begin(entry: string): UsageDecoder {
    this.entry = entry;
    this.begun(entry);
    return openDecoder(this.source, this.file, this.settings, this.sink);
  }

  private endEntry(): void {
    const reading = this.decoder?.end();
    this.decoder = undefined;
    if (reading === undefined) return;
    const problems = reading.problems.map((problem) => ({ ...problem, entry: this.entry }));
    this.readings.push({ ...reading, problems });
  }
}

/** Files that have a header and a number of their own cannot be one. */
function severalFiles(count: number): Problem {
  return {
    code: 'SEVERAL_FILES',
    severity: 'fatal',
    text: `the archive holds ${count} files; files of this format have numbers and totals of their own and come one by one`,
    place: -1,
    entry: '',
    field: '',
    value: '',
    occurrences: 1,
  };
}
