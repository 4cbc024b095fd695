import { placesOf } from '#shared/catalog/files/source-checks.ts';
import type {
  DelimitedSource,
  IdentifierKind,
  JsonSource,
  MappedSource,
  QuantityMeasure,
} from '#shared/catalog/source.ts';
import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import type { Row } from './chunks/row.ts';
import { DelimitedPlaces } from './delimited/delimited-places.ts';
import { LineScanner } from './delimited/line-scanner.ts';
import { recordKeys } from './json/json-decoder.ts';
import { JsonPaths } from './json/json-paths.ts';
import { JsonScanner } from './json/json-scanner.ts';
import { RecordMapping } from './mapping/record-mapping.ts';
import { DIRECTIONS, RecordDraft, TEXT, type TextField } from './record-draft.ts';
import { normaliseKeyTexts } from './record-rules.ts';

/** One column or path of a record, and what it was taken for. */
export interface ExplainedValue {
  readonly column: string;
  /** What stands there. */
  readonly value: string;
  /** What it is taken for, and what came of it; none if the definition does not use it. */
  readonly uses: readonly { readonly field: string; readonly taken: string }[];
}

/** A record of a file, value by value. */
export interface ExplainedRecord {
  /** Line it begins on. */
  readonly place: number;
  readonly service: string;
  readonly values: readonly ExplainedValue[];
  /** Why it cannot be taken; '' when it can. */
  readonly rejected: string;
}

/** The first records of a file, value by value, and every column or path that no definition field names. */
export interface Explanation {
  readonly records: readonly ExplainedRecord[];
  readonly unused: readonly string[];
}

/** Records whose columns are looked at for those nobody uses. */
const LOOKED_AT = 100;

/** Explains the first `most` records of a file by its beginning, which is decompressed, and all of it if `isAll`. */
export function explainRecords(
  source: MappedSource,
  asOf: Instant,
  beginning: Uint8Array,
  isAll: boolean,
  most: number,
): Explanation {
  const found =
    source.format === 'json' ? jsonRows(source, asOf, beginning, isAll) : delimitedRows(source, asOf, beginning, isAll);
  const named = new Set(placesOf(source).map(({ path }) => path));
  const records: ExplainedRecord[] = [];
  const unused = new Set<string>();
  let looked = 0;
  for (const { row, mapping, place, columns } of found) {
    if (looked++ === LOOKED_AT) break;
    for (const { column } of columns) if (!named.has(column)) unused.add(column);
    if (records.length < most) records.push(...explain(source, row, mapping, place, columns));
  }
  return { records: records.slice(0, most), unused: [...unused] };
}

interface Column {
  readonly column: string;
  readonly value: string;
}

interface FoundRow {
  readonly row: Row;
  readonly mapping: RecordMapping;
  readonly place: number;
  readonly columns: readonly Column[];
}

function* delimitedRows(
  source: DelimitedSource,
  asOf: Instant,
  bytes: Uint8Array,
  isAll: boolean,
): Generator<FoundRow> {
  const scanner = new LineScanner(source.delimiter, source.quote, source.skipLines);
  scanner.append(bytes);
  if (isAll || bytes.length < 65_536) scanner.close();
  const textAt = (i: number) => scanner.bytes.toString('utf8', scanner.starts[i], scanner.ends[i]);
  let names = source.columns;
  if (names.length === 0 && scanner.next()) {
    scanner.keep();
    names = Array.from({ length: scanner.fields }, (_, i) => textAt(i).trim());
  }
  const mapping = new RecordMapping(source, new DelimitedPlaces(names, source), asOf);
  while (scanner.next()) {
    if (scanner.fields !== names.length || scanner.isMalformed || scanner.isTooLong) continue;
    scanner.keep();
    yield {
      row: scanner,
      mapping,
      place: scanner.line,
      columns: names.map((column, i) => ({ column, value: textAt(i) })),
    };
  }
}

function* jsonRows(source: JsonSource, asOf: Instant, bytes: Uint8Array, isAll: boolean): Generator<FoundRow> {
  const paths = new JsonPaths(source);
  const scanner = new JsonScanner(paths, recordKeys(source));
  const mapping = new RecordMapping(source, paths, asOf);
  scanner.append(bytes);
  if (isAll) scanner.close();
  while (scanner.next()) {
    const { row, line } = scanner;
    if (row.problem !== '') continue;
    const whole: unknown = JSON.parse(row.bytes.toString('utf8', row.from, row.at), asWritten);
    yield { row, mapping, place: line, columns: [...leaves('', whole)] };
  }
}

/** Leaves numbers as they were written: parsed, some would be others. */
function asWritten(_key: string, value: unknown, { source }: { readonly source?: string } = {}): unknown {
  return typeof value === 'number' ? (source ?? value) : value;
}

/** Every value inside a JSON value, by path; those of list items one by one, under the path of them all. */
function* leaves(path: string, value: unknown): Generator<Column> {
  if (Array.isArray(value)) {
    for (const item of value) yield* leaves(`${path}[]`, item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const step = /[.[\]"\s]/.test(key) ? `"${key}"` : key;
      yield* leaves(path === '' ? step : `${path}.${step}`, inner);
    }
  } else {
    yield { column: path, value: typeof value === 'string' ? value : JSON.stringify(value) };
  }
}

function explain(
  source: MappedSource,
  row: Row,
  mapping: RecordMapping,
  place: number,
  columns: readonly Column[],
): ExplainedRecord[] {
  const records: ExplainedRecord[] = [];
  const groups = mapping.divide(row);
  for (let rule = 0; rule < mapping.perRow; rule++) {
    for (let group = 0; group < groups; group++) {
      if (!mapping.isIn(row, rule, group)) continue;
      const draft = new RecordDraft();
      draft.workIn(row.bytes);
      mapping.fill(row, draft, rule, group);
      normaliseKeyTexts(draft);
      const service = textOf(draft, TEXT.service);
      const uses = usesOf(source, draft, service);
      const rejected = draft.code === '' ? '' : `${draft.code} ${draft.field}: ${draft.reason}`.trim();
      const values = columns.map((each) => ({ ...each, uses: uses.filter(({ column }) => column === each.column) }));
      records.push({ place, service, values, rejected });
    }
  }
  return records;
}

interface Use {
  readonly column: string;
  readonly field: string;
  readonly taken: string;
}

function usesOf(source: MappedSource, draft: RecordDraft, service: string): Use[] {
  return placesOf(source).flatMap(({ at, path: column }) => {
    const use = useOf(source, draft, service, at);
    return use === undefined ? [] : [{ column, ...use }];
  });
}

/** What a place of a definition takes a value for; nothing if it says no more than that there may be one. */
function useOf(
  source: MappedSource,
  draft: RecordDraft,
  service: string,
  at: readonly (string | number)[],
): Omit<Use, 'column'> | undefined {
  const [name, second] = at;
  const field = String(name);
  if (field === 'optional') return undefined;
  if (field === 'identifiers') {
    const { kind } = source.identifiers[second as number]!;
    return { field: `identifier ${kind}`, taken: identifierText(draft, kind) };
  }
  if (field === 'identity') return { field, taken: '' };
  if (field === 'start') return { field, taken: Number.isNaN(draft.startedAt) ? '' : startText(draft) };
  if (field === 'end') return { field, taken: `${draft.seconds} s` };
  if (field === 'direction') return { field, taken: DIRECTIONS[draft.direction]! };
  if (field === 'service' && at.length > 2) {
    const rule = source.service.rules[at[2] as number]!;
    if (rule.service !== 'value' && rule.service !== service) return undefined;
    const { measure, unit } = rule.quantities[at[4] as number]!;
    return { field: `${measure} in ${unit}`, taken: quantityText(draft, measure) };
  }
  const text = TEXTS[field];
  return {
    field: second === 'column' ? field : `${field} ${second}`,
    taken: text === undefined ? '' : textOf(draft, text),
  };
}

const TEXTS: Readonly<Record<string, TextField>> = {
  apn: TEXT.apn,
  technology: TEXT.technology,
  slice: TEXT.slice,
  fiveQi: TEXT.fiveQi,
  ratingGroup: TEXT.ratingGroup,
  session: TEXT.session,
  chargingId: TEXT.chargingId,
  sequence: TEXT.sequence,
  recordType: TEXT.recordType,
  otherParty: TEXT.otherParty,
  imei: TEXT.imei,
  charge: TEXT.charge,
  tax: TEXT.tax,
  currency: TEXT.currency,
  network: TEXT.network,
  service: TEXT.service,
  cycle: TEXT.session,
};

function textOf(draft: RecordDraft, field: TextField): string {
  return draft.bytes.toString('utf8', draft.start(field), draft.end(field));
}

function identifierText(draft: RecordDraft, kind: IdentifierKind): string {
  const names = textOf(draft, TEXT.identifier);
  const own = { imsi: TEXT.imsi, iccid: TEXT.iccid, msisdn: TEXT.msisdn, eid: -1, device: -1 }[kind] as TextField | -1;
  const isNamed = names.startsWith(`${kind}#`);
  const value = own < 0 ? (isNamed ? names.slice(kind.length + 1) : '') : textOf(draft, own as TextField);
  return isNamed ? `${value}, the record's own` : value;
}

function startText({ startedAt, precision }: RecordDraft): string {
  const at = isoInstant(startedAt);
  return precision === 0 ? at : at.slice(0, precision === 1 ? 10 : 7);
}

function quantityText(draft: RecordDraft, measure: QuantityMeasure): string {
  if (measure === 'seconds') return `${draft.seconds} s`;
  if (measure === 'count') return `${draft.count} pieces`;
  return `${measure === 'bytesTotal' ? draft.bytesUnsplit : draft[measure]} octets${measure === 'bytesTotal' ? ' more' : ''}`;
}
