import type { SourceDefinition } from '#shared/catalog/source.ts';
import type {
  ArrivedFile,
  DecoderSettings,
  FileReading,
  RecordSink,
  ResumableDecoder,
  ResumePoint,
  UsageDecoder,
} from './decoder.ts';
import { openDecoder } from './open-decoder.ts';
import type { Problem } from './problem.ts';

/** Where the decoding of a file stopped: plain JSON. */
export interface EntryPoint {
  /** The file in the archive it stopped in; '' when the file is no archive. */
  readonly entry: string;
  /** Decompressed bytes of the entries before it. */
  readonly before: number;
  /** What was read of these. */
  readonly readings: readonly FileReading[];
  readonly decoder: ResumePoint;
}

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
  /** Decompressed bytes of the entries that are finished. */
  private before = 0;
  private stop = Number.POSITIVE_INFINITY;
  private from: EntryPoint | undefined;

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

  /** Goes on where another stopped: the bytes from its offset in its entry on come next. */
  goOnFrom(point: EntryPoint): void {
    this.from = point;
    this.before = point.before;
    this.readings.push(...point.readings);
  }

  /** Stops at the end of the record that ends at or behind so many decompressed bytes, if its format can be taken up there. */
  stopAfter(bytes: number): void {
    this.stop = bytes;
  }

  /** Where it stopped; nothing while it goes on. */
  get point(): EntryPoint | undefined {
    const { entry, before, readings, decoder } = this;
    const resume = decoder !== undefined && isResumable(decoder) ? decoder.resumePoint : undefined;
    return resume && { entry, before, readings, decoder: resume };
  }

  /** Takes a block; one of another entry than the block before begins that. */
  push(entry: string, block: Uint8Array): void {
    if (this.decoder !== undefined && entry !== this.entry) this.endEntry();
    this.decoder ??= this.begin(entry);
    this.decoder.push(block);
  }

  /** Says that no block follows. The decoder is spent afterwards. */
  end(): FileReading {
    this.decoder ??= this.begin(this.from?.entry ?? '');
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
    const { source, file, settings, sink, from } = this;
    this.from = undefined;
    const decoder = openDecoder(source, file, settings, sink, from?.entry === entry ? from.decoder : undefined);
    if (isResumable(decoder)) decoder.stopAfter(this.stop - this.before);
    return decoder;
  }

  private endEntry(): void {
    const reading = this.decoder?.end();
    this.decoder = undefined;
    if (reading === undefined) return;
    this.before += reading.bytes;
    const problems = reading.problems.map((problem) => ({ ...problem, entry: this.entry }));
    this.readings.push({ ...reading, problems });
  }
}

/** Whether a format can be taken up in the middle of a file. */
function isResumable(decoder: UsageDecoder): decoder is ResumableDecoder {
  return 'stopAfter' in decoder;
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
