import type { Instant } from '#shared/time/local-date.ts';
import type { FoldMemory } from './fold-memory.ts';
import type { ItemOrigin, UsageTotals } from './folded-usage.ts';
import { headerOf } from './usage-item.ts';
import type { VisibleItem } from './visible-item.ts';

/** Why something that was read is no row of the fold. */
export type WhyLeftOut = 'duplicates' | 'writtenOff' | 'carried';

type Totals = { -readonly [Unit in keyof UsageTotals]: number };

const noTotals = (): Totals => ({ records: 0, bytes: 0, seconds: 0, count: 0 });
const nothing = (): Record<WhyLeftOut, Totals> => ({
  duplicates: noTotals(),
  writtenOff: noTotals(),
  carried: noTotals(),
});

/** Counts what becomes no row of a fold: of all items together, and of each of those that are traced. */
export class LeftOut {
  readonly totals = nothing();
  readonly items: readonly (ItemOrigin & Record<WhyLeftOut, Totals>)[];
  readonly since: Instant;
  private readonly memory: FoldMemory;

  constructor(memory: FoldMemory, since: Instant, traced: readonly VisibleItem[]) {
    this.memory = memory;
    this.since = since;
    this.items = traced.map(({ file, chunk, packed }) => ({
      file,
      chunk,
      kind: headerOf(packed).kind,
      ...nothing(),
    }));
  }

  /** Counts a row, unless it is only there for those that follow. */
  count(why: WhyLeftOut, row: number): void {
    const { rows, bytes, itemOf } = this.memory;
    if (rows.startedAt[row]! < this.since) return;
    const totals = { records: 1, bytes: bytes[row]!, seconds: rows.seconds[row]!, count: rows.count[row]! };
    this.add(why, totals, itemOf[row]!);
  }

  /** Adds what was left out of an item. */
  add(why: WhyLeftOut, totals: UsageTotals, item: number): void {
    addTotals(this.totals[why], totals);
    const origin = this.items[item];
    if (origin !== undefined) addTotals(origin[why], totals);
  }
}

function addTotals(to: Totals, more: UsageTotals): void {
  to.records += more.records;
  to.bytes += more.bytes;
  to.seconds += more.seconds;
  to.count += more.count;
}
