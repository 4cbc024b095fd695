import { numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { world } from '../environment.ts';
import { taskHandler } from '../task-handler.ts';

/** Steps 3 and 4 of posting: the frozen list of documents, and their numbers. */
export const handler = taskHandler(({ runId }: { runId: string }) => numberDocuments(world, runId));
