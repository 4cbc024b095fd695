import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Step 6 of posting: the manifest and the entry `run posted`; then everyone is told. */
export const handler = taskHandler(async ({ runId }: { runId: string }) => {
  const documents = await commitPosting(world, runId);
  logger.info('posted', { runId, documents: documents.length });
  return { runId, documents: documents.length };
});
