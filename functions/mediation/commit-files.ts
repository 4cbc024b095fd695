import type { FileComplete } from '#shared/mediation/ports.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { world } from '../environment.ts';
import { logger } from '../logger.ts';
import { batchHandler } from '../queue-handler.ts';

/** Files are complete: one entry for all of them. If one of them cannot be committed, each is tried by itself. */
export const handler = batchHandler<FileComplete>(async (records) => {
  try {
    await commitFiles(
      world,
      records.map(({ message }) => message),
    );
    return [];
  } catch (error) {
    logger.warn('files could not be committed together', { files: records.length, error: error as Error });
  }
  const failed: string[] = [];
  for (const { messageId, message } of records) {
    try {
      await commitFiles(world, [message]);
    } catch (error) {
      logger.error('usage file could not be committed', {
        file: message.file,
        generation: message.generation,
        error: error as Error,
      });
      failed.push(messageId);
    }
  }
  return failed;
});
