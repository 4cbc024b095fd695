import type { LocalDate } from '#shared/time/local-date.ts';
import type { DocumentIdentity } from './document-identity.ts';

/** A document that was cancelled. Its lines wait until a run bills them again. */
export interface Cancellation extends DocumentIdentity {
  readonly run: string;
  readonly number: string;
  /** Start of the earliest period it billed: that is measured again. */
  readonly from: LocalDate;
  /** Ids of its lines. */
  readonly lines: readonly string[];
  /** What it took back of what is owed, without tax, decimal text; absent = of before this was kept: it is compared as if it was nothing. */
  readonly net?: string;
  /** The run that billed them again; '' = none yet. */
  readonly billedAgain: string;
}

/** Start of the earliest period that a cancellation opened and no run has billed again; '' = there is none. */
export function unsettledFrom(cancellations: readonly Cancellation[]): LocalDate | '' {
  return (
    unsettled(cancellations)
      .map((each) => each.from)
      .sort()[0] ?? ''
  );
}

/** Those that no run has billed again. */
export function unsettled(cancellations: readonly Cancellation[]): Cancellation[] {
  return cancellations.filter((each) => each.billedAgain === '');
}
