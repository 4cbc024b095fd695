/** What a workflow caught of a child that failed for good. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause?: string;
}

/** What a child is caught with that had no time left: its function was ended, or nobody waited any longer. */
const OUT_OF_TIME = ['Sandbox.Timedout', 'States.Timeout'];

/** Characters of a cause that are kept: it may hold a whole stack. */
const LONGEST_CAUSE = 1000;

/** Why accounts are in error, for a person: what failed as it was caught; and of what took too long what to do about it. */
export function failureReason({ Error: error, Cause = '' }: CaughtError, step: 'measuring' | 'invoicing'): string {
  if (!OUT_OF_TIME.includes(error)) return `${error}: ${Cause.slice(0, LONGEST_CAUSE)}`;
  const remedy =
    step === 'measuring'
      ? 'deploy with a smaller `sliceSubscriptions`'
      : 'open a run of the account alone, which has a quarter of an hour for it';
  return `${step} took longer than the minute a part of a run has; ${remedy}`;
}
