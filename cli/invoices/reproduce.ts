import { readFileSync } from 'node:fs';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { renderPdf } from '#shared/invoicing/use-cases/render-pdf.ts';
import { type Reproduction, reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import type { Session } from '../session.ts';
import { failure } from '../terminal/failure.ts';
import { counted } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { documentOf } from './invoice.ts';

const font = (name: string) => readFileSync(new URL(`../../shared/invoicing/fonts/${name}`, import.meta.url));

/** Values shown of a document that came out otherwise. */
const VALUES_SHOWN = 20;

/**
 * `invoice reproduce [NUMBER…]`: posted documents made again, and compared byte for byte; all of them where none is named.
 * @throws a failure when one of them comes out otherwise.
 */
export async function reproduce(session: Session, numbers: readonly string[], output: Output): Promise<void> {
  const fonts = { regular: font('Inter-Regular.ttf'), bold: font('Inter-SemiBold.ttf') };
  const ports = {
    ...session.world,
    backBillingMonths: session.world.settings.backBillingMonths,
    pdfOf: (invoice: Parameters<typeof renderPdf>[0]) => renderPdf(invoice, fonts),
  };
  const documents = await documentsOf(session, numbers);
  const made: Reproduction[] = [];
  for (const [place, document] of documents.entries()) {
    output.progress(`${document.number}: ${place + 1} of ${documents.length}`);
    made.push(await reproduceInvoice(ports, document));
  }
  output.result(made, `${made.map(textOf).join('\n')}\n\n${summaryOf(made)}`);
  const other = made.filter((each) => !each.isSame);
  if (other.length > 0)
    throw failure(
      `${other.length} of ${counted(made.length, 'document', 'documents')} came out otherwise`,
      'a computation changed since, or what it is made from did; the posted document stays as it is, and the next run bills the difference',
    );
}

async function documentsOf(session: Session, numbers: readonly string[]): Promise<PostedDocument[]> {
  if (numbers.length === 0) return listInvoices(session.world, { account: '', month: '' });
  const found: PostedDocument[] = [];
  for (const number of numbers) {
    found.push(await documentOf(session, number));
  }
  return found;
}

function textOf({ document, isSame, files, values }: Reproduction): string {
  if (isSame) return `${document.number}  the same: ${files.map((file) => file.name).join(', ')}`;
  const named = files.map(({ name, posted, again }) => {
    if (posted === '') return `${name} is not there`;
    return posted === again ? `${name} is the same` : `${name} differs`;
  });
  const shown = values
    .slice(0, VALUES_SHOWN)
    .map(({ place, posted, again }) => `  ${place}: ${JSON.stringify(posted)} posted, ${JSON.stringify(again)} now`);
  if (values.length > VALUES_SHOWN) shown.push(`  and ${values.length - VALUES_SHOWN} more`);
  return [`${document.number}  ${named.join(', ')}`, ...shown].join('\n');
}

function summaryOf(made: readonly Reproduction[]): string {
  const same = made.filter((each) => each.isSame).length;
  return `${same} of ${counted(made.length, 'document', 'documents')} made again, byte for byte`;
}
