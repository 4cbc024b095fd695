import type { PayerBatch } from '#shared/billing/run.ts';
import { fileTaxEngine } from '#shared/billing/use-cases/runs/file-tax-engine.ts';
import { invoicePayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { draftObstacle } from '#shared/invoicing/use-cases/draft-obstacle.ts';
import { proveDraft } from '#shared/invoicing/use-cases/prove-draft.ts';
import { world } from '../environment.ts';
import { fonts } from '../fonts.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** A child of the second map: draft what some payers owe. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: PayerBatch }) => {
  const ports = {
    ...world,
    backBillingMonths: world.settings.backBillingMonths,
    taxEngine: fileTaxEngine(world.objects),
  };
  const failed = await invoicePayers(ports, runId, item.payers, {
    byItself: (draft, seller) => proveDraft(draft, seller, fonts),
    byWorld: (draft) => draftObstacle(world, draft),
  });
  for (const { payer } of failed) logger.error('account could not be drafted; the run says why', { runId, payer });
  return { batch: item.batch };
});
