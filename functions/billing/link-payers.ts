import type { PayerBatch } from '#shared/billing/run.ts';
import { linkPayers } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Step 2 of posting: a link per payer. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: PayerBatch }) => {
  const linked = await linkPayers(world, runId, item);
  const overtaken = linked.filter((each) => !each.linked).length;
  if (overtaken > 0) logger.warn('payers were posted by another run first', { runId, overtaken });
  return { batch: item.batch, linked: linked.length - overtaken, overtaken };
});
