import * as z from 'zod';
import { isTimeZone } from '#shared/time/local-date.ts';
import type { Service } from '#shared/usage/usage-key.ts';

/**
 * What a carrier's usage files look like and what their records mean. It is part of the catalogue: adding a carrier is adding a definition.
 * Its name and content are pinned when a file is claimed, so that a file is read under one definition from its first byte to its last.
 */
export type SourceDefinition = Tap3Source | DelimitedSource;

/** What every source says of itself. */
interface SourceBasics {
  readonly name: string;
  /** Name of the carrier: the folder of the incoming store its files are dropped in. */
  readonly carrier: string;
  /**
   * Which files of the carrier this definition reads: a file name without folder and without .gz, in which * stands for any characters,
   * ? for one, and {asOf} (at most once) for the time the file speaks of, e.g. "usage_*_{asOf}.csv".
   */
  readonly fileNamePattern: string;
  /**
   * events: a record sent twice is one record, the first stands. aggregates: a record of the same identity replaces what was said before
   * (daily or monthly totals that are sent anew).
   */
  readonly records: 'events' | 'aggregates';
}

/** GSMA TAP 3.10 to 3.12 (TD.57). The format says everything there is to know. */
export interface Tap3Source extends SourceBasics {
  readonly format: 'tap3';
  readonly records: 'events';
}

/** Lines of text with delimited columns (CSV, TSV), described column by column. A column name of '' means there is none. */
export interface DelimitedSource extends SourceBasics {
  readonly format: 'delimited';
  readonly delimiter: ',' | ';' | '\t' | '|';
  /** Quotes around a field that may hold delimiters, line breaks, and the quote doubled; '' = quotes have no meaning. */
  readonly quote: '"' | "'" | '';
  readonly decimalSeparator: '.' | ',';
  /** Names of the columns by position, for files without a header line. Empty: the first line names them, in any order. */
  readonly columns: readonly string[];
  /** Columns a file may lack: they then count as empty. Any other column that is named here and missing quarantines the file. */
  readonly optional: readonly string[];
  /** Identifiers in order of preference: the record belongs to the first whose column is not empty. */
  readonly identifiers: readonly IdentifierColumn[];
  /** Columns that together are the carrier's identity of a record: equal in two records only if they are the same one. */
  readonly identity: readonly string[];
  readonly start: TimeColumn;
  /** End of the usage; without a quantity of seconds it gives the duration. Column '' = not said. */
  readonly end: TimeColumn;
  readonly service: ServiceColumn;
  readonly direction: DirectionColumn;
  readonly network: NetworkColumn;
  readonly apn: TextColumn;
  readonly technology: TextColumn;
  readonly slice: TextColumn;
  /** Joins the partial records of one session. */
  readonly session: TextColumn;
  /** Number or address of the other party. Only its first digits reach the usage key. */
  readonly otherParty: TextColumn;
  readonly imei: TextColumn;
  /** What the carrier charges for the record, as decimal text, and in which currency. Kept with the record; nothing is priced by it. */
  readonly charge: TextColumn;
  readonly currency: TextColumn;
  readonly asOf: AsOf;
}

/** Kinds of identifier a record may name its subscription by. */
export type IdentifierKind = 'imsi' | 'iccid' | 'msisdn' | 'eid' | 'device';

/** A column that holds an identifier. */
interface IdentifierColumn {
  readonly kind: IdentifierKind;
  readonly column: string;
}

/** The text of a column, or the same text for every record. */
export type TextColumn = { readonly column: string; readonly constant: string };

/** Serving network: one column (TADIG code or MCC and MNC), MCC and MNC in two, or a constant. An MNC of one digit gets a leading 0. */
export interface NetworkColumn extends TextColumn {
  readonly mcc: string;
  readonly mnc: string;
}

/**
 * A column with a time. Formats are tried in order: "iso" (2026-10-07T08:39:50Z, with or without fraction and offset), "epochSeconds",
 * "epochMilliseconds", or a pattern of yyyy MM dd HH mm ss and literal characters. A pattern without hours means a calendar day, without
 * days a calendar month: the record is then an aggregate of that day or month of the payer.
 */
export interface TimeColumn {
  readonly column: string;
  readonly formats: readonly string[];
  /** IANA zone of times that carry no offset. A local time that occurs twice is the earlier. */
  readonly zone: string;
}

/** Which service a record is about: by the text of a column, or (column '') the single rule for all. */
interface ServiceColumn {
  readonly column: string;
  readonly rules: readonly ServiceRule[];
}

/** What records of one value of the service column mean. */
export interface ServiceRule {
  /** The column's text; "prefix*" matches by its beginning; '' only where there is no service column. */
  readonly value: string;
  /** 'value' takes the column's text itself, which must be a service ("event:door-opened"). */
  readonly service: Service | 'value';
  readonly direction: 'mo' | 'mt' | '';
  /** Quantities add up where two name the same measure. A record in which every one of them is empty is rejected. */
  readonly quantities: readonly QuantityColumn[];
}

/** Units quantities come in: decimal and binary multiples of the octet, time, pieces. */
export type QuantityUnit = (typeof QUANTITY_UNITS)[number];
const QUANTITY_UNITS = ['B', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB', 'second', 'minute', 'hour', 'piece'] as const;

/** What a quantity is counted as. */
export type QuantityMeasure = (typeof QUANTITY_MEASURES)[number];
const QUANTITY_MEASURES = ['bytesUp', 'bytesDown', 'bytesUnsplit', 'seconds', 'count'] as const;

/** A column with a quantity. It is converted exactly: 1.920875 MB are 1,920,875 octets. */
export interface QuantityColumn {
  readonly measure: QuantityMeasure;
  /** '' = one for each record (a list of messages without a count). */
  readonly column: string;
  readonly unit: QuantityUnit;
  /** What to do with a part of an octet, second or piece: reject the record, or round. */
  readonly fraction: 'reject' | 'up' | 'down' | 'nearest';
  /** The record's direction when this quantity is not zero ("rx" of an SMS); '' = says nothing. */
  readonly direction: 'mo' | 'mt' | '';
}

/** A column that says who began it; values not listed are rejected. Column '' = the service rule says it. */
interface DirectionColumn {
  readonly column: string;
  readonly values: Readonly<Record<string, 'mo' | 'mt' | ''>>;
}

/** When an aggregate was true: the time in its file's name, or the file's arrival. The greatest one stands. */
export type AsOf =
  | { readonly from: 'arrival' }
  | { readonly from: 'fileName'; readonly format: string; readonly zone: string };

const text = z.string().max(200);
const columnName = text.min(1);
const basics = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'a name is lower-case letters, digits and hyphens, e.g. "emnify-csv"'),
  carrier: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, 'a carrier is letters, digits and hyphens, as its folder'),
  fileNamePattern: text
    .min(1)
    .refine((p) => (p.match(/\*/g) ?? []).length <= 3, 'a file name pattern holds at most three *')
    .refine(
      (p) => p.split('{asOf}').length <= 2 && !/[{}/]/.test(p.replace('{asOf}', '')),
      'of braces only one {asOf}, and no /',
    )
    .default('*'),
};
const recordKind = z
  .enum(['events', 'aggregates', 'counters'])
  .refine((kind) => kind !== 'counters', 'counter readings are not supported: deliver events or aggregates')
  .transform((kind) => kind as 'events' | 'aggregates');
const direction = z.enum(['mo', 'mt', '']);
const textColumn = z
  .union([
    text.transform((column) => ({ column, constant: '' })),
    z.strictObject({ column: text.default(''), constant: text.default('') }),
  ])
  .default({ column: '', constant: '' });
const zone = text.default('UTC').refine(isTimeZone, 'not an IANA time zone, e.g. "UTC" or "Europe/Berlin"');
const timeFormat = text.refine(
  isTimeFormat,
  'a time format is iso, epochSeconds, epochMilliseconds, or a pattern from yyyy and MM on: "yyyy-MM-dd HH:mm:ss"',
);
const timeColumn = z.strictObject({
  column: columnName,
  formats: z.array(timeFormat).min(1).max(5).default(['iso']),
  zone,
});
const quantityColumn = z
  .strictObject({
    measure: z.enum(QUANTITY_MEASURES),
    column: text,
    unit: z.enum(QUANTITY_UNITS),
    fraction: z.enum(['reject', 'up', 'down', 'nearest']).default('reject'),
    direction: direction.default(''),
  })
  .refine(
    (q) => unitFits(q.measure, q.unit),
    'the unit does not fit the measure: octets for bytes, time for seconds, piece for count',
  );
const serviceRule = z.strictObject({
  value: text.default(''),
  service: z.union([
    z.enum(['data', 'sms', 'voice', 'supplementary', 'value']),
    z.templateLiteral(['event:', z.string()]),
  ]),
  direction: direction.default(''),
  quantities: z.array(quantityColumn).min(1).max(20),
});

const tap3Source = z.strictObject({
  ...basics,
  format: z.literal('tap3'),
  records: z.literal('events').default('events'),
});
const delimitedSource = z
  .strictObject({
    ...basics,
    format: z.literal('delimited'),
    records: recordKind.default('events'),
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    quote: z.enum(['"', "'", '']).default('"'),
    decimalSeparator: z.enum(['.', ',']).default('.'),
    columns: z.array(columnName).max(1000).default([]),
    optional: z.array(columnName).max(1000).default([]),
    identifiers: z
      .array(z.strictObject({ kind: z.enum(['imsi', 'iccid', 'msisdn', 'eid', 'device']), column: columnName }))
      .min(1)
      .max(5),
    identity: z.array(columnName).min(1).max(20),
    start: timeColumn,
    end: z
      .union([timeColumn, z.strictObject({ column: z.literal(''), formats: z.array(text).max(0), zone })])
      .default({ column: '', formats: [], zone: 'UTC' }),
    service: z.strictObject({ column: text.default(''), rules: z.array(serviceRule).min(1).max(50) }),
    direction: z.strictObject({ column: text, values: z.record(text, direction) }).default({ column: '', values: {} }),
    network: z
      .strictObject({
        column: text.default(''),
        constant: text.default(''),
        mcc: text.default(''),
        mnc: text.default(''),
      })
      .refine((n) => (n.mcc === '') === (n.mnc === ''), 'mcc and mnc come together')
      .default({ column: '', constant: '', mcc: '', mnc: '' }),
    apn: textColumn,
    technology: textColumn,
    slice: textColumn,
    session: textColumn,
    otherParty: textColumn,
    imei: textColumn,
    charge: textColumn,
    currency: textColumn,
    asOf: z
      .discriminatedUnion('from', [
        z.strictObject({ from: z.literal('arrival') }),
        z.strictObject({ from: z.literal('fileName'), format: timeFormat, zone }),
      ])
      .default({ from: 'arrival' }),
  })
  .refine((s) => (s.asOf.from === 'fileName') === s.fileNamePattern.includes('{asOf}'), {
    message: 'asOf from fileName and {asOf} in fileNamePattern come together',
    path: ['asOf'],
  })
  .refine((s) => s.service.column !== '' || s.service.rules.length === 1, {
    message: 'without a service column there is exactly one rule',
    path: ['service', 'rules'],
  });

/** Reads a source definition as an operator writes it, with its defaults filled in. Unknown fields are errors. */
export const sourceDefinition: z.ZodType<SourceDefinition> = z.discriminatedUnion('format', [
  tap3Source,
  delimitedSource,
]);

/** Whether a time format is one that can be read: a named one, or a pattern that has at least year and month and repeats nothing. */
function isTimeFormat(format: string): boolean {
  if (['iso', 'epochSeconds', 'epochMilliseconds'].includes(format)) return true;
  const tokens: readonly string[] = format.match(/yyyy|MM|dd|HH|mm|ss/g) ?? [];
  const order = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'].filter((token) => tokens.includes(token));
  return (
    tokens.length >= 2 &&
    new Set(tokens).size === tokens.length &&
    order.every((token, i) => token === ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'][i])
  );
}

function unitFits(measure: QuantityMeasure, unit: QuantityUnit): boolean {
  if (measure === 'seconds') return unit === 'second' || unit === 'minute' || unit === 'hour';
  if (measure === 'count') return unit === 'piece';
  return unit.endsWith('B');
}
