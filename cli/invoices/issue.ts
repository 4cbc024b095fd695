import { type ItemsReading, readItem, readItemsFile } from '#shared/billing/ad-hoc-invoice.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { problemText } from '#shared/inventory/inventory-problem.ts';
import { inventoryText } from '../inventory.ts';
import type { Session } from '../session.ts';
import { CommandFailure } from '../terminal/failure.ts';
import { counted } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { opened } from './amend.ts';

/** What `invoice issue` is asked for: one line, or a file of them. `invoiceDate` '' = today, in the seller's time zone. */
export interface IssueFlags {
  readonly line?: string;
  readonly product?: string;
  readonly reference?: string;
  readonly quantity?: string;
  readonly price?: string;
  readonly taxCategory?: string;
  readonly businessUnit?: string;
  readonly file?: string;
  readonly reason: string;
  readonly invoiceDate: string;
  readonly wait?: true;
}

/** `invoice issue ACCOUNT --line TEXT --quantity N --price P --reason TEXT`: drafts an invoice of what is named, without a cycle. */
export async function issue(session: Session, account: string, flags: IssueFlags, output: Output): Promise<void> {
  const { items, problems } = await itemsOf(flags);
  if (problems.length > 0) {
    const message = `nothing is billed: ${counted(problems.length, 'problem', 'problems')}`;
    throw new CommandFailure(message, problems.map(problemText), 'mend them all, then give the command again');
  }
  const { reason, invoiceDate, wait } = flags;
  const result = await openAdHocInvoice(session.world, { account, items, reason, invoiceDate, by: session.by });
  await opened(session, result, wait === true, output);
}

async function itemsOf(flags: IssueFlags): Promise<ItemsReading> {
  const { line: text = '', product = '', quantity = '', price = '', taxCategory = '', file } = flags;
  const { businessUnit = '', reference = '' } = flags;
  if (file !== undefined) return readItemsFile(file, await inventoryText(file));
  return readItem({ text, product, quantity, price, taxCategory, businessUnit, reference });
}
