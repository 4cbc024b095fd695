import { preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { world } from '../environment.ts';
import { taskHandler } from '../task-handler.ts';

/** Step 1 of posting: dates, the noted tail, the batches of payers. */
export const handler = taskHandler(({ runId }: { runId: string }) => preparePosting(world, runId));
