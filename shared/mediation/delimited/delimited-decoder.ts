import type { DelimitedSource } from '#shared/catalog/source.ts';
import { TextChoice } from '../chunks/row.ts';
import type {
  ArrivedFile,
  DecoderSettings,
  FileReading,
  RecordSink,
  ResumableDecoder,
  ResumePoint,
  TrailerTotal,
} from '../decoder.ts';
import { asOfOf } from '../file-name.ts';
import { MappedRecords } from '../mapping/mapped-records.ts';
import { RecordMapping } from '../mapping/record-mapping.ts';
import type { Problem } from '../problem.ts';
import { ProblemList } from '../problem-list.ts';
import { textOf } from '../record-draft.ts';
import { FileHead, NO_FACTS } from '../text-file.ts';
import { DelimitedPlaces } from './delimited-places.ts';
import { type LinePoint, LineScanner, LONGEST_LINE, MOST_COLUMNS } from './line-scanner.ts';

/** Blocks are taken in pieces of this size, so that the scanner's memory does not grow with them. */
const PIECE = 1 << 18;

/** What a decoder must know to go on where another stopped. */
interface Point {
  readonly scanner: LinePoint;
  /** Names of the file's columns. */
  readonly names: readonly string[];
  readonly rows: number;
  readonly made: number;
  readonly problems: readonly Problem[];
  readonly trailer: readonly TrailerTotal[];
}

/** Decodes delimited text by a source definition. */
export class DelimitedDecoder implements ResumableDecoder {
  private readonly source: DelimitedSource;
  private readonly scanner: LineScanner;
  private readonly records: MappedRecords;
  private readonly problems = new ProblemList();
  private readonly head = new FileHead();
  private readonly skipped: TextChoice;
  private readonly trailerMark: TextChoice;
  private readonly asOf: number;
  private mapping: RecordMapping | undefined;
  private names: readonly string[] = [];
  private stop = Number.POSITIVE_INFINITY;
  resumePoint: ResumePoint | undefined;
  private bytes = 0;
  private rows = 0;
  private trailer: TrailerTotal[] = [];

  /** `resume` is where another stopped; undefined = at the beginning. */
  constructor(
    source: DelimitedSource,
    file: ArrivedFile,
    settings: DecoderSettings,
    sink: RecordSink,
    resume: ResumePoint | undefined,
  ) {
    this.source = source;
    this.scanner = new LineScanner(source.delimiter, source.quote, source.skipLines);
    this.records = new MappedRecords(source, file.arrivedAt, settings, sink, this.problems);
    this.skipped = new TextChoice(source.skipRows);
    this.trailerMark = new TextChoice(source.trailer.firstField === '' ? [] : [source.trailer.firstField]);
    this.asOf = asOfOf(source.fileNamePattern, source.asOf, file);
    if (Number.isNaN(this.asOf)) this.noteUnreadableName(file.name);
    if (resume !== undefined) this.goOnFrom(resume);
    else if (source.columns.length > 0) this.takeColumns(source.columns);
  }

  stopAfter(offset: number): void {
    this.stop = offset;
  }

  push(block: Uint8Array): void {
    if (this.resumePoint !== undefined) return;
    this.bytes += block.length;
    if (this.problems.isFatal || block.length === 0) return;
    if (!this.head.isWhole) this.head.add(block);
    for (let at = 0; at < block.length && !this.hasStopped; at += PIECE) {
      this.scanner.append(block.subarray(at, at + PIECE));
      if (this.head.isWhole) this.takeRows();
    }
  }

  end(): FileReading {
    const { problems, trailer } = this;
    if (!this.hasStopped) this.finish();
    return { status: 'accepted', problems: problems.list(), facts: NO_FACTS, bytes: this.bytes, trailer };
  }

  private get hasStopped(): boolean {
    return this.problems.isFatal || this.resumePoint !== undefined;
  }

  private finish(): void {
    const { scanner, problems } = this;
    if (this.bytes === 0) {
      problems.add('EMPTY_FILE', 'fatal', 'the file has no bytes; not even a header line', 0, '', '');
      return;
    }
    scanner.close();
    this.stop = Number.POSITIVE_INFINITY;
    this.takeRows();
    if (this.hasStopped) return;
    if (this.mapping === undefined) problems.add('EMPTY_FILE', 'fatal', 'the file has no header line', 1, '', '');
    if (scanner.isUnended) {
      const text = 'the last line has no line break; if the carrier always writes one, the file was cut';
      problems.add('NO_FINAL_LINE_BREAK', 'warning', text, scanner.line, '', '');
    }
    if (this.source.trailer.firstField !== '' && this.trailer.length === 0) {
      const text = `the file has no line that begins with "${this.source.trailer.firstField}", which ends its files: it was cut`;
      problems.add('TRUNCATED', 'fatal', text, scanner.line, 'trailer', '');
    }
  }

  private takeRows(): void {
    const { scanner, problems, head } = this;
    if (this.rows === 0 && head.objection !== '') this.noteNoText(head.objection);
    while (!this.hasStopped && scanner.next()) {
      this.rows++;
      const { made } = this.records;
      if (this.mapping === undefined) this.takeHeader();
      else this.takeRow(this.mapping);
      if (scanner.position >= this.stop && this.records.made > made && !problems.isFatal)
        this.resumePoint = this.pointHere();
    }
    if (!scanner.isHopeless) return;
    const text = `quotes do not pair over many lines, last on line ${scanner.line}; is this another format?`;
    problems.add('UNPAIRED_QUOTES', 'fatal', text, scanner.line, '', '');
  }

  private pointHere(): ResumePoint {
    const { scanner, names, rows, problems, trailer } = this;
    const point: Point = {
      scanner: scanner.point,
      names,
      rows,
      made: this.records.made,
      problems: problems.list(),
      trailer,
    };
    return { offset: point.scanner.offset, state: JSON.stringify(point) };
  }

  private goOnFrom({ offset, state }: ResumePoint): void {
    const point = JSON.parse(state) as Point;
    this.bytes = offset;
    this.rows = point.rows;
    this.records.made = point.made;
    this.trailer = [...point.trailer];
    this.scanner.goOnFrom(point.scanner);
    this.takeColumns(point.names);
    this.problems.goOnFrom(point.problems);
  }

  private takeRow(mapping: RecordMapping): void {
    const { scanner } = this;
    if (scanner.isTooLong) {
      const text = `the line has more than ${LONGEST_LINE} bytes`;
      this.records.reject('TOO_LONG', '', '', text, scanner.line);
      return;
    }
    if (this.isSkipped() || this.isTrailer()) return;
    const isOdd = scanner.isMalformed || scanner.fields !== this.names.length;
    if (isOdd && scanner.lines > 1) scanner.cutAfterFirstLine();
    if (scanner.isUnclosed) this.reject('INVALID_VALUE', 'a quote is opened and never closed');
    else if (scanner.isMalformed) this.reject('INVALID_VALUE', 'something stands behind a closing quote');
    else if (isOdd)
      this.reject('RAGGED_ROW', `the record has ${scanner.fields} columns, ${this.names.length} are expected`);
    else {
      scanner.keep();
      this.records.take(scanner, mapping, scanner.line);
    }
  }

  private reject(code: 'INVALID_VALUE' | 'RAGGED_ROW', text: string): void {
    const { bytes, start, end, line } = this.scanner;
    this.records.reject(code, '', textOf(bytes, start, end), text, line);
  }

  private isSkipped(): boolean {
    if (this.source.skipRows.length === 0) return false;
    const { bytes, starts, ends } = this.scanner;
    return this.skipped.indexOf(bytes, starts[0]!, ends[0]!) >= 0;
  }

  /** Whether the row is the one that ends the file; what it says is held against what was read. */
  private isTrailer(): boolean {
    const { firstField, countField } = this.source.trailer;
    if (firstField === '') return false;
    const { bytes, starts, ends, line } = this.scanner;
    if (this.trailerMark.indexOf(bytes, starts[0]!, ends[0]!) < 0) return false;
    const expected =
      countField > this.scanner.fields ? '' : textOf(bytes, starts[countField - 1]!, ends[countField - 1]!);
    const found = String(this.records.made);
    this.trailer.push({ name: 'count', expected: expected.trim(), found });
    if (!/^\d{1,15}$/.test(expected.trim()) || Number(expected) !== this.records.made) {
      const text = `the last line says ${expected === '' ? 'nothing' : expected}, the file has ${found} records`;
      this.problems.add('AUDIT_COUNT_MISMATCH', 'fatal', text, line, 'trailer', expected);
    }
    return true;
  }

  private takeHeader(): void {
    this.scanner.keep();
    const { bytes, starts, ends, fields, start, end, line } = this.scanner;
    if (hasControls(bytes, start, end)) {
      this.noteNoText('its first line holds control characters');
    } else if (fields > MOST_COLUMNS || this.scanner.isTooLong) {
      const text = `the header line has more than ${MOST_COLUMNS} columns or ${LONGEST_LINE} bytes`;
      this.problems.add('TOO_MANY_COLUMNS', 'fatal', text, line, '', '');
    } else {
      this.takeColumns(Array.from({ length: fields }, (_, i) => bytes.toString('utf8', starts[i], ends[i]).trim()));
    }
  }

  private takeColumns(names: readonly string[]): void {
    const places = new DelimitedPlaces(names, this.source);
    this.mapping = new RecordMapping(this.source, places, this.asOf);
    this.names = names;
    for (const { code, column } of places.problems) {
      const text =
        code === 'MISSING_COLUMN'
          ? `there is no column "${column}"; the file has: ${names.join(', ').slice(0, 300)}`
          : `the column "${column}" occurs more than once`;
      this.problems.add(code, 'fatal', text, 1, column, '');
    }
  }

  private noteNoText(objection: string): void {
    this.problems.add('NOT_TEXT', 'fatal', `the file is not UTF-8 text: ${objection}`, 1, '', this.head.digits);
  }

  private noteUnreadableName(name: string): void {
    const text = `the name does not say since when its aggregates are true, as "${this.source.fileNamePattern}" would`;
    this.problems.add('FILE_NAME_MISMATCH', 'fatal', text, -1, 'fileNamePattern', name);
  }
}

/** Control characters other than the tab and line breaks do not occur in names of columns. */
function hasControls(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++)
    if (bytes[i]! < 0x20 && bytes[i] !== 0x09 && bytes[i] !== 0x0a && bytes[i] !== 0x0d) return true;
  return false;
}
