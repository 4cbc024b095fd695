import { rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import type { RateUsage } from '#shared/mediation/ports.ts';
import { keepMonths, world } from '../environment.ts';
import { logger } from '../logger.ts';
import { togetherHandler } from '../queue-handler.ts';

/** Entries touched some usage: keep the running month and the suspense true, once for all of them. */
export const handler = togetherHandler<RateUsage>(async (messages, isTimeLeft) => {
  const result = await rateUsage({ ...world, keepMonths }, messages, { identifiersTogether: 5_000, isTimeLeft });
  logger.info('rated', { messages: messages.length, ...result });
});
