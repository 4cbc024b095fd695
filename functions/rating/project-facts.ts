import type { SQSEvent } from 'aws-lambda';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
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
  const touching = entries.filter(({ body }) => body.kind === 'facts recorded' || body.kind === 'catalog released');
  await world.queues.send(
    touching.map(
      (entry) => ({ queue: 'rating', position: entry.position, file: '', generation: 0, chunk: -1 }) as const,
    ),
  );
  logger.info('projected', { position, entries: entries.length });
  return { batchItemFailures: [] };
});
