import { recordFailure } from '#shared/billing/use-cases/runs/close-draft.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** What the workflow caught: the child's work and its error. */
interface CaughtFailure {
  readonly runId: string;
  readonly item: {
    readonly slice?: number;
    readonly batch?: number;
    readonly parts?: readonly { readonly payer: string }[];
    readonly payers?: readonly string[];
  };
  readonly error: { readonly Error: string; readonly Cause?: string };
}

/** A child failed for good: note why, for the payers it had in hand; the closing step lists them. */
export const handler = taskHandler(async ({ runId, item, error }: CaughtFailure) => {
  const payers = item.payers ?? (item.parts ?? []).map((part) => part.payer);
  const name = item.slice === undefined ? `batch-${item.batch}` : `slice-${item.slice}`;
  logger.error('child failed', { runId, name, error });
  await recordFailure(world.objects, runId, name, {
    payers,
    error: `${error.Error}: ${(error.Cause ?? '').slice(0, 1000)}`,
  });
  return { recorded: name };
});
