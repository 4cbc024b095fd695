import { utcOffset } from '#shared/mediation/chunks/record-columns-reader.ts';
import { localCharge } from '#shared/mediation/local-charge.ts';
import { DIRECTIONS, PRECISIONS, type RecordDraft, TEXT, type TextField } from '#shared/mediation/record-draft.ts';

/** Where a record stands in its file, and what the file's other records say of it. */
export interface RecordPlace {
  /** Number in the file, from 1. */
  readonly record: number;
  /** Line of a text file (from 1), byte of a binary one. */
  readonly place: number;
  /** File of an archive it is in, '' = the file is none. */
  readonly entry: string;
  /** Whether a record of the same identity stands before it in the file. */
  readonly isRepeated: boolean;
}

/** What a file said of one record, normalised; texts it did not say are ''. */
export type DecodedRecord = ReturnType<typeof decodedRecord>;

/** Reads a finished draft as an object that outlives it. */
export function decodedRecord(draft: RecordDraft, { record, place, entry, isRepeated }: RecordPlace) {
  const text = (field: TextField) =>
    draft.isEmpty(field) ? '' : draft.bytes.toString('utf8', draft.start(field), draft.end(field));
  const network = text(TEXT.network);
  const isPlmn = /^\d{5,6}$/.test(network);
  return {
    record,
    place,
    entry,
    recordType: text(TEXT.recordType),
    identifier: text(TEXT.identifier),
    imsi: text(TEXT.imsi),
    iccid: text(TEXT.iccid),
    msisdn: text(TEXT.msisdn),
    imei: text(TEXT.imei),
    service: text(TEXT.service),
    direction: DIRECTIONS[draft.direction]!,
    start: startText(draft),
    startUtc: `${iso(draft.startedAt)}Z`,
    seconds: draft.seconds,
    bytesUp: draft.bytesUp,
    bytesDown: draft.bytesDown,
    bytesTotal: draft.bytesUp + draft.bytesDown + draft.bytesUnsplit,
    count: draft.count,
    plmn: isPlmn ? network : '',
    tadig: isPlmn ? '' : network,
    apn: text(TEXT.apn),
    technology: text(TEXT.technology),
    slice: text(TEXT.slice),
    fiveQi: text(TEXT.fiveQi),
    ratingGroup: text(TEXT.ratingGroup),
    otherParty: text(TEXT.otherParty),
    session: text(TEXT.session),
    chargingId: text(TEXT.chargingId),
    sequence: text(TEXT.sequence),
    cause: text(TEXT.cause),
    charge: text(TEXT.charge),
    currency: text(TEXT.currency),
    tax: text(TEXT.tax),
    discount: text(TEXT.discount),
    exchangeRate: text(TEXT.exchangeRate),
    localCharge: text(TEXT.localCharge) || localCharge(text(TEXT.charge), text(TEXT.exchangeRate)),
    localCurrency: text(TEXT.localCurrency),
    isRepeated,
    /** Without any quantity: kept for statistics. */
    isZero: draft.outcome === 1,
  };
}

/** A record as one line of names and values; what it does not say is left out. */
export function recordLine(record: DecodedRecord): string {
  const parts = Object.entries(record).flatMap(([name, value]) => {
    if (value === '' || value === false || value === 0) return [];
    return value === true ? [name] : [`${name}=${plain(String(value))}`];
  });
  return parts.join(' ');
}

/** Its start as the file said it: with its offset, or the day or month it names. */
function startText({ startedAt, startOffset, precision }: RecordDraft): string {
  const offset = Number.isNaN(startOffset) ? 0 : startOffset;
  const local = iso(startedAt + offset * 60);
  const kind = PRECISIONS[precision];
  if (kind !== 'instant') return local.slice(0, kind === 'day' ? 'yyyy-mm-dd'.length : 'yyyy-mm'.length);
  return Number.isNaN(startOffset) ? '' : `${local}${utcOffset(startOffset)}`;
}

/** "2026-10-07T08:39:50" of epoch seconds. */
function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
}

/** A value on a line: in quotes if it holds a blank, and without signs that could move a terminal's cursor. */
function plain(value: string): string {
  const shown = value.replace(/[\p{Cc}\p{Cf}]/gu, '�');
  return /[\s"]/.test(shown) ? JSON.stringify(shown) : shown;
}
