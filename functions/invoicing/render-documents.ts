import type { DocumentBatch } from '#shared/invoicing/use-cases/number-documents.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
import { world } from '../environment.ts';
import { fonts } from '../fonts.ts';
import { taskHandler } from '../task-handler.ts';

/** Step 7 of posting: PDF and CSVs of some documents. */
export const handler = taskHandler(async ({ runId, item }: { runId: string; item: DocumentBatch }) => {
  await renderDocuments({ ...world, pdfOf: (invoice) => renderPdf(invoice, fonts) }, runId, item);
  return { batch: item.batch };
});
