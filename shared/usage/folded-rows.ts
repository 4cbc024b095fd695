import { takeDifferences } from './counter-usage.ts';
import { type FoldMemory, firstLoaded, markItems, moveRow } from './fold-memory.ts';
import type { ItemOrigin, TracedUsage, UsageTotals } from './folded-usage.ts';
import type { LeftOut } from './left-out.ts';
import { COUNTERS } from './usage-item.ts';
import { readNumber, readSession, UsageItemReader } from './usage-item-reader.ts';
import type { UsageKey } from './usage-key.ts';
import type { UsageRows } from './usage-rows.ts';
import type { VisibleItem } from './visible-item.ts';

const KEY_IS_KNOWN = () => 0;

/**
 * The rows of a fold. What pricing does not need of every record (fingerprint, session, octets by direction, amount) is read out of the items when it
 * is first asked for: most folds are never asked.
 */
export class FoldedRows implements TracedUsage {
  length: number;
  readonly keys: readonly UsageKey[];
  readonly keyIndex: Uint16Array;
  readonly startedAt: Float64Array;
  readonly bytes: Float64Array;
  readonly seconds: Float64Array;
  readonly count: Float64Array;
  readonly itemOf: Int32Array;
  readonly items: readonly ItemOrigin[];
  readonly duplicates: UsageTotals;
  readonly writtenOff: UsageTotals;
  readonly carried: UsageTotals;
  resets = 0;
  private readonly memory: FoldMemory;
  private readonly packed: readonly VisibleItem[];
  private readonly left: LeftOut;
  private hasDetails = false;
  private readonly areMarked: boolean;

  constructor(
    memory: FoldMemory,
    packed: readonly VisibleItem[],
    length: number,
    keys: readonly UsageKey[],
    left: LeftOut,
    areMarked: boolean,
  ) {
    const { rows } = memory;
    this.areMarked = areMarked;
    this.length = length;
    this.keys = keys;
    this.keyIndex = rows.keyIndex;
    this.startedAt = rows.startedAt;
    this.bytes = memory.bytes;
    this.seconds = rows.seconds;
    this.count = rows.count;
    this.itemOf = memory.itemOf;
    this.items = left.items;
    this.duplicates = left.totals.duplicates;
    this.writtenOff = left.totals.writtenOff;
    this.carried = left.totals.carried;
    this.memory = memory;
    this.packed = packed;
    this.left = left;
  }

  get fingerprint0(): Int32Array {
    return this.detailed().fingerprint0;
  }

  get fingerprint1(): Int32Array {
    return this.detailed().fingerprint1;
  }

  get fingerprint2(): Int32Array {
    return this.detailed().fingerprint2;
  }

  get session(): Float64Array {
    return this.detailed().session;
  }

  get bytesUp(): Float64Array {
    return this.detailed().bytesUp;
  }

  get bytesDown(): Float64Array {
    return this.detailed().bytesDown;
  }

  get bytesUnsplit(): Float64Array {
    return this.detailed().bytesUnsplit;
  }

  get amount(): Float64Array {
    return this.detailed().amount;
  }

  get loadedAt(): Float64Array {
    const { memory, packed, length, areMarked } = this;
    this.detailed();
    const from = areMarked ? memory.firstItemOf : memory.itemOf;
    return Float64Array.from({ length }, (_, row) => firstLoaded(packed[from[row]!]!));
  }

  get lastLoadedAt(): number {
    return this.packed.reduce((last, item) => Math.max(last, firstLoaded(item)), 0);
  }

  /** Ends a fold of other records than events: counters become what they rose by, and what is left out goes. */
  settle(): void {
    const { memory, packed, left } = this;
    const { bytes, itemOf } = memory;
    const rows = this.detailed();
    const isReading = (row: number) => packed[itemOf[row]!]!.packed[1] === COUNTERS;
    this.resets = takeDifferences(rows, this.length, isReading, left.since, (row, carried) => {
      bytes[row] = rows.bytesUp[row]! + rows.bytesDown[row]! + rows.bytesUnsplit[row]!;
      left.add('carried', carried, itemOf[row]!);
    });
    this.length = keepRows(memory, this.length, left);
  }

  private detailed(): UsageRows {
    if (!this.hasDetails) {
      if (!this.areMarked) markItems(this.memory, this.packed.length);
      readDetails(this.memory, this.packed, this.length);
    }
    this.hasDetails = true;
    return this.memory.rows;
  }
}

/** Reads the details of rows out of the items they came from. */
function readDetails({ rows, itemOf, at }: FoldMemory, items: readonly VisibleItem[], length: number): void {
  const reader = new UsageItemReader();
  let item = -1;
  for (let row = 0; row < length; row++) {
    if (itemOf[row] !== item) {
      item = itemOf[row]!;
      reader.open(items[item]!.packed, KEY_IS_KNOWN);
    }
    const { view } = reader;
    const p = at[row]!;
    rows.fingerprint0[row] = view.getInt32(p, true);
    rows.fingerprint1[row] = view.getInt32(p + 4, true);
    rows.fingerprint2[row] = view.getInt32(p + 8, true);
    rows.session[row] = readSession(view, p + reader.sessionAt, reader.sessionWidth);
    rows.bytesUp[row] = readNumber(view, p + reader.upAt, reader.upWidth);
    rows.bytesDown[row] = readNumber(view, p + reader.downAt, reader.downWidth);
    rows.bytesUnsplit[row] = readNumber(view, p + reader.unsplitAt, reader.unsplitWidth);
    rows.amount[row] = readNumber(view, p + reader.amountAt, reader.amountWidth);
  }
}

/** Moves the rows that count to the front, in their order: not those before `since`, nor those written off. Answers how many they are. */
function keepRows(memory: FoldMemory, length: number, left: LeftOut): number {
  let kept = 0;
  for (let row = 0; row < length; row++) {
    if (memory.rows.startedAt[row]! < left.since) continue;
    if (memory.gone[row] === 1) {
      left.count('writtenOff', row);
      continue;
    }
    if (row !== kept) moveRow(memory, row, kept);
    kept++;
  }
  return kept;
}
