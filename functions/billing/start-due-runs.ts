import { startDueRuns } from '#shared/billing/use-cases/runs/start-due-runs.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Every hour: open the runs of cycles whose period has ended. */
export const handler = taskHandler(async () => {
  const due = await startDueRuns(world);
  for (const run of due) logger.info('cycle is due', { ...run });
  return due;
});
