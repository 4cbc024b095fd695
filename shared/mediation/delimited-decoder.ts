import type { DelimitedSource } from '#shared/catalog/source.ts';
import type { ArrivedFile, DecoderSettings, FileFacts, FileReading, RecordSink, UsageDecoder } from './decoder.ts';
import { compileMapping, type Mapping } from './delimited-mapping.ts';
import { asOfOf } from './file-name.ts';
import { LineScanner, LONGEST_LINE, MOST_COLUMNS } from './line-scanner.ts';
import { ProblemList } from './problem-list.ts';
import { RecordDraft, textOf } from './record-draft.ts';
import { applyRules, normaliseKeyTexts, type RecordRules, recordRules } from './record-rules.ts';

/** What a delimited file says of itself: nothing. */
const NO_FACTS: FileFacts = {
  sender: '',
  recipient: '',
  sequence: '',
  specification: '',
  created: 0,
  available: 0,
  cutOff: 0,
  rapSequence: '',
  currency: '',
  localCurrency: '',
  decimals: -1,
};

const LINE_FEED = 0x0a;
/** What files begin with that are often mistaken for text. */
const MAGIC = [
  ['1f8b', 'it is compressed (gzip)'],
  ['28b52ffd', 'it is compressed (zstd)'],
  ['504b0304', 'it is a zip archive or a spreadsheet'],
  ['fffe', 'it is UTF-16'],
  ['feff', 'it is UTF-16'],
] as const;

/** Decodes delimited text by a source definition. */
export class DelimitedDecoder implements UsageDecoder {
  private readonly source: DelimitedSource;
  private readonly scanner: LineScanner;
  private readonly sink: RecordSink;
  private readonly rules: RecordRules;
  private readonly draft = new RecordDraft();
  private readonly problems = new ProblemList();
  private mapping: Mapping | undefined;
  private columns = 0;
  private bytes = 0;
  private lastByte = 0;

  constructor(source: DelimitedSource, file: ArrivedFile, settings: DecoderSettings, sink: RecordSink) {
    this.source = source;
    this.sink = sink;
    this.scanner = new LineScanner(source.delimiter, source.quote);
    this.rules = recordRules(file.arrivedAt, settings);
    if (Number.isNaN(asOfOf(source.fileNamePattern, source.asOf, file))) this.noteUnreadableName(file.name);
    if (source.columns.length > 0) this.takeColumns(source.columns);
  }

  push(block: Uint8Array): void {
    this.bytes += block.length;
    if (block.length > 0) this.lastByte = block[block.length - 1]!;
    if (this.problems.isFatal || block.length === 0) return;
    this.scanner.append(block);
    while (!this.problems.isFatal && this.scanner.next()) this.takeRow();
    this.noteScanFailure();
  }

  end(): FileReading {
    if (!this.problems.isFatal) this.finishLastLine();
    return { status: 'accepted', problems: this.problems.list(), facts: NO_FACTS, bytes: this.bytes, trailer: [] };
  }

  private finishLastLine(): void {
    const { scanner, problems } = this;
    if (this.bytes === 0) {
      problems.add('EMPTY_FILE', 'fatal', 'the file has no bytes; not even a header line', 0, '', '');
      return;
    }
    if (scanner.isInQuotes) {
      const text = `the file ends inside the quotes of the record that begins on line ${scanner.line}`;
      problems.add('TRUNCATED', 'fatal', text, scanner.line, '', '');
      return;
    }
    scanner.close();
    while (scanner.next()) this.takeRow();
    if (scanner.last()) this.takeLastRow();
    this.noteScanFailure();
    if (!problems.isFatal && this.mapping === undefined) {
      problems.add('EMPTY_FILE', 'fatal', 'the file has no header line', 1, '', '');
    }
  }

  private takeLastRow(): void {
    this.takeRow();
    if (this.lastByte === LINE_FEED || this.problems.isFatal) return;
    const text = 'the last line has no line break; if the carrier always writes one, the file was cut';
    this.problems.add('NO_FINAL_LINE_BREAK', 'warning', text, this.scanner.line, '', '');
  }

  private takeRow(): void {
    const { scanner, draft, mapping } = this;
    if (mapping === undefined) {
      this.takeHeader();
      return;
    }
    draft.clear();
    if (scanner.fields !== this.columns) {
      const start = scanner.starts[0]!;
      const text = `the record has ${scanner.fields} columns, ${this.columns} are expected`;
      draft.fail(
        'RAGGED_ROW',
        '',
        textOf(scanner.bytes, start, Math.max(start, scanner.ends[scanner.fields - 1]!)),
        text,
      );
    } else if (scanner.isMalformed) {
      draft.fail(
        'INVALID_VALUE',
        '',
        textOf(scanner.bytes, scanner.starts[0]!, scanner.ends[0]!),
        'something stands behind a closing quote',
      );
    } else {
      mapping(scanner, draft);
      applyRules(draft, this.rules);
      normaliseKeyTexts(draft);
      this.noteReversedTimes(draft);
    }
    if (draft.code === '') this.sink.add(draft, scanner.line);
    else this.sink.reject(draft, scanner.line);
  }

  private noteReversedTimes(draft: RecordDraft): void {
    if (!draft.endsBeforeStart || draft.code !== '') return;
    const text = 'the record ends before it starts; it is taken with its start and without a duration';
    this.problems.add('END_BEFORE_START', 'warning', text, this.scanner.line, this.source.end.column, '');
  }

  private takeHeader(): void {
    const { scanner } = this;
    const last = scanner.ends[scanner.fields - 1]!;
    if (isBinary(scanner.bytes, scanner.starts[0]!, last)) {
      this.noteBinary();
      return;
    }
    const names = Array.from({ length: scanner.fields }, (_, i) =>
      scanner.bytes.toString('utf8', scanner.starts[i], scanner.ends[i]).trim(),
    );
    this.takeColumns(names);
  }

  private takeColumns(names: readonly string[]): void {
    const { mapping, problems } = compileMapping(this.source, names);
    this.mapping = mapping;
    this.columns = names.length;
    for (const { code, column } of problems) {
      const text =
        code === 'MISSING_COLUMN'
          ? `there is no column "${column}"; the file has: ${names.join(', ').slice(0, 300)}`
          : `the column "${column}" occurs more than once`;
      this.problems.add(code, 'fatal', text, 1, column, '');
    }
  }

  private noteBinary(): void {
    const { bytes, starts, ends, fields } = this.scanner;
    const start = starts[0]!;
    const begin = bytes.toString('hex', start, Math.min(ends[fields - 1]!, start + 16));
    const guess = MAGIC.find(([magic]) => begin.startsWith(magic))?.[1] ?? 'its first line holds control characters';
    this.problems.add('NOT_TEXT', 'fatal', `the file is not UTF-8 text: ${guess}`, 1, '', begin);
  }

  private noteUnreadableName(name: string): void {
    const text = `the name does not say since when its aggregates are true, as "${this.source.fileNamePattern}" would`;
    this.problems.add('FILE_NAME_MISMATCH', 'fatal', text, -1, 'fileNamePattern', name);
  }

  private noteScanFailure(): void {
    const { failure, line } = this.scanner;
    if (failure === 'LINE_TOO_LONG') {
      const text = `the record that begins on line ${line} has more than ${LONGEST_LINE} bytes; is a quote not closed, or is this another format?`;
      this.problems.add('LINE_TOO_LONG', 'fatal', text, line, '', '');
    }
    if (failure === 'TOO_MANY_COLUMNS') {
      this.problems.add(
        'TOO_MANY_COLUMNS',
        'fatal',
        `line ${line} has more than ${MOST_COLUMNS} columns`,
        line,
        '',
        '',
      );
    }
  }
}

/** Control characters other than the tab do not occur in names of columns. */
function isBinary(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if (bytes[i]! < 0x20 && bytes[i] !== 0x09 && bytes[i] !== 0x0a && bytes[i] !== 0x0d) return true;
  return bytes[start] === 0xff || bytes[start] === 0xfe;
}
