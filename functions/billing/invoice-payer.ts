import type { PayerBatch } from '#shared/billing/run.ts';
import { recordFailure } from '#shared/billing/use-cases/close-draft.ts';
import { invoicePayer } from '#shared/billing/use-cases/invoice-payer.ts';
import { proveDraft } from '#shared/invoicing/use-cases/render-documents.ts';
import { world } from '../environment.ts';
import { fonts } from '../fonts.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/** A child of the second map: draft what some payers owe. One that cannot be drafted is noted and does not hold up the others. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: PayerBatch }) => {
  const ports = { ...world, backBillingMonths: world.settings.backBillingMonths };
  for (const payer of item.payers) {
    try {
      await invoicePayer(ports, runId, payer, (draft) => proveDraft({ ...world, fonts }, draft));
    } catch (error) {
      if (isEnvironment(error as Error)) throw error;
      logger.error('account could not be drafted', { runId, payer, error: error as Error });
      await recordFailure(world.objects, runId, `payer-${payer}`, { payers: [payer], error: (error as Error).message });
    }
  }
  return { batch: item.batch };
});

/** Whether the service or the network is at fault, and not the account: the workflow tries the batch again. */
function isEnvironment(error: Error): boolean {
  return '$metadata' in error || 'code' in error;
}
