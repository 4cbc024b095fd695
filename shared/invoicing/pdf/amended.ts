import type { AmendedInvoice } from '../invoice.ts';
import type { Sheet } from './sheet.ts';

/** An earlier document by number and date, as documents name it; by its number alone where its date is not known. */
export function amendedName(
  { texts, formats }: Pick<Sheet, 'texts' | 'formats'>,
  { number, issueDate }: AmendedInvoice,
): string {
  return issueDate === '' ? number : texts.documentOf(number, formats.shortDate(issueDate));
}

/** All earlier documents that one amends; '' = none. */
export function amendedNames(sheet: Sheet): string {
  return sheet.invoice.amends.map((each) => amendedName(sheet, each)).join(', ');
}
