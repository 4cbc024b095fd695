import type { Instant } from '#shared/time/local-date.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { Problem, RejectedRecord } from './problem.ts';
import type { RecordDraft } from './record-draft.ts';

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
