import { rateUsage } from '#shared/billing/use-cases/rate-usage.ts';
import type { RateUsage } from '#shared/mediation/ports.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { queueHandler } from '../queue-handler.ts';

/** An entry touched some usage: keep the running month and the suspense true. */
export const handler = queueHandler<RateUsage>(async (message) => {
  const result = await rateUsage(world, message);
  logger.info('rated', { entry: message.position, chunk: message.chunk, ...result });
});
