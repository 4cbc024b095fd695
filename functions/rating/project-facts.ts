import type { SQSEvent } from 'aws-lambda';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectInTime } from '#shared/commit-log/use-cases/project-facts.ts';
import { sendUnrated } from '#shared/mediation/use-cases/unrated-entries.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { taskHandler } from '../task-handler.ts';

/**
 * Projects the inventory up to the tail: told by the queue of entries, or first of all in a bill run. What is suspended or running because of
 * an entry is rated again. What there is no time for is handed on; a bill run, which needs all of it, asks once more.
 */
export const handler = taskHandler(async (event: SQSEvent | Record<string, never>, isTimeLeft) => {
  const position = await tail(world.decisions, 0);
  const { entries, isDone } = await projectInTime(world, position, isTimeLeft);
  const through = isDone ? position : (entries.at(-1)?.position ?? 0);
  const sent = through === 0 ? 0 : await sendUnrated(world, through);
  if (!isDone) await world.queues.send([{ queue: 'entries', position }]);
  logger.info('projected', { position, entries: entries.length, sent, isDone });
  if (!isDone && !('Records' in event))
    throw new Error(`the inventory is being projected up to ${position}; ask again`);
  return { batchItemFailures: [] };
});
