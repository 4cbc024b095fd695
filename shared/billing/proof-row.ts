import type { RunningTotals } from '#shared/rating/classify-usage.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/**
 * Where usage that was read went: read = accepted + repeated + duplicate + rejected + quarantined + test + zero, and
 * accepted = billed + earlier + not yet due + late + elsewhere + free + suspended + written off + carried. Verdicts are what the fold says at the proof's position.
 */
export interface ProofRow {
  readonly read: UsageTotals;
  /** What is to be charged once, as the files' control totals have it. */
  readonly accepted: UsageTotals;
  /** Said again in the same chunk. */
  readonly repeated: UsageTotals;
  /** Said again in another chunk or file, or in a copy of a file. */
  readonly duplicate: UsageTotals;
  readonly rejected: UsageTotals;
  /** Of files that do not count, since they cannot be relied upon. */
  readonly quarantined: UsageTotals;
  /** Of files that are sent for trial. */
  readonly test: UsageTotals;
  /** Records without any usage, kept for statistics, whatever became of them; and those of them that are on invoices, of a draft in the period it bills and before. */
  readonly zero: UsageTotals;
  readonly zeroBilled: UsageTotals;
  readonly zeroEarlier: UsageTotals;
  readonly writtenOff: UsageTotals;
  /** What counter readings said that had been counted before: units, no records. */
  readonly carried: UsageTotals;
  readonly billed: UsageTotals;
  /** Of a draft: owed by its accounts in earlier periods that it measured again, by whichever run it was or is billed. None in a proof of everything. */
  readonly earlier: UsageTotals;
  /** Charged by a run still to come: it started at or after the last usage cut-off of its payer. */
  readonly notYetDue: UsageTotals;
  /** Came after the position of its payer's last run. Below zero: was billed then, and counts no more. */
  readonly late: UsageTotals;
  /** Of a draft: charged to accounts that are not in it, or in a period that it did not measure again. None in a proof of everything. */
  readonly elsewhere: UsageTotals;
  readonly free: UsageTotals;
  /** By reason. What is billed is not FROZEN, however long ago that was; below zero: was billed, is frozen, and counts no more. */
  readonly suspended: Readonly<Record<string, UsageTotals>>;
}

/** Files of a source and month, by what became of them: with usage of the month, or (those that do not count) arrived in it. */
export interface FileCounts {
  readonly loaded: number;
  readonly duplicate: number;
  readonly quarantined: number;
  readonly test: number;
  readonly notification: number;
}

/** What both equations of a row leave over: all zero, or something is lost. */
export interface ProofDifferences {
  readonly read: UsageTotals;
  readonly accepted: UsageTotals;
}

/** Which files a row is about: those read by a source of a carrier, their usage of a UTC month. */
export interface ProofScope {
  readonly source: string;
  readonly carrier: string;
  /** Of what has no start that can be believed (rejected, quarantined), the month its file arrived in. */
  readonly month: string;
}

/** A row of the proof. */
export interface ProofPart extends ProofScope {
  readonly files: FileCounts;
  readonly row: ProofRow;
  readonly differences: ProofDifferences;
}

/** A row being counted. */
export type OpenRow = { -readonly [Key in Exclude<keyof ProofRow, 'suspended'>]: RunningTotals } & {
  suspended: Record<string, RunningTotals>;
};

type OpenCounts = { -readonly [Kind in keyof FileCounts]: number };

/** Rows being counted. */
export interface OpenRows {
  of(scope: ProofScope): OpenRow;
  /** Counts a file. */
  count(scope: ProofScope, kind: keyof FileCounts): void;
  /** By month, carrier and source. */
  parts(): ProofPart[];
}

/** No rows yet. */
export function openRows(): OpenRows {
  const open = new Map<string, { scope: ProofScope; files: OpenCounts; row: OpenRow }>();
  const at = ({ source, carrier, month }: ProofScope) => {
    const name = `${month} ${carrier} ${source}`;
    const there = open.get(name) ?? { scope: { source, carrier, month }, files: noFiles(), row: emptyRow() };
    open.set(name, there);
    return there;
  };
  return {
    of: (scope) => at(scope).row,
    count(scope, kind) {
      at(scope).files[kind]++;
    },
    parts() {
      const sorted = [...open].sort(([a], [b]) => (a < b ? -1 : 1));
      return sorted.map(([, { scope, files, row }]) => ({ ...scope, files, row, differences: differencesOf(row) }));
    },
  };
}

function noFiles(): OpenCounts {
  return { loaded: 0, duplicate: 0, quarantined: 0, test: 0, notification: 0 };
}

const NOT_ACCEPTED = ['repeated', 'duplicate', 'rejected', 'quarantined', 'test', 'zero'] as const;
const ACCEPTED = ['billed', 'earlier', 'notYetDue', 'late', 'elsewhere', 'free', 'writtenOff', 'carried'] as const;

/** What both equations of a row leave over. */
export function differencesOf(row: ProofRow): ProofDifferences {
  const read = { ...row.read };
  for (const part of ['accepted', ...NOT_ACCEPTED] as const) subtractTotals(read, row[part]);
  const accepted = { ...row.accepted };
  for (const part of ACCEPTED) subtractTotals(accepted, row[part]);
  for (const totals of Object.values(row.suspended)) subtractTotals(accepted, totals);
  return { read, accepted };
}

/** Adds up rows. */
export function addRows(rows: readonly ProofRow[]): ProofRow {
  const total = emptyRow();
  for (const row of rows) {
    for (const part of ['read', 'accepted', 'zeroBilled', 'zeroEarlier', ...NOT_ACCEPTED, ...ACCEPTED] as const)
      addTotals(total[part], row[part]);
    for (const [reason, totals] of Object.entries(row.suspended))
      addTotals((total.suspended[reason] ??= none()), totals);
  }
  return total;
}

function emptyRow(): OpenRow {
  return {
    read: none(),
    accepted: none(),
    repeated: none(),
    duplicate: none(),
    rejected: none(),
    quarantined: none(),
    test: none(),
    zero: none(),
    zeroBilled: none(),
    zeroEarlier: none(),
    writtenOff: none(),
    carried: none(),
    billed: none(),
    earlier: none(),
    notYetDue: none(),
    late: none(),
    elsewhere: none(),
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
