import type { Instant } from '#shared/time/local-date.ts';
import type { UsageTotals } from './folded-usage.ts';
import type { UsageRows } from './usage-rows.ts';

/** Is told what a reading said that had been counted before. */
export type OnCarried = (row: number, carried: UsageTotals) => void;

const QUANTITIES = ['bytesUp', 'bytesDown', 'bytesUnsplit', 'seconds', 'count'] as const;

/**
 * Turns the counter readings among some rows of one identifier into usage, in place: of each counter (usage key and cycle) in order of time,
 * what it rose by since the reading before. The first reading of a cycle counts whole, since its counter began at zero. A quantity that fell
 * says that a cycle began anew, for all the counters of its cycle that were read at the same time: they count whole, and the one that fell as a
 * reset. Readings before `since` are there for those that follow, and neither carried nor reset. Answers how many were reset.
 */
export function takeDifferences(
  rows: UsageRows,
  length: number,
  isReading: (row: number) => boolean,
  since: Instant,
  onCarried: OnCarried,
): number {
  const readings: number[] = [];
  for (let row = 0; row < length; row++) if (isReading(row)) readings.push(row);
  readings.sort((a, b) => compareCounters(rows, a, b) || rows.startedAt[a]! - rows.startedAt[b]! || a - b);
  const restarts = restartsOf(rows, readings);
  let resets = 0;
  let last = new Float64Array(QUANTITIES.length);
  for (const [place, row] of readings.entries()) {
    const before = readings[place - 1];
    const isFirst = before === undefined || compareCounters(rows, before, row) !== 0;
    const said = Float64Array.from(QUANTITIES, (quantity) => rows[quantity][row]!);
    const isRestart = isFirst || restarts.has(readingOf(rows, row));
    const from = said.map((_, at) => (isRestart ? 0 : last[at]!));
    const counts = rows.startedAt[row]! >= since;
    if (counts && !isFirst && said.some((value, at) => value < last[at]!)) resets++;
    for (const [at, quantity] of QUANTITIES.entries()) rows[quantity][row] = said[at]! - from[at]!;
    if (counts)
      onCarried(row, { records: 0, bytes: from[0]! + from[1]! + from[2]!, seconds: from[3]!, count: from[4]! });
    last = said;
  }
  return resets;
}

/** The readings at which a cycle began anew, because a counter fell. Readings are in order of counter and time. */
function restartsOf(rows: UsageRows, readings: readonly number[]): ReadonlySet<string> {
  const restarts = new Set<string>();
  for (const [place, row] of readings.entries()) {
    const before = readings[place - 1];
    if (before === undefined || compareCounters(rows, before, row) !== 0) continue;
    if (QUANTITIES.some((quantity) => rows[quantity][row]! < rows[quantity][before]!))
      restarts.add(readingOf(rows, row));
  }
  return restarts;
}

/** What the counters that are read together have in common: cycle and time. */
function readingOf(rows: UsageRows, row: number): string {
  return `${rows.session[row]} ${rows.startedAt[row]}`;
}

function compareCounters(rows: UsageRows, a: number, b: number): number {
  return rows.keyIndex[a]! - rows.keyIndex[b]! || rows.session[a]! - rows.session[b]!;
}
