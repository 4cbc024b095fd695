import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Last step of a draft: what became of every payer. */
export const handler = taskHandler(async ({ runId }: { runId: string }) => {
  const { run, payers, documents, inError, leftOut } = await closeDraft(
    { ...world, approval: world.settings.approval },
    runId,
  );
  const summary = { runId: run, payers, documents, inError: inError.length, leftOut: leftOut.length };
  logger.info('drafted', summary);
  return summary;
});
