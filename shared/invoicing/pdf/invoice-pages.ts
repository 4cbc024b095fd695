import type { Invoice } from '../invoice.ts';
import { chargeTable } from './charge-table.ts';
import { closing } from './closing.ts';
import type { Command, Measure } from './drawing.ts';
import { firstPageFrame, nextPageFrame, pageFoot } from './letterhead.ts';
import { opening } from './opening.ts';
import { paginate } from './pages.ts';
import { type HasGlyph, printableInvoice } from './printable.ts';
import { FIRST_AREA, NEXT_AREA, type Sheet, sheetOf } from './sheet.ts';
import { usageOverview } from './usage-overview.ts';

/** What the layout asks of the fonts. */
export interface Typeface {
  readonly measure: Measure;
  readonly has: HasGlyph;
}

/** The commands of each of a document's A4 pages. Pure: the same invoice and the same fonts give the same commands. */
export function layOutInvoice(invoice: Invoice, { measure, has }: Typeface): Command[][] {
  const sheet = sheetOf(printableInvoice(invoice, has), measure);
  const blocks = [...opening(sheet), ...chargeTable(sheet), ...closing(sheet), ...usageOverview(sheet)];
  const bodies = paginate(blocks, FIRST_AREA, NEXT_AREA);
  return bodies.map((body, i) => [...frame(sheet, i), ...body, ...pageFoot(sheet, i + 1, bodies.length)]);
}

function frame(sheet: Sheet, page: number): Command[] {
  return page === 0 ? firstPageFrame(sheet) : nextPageFrame(sheet);
}
