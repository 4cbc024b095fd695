import type { PayerBatch } from '#shared/billing/run.ts';
import { fileTaxEngine } from '#shared/billing/use-cases/runs/file-tax-engine.ts';
import { taxPayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { linkPayers } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { proveDraft } from '#shared/invoicing/use-cases/prove-draft.ts';
import { world } from '../environment.ts';
import { fonts } from '../fonts.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** Steps 1 and 2 of posting: the taxes of some payers, where a run asks for them only then, and a link for each. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: PayerBatch }) => {
  const taxing = {
    ...world,
    backBillingMonths: world.settings.backBillingMonths,
    taxEngine: fileTaxEngine(world.objects),
  };
  const leftOut = await taxPayers(taxing, runId, item.payers, (draft, seller) => proveDraft(draft, seller, fonts));
  for (const { payer } of leftOut) logger.error('account has no tax; the run says why', { runId, payer });
  const linked = await linkPayers(world, runId, item);
  const overtaken = linked.filter((each) => !each.linked).length - leftOut.length;
  if (overtaken > 0) logger.warn('payers were posted by another run first', { runId, overtaken });
  return { batch: item.batch, linked: linked.length - overtaken, overtaken };
});
