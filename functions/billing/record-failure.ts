import { type CaughtError, failureReason } from '#shared/billing/failure-reason.ts';
import type { PayerBatch, SliceReference } from '#shared/billing/run.ts';
import { recordFailure } from '#shared/billing/use-cases/runs/close-draft.ts';
import { readSlice } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** What the workflow caught: the child's work and its error. */
interface CaughtFailure {
  readonly runId: string;
  readonly item: SliceReference | PayerBatch;
  readonly error: CaughtError;
}

/** A child failed for good: note why, for the payers it had in hand; the closing step lists them. */
export const handler = taskHandler(async ({ runId, item, error }: CaughtFailure) => {
  const name = 'slice' in item ? `slice-${item.slice}` : `batch-${item.batch}`;
  const payers = 'slice' in item ? (await readSlice(world.objects, item)).parts.map((part) => part.payer) : item.payers;
  logger.error('child failed', { runId, name, error });
  const reason = failureReason(error, 'slice' in item ? 'measuring' : 'invoicing');
  await recordFailure(world.objects, runId, name, { payers, error: reason });
  return { recorded: name };
});
