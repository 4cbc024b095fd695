import { readFileSync } from 'node:fs';
import type { DocumentFonts } from '#shared/invoicing/use-cases/render-pdf.ts';

/** Fonts of the documents: they lie beside the bundle. */
export const fonts: DocumentFonts = {
  regular: readFileSync(new URL('./fonts/Inter-Regular.ttf', import.meta.url)),
  bold: readFileSync(new URL('./fonts/Inter-SemiBold.ttf', import.meta.url)),
};
