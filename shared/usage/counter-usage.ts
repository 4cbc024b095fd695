import type { Instant } from '#shared/time/local-date.ts';
import type { UsageTotals } from './folded-usage.ts';
import type { UsageRows } from './usage-rows.ts';

/** Is told what a reading said that had been counted before. */
export type OnCarried = (row: number, carried: UsageTotals) => void;

const QUANTITIES = ['bytesUp', 'bytesDown', 'bytesUnsplit', 'seconds', 'count'] as const;

/**
 * Turns the counter readings among some rows into usage, in place: of each counter (usage key and cycle) in order of time, what it rose by since
 * the reading before. The first reading of a cycle counts whole, since its counter began at zero. A quantity that fell began anew: it counts
 * whole, and the reading as a reset. Readings before `since` are there for those that follow, and neither carried nor reset. Answers how many
 * were reset.
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
  let resets = 0;
  let last = new Float64Array(QUANTITIES.length);
  for (const [place, row] of readings.entries()) {
    const before = readings[place - 1];
    const isFirst = before === undefined || compareCounters(rows, before, row) !== 0;
    const said = Float64Array.from(QUANTITIES, (quantity) => rows[quantity][row]!);
    const from = said.map((value, at) => (isFirst || value < last[at]! ? 0 : last[at]!));
    const counts = rows.startedAt[row]! >= since;
    if (counts && !isFirst && said.some((value, at) => value < last[at]!)) resets++;
    for (const [at, quantity] of QUANTITIES.entries()) rows[quantity][row] = said[at]! - from[at]!;
    if (counts)
      onCarried(row, { records: 0, bytes: from[0]! + from[1]! + from[2]!, seconds: from[3]!, count: from[4]! });
    last = said;
  }
  return resets;
}

function compareCounters(rows: UsageRows, a: number, b: number): number {
  return rows.keyIndex[a]! - rows.keyIndex[b]! || rows.session[a]! - rows.session[b]!;
}
