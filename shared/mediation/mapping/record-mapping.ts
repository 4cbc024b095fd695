import type { MappedSource, TimeColumn } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import { isBlank, type Places, type Row, TextChoice } from '../chunks/row.ts';
import { DIRECTIONS, type RecordDraft, TEXT, textOf } from '../record-draft.ts';
import { cycleReader } from './counter-cycle.ts';
import { ItemGroups } from './item-groups.ts';
import { IdentifierMapping } from './mapping-identifiers.ts';
import { checkNamed, type NeededColumn, ServiceMapping } from './mapping-service.ts';
import { TextMapping } from './mapping-texts.ts';
import { type TimeReader, timeReader } from './time-text.ts';

/**
 * A source definition made ready for the rows of a file: it fills drafts from values in rows, whatever format they were found in. Every name
 * is looked up here, once, and never for a record.
 */
export class RecordMapping {
  /** Records a row may make, or each group of its items. */
  readonly perRow: number;
  private readonly groups: ItemGroups;
  private readonly identifiers: IdentifierMapping;
  private readonly start: TimeMapping;
  private readonly end: TimeMapping | undefined;
  private readonly texts: TextMapping;
  private readonly service: ServiceMapping;
  private readonly direction: ValueMapping;
  private readonly outcome: ValueMapping;
  private readonly carrier: Uint8Array;
  private readonly identity: readonly NeededColumn[];
  private readonly needed: readonly NeededColumn[];
  private readonly isReading: boolean;
  private readonly fillCycle: (row: Row, draft: RecordDraft) => void;

  /** `asOf` is the time the file speaks of. */
  constructor(source: MappedSource, places: Places, asOf: Instant) {
    this.identifiers = new IdentifierMapping(source.identifiers, places);
    this.start = new TimeMapping(source.start, places, asOf);
    this.end = source.end.column === '' ? undefined : new TimeMapping(source.end, places, asOf);
    this.texts = new TextMapping(source, places);
    this.service = new ServiceMapping(source, places);
    this.perRow = this.service.perRow;
    this.groups = new ItemGroups(source, places);
    this.direction = new ValueMapping(source.direction, places, 'a direction', DIRECTIONS);
    this.outcome = new ValueMapping(source.outcome, places, 'an outcome', ['counts', 'failed']);
    this.carrier = Buffer.from(source.carrier, 'utf8');
    this.identity = source.identity.map((column) => ({ column, index: places.indexOf(column) }));
    this.needed = neededColumns(source, places);
    this.isReading = source.records === 'counters';
    this.fillCycle = cycleReader(source, places);
  }

  /** Divides the items of a row as they are priced; answers how many groups there are, each of which makes records of its own. */
  divide(row: Row): number {
    return this.groups.divide(row);
  }

  /** Whether a group of a row has a record by one of several rules. A row that has none at all still has its first, so that it is accounted for. */
  isIn(row: Row, rule: number, group: number): boolean {
    if (this.perRow === 1 || this.service.isIn(row, rule, group)) return true;
    if (rule > 0 || group > 0) return false;
    for (let other = 1; other < this.perRow; other++) if (this.service.isIn(row, other, group)) return false;
    return true;
  }

  /** Fills a draft from a group of the row divided last; `rule` counts the records of the group from 0. What is wrong fails the draft. */
  fill(row: Row, draft: RecordDraft, rule: number, group: number): void {
    checkNamed(row, draft, this.needed);
    if (draft.code !== '') return;
    this.identifiers.fill(row, draft);
    if (draft.code !== '') return;
    this.fillTimes(row, draft);
    if (draft.code !== '') return;
    this.texts.fill(row, draft);
    this.groups.fill(draft, group);
    if (draft.code !== '') return;
    draft.direction = this.direction.read(row, draft);
    const isFailed = this.outcome.read(row, draft) === 1;
    if (draft.code !== '') return;
    this.service.fill(row, draft, rule, this.groups, group);
    if (draft.code !== '') return;
    if (isFailed) failOutcome(draft);
    this.fillCycle(row, draft);
    this.fillIdentity(row, draft, rule);
    this.groups.addIdentity(row, draft, group);
  }

  private fillTimes(row: Row, draft: RecordDraft): void {
    const { start, end } = this;
    draft.startedAt = start.read(row, draft);
    draft.precision = start.reader.precision;
    draft.startOffset = start.reader.offset;
    if (end === undefined || draft.code !== '' || end.isEmpty(row)) return;
    const at = end.read(row, draft);
    draft.endsBeforeStart = at < draft.startedAt;
    draft.seconds = Math.max(0, at - draft.startedAt);
  }

  private fillIdentity(row: Row, draft: RecordDraft, rule: number): void {
    if (draft.isEmpty(TEXT.identifier)) return;
    const { bytes, starts, ends, isPlain } = row;
    const { identity } = this;
    draft.beginIdentity(this.carrier);
    let isSaid = false;
    for (let i = 0; i < identity.length; i++) {
      const { column, index } = identity[i]!;
      let start = starts[index]!;
      let end = ends[index]!;
      while (start < end && bytes[start] === 0x20) start++;
      while (end > start && bytes[end - 1] === 0x20) end--;
      if (start < end) isSaid = true;
      if (isPlain && end - start <= LONGEST_UNSEEN) draft.copyIdentity(start, end);
      else draft.addIdentity(bytes, start, end, column);
    }
    if (!isSaid) {
      const names = identity.map(({ column }) => column).join(', ');
      draft.fail('MISSING_VALUE', names, '', 'nothing tells the record from others: its identity is empty');
    }
    if (this.perRow > 1) {
      const mark = this.service.markOf(rule);
      draft.addIdentity(mark, 0, mark.length, 'service');
    }
    if (this.isReading) draft.addIdentityNumber(draft.startedAt);
  }
}

const LONGEST_UNSEEN = 256;

/** Columns a record must name, beside those its service rule needs. Identifiers may be missing as long as there is one. */
function neededColumns(source: MappedSource, places: Places): NeededColumn[] {
  const { network, slice, service, direction, outcome, cycle } = source;
  const texts = [source.apn, source.technology, source.session, source.chargingId, source.sequence, source.recordType];
  const fives = [source.fiveQi, source.ratingGroup];
  const more = [source.otherParty, source.imei, source.charge, source.tax, source.currency, network, slice];
  const columns = [...texts, ...fives, ...more, source.start, source.end, service, direction, outcome, cycle].map(
    (c) => c?.column ?? '',
  );
  const names = new Set([...columns, network.mcc, network.mnc, slice.sst, slice.sd, ...source.identity]);
  names.delete('');
  return [...names]
    .filter((column) => places.mustBeNamed(column))
    .map((column) => ({ column, index: places.indexOf(column) }));
}

function failOutcome(draft: RecordDraft): void {
  draft.outcome = 1;
  draft.bytesUp = 0;
  draft.bytesDown = 0;
  draft.bytesUnsplit = 0;
  draft.seconds = 0;
  draft.count = 0;
}

/** A column with a time, or the time the file speaks of where there is none. */
class TimeMapping {
  readonly reader: TimeReader;
  private readonly column: TimeColumn;
  private readonly index: number;
  private readonly asOf: Instant;

  constructor(column: TimeColumn, places: Places, asOf: Instant) {
    this.reader = timeReader(column);
    this.column = column;
    this.index = column.column === '' ? -1 : places.indexOf(column.column);
    this.asOf = asOf;
  }

  isEmpty({ bytes, starts, ends }: Row): boolean {
    return isBlank(bytes, starts[this.index]!, ends[this.index]!);
  }

  read(row: Row, draft: RecordDraft): Instant {
    const { index, reader } = this;
    if (index < 0) return this.asOf;
    const start = row.starts[index]!;
    const end = row.ends[index]!;
    const at = reader.read(row.bytes, start, end);
    if (Number.isNaN(at)) this.fail(row.bytes, start, end, draft);
    return at;
  }

  private fail(bytes: Uint8Array, start: number, end: number, draft: RecordDraft): void {
    const { column, formats } = this.column;
    if (isBlank(bytes, start, end)) draft.fail('MISSING_VALUE', column, '', 'the time is missing');
    else draft.fail('INVALID_VALUE', column, textOf(bytes, start, end), `a time is written as ${formats.join(' or ')}`);
  }
}

/** A column whose texts have meanings. */
class ValueMapping {
  private readonly column: string;
  private readonly index: number;
  private readonly choice: TextChoice;
  private readonly meanings: Uint8Array;
  private readonly expected: string;

  constructor(
    { column, values }: { readonly column: string; readonly values: Readonly<Record<string, string>> },
    places: Places,
    what: string,
    meanings: readonly string[],
  ) {
    const others = Object.keys(values).filter((text) => text !== '*');
    const texts = Object.hasOwn(values, '*') ? [...others, '*'] : others;
    this.column = column;
    this.index = column === '' ? -1 : places.indexOf(column);
    this.choice = new TextChoice(texts);
    this.meanings = Uint8Array.from(texts, (text) => meanings.indexOf(values[text]!));
    this.expected = `${what} is one of: ${texts.join(', ')}`;
  }

  /** Index of the meaning of what the row says; 0 without a column. */
  read({ bytes, starts, ends }: Row, draft: RecordDraft): number {
    const { index } = this;
    if (index < 0) return 0;
    const found = this.choice.indexOf(bytes, starts[index]!, ends[index]!);
    if (found >= 0) return this.meanings[found]!;
    draft.fail('INVALID_VALUE', this.column, textOf(bytes, starts[index]!, ends[index]!), this.expected);
    return 0;
  }
}
