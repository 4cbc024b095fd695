import type { ProblemCode, RejectionCode } from './decoder.ts';

/** Codes of files that should be there and are not. */
type MissingCode = 'FILE_MISSING' | 'FILE_OVERDUE';

/** What a code says of a file or record, and what whoever reads it does about it. */
export interface CodeMeaning {
  /** Number of the rule it belongs to (rules.ts). */
  readonly rule: number;
  /** fatal: nothing of the file counts. severe: the record does not, the file does. warning: everything does. */
  readonly severity: 'fatal' | 'severe' | 'warning' | 'fatal or severe' | 'fatal or warning';
  readonly meaning: string;
  readonly remedy: string;
}

const ASK_AGAIN = 'Have the carrier send the file again.';
const ASK_WHAT = 'Ask the carrier what it sent.';
const DEFINE = 'Correct the source definition, or have the carrier correct the file.';
const RECORD = 'Have the carrier correct the record and send it again, in a file of its own.';
const LOOK = 'Ask the carrier; the usage counts meanwhile.';

const meaning = (rule: number, severity: CodeMeaning['severity'], text: string, remedy: string): CodeMeaning => ({
  rule,
  severity,
  meaning: text,
  remedy,
});

/** Every code mediation gives, with its meaning. A code that is not here does not compile. */
export const CODES: Readonly<Record<RejectionCode | ProblemCode | MissingCode, CodeMeaning>> = {
  FILE_NAME_MISMATCH: meaning(1, 'fatal', 'name and header say different files, or the name lacks its time', ASK_WHAT),
  FILE_NAME_UNUSUAL: meaning(1, 'warning', 'the name is not built as TD.57 says; the header decides', 'Nothing.'),
  FILE_MISSING: meaning(
    2,
    'warning',
    'the numbers of other files say that this one should be there',
    'Have it sent: billing usage files --missing.',
  ),
  FILE_OVERDUE: meaning(
    2,
    'warning',
    "a file was due by its source's schedule and has not come",
    'Have it sent: billing usage files --missing.',
  ),
  SEQUENCE_REUSED: meaning(
    4,
    'fatal',
    'another file of this number counts already',
    'Back out the wrong one, if it is.',
  ),
  RESENT_WITHOUT_RAP: meaning(6, 'warning', 'a corrected file does not say which return file it answers', 'Nothing.'),
  AUDIT_COUNT_MISMATCH: meaning(7, 'fatal', 'the trailer counts other events than the file holds', ASK_AGAIN),
  AUDIT_CHARGE_MISMATCH: meaning(8, 'fatal', 'the charges do not add up to the trailer', ASK_AGAIN),
  AUDIT_TAX_MISMATCH: meaning(8, 'fatal', 'the taxes do not add up to the trailer', ASK_AGAIN),
  AUDIT_DISCOUNT_MISMATCH: meaning(8, 'fatal', 'the discounts do not add up to the trailer', ASK_AGAIN),
  AUDIT_UNVERIFIED: meaning(8, 'warning', 'a total differs, but the file holds events whose charges are unknown', LOOK),
  EMPTY_FILE: meaning(9, 'fatal', 'the file has no bytes, or no header', ASK_AGAIN),
  TRUNCATED: meaning(9, 'fatal or severe', 'the file, or its last record, is cut off', ASK_AGAIN),
  NOT_BER: meaning(9, 'fatal or severe', 'the bytes are no BER', ASK_WHAT),
  TOO_DEEP: meaning(9, 'fatal or severe', 'elements are nested deeper than any format has it', ASK_WHAT),
  ELEMENT_TOO_LONG: meaning(9, 'fatal or severe', 'an element is longer than any format has it', ASK_WHAT),
  GARBAGE: meaning(9, 'fatal or warning', 'something stands behind the end of the file', LOOK),
  MISSING_GROUP: meaning(9, 'fatal', 'a part every file must have is missing', ASK_AGAIN),
  INVALID_HEADER: meaning(9, 'fatal or warning', 'a value of the header is missing or impossible', ASK_AGAIN),
  UNSUPPORTED_VERSION: meaning(9, 'fatal', 'the file is of a release that is not read', 'Agree on a release that is.'),
  UNKNOWN_ACCOUNTING_CODE: meaning(
    8,
    'warning',
    'a charge refers to an exchange rate or discount the file does not define',
    LOOK,
  ),
  DECODER_FAILED: meaning(
    9,
    'fatal',
    'the program that reads the file broke',
    'Hand the file to whoever maintains the service; replay it once that is mended: billing usage replay FILE.',
  ),
  CORRUPT_GZIP: meaning(9, 'fatal', 'the gzip stream is broken or cut off', ASK_AGAIN),
  CORRUPT_ZSTD: meaning(9, 'fatal', 'the zstd stream is broken or cut off', ASK_AGAIN),
  CORRUPT_ZIP: meaning(9, 'fatal', 'the archive is broken or cut off', ASK_AGAIN),
  GZIP_BOMB: meaning(9, 'fatal', 'the file grows beyond all measure when decompressed', ASK_WHAT),
  ZSTD_BOMB: meaning(9, 'fatal', 'the file grows beyond all measure when decompressed', ASK_WHAT),
  ZIP_BOMB: meaning(9, 'fatal', 'the archive grows beyond all measure when decompressed', ASK_WHAT),
  ENCRYPTED: meaning(9, 'fatal', 'the archive is encrypted', 'Have it sent unencrypted; the way here is encrypted.'),
  UNSUPPORTED_COMPRESSION: meaning(9, 'fatal', 'the file is compressed in a way that is not read', 'Agree on gzip.'),
  SEVERAL_FILES: meaning(
    9,
    'fatal',
    'an archive holds several files that have numbers of their own',
    'Have them sent singly.',
  ),
  NOT_TEXT: meaning(9, 'fatal', 'the file should be UTF-8 text and is not', ASK_WHAT),
  UNPAIRED_QUOTES: meaning(9, 'fatal', 'quotes are opened that are not closed', DEFINE),
  INVALID_JSON: meaning(9, 'fatal or severe', 'the text is no JSON', ASK_WHAT),
  TOO_MANY_COLUMNS: meaning(9, 'fatal', 'a line has more columns than are read', ASK_WHAT),
  MISSING_COLUMN: meaning(9, 'fatal', 'a column the source names is not in the file', DEFINE),
  DUPLICATE_COLUMN: meaning(9, 'fatal', 'a column is in the file twice', DEFINE),
  NO_FINAL_LINE_BREAK: meaning(9, 'warning', 'the last line is not ended; the file may be cut off', LOOK),
  UNKNOWN_UTC_OFFSET_CODE: meaning(10, 'severe', 'the record has a UTC offset the file does not define', RECORD),
  MISSING_VALUE: meaning(11, 'severe', 'a value the record must have is missing', RECORD),
  INVALID_VALUE: meaning(11, 'severe', 'a value is not of its kind', RECORD),
  VALUE_OUT_OF_RANGE: meaning(11, 'severe', 'a quantity is negative, or more than can be', RECORD),
  TOO_LONG: meaning(11, 'severe', 'a value is longer than is read', RECORD),
  RAGGED_ROW: meaning(11, 'severe', 'a line has other columns than the header', RECORD),
  DUPLICATE_KEY: meaning(11, 'severe', 'a record says one thing twice', RECORD),
  UNSUPPORTED_EVENT: meaning(11, 'severe', 'the record is of a kind that is not decoded', 'Agree on how it is billed.'),
  UNSUPPORTED_ENCODING: meaning(11, 'severe', 'the record is encoded in a way that is not read', 'Agree on BER.'),
  UNSIGNED_ENCODING: meaning(11, 'warning', 'whole numbers are encoded without a sign; they are read so', 'Nothing.'),
  CHARGED_BEFORE_START: meaning(12, 'severe', 'the record was charged before it began', RECORD),
  LONG_DURATION: meaning(13, 'warning', 'a data record is longer than a day', LOOK),
  START_TOO_OLD: meaning(
    14,
    'severe',
    'the record began longer ago than is accepted',
    'Agree on a credit or charge by hand.',
  ),
  START_IN_FUTURE: meaning(
    15,
    'severe',
    'the record begins after its file arrived',
    'Have clocks and time zones checked.',
  ),
  CDR_COUNT_MISMATCH: meaning(17, 'warning', 'the header counts other records than the file holds', LOOK),
  LOST_CDRS: meaning(17, 'warning', 'the network lost records', 'Ask the carrier how many, and what they were.'),
  ABNORMAL_CLOSURE: meaning(17, 'warning', 'the file was not closed as it should', LOOK),
  FILE_LENGTH_MISMATCH: meaning(17, 'warning', 'the header says another length than the file has', LOOK),
  END_BEFORE_START: meaning(25, 'warning', 'a record ends before it begins; it counts without a duration', LOOK),
  ABOVE_CEILING: meaning(26, 'severe', 'a quantity is too large to be believed', RECORD),
  NO_IDENTIFIER: meaning(28, 'severe', 'the record names no subscriber', RECORD),
  FILE_TYPE_MISMATCH: meaning(29, 'fatal', 'name and header differ in whether it is test data', ASK_WHAT),
  PROCESSING_ERROR: meaning(
    30,
    'severe',
    'the record was read well, and the usage store takes it under no circumstances',
    'Hand it over to whoever maintains the service; once it is mended, back the file out and drop it again.',
  ),
  RECORDS_REJECTED: meaning(
    30,
    'severe',
    'some records of the file are rejected',
    'Look at them: billing usage show FILE.',
  ),
};
