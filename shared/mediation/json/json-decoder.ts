import { jsonPath } from '#shared/catalog/files/json-path.ts';
import type { JsonSource } from '#shared/catalog/source.ts';
import type {
  ArrivedFile,
  DecoderSettings,
  FileReading,
  RecordSink,
  ResumableDecoder,
  ResumePoint,
} from '../decoder.ts';
import { asOfOf } from '../file-name.ts';
import { MappedRecords } from '../mapping/mapped-records.ts';
import { RecordMapping } from '../mapping/record-mapping.ts';
import type { Problem } from '../problem.ts';
import { ProblemList } from '../problem-list.ts';
import { FileHead, NO_FACTS } from '../text-file.ts';
import { JsonPaths } from './json-paths.ts';
import { type JsonPoint, JsonScanner } from './json-scanner.ts';

/** Blocks are taken in pieces of this size, so that the scanner's memory does not grow with them. */
const PIECE = 1 << 18;

/** What a decoder must know to go on where another stopped. */
interface Point {
  readonly scanner: JsonPoint;
  readonly made: number;
  readonly problems: readonly Problem[];
}

/** Keys that lead to the list of records. */
export function recordKeys({ recordsAt }: JsonSource): readonly string[] {
  const steps = recordsAt === '' ? [] : (jsonPath(recordsAt) ?? []);
  return steps.filter((step) => step !== null);
}

/** Decodes JSON by a source definition: documents, lists and lines alike. */
export class JsonDecoder implements ResumableDecoder {
  private readonly scanner: JsonScanner;
  private readonly mapping: RecordMapping;
  private readonly records: MappedRecords;
  private readonly problems = new ProblemList();
  private readonly head = new FileHead();
  private bytes = 0;
  private stop = Number.POSITIVE_INFINITY;
  resumePoint: ResumePoint | undefined;

  /** `resume` is where another stopped; undefined = at the beginning. */
  constructor(
    source: JsonSource,
    file: ArrivedFile,
    settings: DecoderSettings,
    sink: RecordSink,
    resume: ResumePoint | undefined,
  ) {
    const paths = new JsonPaths(source);
    const asOf = asOfOf(source.fileNamePattern, source.asOf, file);
    this.scanner = new JsonScanner(paths, recordKeys(source));
    this.mapping = new RecordMapping(source, paths, asOf);
    this.records = new MappedRecords(source, file.arrivedAt, settings, sink, this.problems);
    if (resume !== undefined) this.goOnFrom(resume);
    if (Number.isNaN(asOf)) {
      const text = `the name does not say when its records were true, as "${source.fileNamePattern}" would`;
      this.problems.add('FILE_NAME_MISMATCH', 'fatal', text, -1, 'fileNamePattern', file.name);
    }
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
      if (this.head.isWhole) this.takeRecords();
    }
  }

  end(): FileReading {
    const { problems } = this;
    if (!this.hasStopped) this.finish();
    return { status: 'accepted', problems: problems.list(), facts: NO_FACTS, bytes: this.bytes, trailer: [] };
  }

  private get hasStopped(): boolean {
    return this.problems.isFatal || this.resumePoint !== undefined;
  }

  private finish(): void {
    const { scanner, problems } = this;
    scanner.close();
    this.stop = Number.POSITIVE_INFINITY;
    this.takeRecords();
    if (!scanner.hasContent && !this.hasStopped) {
      const text = this.bytes === 0 ? 'the file has no bytes' : 'the file holds nothing but blanks';
      problems.add('EMPTY_FILE', 'fatal', text, this.bytes === 0 ? 0 : 1, '', '');
    }
    if (this.hasStopped || !scanner.isUnended) return;
    const text = 'the last line is broken and has no line break; the file was probably cut';
    problems.add('NO_FINAL_LINE_BREAK', 'warning', text, scanner.line, '', '');
  }

  private pointHere(): ResumePoint {
    const point: Point = { scanner: this.scanner.point, made: this.records.made, problems: this.problems.list() };
    return { offset: point.scanner.offset, state: JSON.stringify(point) };
  }

  private goOnFrom({ offset, state }: ResumePoint): void {
    const point = JSON.parse(state) as Point;
    this.bytes = offset;
    this.records.made = point.made;
    this.scanner.goOnFrom(point.scanner);
    this.problems.goOnFrom(point.problems);
  }

  private takeRecords(): void {
    const { scanner, problems, head, records, mapping } = this;
    if (records.made === 0 && head.objection !== '') {
      problems.add('NOT_TEXT', 'fatal', `the file is not UTF-8 text: ${head.objection}`, 1, '', head.digits);
      return;
    }
    while (!this.hasStopped && scanner.next()) {
      const { row, line } = scanner;
      if (row.problem === '') records.take(row, mapping, line);
      else records.reject(row.problem, row.problemPath, row.problemValue, row.problemText, line);
      if (scanner.position >= this.stop) this.resumePoint = this.pointHere();
    }
    if (scanner.failure !== '') problems.add(scanner.failure, 'fatal', scanner.failureText, scanner.line, '', '');
  }
}
