import { readFileSync } from 'node:fs';
import type { DocumentFonts } from '#shared/invoicing/use-cases/render-pdf.ts';

const font = (name: string) => readFileSync(new URL(`../../shared/invoicing/fonts/${name}`, import.meta.url));

/** The fonts of the documents. */
export const FONTS: DocumentFonts = { regular: font('Inter-Regular.ttf'), bold: font('Inter-SemiBold.ttf') };
