import type { Instant, LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { Draft, MeasuredSummary } from './draft.ts';
import { addTotals, isNothing, none, type ProofDifferences, type ProofRow } from './proof-row.ts';

/** A usage file that has arrived and does not count by the position of a draft. */
export interface FileNotLoaded {
  readonly carrier: string;
  readonly name: string;
  /** `waiting`: nobody has taken it up; `loaded since`: it counts from a later position on, and is billed by the next run. */
  readonly state: 'waiting' | 'mediating' | 'loading' | 'quarantined' | 'loaded since';
}

/** Where the usage of the months of a run is, as its draft has it: everything that was read, and what became of each record and unit. */
export interface UsageOfDraft {
  /** UTC months from the one in which the first period begins that was measured to the one in which the run was planned. */
  readonly months: readonly string[];
  readonly row: ProofRow;
  /** Of earlier periods that the drafts measured again, all that is owed: billed by this run, below zero where it takes back; and by runs before it. Absent = nothing. */
  readonly earlier?: { readonly billed: UsageTotals; readonly billedBefore: UsageTotals };
  /** What the drafts themselves say they measured, in the periods they bill and before. */
  readonly onDrafts: UsageTotals;
  /** What the equations leave over; and what is billed less what the drafts say: all zero, or something is lost. */
  readonly differences: ProofDifferences & { readonly drafts: UsageTotals };
}

/** A usage file that should be there and is not, or several of a row. */
export interface FilesNotCome {
  readonly carrier: string;
  /** "DEUD2>UTOIO C 45 to 49", "source tap: 2 due daily by 06:00 Europe/Berlin": what follows from the numbers of others, or from a schedule. */
  readonly files: string;
  readonly count: number;
}

/** Usage files a draft is without, though it may be meant to have them. */
export interface FilesOfDraft {
  /** Files that have arrived and do not count: the first of them by carrier and name, and how many there are. */
  readonly notLoaded: readonly FileNotLoaded[];
  readonly filesNotLoaded: number;
  /** Files expected by the numbers of others or by a schedule that had not come when it was looked at: the first rows, and how many files. */
  readonly notCome: readonly FilesNotCome[];
  readonly filesNotCome: number;
}

/** Whether everything that was read is where a draft says it is. */
export function addsUp({ differences: { read, accepted, drafts } }: UsageOfDraft): boolean {
  return [read, accepted, drafts].every(isNothing);
}

/** What a payer's draft says it measured in the period it bills, and since when that period runs. */
export interface MeasuredUsage {
  readonly since: Instant;
  readonly totals: UsageTotals;
  /** Of earlier periods that it measured again; absent = none. */
  readonly earlier?: EarlierUsage;
}

/** What a payer's draft says it measured in periods before the one it bills, since when the first of them runs, and what the run before said of them. */
export interface EarlierUsage extends Omit<MeasuredUsage, 'earlier'> {
  readonly before: UsageTotals;
}

/** Adds up what the records said that a draft charges in the period it bills. */
export function measuredIn({ measured, period: { from } }: Draft): UsageTotals {
  return addedUp(measured, (period) => period.from === from);
}

/** The same of the periods that begin on a day or later, and before another. */
export function measuredBetween({ measured }: Pick<Draft, 'measured'>, from: LocalDate, until: LocalDate): UsageTotals {
  return addedUp(measured, (period) => period.from >= from && period.from < until);
}

function addedUp(measured: readonly MeasuredSummary[], isOf: (period: Period) => boolean): UsageTotals {
  const totals = none();
  for (const { overview } of measured.filter(({ period }) => isOf(period))) {
    for (const { services } of Object.values(overview))
      for (const service of Object.values(services)) addTotals(totals, service);
  }
  return totals;
}
