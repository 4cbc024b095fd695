import type { ChunkReady } from '#shared/mediation/ports.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { keepMonths, world } from '../environment.ts';
import { queueHandler } from '../queue-handler.ts';

/** A chunk is cut: load it, commit it, and ask whether its file is complete. */
export const handler = queueHandler<ChunkReady>(({ file, generation, chunk }, tries) =>
  loadUsageChunk({ ...world, keepMonths }, file, generation, chunk, tries),
);
