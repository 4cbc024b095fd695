import type {
  DelimitedSource,
  IdentifierKind,
  NetworkColumn,
  QuantityColumn,
  QuantityMeasure,
  ServiceRule,
  TextColumn,
  TimeColumn,
} from '#shared/catalog/source.ts';
import { isService } from '#shared/usage/usage-key-text.ts';
import { ABSENT_COLUMN, type LineScanner } from './line-scanner.ts';
import { BASE_UNITS, HAS_A_FRACTION, NEGATIVE, NOT_A_NUMBER, readQuantity } from './quantity-text.ts';
import { DIRECTIONS, type RecordDraft, TEXT, type TextField, textOf } from './record-draft.ts';
import { timeReader } from './time-text.ts';

/** Fills a draft from the record the scanner stands at. */
export type Mapping = (row: LineScanner, draft: RecordDraft) => void;

/** A column that a definition names and a file does not have, or has twice. */
export interface ColumnProblem {
  readonly code: 'MISSING_COLUMN' | 'DUPLICATE_COLUMN';
  readonly column: string;
}

/**
 * Compiles a source definition for a file's columns into one function that works on bytes: every name is looked up here, once, and never
 * for a record.
 */
export function compileMapping(
  source: DelimitedSource,
  names: readonly string[],
): { mapping: Mapping; problems: ColumnProblem[] } {
  const columns = columnsOf(names, source);
  const steps: Mapping[] = [
    identifierStep(source, columns.indexOf),
    ...timeSteps(source, columns.indexOf),
    ...textSteps(source, columns.indexOf),
    networkStep(source.network, columns.indexOf),
    directionStep(source, columns.indexOf),
    serviceStep(source, columns.indexOf),
    identityStep(source, columns.indexOf),
  ];
  const mapping: Mapping = (row, draft) => {
    for (let i = 0; i < steps.length; i++) {
      steps[i]!(row, draft);
      if (draft.code !== '') return;
    }
  };
  return { mapping, problems: columns.problems };
}

type IndexOf = (column: string) => number;

function columnsOf(names: readonly string[], source: DelimitedSource): { indexOf: IndexOf; problems: ColumnProblem[] } {
  const problems: ColumnProblem[] = [];
  const note = (code: ColumnProblem['code'], column: string) => {
    if (!problems.some((p) => p.column === column)) problems.push({ code, column });
  };
  const identifiers = source.identifiers.map(({ column }) => column);
  if (!identifiers.some((column) => names.includes(column))) note('MISSING_COLUMN', identifiers[0]!);
  const indexOf = (column: string) => {
    const index = names.indexOf(column);
    if (index >= 0 && names.lastIndexOf(column) !== index) note('DUPLICATE_COLUMN', column);
    if (index < 0 && !source.optional.includes(column)) note('MISSING_COLUMN', column);
    return index < 0 ? ABSENT_COLUMN : index;
  };
  return { indexOf, problems };
}

const IDENTIFIER_FORMS: Readonly<
  Record<IdentifierKind, { longest: number; shortest: number; text: TextField | -1; expected: string }>
> = {
  imsi: { shortest: 6, longest: 15, text: TEXT.imsi, expected: '6 to 15 digits' },
  iccid: { shortest: 10, longest: 22, text: TEXT.iccid, expected: '10 to 22 digits' },
  msisdn: { shortest: 3, longest: 16, text: TEXT.msisdn, expected: '3 to 15 digits, perhaps with + before them' },
  eid: { shortest: 32, longest: 32, text: -1, expected: '32 digits' },
  device: { shortest: 1, longest: 128, text: -1, expected: 'at most 128 characters' },
};

/** Takes every identifier there is and names the record by the first of them that is not empty. */
function identifierStep(source: DelimitedSource, indexOf: IndexOf): Mapping {
  const columns = source.identifiers.map(({ kind, column }) => ({
    kind,
    column,
    index: indexOf(column),
    prefix: Buffer.from(`${kind}#`, 'latin1'),
    ...IDENTIFIER_FORMS[kind],
  }));
  return (row, draft) => {
    for (let i = 0; i < columns.length; i++) {
      const { index, kind, column, prefix, shortest, longest, text, expected } = columns[i]!;
      const start = row.starts[index]!;
      const end = row.ends[index]!;
      if (isBlank(row.bytes, start, end)) continue;
      if (text >= 0) draft.put(text as TextField, row.bytes, start, end, column);
      if (!draft.isEmpty(TEXT.identifier)) continue;
      draft.put(TEXT.identifier, prefix, 0, prefix.length, column);
      draft.extend(TEXT.identifier, row.bytes, start, end, column);
      const length = draft.end(TEXT.identifier) - draft.start(TEXT.identifier) - prefix.length;
      if (length < shortest || length > longest || !hasForm(draft, prefix.length, kind)) {
        draft.fail('INVALID_VALUE', column, textOf(row.bytes, start, end), `an ${kind} has ${expected}`);
      }
    }
  };
}

function hasForm(draft: RecordDraft, skip: number, kind: IdentifierKind): boolean {
  if (kind === 'device') return true;
  const start = draft.start(TEXT.identifier) + skip;
  for (let i = start; i < draft.end(TEXT.identifier); i++) {
    const byte = draft.bytes[i]!;
    const isFirstPlus = byte === 0x2b && i === start && kind === 'msisdn';
    const isFiller = (byte === 0x46 || byte === 0x66) && kind === 'iccid' && i > start + 17;
    if ((byte < 0x30 || byte > 0x39) && !isFirstPlus && !isFiller) return false;
  }
  return true;
}

function timeSteps(source: DelimitedSource, indexOf: IndexOf): Mapping[] {
  const start = timeStep(source.start, indexOf(source.start.column), (draft, at, precision) => {
    draft.startedAt = at;
    draft.precision = precision;
  });
  if (source.end.column === '') return [start];
  const end = timeStep(source.end, indexOf(source.end.column), (draft, at) => {
    draft.endsBeforeStart = at < draft.startedAt;
    draft.seconds = Math.max(0, at - draft.startedAt);
  });
  const index = indexOf(source.end.column);
  return [start, (row, draft) => isBlank(row.bytes, row.starts[index]!, row.ends[index]!) || end(row, draft)];
}

function timeStep(
  column: TimeColumn,
  index: number,
  set: (draft: RecordDraft, at: number, precision: number) => void,
): Mapping {
  const reader = timeReader(column);
  return (row, draft) => {
    const { bytes } = row;
    const start = row.starts[index]!;
    const end = row.ends[index]!;
    const at = reader.read(bytes, start, end);
    if (!Number.isNaN(at)) return set(draft, at, reader.precision);
    if (isBlank(bytes, start, end)) draft.fail('MISSING_VALUE', column.column, '', 'the time is missing');
    else
      draft.fail(
        'INVALID_VALUE',
        column.column,
        textOf(bytes, start, end),
        `a time is written as ${column.formats.join(' or ')}`,
      );
  };
}

function textSteps(source: DelimitedSource, indexOf: IndexOf): Mapping[] {
  const fields: readonly (readonly [TextField, TextColumn])[] = [
    [TEXT.apn, source.apn],
    [TEXT.technology, source.technology],
    [TEXT.slice, source.slice],
    [TEXT.session, source.session],
    [TEXT.otherParty, source.otherParty],
    [TEXT.imei, source.imei],
    [TEXT.charge, source.charge],
    [TEXT.currency, source.currency],
  ];
  return fields.flatMap(([field, column]) => textStep(field, column, indexOf));
}

function textStep(field: TextField, { column, constant }: TextColumn, indexOf: IndexOf): Mapping[] {
  if (column !== '') {
    const index = indexOf(column);
    return [(row, draft) => draft.put(field, row.bytes, row.starts[index]!, row.ends[index]!, column)];
  }
  if (constant === '') return [];
  const bytes = Buffer.from(constant, 'utf8');
  return [(_, draft) => draft.put(field, bytes, 0, bytes.length, 'constant')];
}

const ZERO = Buffer.from('0', 'latin1');

function networkStep(network: NetworkColumn, indexOf: IndexOf): Mapping {
  if (network.mcc === '') {
    const [step] = textStep(TEXT.network, network, indexOf);
    return step ?? (() => {});
  }
  const mcc = indexOf(network.mcc);
  const mnc = indexOf(network.mnc);
  return (row, draft) => {
    const length = row.ends[mnc]! - row.starts[mnc]!;
    draft.put(TEXT.network, row.bytes, row.starts[mcc]!, row.ends[mcc]!, network.mcc);
    if (length === 1) draft.extend(TEXT.network, ZERO, 0, 1, network.mnc);
    draft.extend(TEXT.network, row.bytes, row.starts[mnc]!, row.ends[mnc]!, network.mnc);
  };
}

function directionStep({ direction }: DelimitedSource, indexOf: IndexOf): Mapping {
  if (direction.column === '') return () => {};
  const index = indexOf(direction.column);
  const values = Object.entries(direction.values).map(([text, meaning]) => ({
    bytes: Buffer.from(text, 'utf8'),
    meaning: DIRECTIONS.indexOf(meaning),
  }));
  return (row, draft) => {
    const start = row.starts[index]!;
    const end = row.ends[index]!;
    for (let i = 0; i < values.length; i++) {
      if (isSame(row.bytes, start, end, values[i]!.bytes)) {
        draft.direction = values[i]!.meaning;
        return;
      }
    }
    const known = Object.keys(direction.values).join(', ');
    draft.fail('INVALID_VALUE', direction.column, textOf(row.bytes, start, end), `a direction is one of: ${known}`);
  };
}

/** Finds the rule for the record's service and lets it read the quantities. */
function serviceStep({ service, decimalSeparator }: DelimitedSource, indexOf: IndexOf): Mapping {
  const rules = service.rules.map((rule) => ({
    prefix: Buffer.from(rule.value.replace(/\*$/, ''), 'utf8'),
    isPrefix: rule.value.endsWith('*'),
    apply: serviceRule(rule, decimalSeparator.charCodeAt(0), indexOf),
  }));
  if (service.column === '') return rules[0]!.apply;
  const index = indexOf(service.column);
  const takeService = serviceTaker(service.column);
  return (row, draft) => {
    const start = row.starts[index]!;
    const end = row.ends[index]!;
    for (let i = 0; i < rules.length; i++) {
      const { prefix, isPrefix, apply } = rules[i]!;
      if (isSame(row.bytes, start, isPrefix ? Math.min(end, start + prefix.length) : end, prefix)) {
        if (service.rules[i]!.service === 'value') takeService(row, draft, start, end);
        return apply(row, draft);
      }
    }
    const known = service.rules.map((rule) => rule.value).join(', ');
    draft.fail(
      'UNSUPPORTED_EVENT',
      service.column,
      textOf(row.bytes, start, end),
      `the source definition knows: ${known}`,
    );
  };
}

const LONGEST_SERVICE = 66;
const MOST_SERVICES = 1000;

/** Takes a column's text as the service, if it names one; what was looked at once is remembered. */
function serviceTaker(column: string): (row: LineScanner, draft: RecordDraft, start: number, end: number) => void {
  const seen = new Map<string, boolean>();
  return (row, draft, start, end) => {
    const text = row.bytes.toString('latin1', start, Math.min(end, start + LONGEST_SERVICE + 1));
    let isValid = seen.get(text);
    if (isValid === undefined) {
      isValid = isService(text);
      if (seen.size === MOST_SERVICES) seen.clear();
      seen.set(text, isValid);
    }
    if (isValid) draft.put(TEXT.service, row.bytes, start, end, column);
    else draft.fail('INVALID_VALUE', column, text, 'a service is data, sms, voice, supplementary or event:<name>');
  };
}

const NO_COLUMN = -1;

function serviceRule(rule: ServiceRule, separator: number, indexOf: IndexOf): Mapping {
  const service = Buffer.from(rule.service, 'utf8');
  const direction = DIRECTIONS.indexOf(rule.direction);
  const quantities = rule.quantities.map((quantity) => ({
    index: quantity.column === '' ? NO_COLUMN : indexOf(quantity.column),
    read: quantityReader(quantity, separator),
  }));
  const saysSeconds = rule.quantities.some((quantity) => quantity.measure === 'seconds');
  const names = rule.quantities.map((quantity) => quantity.column).join(', ');
  return (row, draft) => {
    if (rule.service !== 'value') draft.put(TEXT.service, service, 0, service.length, 'service');
    if (direction !== 0) draft.direction = direction;
    if (saysSeconds) draft.seconds = 0;
    let isSaid = false;
    for (let i = 0; i < quantities.length; i++) {
      const { index, read } = quantities[i]!;
      if (index === NO_COLUMN) draft.count++;
      else if (isBlank(row.bytes, row.starts[index]!, row.ends[index]!)) continue;
      else read(row.bytes, row.starts[index]!, row.ends[index]!, draft);
      isSaid = true;
    }
    if (!isSaid) draft.fail('MISSING_VALUE', names, '', 'none of the quantities is filled');
  };
}

type QuantityReader = (bytes: Uint8Array, start: number, end: number, draft: RecordDraft) => void;

function quantityReader(quantity: QuantityColumn, separator: number): QuantityReader {
  const factor = BASE_UNITS[quantity.unit];
  const direction = DIRECTIONS.indexOf(quantity.direction);
  const add = ADDERS[quantity.measure];
  const { column, fraction, unit } = quantity;
  return (bytes, start, end, draft) => {
    const value = readQuantity(bytes, start, end, factor, separator, fraction);
    if (value < 0) return failQuantity(draft, value, column, textOf(bytes, start, end), unit);
    add(draft, value);
    if (direction === 0 || value === 0) return;
    if (draft.direction !== 0 && draft.direction !== direction) {
      draft.fail('INVALID_VALUE', column, textOf(bytes, start, end), 'the record goes in both directions at once');
    }
    draft.direction = direction;
  };
}

const ADDERS: Readonly<Record<QuantityMeasure, (draft: RecordDraft, value: number) => void>> = {
  bytesUp: (draft, value) => {
    draft.bytesUp += value;
  },
  bytesDown: (draft, value) => {
    draft.bytesDown += value;
  },
  bytesTotal: () => {},
  bytesUnsplit: (draft, value) => {
    draft.bytesUnsplit += value;
  },
  seconds: (draft, value) => {
    draft.seconds += value;
  },
  count: (draft, value) => {
    draft.count += value;
  },
};

function failQuantity(draft: RecordDraft, problem: number, column: string, value: string, unit: string): void {
  if (problem === NOT_A_NUMBER)
    draft.fail('INVALID_VALUE', column, value, 'a quantity is a decimal number without grouping, e.g. 1.5');
  else if (problem === NEGATIVE) draft.fail('VALUE_OUT_OF_RANGE', column, value, 'a quantity is not negative');
  else if (problem === HAS_A_FRACTION)
    draft.fail('INVALID_VALUE', column, value, `a quantity in ${unit} comes to whole base units here`);
  else draft.fail('VALUE_OUT_OF_RANGE', column, value, 'a quantity is below 2^53 base units');
}

function identityStep(source: DelimitedSource, indexOf: IndexOf): Mapping {
  const carrier = Buffer.from(source.carrier, 'utf8');
  const columns = source.identity.map((column) => ({ column, index: indexOf(column) }));
  return (row, draft) => {
    if (draft.isEmpty(TEXT.identifier)) return;
    draft.beginIdentity(carrier);
    for (let i = 0; i < columns.length; i++) {
      const { column, index } = columns[i]!;
      draft.addIdentity(row.bytes, row.starts[index]!, row.ends[index]!, column);
    }
  };
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0x20) return false;
  return true;
}

function isSame(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}
