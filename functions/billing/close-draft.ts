import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { reckonUsage, USAGE_AT_CLOSING } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Last step of a draft: what became of every payer. */
export const handler = taskHandler(async ({ runId }: { runId: string }) => {
  const reckon = (id: string) => reckonUsage(world, id, USAGE_AT_CLOSING);
  const { approval, fourEyes } = world.settings;
  const { run, payers, documents, inError, leftOut } = await closeDraft(
    { ...world, approval, fourEyes, reckon },
    runId,
  );
  const summary = { runId: run, payers, documents, inError: inError.length, leftOut: leftOut.length };
  logger.info('drafted', summary);
  return summary;
});
