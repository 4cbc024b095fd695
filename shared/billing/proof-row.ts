import type { RunningTotals } from '#shared/rating/classify-usage.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/** Where the records of the files went. `suspended` and the words beside it are what the fold says at the proof's position. */
export interface ProofRow {
  readonly read: UsageTotals;
  readonly rejected: UsageTotals;
  readonly duplicate: UsageTotals;
  readonly writtenOff: UsageTotals;
  /** What counter readings said that had been counted before: units, no records. */
  readonly carried: UsageTotals;
  readonly billed: UsageTotals;
  /** Charged by a run still to come: it started at or after the last usage cut-off of its payer. */
  readonly notYetDue: UsageTotals;
  /** Came after the position of its payer's last run. Below zero: was billed then, and counts no more. */
  readonly late: UsageTotals;
  readonly free: UsageTotals;
  readonly suspended: Readonly<Record<string, UsageTotals>>;
}

/** A row of one carrier and UTC month; the month is '' for rejected records, since their start may be what was wrong with them. */
export interface ProofPart {
  readonly carrier: string;
  readonly month: string;
  readonly row: ProofRow;
  /** read − everything it went to: zero, or something is lost. */
  readonly difference: UsageTotals;
}

/** A row being counted. */
export type OpenRow = { -readonly [Key in Exclude<keyof ProofRow, 'suspended'>]: RunningTotals } & {
  suspended: Record<string, RunningTotals>;
};

/** Rows being counted: of a carrier and UTC month. */
export interface OpenRows {
  of(carrier: string, month: string): OpenRow;
  /** By month, then carrier. */
  parts(): ProofPart[];
}

/** No rows yet. */
export function openRows(): OpenRows {
  const open = new Map<string, { carrier: string; month: string; row: OpenRow }>();
  return {
    of(carrier, month) {
      const name = `${month} ${carrier}`;
      const there = open.get(name) ?? { carrier, month, row: emptyRow() };
      open.set(name, there);
      return there.row;
    },
    parts() {
      const sorted = [...open].sort(([a], [b]) => (a < b ? -1 : 1));
      return sorted.map(([, part]) => ({ ...part, difference: differenceOf(part.row) }));
    },
  };
}

const PLACES = ['rejected', 'duplicate', 'writtenOff', 'carried', 'billed', 'notYetDue', 'late', 'free'] as const;

/** The parts of a row something that was read can have gone to, with their totals. */
function placesOf(row: ProofRow): UsageTotals[] {
  return [...PLACES.map((place) => row[place]), ...Object.values(row.suspended)];
}

/** read − everything it went to. */
export function differenceOf(row: ProofRow): UsageTotals {
  const left = { ...row.read };
  for (const totals of placesOf(row)) subtractTotals(left, totals);
  return left;
}

/** Adds up rows. */
export function addRows(rows: readonly ProofRow[]): ProofRow {
  const total = emptyRow();
  for (const row of rows) {
    for (const part of ['read', ...PLACES] as const) addTotals(total[part], row[part]);
    for (const [reason, totals] of Object.entries(row.suspended))
      addTotals((total.suspended[reason] ??= none()), totals);
  }
  return total;
}

function emptyRow(): OpenRow {
  return {
    read: none(),
    rejected: none(),
    duplicate: none(),
    writtenOff: none(),
    carried: none(),
    billed: none(),
    notYetDue: none(),
    late: none(),
    free: none(),
    suspended: {},
  };
}

const UNITS = ['records', 'bytes', 'seconds', 'count'] as const;

/** Totals of nothing, to be added to. */
export function none(): RunningTotals {
  return { records: 0, bytes: 0, seconds: 0, count: 0 };
}

/** Adds totals to others. */
export function addTotals(to: RunningTotals, more: UsageTotals): void {
  for (const unit of UNITS) to[unit] += more[unit];
}

/** Takes totals from others. */
export function subtractTotals(from: RunningTotals, less: UsageTotals): void {
  for (const unit of UNITS) from[unit] -= less[unit];
}

/** Whether totals are zero in every unit. */
export function isNothing(totals: UsageTotals): boolean {
  return UNITS.every((unit) => totals[unit] === 0);
}
