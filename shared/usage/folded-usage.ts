import type { RecordsKind } from './usage-item.ts';
import type { UsageKey } from './usage-key.ts';

/** Records and units of some usage: the control totals every step of the way is held against (mediation rule 30). */
export interface UsageTotals {
  readonly records: number;
  /** Octets, up, down and unsplit together. */
  readonly bytes: number;
  readonly seconds: number;
  /** Messages and events. */
  readonly count: number;
}

/**
 * The usage of one identifier as the fold sees it: each event once, counters as what they rose by, as columns of equal length (`length` entries count; the arrays may be
 * longer). Quantities are whole octets, seconds and pieces, below 2^53.
 */
export interface FoldedUsage {
  readonly length: number;
  /** The usage keys that occur; `keyIndex` points into it. */
  readonly keys: readonly UsageKey[];
  readonly keyIndex: Uint16Array;
  /** Epoch seconds (UTC). */
  readonly startedAt: Float64Array;
  /** Octets, up, down and unsplit together. */
  readonly bytes: Float64Array;
  readonly seconds: Float64Array;
  readonly count: Float64Array;
  /** Records of one session have the same value here; 0 = no session known. This column and the next are read when they are first asked for. */
  readonly session: Float64Array;
  readonly bytesUp: Float64Array;
  readonly bytesDown: Float64Array;
  /** Octets the carrier did not split into up and down. */
  readonly bytesUnsplit: Float64Array;
  /** What the carrier charges, in what the usage key says (`amountUnit`); 0 where that says nothing. */
  readonly amount: Float64Array;
  /** 96 bits that name the event, in three columns. */
  readonly fingerprint0: Int32Array;
  readonly fingerprint1: Int32Array;
  readonly fingerprint2: Int32Array;
  /** Position in the commit log at which each record was first loaded, of several of one event that which stands; of aggregates that replace one another the first. Worked out when it is asked for. */
  readonly loadedAt: Float64Array;
  /** The last of the positions its items were loaded at: no record is later. */
  readonly lastLoadedAt: number;
  /** What the fold left out because another record of the same fingerprint stands for it. */
  readonly duplicates: UsageTotals;
  /** What the fold left out because it was written off. */
  readonly writtenOff: UsageTotals;
  /** What counter readings said that had been counted before: readings − usage. Nothing for events and aggregates. */
  readonly carried: UsageTotals;
  /** Counters that stood lower than before although nothing said that they had begun anew. */
  readonly resets: number;
}

/** A usage item as it stands in the fold of an identifier. */
export interface ItemOrigin {
  readonly file: string;
  readonly chunk: number;
  readonly kind: RecordsKind;
  /** What of it is no row, as the fold of all items counts it. */
  readonly duplicates: UsageTotals;
  readonly writtenOff: UsageTotals;
  readonly carried: UsageTotals;
}

/** Folded usage that knows which item each row came from: `items[itemOf[row]]`. */
export interface TracedUsage extends FoldedUsage {
  readonly itemOf: Int32Array;
  readonly items: readonly ItemOrigin[];
}
