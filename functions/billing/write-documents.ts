import type { DocumentBatch } from '#shared/invoicing/use-cases/number-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import { world } from '../environment.ts';
import { taskHandler } from '../task-handler.ts';

/** Step 5 of posting: the canonical JSON of some documents. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: DocumentBatch }) => {
  const written = await writeDocuments(world, runId, item);
  return { batch: item.batch, documents: written.length };
});
