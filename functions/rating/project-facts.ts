import type { SQSEvent } from 'aws-lambda';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { sendUnrated } from '#shared/mediation/use-cases/unrated-entries.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/**
 * Projects the inventory up to the tail: told by the queue of entries, or first of all in a bill run. What is suspended or running because of
 * an entry is rated again.
 */
export const handler = taskHandler(async (_: SQSEvent | Record<string, never>) => {
  const position = await tail(world.decisions, 0);
  const entries = await projectFacts(world, position);
  const sent = await sendUnrated(world, position);
  logger.info('projected', { position, entries: entries.length, sent });
  return { batchItemFailures: [] };
});
