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

/** What may be said of a file whose bytes cannot be read. */
export type UnreadableCode =
  | 'CORRUPT_GZIP'
  | 'GZIP_BOMB'
  | 'CORRUPT_ZSTD'
  | 'ZSTD_BOMB'
  | 'CORRUPT_ZIP'
  | 'ZIP_BOMB'
  | 'ENCRYPTED'
  | 'UNSUPPORTED_COMPRESSION'
  | 'NOT_TEXT'
  | 'DECODER_FAILED';

/** What can be said of a file as a whole. */
export type ProblemCode =
  | UnreadableCode
  | 'SEVERAL_FILES'
  | 'EMPTY_FILE'
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
  | 'RECORDS_REJECTED';

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
