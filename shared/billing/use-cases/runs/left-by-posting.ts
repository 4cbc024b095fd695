import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { type DraftSummary, type LeftOut, type Overtaken, runKeys, type TaxedAtPosting } from '../../run.ts';

/** Accounts that were approved with a run and not posted by it, with the reason; in order of their ids. */
export interface LeftByPosting {
  /** Another run of the account was posted first: its draft is made and approved again. */
  readonly overtaken: readonly LeftOut[];
  /** Nobody knew their tax. */
  readonly untaxed: readonly LeftOut[];
}

/** Whom a run's posting has left so far; nobody before it. */
export async function leftByPosting(decisions: Decisions, run: string): Promise<LeftByPosting> {
  const taken = await decisions.query<Overtaken>(runKeys.run(run), withPrefix('overtaken#'));
  const taxed = await decisions.query<TaxedAtPosting>(runKeys.run(run), withPrefix('taxed#'));
  return {
    overtaken: taken.map(({ sort, value }) => ({
      payer: sort.slice('overtaken#'.length),
      reason: `run ${value.by} was posted first`,
    })),
    untaxed: taxed.flatMap(({ sort, value }) =>
      'reason' in value ? [{ payer: sort.slice('taxed#'.length), reason: value.reason }] : [],
    ),
  };
}

/** Of the drafts of a run those that its posting has not left. */
export function withoutLeft(drafts: readonly DraftSummary[], { overtaken, untaxed }: LeftByPosting): DraftSummary[] {
  const left = new Set([...overtaken, ...untaxed].map(({ payer }) => payer));
  return left.size === 0 ? [...drafts] : drafts.filter(({ payer }) => !left.has(payer));
}

/** A payer with nothing to bill, or so little that it waits, gets no link, unless something is written off: the next run has the old base. */
export function isPosted({ documents, isLinked, isWaiting }: DraftSummary): boolean {
  if (isWaiting === true) return false;
  return documents > 0 || isLinked === true;
}
