import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { DelimitedDecoder } from './delimited/delimited-decoder.ts';
import { JsonDecoder } from './json/json-decoder.ts';
import type { RecordDraft } from './record-draft.ts';
import { Tap3Decoder } from './tap3/tap3-decoder.ts';
import { Ts32298Decoder } from './ts32298/ts32298-decoder.ts';

/** A usage file as it was dropped. */
export interface ArrivedFile {
  /** Name without folder; an ending .gz is not part of it for patterns and checks. */
  readonly name: string;
  readonly carrier: string;
  /** When it arrived: what is in the future and what is too old is said from here, so that a repeat says the same. */
  readonly arrivedAt: Instant;
}

/** Limits of decoding. They decide what is rejected and where chunks end, so a file keeps those it was claimed under. */
export interface DecoderSettings {
  /** Records (accepted, duplicate and rejected together) a chunk holds. */
  readonly chunkRecords: number;
  /** A record that starts longer before the file's arrival is rejected. */
  readonly maxPastDays: number;
  /** A record that starts longer after the file's arrival is rejected. */
  readonly maxFutureSeconds: number;
  /** Octets, up and down together, from which on a single record is not believed. */
  readonly maxBytes: number;
  /** Seconds above which a single record is not believed. */
  readonly maxSeconds: number;
  /** Pieces above which a single record is not believed. */
  readonly maxCount: number;
  /** Size from which on the usage of one identifier and month in one chunk is split into several items, in bytes. */
  readonly maxItemBytes: number;
  /** Decompressed bytes one invocation decodes, about: a longer file is a chain of steps. */
  readonly stepBytes: number;
}

/** Settings that suit most carriers: 180 days back, two hours ahead, less than 1 TB and at most 31 days a record. */
export const DEFAULT_DECODER_SETTINGS: DecoderSettings = {
  chunkRecords: 25_000,
  maxPastDays: 180,
  maxFutureSeconds: 7200,
  maxBytes: 1_000_000_000_000,
  maxSeconds: 31 * 86_400,
  maxCount: 1_000_000,
  maxItemBytes: 300_000,
  stepBytes: 2 ** 31,
};

/**
 * Takes the records of a file in the order they stand in it. The draft is the decoder's own and is written over by the next record.
 * `place` is where the record begins: the line (from 1) of a text file, the byte offset of a binary one.
 */
export interface RecordSink {
  /** A record that is finished and within the rules. */
  add(draft: RecordDraft, place: number): void;
  /** A record that failed; the draft says why. */
  reject(draft: RecordDraft, place: number): void;
}

/**
 * Reads one usage file, block by block, and hands its records to a sink. Blocks are decompressed bytes, cut anywhere: what comes out does not
 * depend on the cuts. Records come out before the end is seen: if the file does not count, none of them does.
 */
export interface UsageDecoder {
  push(block: Uint8Array): void;
  /** Says that no block follows. The decoder is spent afterwards. */
  end(): FileReading;
}

/** Where a decoder stopped, for another to go on from: plain JSON. */
export interface ResumePoint {
  /** End of the last record that was handed on, in decompressed bytes of the file, or of the file in the archive. */
  readonly offset: number;
  /** What a decoder must know to go on, as JSON text; whose text it is only its format knows. */
  readonly state: string;
}

/**
 * A decoder that stops at the end of a record, and whose work another takes up there: opened with the resume point and given the bytes from its
 * offset on, that one does everything as if there had been no stop.
 */
export interface ResumableDecoder extends UsageDecoder {
  /** Once a record has been handed on that ends at this offset or behind it, every later byte is left to another. */
  stopAfter(offset: number): void;
  /** Set when it has stopped. */
  readonly resumePoint: ResumePoint | undefined;
}

/** The packed usage of one identifier in one UTC month, from one chunk (see usage-item.ts). */
export interface PackedItem {
  /** "imsi#<digits>", "iccid#<digits>" …, as the carrier sent it. */
  readonly identifier: string;
  /** "2026-10". */
  readonly month: string;
  readonly part: number;
  readonly packed: Uint8Array;
}

/** Control totals of one UTC month. */
export interface MonthTotals {
  readonly accepted: UsageTotals;
  readonly duplicate: UsageTotals;
}

/** A bounded part of a file, complete and ready to be stored. Chunks are numbered from 0 without gaps. */
export interface DecodedChunk {
  readonly index: number;
  /** The object of its usage items (see items-object.ts): by identifier, in the order they first occur, then by month and part. */
  readonly items: Uint8Array;
  readonly itemCount: number;
  /** The accepted records in columns (see record-columns.ts). */
  readonly records: Uint8Array;
  /** What the items hold: read without duplicates and rejections. */
  readonly totals: UsageTotals;
  /** Left out because a record of the same fingerprint in the same chunk stands for them. */
  readonly duplicates: UsageTotals;
  /** Records in the items without any quantity: failed messages, sessions without usage. They are kept for statistics. */
  readonly zero: number;
  readonly rejected: readonly RejectedRecord[];
  /** How many different identifiers its items have. */
  readonly identifiers: number;
  /** By month, "2026-10". */
  readonly months: Readonly<Record<string, MonthTotals>>;
}

/** Why a record is rejected while its file goes on (TD.57: severe). */
export type RejectionCode =
  | 'MISSING_VALUE'
  | 'INVALID_VALUE'
  | 'VALUE_OUT_OF_RANGE'
  | 'ABOVE_CEILING'
  | 'NO_IDENTIFIER'
  | 'START_IN_FUTURE'
  | 'START_TOO_OLD'
  | 'UNKNOWN_UTC_OFFSET_CODE'
  | 'UNSUPPORTED_EVENT'
  | 'UNSUPPORTED_ENCODING'
  | 'CHARGED_BEFORE_START'
  | 'NOT_BER'
  | 'TOO_DEEP'
  | 'ELEMENT_TOO_LONG'
  | 'TRUNCATED'
  | 'RAGGED_ROW'
  | 'INVALID_JSON'
  | 'DUPLICATE_KEY'
  | 'TOO_LONG'
  | 'PROCESSING_ERROR';

/** A record that does not count, and why: the first reason found. */
export interface RejectedRecord {
  /** Number of the record in its file, from 1. */
  readonly record: number;
  /** Where it begins: the line (from 1) of a text file, the byte offset of a binary one. */
  readonly place: number;
  /** Name of the file in the archive it is from; '' when the file is no archive. */
  readonly entry: string;
  readonly code: RejectionCode;
  /** Column or element. */
  readonly field: string;
  /** What stood there, cut to 80 characters; binary as hexadecimal digits. */
  readonly value: string;
  /** What was expected, in words. */
  readonly text: string;
}

/** What can be said of a file as a whole. */
export type ProblemCode =
  | 'CORRUPT_GZIP'
  | 'GZIP_BOMB'
  | 'CORRUPT_ZSTD'
  | 'ZSTD_BOMB'
  | 'CORRUPT_ZIP'
  | 'ZIP_BOMB'
  | 'ENCRYPTED'
  | 'UNSUPPORTED_COMPRESSION'
  | 'SEVERAL_FILES'
  | 'EMPTY_FILE'
  | 'NOT_TEXT'
  | 'NOT_BER'
  | 'GARBAGE'
  | 'TRUNCATED'
  | 'TOO_DEEP'
  | 'ELEMENT_TOO_LONG'
  | 'UNPAIRED_QUOTES'
  | 'INVALID_JSON'
  | 'TOO_MANY_COLUMNS'
  | 'MISSING_COLUMN'
  | 'DUPLICATE_COLUMN'
  | 'NO_FINAL_LINE_BREAK'
  | 'UNSUPPORTED_VERSION'
  | 'MISSING_GROUP'
  | 'INVALID_HEADER'
  | 'FILE_NAME_UNUSUAL'
  | 'FILE_NAME_MISMATCH'
  | 'FILE_TYPE_MISMATCH'
  | 'AUDIT_COUNT_MISMATCH'
  | 'AUDIT_CHARGE_MISMATCH'
  | 'AUDIT_TAX_MISMATCH'
  | 'AUDIT_DISCOUNT_MISMATCH'
  | 'AUDIT_UNVERIFIED'
  | 'UNKNOWN_ACCOUNTING_CODE'
  | 'CDR_COUNT_MISMATCH'
  | 'LOST_CDRS'
  | 'ABNORMAL_CLOSURE'
  | 'FILE_LENGTH_MISMATCH'
  | 'UNSIGNED_ENCODING'
  | 'LONG_DURATION'
  | 'END_BEFORE_START'
  | 'SEQUENCE_REUSED'
  | 'RESENT_WITHOUT_RAP'
  | 'RECORDS_REJECTED'
  | 'DECODER_FAILED';

/** Something about a file a person should know. Fatal: nothing of the file counts. Warning: everything does. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: 'fatal' | 'severe' | 'warning';
  /** What was found, what was expected, what to do. */
  readonly text: string;
  /** Byte offset of a binary file, line of a text file (from 1); −1 when it is about the whole file. */
  readonly place: number;
  /** Name of the file in the archive it is about; '' when the file is no archive, or it is about the whole of it. */
  readonly entry: string;
  readonly field: string;
  /** What stood there, cut to 80 characters. */
  readonly value: string;
  /** How often it occurred; the place is that of the first. */
  readonly occurrences: number;
}

/** What a file says of itself. '' = not said; times are 0 when not said. */
export interface FileFacts {
  /** TADIG codes of sender and recipient; of a CDR file the address of the node that wrote it. */
  readonly sender: string;
  readonly recipient: string;
  /** Five digits, "00101"; of a CDR file a whole number up to 2^32 − 1, after which it begins anew. */
  readonly sequence: string;
  /** Release: "3.12" of TAP; "16.11" of 3GPP. */
  readonly specification: string;
  readonly created: Instant;
  readonly available: Instant;
  readonly cutOff: Instant;
  /** Sequence number of the RAP file this one answers; '' = a first delivery. */
  readonly rapSequence: string;
  /** Currency of the charges ("XDR" unless the file says another) and of the sender. */
  readonly currency: string;
  readonly localCurrency: string;
  /** Decimal places of the file's whole-number amounts; −1 = not said. */
  readonly decimals: number;
}

/** A trailer's total and what was found in its place, as decimal text. */
export interface TrailerTotal {
  readonly name: 'count' | 'charge' | 'tax' | 'discount';
  readonly expected: string;
  readonly found: string;
}

/** What a decoder says of a file as a whole, once all of it was read. */
export interface FileReading {
  readonly status: 'accepted' | 'notification' | 'test';
  readonly problems: readonly Problem[];
  readonly facts: FileFacts;
  /** Decompressed bytes seen. */
  readonly bytes: number;
  readonly trailer: readonly TrailerTotal[];
}

/**
 * What became of a file. `quarantined`: a fatal problem, nothing counts. `notification`: no usage, but a sequence number is used up.
 * `test`: read and registered, never billed. In all three the chunks are void. Always read = accepted + duplicate + rejected, in records.
 */
export interface DecodedFile {
  readonly status: 'accepted' | 'quarantined' | 'notification' | 'test';
  readonly problems: readonly Problem[];
  readonly facts: FileFacts;
  /** Decompressed bytes seen. */
  readonly bytes: number;
  readonly chunks: number;
  /** Records. */
  readonly read: number;
  readonly accepted: UsageTotals;
  readonly duplicate: UsageTotals;
  /** Records. */
  readonly rejected: number;
  /** Accepted records without any quantity (mediation rule 27). */
  readonly zero: number;
  readonly trailer: readonly TrailerTotal[];
}

/** Opens a decoder for a file of a source; the sink gets its records. */
export function openDecoder(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
  sink: RecordSink,
): UsageDecoder {
  switch (source.format) {
    case 'tap3':
      return new Tap3Decoder(source, file, settings, sink, undefined);
    case 'ts32298':
      return new Ts32298Decoder(source, file, settings, sink, undefined);
    case 'json':
      return new JsonDecoder(source, file, settings, sink, undefined);
    case 'delimited':
      return new DelimitedDecoder(source, file, settings, sink, undefined);
  }
}

/** Opens a decoder that goes on where another of the same format stopped. */
export function resumeDecoder(
  source: SourceDefinition,
  file: ArrivedFile,
  settings: DecoderSettings,
  sink: RecordSink,
  resume: ResumePoint,
): UsageDecoder {
  switch (source.format) {
    case 'tap3':
      return new Tap3Decoder(source, file, settings, sink, resume);
    case 'ts32298':
      return new Ts32298Decoder(source, file, settings, sink, resume);
    case 'json':
      return new JsonDecoder(source, file, settings, sink, resume);
    case 'delimited':
      return new DelimitedDecoder(source, file, settings, sink, resume);
  }
}
