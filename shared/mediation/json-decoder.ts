import { jsonPath } from '#shared/catalog/json-path.ts';
import type { JsonSource } from '#shared/catalog/source.ts';
import type { ArrivedFile, DecoderSettings, FileReading, RecordSink, UsageDecoder } from './decoder.ts';
import { asOfOf } from './file-name.ts';
import { JsonPaths } from './json-paths.ts';
import { JsonScanner } from './json-scanner.ts';
import { MappedRecords } from './mapped-records.ts';
import { ProblemList } from './problem-list.ts';
import { RecordMapping } from './record-mapping.ts';
import { FileHead, NO_FACTS } from './text-file.ts';

/** Blocks are taken in pieces of this size, so that the scanner's memory does not grow with them. */
const PIECE = 1 << 18;

/** Keys that lead to the list of records. */
export function recordKeys({ recordsAt }: JsonSource): readonly string[] {
  const steps = recordsAt === '' ? [] : (jsonPath(recordsAt) ?? []);
  return steps.filter((step) => step !== null);
}

/** Decodes JSON by a source definition: documents, lists and lines alike. */
export class JsonDecoder implements UsageDecoder {
  private readonly scanner: JsonScanner;
  private readonly mapping: RecordMapping;
  private readonly records: MappedRecords;
  private readonly problems = new ProblemList();
  private readonly head = new FileHead();
  private bytes = 0;

  constructor(source: JsonSource, file: ArrivedFile, settings: DecoderSettings, sink: RecordSink) {
    const paths = new JsonPaths(source);
    const asOf = asOfOf(source.fileNamePattern, source.asOf, file);
    this.scanner = new JsonScanner(paths, recordKeys(source));
    this.mapping = new RecordMapping(source, paths, asOf);
    this.records = new MappedRecords(source, file.arrivedAt, settings, sink, this.problems);
    if (Number.isNaN(asOf)) {
      const text = `the name does not say when its records were true, as "${source.fileNamePattern}" would`;
      this.problems.add('FILE_NAME_MISMATCH', 'fatal', text, -1, 'fileNamePattern', file.name);
    }
  }

  push(block: Uint8Array): void {
    this.bytes += block.length;
    if (this.problems.isFatal || block.length === 0) return;
    if (!this.head.isWhole) this.head.add(block);
    for (let at = 0; at < block.length && !this.problems.isFatal; at += PIECE) {
      this.scanner.append(block.subarray(at, at + PIECE));
      if (this.head.isWhole) this.takeRecords();
    }
  }

  end(): FileReading {
    const { problems } = this;
    if (!problems.isFatal) this.finish();
    return { status: 'accepted', problems: problems.list(), facts: NO_FACTS, bytes: this.bytes, trailer: [] };
  }

  private finish(): void {
    const { scanner, problems } = this;
    if (this.bytes === 0) {
      problems.add('EMPTY_FILE', 'fatal', 'the file has no bytes', 0, '', '');
      return;
    }
    scanner.close();
    this.takeRecords();
    if (problems.isFatal || !scanner.isUnended) return;
    const text = 'the last line is broken and has no line break; the file was probably cut';
    problems.add('NO_FINAL_LINE_BREAK', 'warning', text, scanner.line, '', '');
  }

  private takeRecords(): void {
    const { scanner, problems, head, records, mapping } = this;
    if (records.made === 0 && head.objection !== '') {
      problems.add('NOT_TEXT', 'fatal', `the file is not UTF-8 text: ${head.objection}`, 1, '', head.digits);
      return;
    }
    while (scanner.next()) {
      const { row, line } = scanner;
      if (row.problem === '') records.take(row, mapping, line);
      else records.reject(row.problem, row.problemPath, row.problemValue, row.problemText, line);
    }
    if (scanner.failure !== '') problems.add(scanner.failure, 'fatal', scanner.failureText, scanner.line, '', '');
  }
}
