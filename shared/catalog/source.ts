import type { Service } from '#shared/usage/usage-key.ts';

/**
 * What a carrier's usage files look like and what their records mean. It is part of the catalogue: adding a carrier is adding a definition.
 * Its name and content are pinned when a file is claimed, so that a file is read under one definition from its first byte to its last.
 */
export type SourceDefinition = Tap3Source | Ts32298Source | MappedSource;

/** Sources whose records are described value by value: a column or a path is only where a value comes from. */
export type MappedSource = DelimitedSource | JsonSource;

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
  readonly records: RecordKind;
  /** When its files are due (see schedule.ts): "hourly", "daily by 06:00", "daily by 06:00 Europe/Berlin"; '' = at no time in particular. */
  readonly schedule: string;
  /** Whether what the carrier charges for each record is kept for plans that charge by it (pricing rules §3.8): the amount a record carries. */
  readonly amounts: boolean;
}

/**
 * events: a record sent twice is one record, the first stands. aggregates: a record of the same identity replaces what was said before
 * (daily or monthly totals that are sent anew). counters: a record says how far a counter has come; usage is the difference to the reading
 * before.
 */
export type RecordKind = 'events' | 'aggregates' | 'counters';

/** GSMA TAP 3.10 to 3.12 (TD.57). The format says everything there is to know. */
export interface Tap3Source extends SourceBasics {
  readonly format: 'tap3';
  readonly records: 'events';
}

/** Charging data records of 3GPP TS 32.298 (BER), bare or in files of TS 32.297. The format says everything there is to know. */
export interface Ts32298Source extends SourceBasics {
  readonly format: 'ts32298';
  readonly records: 'events';
}

/** Lines of text with delimited columns (CSV, TSV), described column by column. */
export interface DelimitedSource extends SourceBasics, RecordMapping {
  readonly format: 'delimited';
  readonly delimiter: ',' | ';' | '\t' | '|';
  /** Quotes around a field that may hold delimiters, line breaks, and the quote doubled; '' = quotes have no meaning. */
  readonly quote: '"' | "'" | '';
  /** Names of the columns by position, for files without a header line. Empty: the first line names them, in any order. */
  readonly columns: readonly string[];
  /** Lines before the header line, or before the first record where there is none. */
  readonly skipLines: number;
  /** First fields of lines that are no records ("#*" by their beginning): comments, header and trailer records of other kinds. */
  readonly skipRows: readonly string[];
  /** The line that ends a file: its first field, and which field (from 1) says how many records there are. First field '' = there is none. */
  readonly trailer: { readonly firstField: string; readonly countField: number };
}

/**
 * JSON, described path by path: one document, an array of records, or one object a line (JSON lines); which of them a file is, is seen from
 * its content. A path names keys from the record on, "sim.iccid"; "units[].volume" goes through every item of a list: only quantities, which
 * are added up, may have such a path, and what divides them (SplittingColumn.each). A key with a dot or bracket in it is written in double quotes: "\"a.b\".c".
 */
export interface JsonSource extends SourceBasics, RecordMapping {
  readonly format: 'json';
  /** Where in a document the list of records stands ("usage_records", "data.items"); '' = the document is a record or a list of them. */
  readonly recordsAt: string;
}

/**
 * What the values of a record mean, the same for every format. `column` is the name of a column, or of JSON a path; '' = there is none.
 */
export interface RecordMapping {
  readonly decimalSeparator: '.' | ',';
  /**
   * Columns a file may lack: they then count as empty. Any other column that is named here and missing quarantines the file; of JSON, where
   * each record has its own keys, it has the record rejected.
   */
  readonly optional: readonly string[];
  /** Identifiers in order of preference: the record belongs to the first that is not empty. */
  readonly identifiers: readonly IdentifierColumn[];
  /** Columns that together are the carrier's identity of a record: equal in two records of one UTC month only if they are the same one (decision 69). */
  readonly identity: readonly string[];
  /** Start of the usage, of a counter the time of the reading. Column '' (counters only) = the time the file speaks of, see asOf. */
  readonly start: TimeColumn;
  /** End of the usage; without a quantity of seconds it gives the duration. Column '' = not said. */
  readonly end: TimeColumn;
  readonly service: ServiceColumn;
  readonly direction: DirectionColumn;
  readonly outcome: OutcomeColumn;
  readonly network: NetworkColumn;
  readonly apn: TextColumn;
  readonly technology: SplittingColumn;
  readonly slice: SliceColumn;
  /** 5QI or QCI, and rating group, in decimal digits. Definitions files were claimed under before there were such columns lack them. */
  readonly fiveQi?: SplittingColumn;
  readonly ratingGroup?: SplittingColumn;
  /** Joins the partial records of one session. */
  readonly session: TextColumn;
  /** Number the network gave the session for charging. */
  readonly chargingId: TextColumn;
  /** Number of the record in its session or at its sender. */
  readonly sequence: TextColumn;
  /** What the carrier calls such a record. */
  readonly recordType: TextColumn;
  /** Number or address of the other party. Only its first digits reach the usage key. */
  readonly otherParty: TextColumn;
  readonly imei: TextColumn;
  /** What the carrier charges for the record and its tax, as decimal text, and in which currency. Nothing is priced by it unless `amounts` says so. */
  readonly charge: TextColumn;
  readonly tax: TextColumn;
  readonly currency: TextColumn;
  /** When aggregates were true, and counters read: the greatest one stands. */
  readonly asOf: AsOf;
  readonly cycle: CycleColumn;
}

/** Kinds of identifier a record may name its subscription by. */
export type IdentifierKind = 'imsi' | 'iccid' | 'msisdn' | 'eid' | 'device';

/** A column that holds an identifier. */
export interface IdentifierColumn {
  readonly kind: IdentifierKind;
  readonly column: string;
  /** What stands before the identifier ("imsi-"); a text that begins with none of them is no such identifier. Empty = nothing does. */
  readonly prefixes: readonly string[];
}

/** The text of a column without the prefix it has, if it has one of these; or the same text for every record. */
export interface TextColumn {
  readonly column: string;
  readonly constant: string;
  readonly prefixes: readonly string[];
}

/**
 * A text the items of a JSON record's list may differ in: `each` is the path to it in the list quantities come from, or in one that list
 * is inside of. Items that differ in such a text become records of usage of their own; an item that says nothing has the text of `column`.
 * Absent = the record says it once, for all of its items.
 */
export interface SplittingColumn extends TextColumn {
  readonly each?: string;
}

/** Serving network: one column (TADIG code, or MCC and MNC: "26201", "262-01"), MCC and MNC in two, or a constant. An MNC of one digit gets a leading 0; without an MCC it names none. */
export interface NetworkColumn extends TextColumn {
  readonly mcc: string;
  readonly mnc: string;
}

/** Network slice: one column, slice/service type and differentiator in two (they become "1-0000aa"), or a constant. */
export interface SliceColumn extends TextColumn {
  readonly sst: string;
  readonly sd: string;
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

/**
 * Which service a record is about: by the text of a column. Without a column a single rule is for all; several rules each make a record of
 * their own out of one line or object, as far as their quantities are filled.
 */
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
  /** Quantities add up where two name the same measure. */
  readonly quantities: readonly QuantityColumn[];
  /** A record in which every quantity is empty: it is rejected, or it is a record of nothing, kept for statistics. */
  readonly withoutQuantity: 'reject' | 'zero';
}

/** Units quantities come in: decimal and binary multiples of the octet, time, pieces. */
export type QuantityUnit = (typeof QUANTITY_UNITS)[number];
/** Their names, as they are written. */
export const QUANTITY_UNITS = [
  'B',
  'kB',
  'MB',
  'GB',
  'KiB',
  'MiB',
  'GiB',
  'second',
  'minute',
  'hour',
  'piece',
] as const;

/**
 * What a quantity is counted as. bytesUnsplit are octets beside those up and down; bytesTotal are all of them: of these only what the same
 * record (or item of a list) does not give as up or down is added, as unsplit.
 */
export type QuantityMeasure = (typeof QUANTITY_MEASURES)[number];
/** Their names, as they are written. */
export const QUANTITY_MEASURES = ['bytesUp', 'bytesDown', 'bytesUnsplit', 'bytesTotal', 'seconds', 'count'] as const;

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

/**
 * A column that says whether it came about ("NO ANSWER"). What failed has no quantity and is kept for statistics. Values not listed are as
 * the value "*" says; without it they are rejected. Column '' = everything counts.
 */
interface OutcomeColumn {
  readonly column: string;
  readonly values: Readonly<Record<string, 'counts' | 'failed'>>;
}

/** When an aggregate was true: the time in its file's name, or the file's arrival. */
export type AsOf =
  | { readonly from: 'arrival' }
  | { readonly from: 'fileName'; readonly format: string; readonly zone: string };

/**
 * When a counter begins anew at zero: a column that names its cycle, or local midnight of a day of each month (1 to 28; 0 = not known). If
 * neither is known, a reading below the one before tells.
 */
interface CycleColumn {
  readonly column: string;
  readonly monthlyOn: number;
  readonly zone: string;
}
