/** What a code says of a file or record, and what whoever reads it does about it. */
export interface RuleCode {
  /** fatal: nothing of the file counts. severe: the record does not, the file does. warning: everything does. */
  readonly severity: 'fatal' | 'severe' | 'warning' | 'fatal or severe' | 'fatal or warning';
  readonly meaning: string;
  readonly remedy: string;
}

type NoCodes = Readonly<Record<never, RuleCode>>;

/** A rule usage is held to before it is billed. */
interface MediationRule<Codes> {
  readonly number: number;
  /** What must hold, and what becomes of what does not. */
  readonly text: string;
  /** Who decides it: mediation (while a file is read), the fold (of all files together), rating, or the commit of a file. */
  readonly decidedBy: 'mediation' | 'fold' | 'rating' | 'commit';
  /** Codes it shows by. */
  readonly codes: Codes;
  /** Reasons of suspense it gives, where rating decides. */
  readonly suspense: readonly string[];
  /** Tests that prove it: where they are, and words of their names or cases. */
  readonly tests: readonly (readonly [path: string, words: string])[];
}

const ASK_AGAIN = 'Have the carrier send the file again.';
const ASK_WHAT = 'Ask the carrier what it sent.';
const DEFINE = 'Correct the source definition, or have the carrier correct the file.';
const RECORD = 'Have the carrier correct the record and send it again, in a file of its own.';
const LOOK = 'Ask the carrier; the usage counts meanwhile.';

const NUMBERS = 'test/mediation/use-cases/take-number.test.ts';
const OVERDUE = 'test/mediation/use-cases/overdue-files.test.ts';
const TAP = 'test/mediation/tap3.test.ts';
const EVENTS = 'test/mediation/tap3-events.test.ts';
const DELIMITED = 'test/mediation/delimited.test.ts';
const CDR_FILES = 'test/mediation/ts32297.test.ts';
const CDRS = 'test/mediation/ts32298.test.ts';
const FOLD = 'test/usage/fold.property.test.ts';
const SUSPENDED = 'test/rating/classify-usage.test.ts';
const MENDED = 'test/billing/suspense-mended.test.ts';

const code = (severity: RuleCode['severity'], meaning: string, remedy: string): RuleCode => ({
  severity,
  meaning,
  remedy,
});

type Tests = MediationRule<Readonly<Record<string, RuleCode>>>['tests'];

/** A rule mediation decides, that shows by codes. */
function says<const Codes extends Readonly<Record<string, RuleCode>>>(
  number: number,
  text: string,
  codes: Codes,
  tests: Tests,
): MediationRule<Codes> {
  return { number, text, decidedBy: 'mediation', codes, suspense: [], tests };
}

/** A rule rating decides, that shows by reasons of suspense. */
function suspends(number: number, text: string, suspense: readonly string[], tests: Tests): MediationRule<NoCodes> {
  return { number, text, decidedBy: 'rating', codes: {}, suspense, tests };
}

/** A rule that holds without saying anything. */
function holds(
  decidedBy: MediationRule<NoCodes>['decidedBy'],
  number: number,
  text: string,
  tests: Tests,
): MediationRule<NoCodes> {
  return { number, text, decidedBy, codes: {}, suspense: [], tests };
}

/**
 * The rules of mediation, in order of their numbers, with every code mediation gives. They restate TD.57 for TAP, TS 32.297 and TS 32.298 for
 * files of CDRs, and the practice of revenue assurance for the rest.
 */
export const RULES = [
  says(
    1,
    'The number in the name of a file is that of its header.',
    {
      FILE_NAME_MISMATCH: code('fatal', 'name and header say different files, or the name lacks its time', ASK_WHAT),
      FILE_NAME_UNUSUAL: code('warning', 'the name is not built as TD.57 says; the header decides', 'Nothing.'),
    },
    [['test/mediation/tap3.test.ts', "a sequence number that is not the name's"]],
  ),
  says(
    2,
    'A number nobody has, or no file by the time one was due, is a missing file: it is listed until it comes. The files around it count.',
    {
      FILE_MISSING: code(
        'warning',
        'the numbers of other files say that this one should be there',
        'Have it sent: billing usage files --missing.',
      ),
      FILE_OVERDUE: code(
        'warning',
        "a file was due by its source's schedule and has not come",
        'Have it sent: billing usage files --missing.',
      ),
    },
    [
      [NUMBERS, 'are the numbers between those that came, in whatever order they came'],
      [OVERDUE, 'is overdue what did not come, from the first file on'],
    ],
  ),
  holds('mediation', 3, 'The same content under the same number is a copy and changes nothing.', [
    [NUMBERS, 'other content is quarantined, the same content is not'],
  ]),
  says(
    4,
    'Other content under a number that is taken does not count.',
    {
      SEQUENCE_REUSED: code('fatal', 'another file of this number counts already', 'Back out the wrong one, if it is.'),
    },
    [[NUMBERS, 'is that of the first file that takes it; other content is quarantined']],
  ),
  holds(
    'mediation',
    5,
    'Numbers begin anew after 99999; test files have numbers of their own; a notification uses one up.',
    [
      [NUMBERS, 'is used up by a notification'],
      [NUMBERS, 'of test files is another'],
      [NUMBERS, 'numbers go round'],
    ],
  ),
  says(
    6,
    'A file that is sent again after it was refused says which return file it answers.',
    {
      RESENT_WITHOUT_RAP: code('warning', 'a corrected file does not say which return file it answers', 'Nothing.'),
    },
    [[NUMBERS, 'sent again without its return file is noticed']],
  ),
  says(
    7,
    'A file holds as many events as its trailer counts, rejected ones included.',
    {
      AUDIT_COUNT_MISMATCH: code('fatal', 'the trailer counts other events than the file holds', ASK_AGAIN),
    },
    [[TAP, 'more events than the trailer says']],
  ),
  says(
    8,
    'Charges, taxes and discounts of a file add up to its trailer.',
    {
      AUDIT_CHARGE_MISMATCH: code('fatal', 'the charges do not add up to the trailer', ASK_AGAIN),
      AUDIT_TAX_MISMATCH: code('fatal', 'the taxes do not add up to the trailer', ASK_AGAIN),
      AUDIT_DISCOUNT_MISMATCH: code('fatal', 'the discounts do not add up to the trailer', ASK_AGAIN),
      AUDIT_UNVERIFIED: code('warning', 'a total differs, but the file holds events whose charges are unknown', LOOK),
      UNKNOWN_ACCOUNTING_CODE: code(
        'warning',
        'a charge refers to an exchange rate or discount the file does not define',
        LOOK,
      ),
    },
    [[TAP, 'another total charge']],
  ),
  says(
    9,
    'A file can be read from its first byte to its last and has every part it must have.',
    {
      EMPTY_FILE: code('fatal', 'the file has no bytes, or no header', ASK_AGAIN),
      TRUNCATED: code('fatal or severe', 'the file, or its last record, is cut off', ASK_AGAIN),
      NOT_BER: code('fatal or severe', 'the bytes are no BER', ASK_WHAT),
      TOO_DEEP: code('fatal or severe', 'elements are nested deeper than any format has it', ASK_WHAT),
      ELEMENT_TOO_LONG: code('fatal or severe', 'an element is longer than any format has it', ASK_WHAT),
      GARBAGE: code('fatal or warning', 'something stands behind the end of the file', LOOK),
      MISSING_GROUP: code('fatal', 'a part every file must have is missing', ASK_AGAIN),
      INVALID_HEADER: code('fatal or warning', 'a value of the header is missing or impossible', ASK_AGAIN),
      UNSUPPORTED_VERSION: code('fatal', 'the file is of a release that is not read', 'Agree on a release that is.'),
      DECODER_FAILED: code(
        'fatal',
        'the program that reads the file broke',
        'Hand the file to whoever maintains the service; replay it once that is mended: billing usage replay FILE.',
      ),
      CORRUPT_GZIP: code('fatal', 'the gzip stream is broken or cut off', ASK_AGAIN),
      CORRUPT_ZSTD: code('fatal', 'the zstd stream is broken or cut off', ASK_AGAIN),
      CORRUPT_ZIP: code('fatal', 'the archive is broken or cut off', ASK_AGAIN),
      GZIP_BOMB: code('fatal', 'the file grows beyond all measure when decompressed', ASK_WHAT),
      ZSTD_BOMB: code('fatal', 'the file grows beyond all measure when decompressed', ASK_WHAT),
      ZIP_BOMB: code('fatal', 'the archive grows beyond all measure when decompressed', ASK_WHAT),
      ENCRYPTED: code('fatal', 'the archive is encrypted', 'Have it sent unencrypted; the way here is encrypted.'),
      UNSUPPORTED_COMPRESSION: code('fatal', 'the file is compressed in a way that is not read', 'Agree on gzip.'),
      SEVERAL_FILES: code(
        'fatal',
        'an archive holds several files that have numbers of their own',
        'Have them sent singly.',
      ),
      NOT_TEXT: code('fatal', 'the file should be UTF-8 text and is not', ASK_WHAT),
      UNPAIRED_QUOTES: code('fatal', 'quotes are opened that are not closed', DEFINE),
      INVALID_JSON: code('fatal or severe', 'the text is no JSON', ASK_WHAT),
      TOO_MANY_COLUMNS: code('fatal', 'a line has more columns than are read', ASK_WHAT),
      MISSING_COLUMN: code('fatal', 'a column the source names is not in the file', DEFINE),
      DUPLICATE_COLUMN: code('fatal', 'a column is in the file twice', DEFINE),
      NO_FINAL_LINE_BREAK: code('warning', 'the last line is not ended; the file may be cut off', LOOK),
    },
    [[TAP, 'a file cut short']],
  ),
  says(
    10,
    'A UTC offset code is one the file defines.',
    {
      UNKNOWN_UTC_OFFSET_CODE: code('severe', 'the record has a UTC offset the file does not define', RECORD),
    },
    [[TAP, 'an offset code the file does not define']],
  ),
  says(
    11,
    'Every value of a record is there, of its kind and in its range.',
    {
      MISSING_VALUE: code('severe', 'a value the record must have is missing', RECORD),
      INVALID_VALUE: code('severe', 'a value is not of its kind', RECORD),
      VALUE_OUT_OF_RANGE: code('severe', 'a quantity is negative, or more than can be', RECORD),
      TOO_LONG: code('severe', 'a value is longer than is read', RECORD),
      RAGGED_ROW: code('severe', 'a line has other columns than the header', RECORD),
      DUPLICATE_KEY: code('severe', 'a record says one thing twice', RECORD),
      UNSUPPORTED_EVENT: code('severe', 'the record is of a kind that is not decoded', 'Agree on how it is billed.'),
      UNSUPPORTED_ENCODING: code('severe', 'the record is encoded in a way that is not read', 'Agree on BER.'),
      UNSIGNED_ENCODING: code('warning', 'whole numbers are encoded without a sign; they are read so', 'Nothing.'),
    },
    [[DELIMITED, 'records that are rejected, with code, field and line']],
  ),
  says(
    12,
    'A record is not charged before it begins.',
    {
      CHARGED_BEFORE_START: code('severe', 'the record was charged before it began', RECORD),
    },
    [[EVENTS, 'a call charged before it began']],
  ),
  says(
    13,
    'A data record lasts a day at most.',
    {
      LONG_DURATION: code('warning', 'a data record is longer than a day', LOOK),
    },
    [[TAP, 'a data record longer than a day is a warning']],
  ),
  says(
    14,
    'A record is not older than agreed when its file arrives.',
    {
      START_TOO_OLD: code(
        'severe',
        'the record began longer ago than is accepted',
        'Agree on a credit or charge by hand.',
      ),
    },
    [[DELIMITED, "'START_TOO_OLD', 'start'"]],
  ),
  says(
    15,
    'A record does not begin after its file arrived.',
    {
      START_IN_FUTURE: code(
        'severe',
        'the record begins after its file arrived',
        'Have clocks and time zones checked.',
      ),
    },
    [[DELIMITED, "'START_IN_FUTURE', 'start'"]],
  ),
  holds('fold', 16, 'An event counts once, whichever files and places it is in.', [
    [FOLD, 'the first of each event stands and the others are counted'],
  ]),
  says(
    17,
    'A CDR file says how many records it has and how it was closed; what is intact of it counts.',
    {
      CDR_COUNT_MISMATCH: code('warning', 'the header counts other records than the file holds', LOOK),
      LOST_CDRS: code('warning', 'the network lost records', 'Ask the carrier how many, and what they were.'),
      ABNORMAL_CLOSURE: code('warning', 'the file was not closed as it should', LOOK),
      FILE_LENGTH_MISMATCH: code('warning', 'the header says another length than the file has', LOOK),
    },
    [[CDR_FILES, 'a count that is not its own']],
  ),
  suspends(
    18,
    'Usage of identifiers nobody has, or nobody pays for, or monthly aggregates of a payer with another billing day than 1, waits until the inventory says otherwise.',
    ['UNKNOWN_SUBSCRIBER', 'NO_ASSIGNMENT', 'NOT_ACTIVE', 'MONTHLY_AGGREGATE'],
    [
      [SUSPENDED, "a month's aggregate of a payer with another"],
      [SUSPENDED, 'nobody has the identifier'],
      [MENDED, 'is charged by itself'],
    ],
  ),
  suspends(
    19,
    'Usage no price fits waits until the catalogue has one.',
    ['NO_PLAN', 'UNKNOWN_NETWORK', 'NO_PRICE'],
    [
      [SUSPENDED, 'no charge fits'],
      [MENDED, 'is charged by itself'],
    ],
  ),
  holds(
    'mediation',
    20,
    'Partial records count each for itself; the gateway and charging id join them into a session.',
    [
      [TAP, 'the same event twice is one; what differs in identity is not'],
      [CDRS, 'parts of a session have their gateway and its charging id in common'],
    ],
  ),
  holds('fold', 21, 'Of a counter, what counts is the rise since the reading before; a fall is a restart.', [
    ['test/usage/counters.test.ts', 'counter readings'],
  ]),
  holds('fold', 22, 'An aggregate takes the place of what was said before of the same day and class.', [
    [FOLD, 'folding aggregates'],
  ]),
  suspends(
    23,
    'Late usage is billed by the next run, as the difference it makes, until its period is frozen.',
    ['FROZEN'],
    [['test/billing/freezing.test.ts', 'late usage is billed until then, and not after']],
  ),
  holds('fold', 24, 'A corrected file is a file of its own: of records it repeats, those that were accepted stand.', [
    [FOLD, 'a file loaded again at a later position changes nothing but the duplicates'],
  ]),
  says(
    25,
    'A record does not end before it begins.',
    {
      END_BEFORE_START: code('warning', 'a record ends before it begins; it counts without a duration', LOOK),
    },
    [[DELIMITED, 'END_BEFORE_START']],
  ),
  says(
    26,
    'A record has no quantity that cannot be believed.',
    {
      ABOVE_CEILING: code('severe', 'a quantity is too large to be believed', RECORD),
    },
    [[DELIMITED, "'ABOVE_CEILING', 'bytes'"]],
  ),
  holds('mediation', 27, 'A failed message and a session without usage count nothing and are kept for statistics.', [
    [CDRS, 'a failed one'],
    ['test/mediation/chunk-builder.test.ts', 'in one chunk and month, one stands'],
  ]),
  says(
    28,
    'A record names a subscriber. One that names none is no fault of its file.',
    {
      NO_IDENTIFIER: code('severe', 'the record names no subscriber', RECORD),
    },
    [[DELIMITED, "'NO_IDENTIFIER', 'identifier'"]],
  ),
  says(
    29,
    'Test data is read and registered, and never billed.',
    {
      FILE_TYPE_MISMATCH: code('fatal', 'name and header differ in whether it is test data', ASK_WHAT),
    },
    [
      [TAP, 'test data and notifications are told apart'],
      ['test/cli/usage-proof.test.ts', 'every fate there is, is in it'],
    ],
  ),
  says(
    30,
    'Read is accepted, duplicate and rejected; accepted is billed, suspended, written off or not yet due, in records and units.',
    {
      PROCESSING_ERROR: code(
        'severe',
        'the record was read well, and the usage store takes it under no circumstances',
        'Hand it over to whoever maintains the service; once it is mended, back the file out and drop it again.',
      ),
      RECORDS_REJECTED: code(
        'severe',
        'some records of the file are rejected',
        'Look at them: billing usage show FILE.',
      ),
    },
    [['test/billing/proof.test.ts', 'every record is in the row of the file it came from, and each row adds up']],
  ),
] as const;
