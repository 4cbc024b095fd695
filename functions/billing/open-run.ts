import { planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { world } from '../environment.ts';
import { taskHandler } from '../task-handler.ts';

/** First step of a draft: W, who is billed how, and the batches for the maps. */
export const handler = taskHandler(({ runId }: { runId: string }) =>
  planRun({ ...world, sliceSubscriptions: world.settings.sliceSubscriptions }, runId),
);
