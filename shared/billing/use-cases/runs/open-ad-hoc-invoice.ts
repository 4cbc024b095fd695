import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import { type AskedItem, itemsSold } from '../../ad-hoc-invoice.ts';
import type { InvoiceItem } from '../../amendment-request.ts';
import { type OpenAmendmentPorts, openAmendment } from './open-amendment.ts';
import type { OpenRunResult } from './run-sequence.ts';

/** What an account is to be billed without a cycle, by whose customer it is. `invoiceDate` '' = today, in the seller's time zone. */
export interface AdHocInvoiceCommand {
  readonly account: string;
  readonly items: readonly (InvoiceItem | AskedItem)[];
  readonly reason: string;
  readonly invoiceDate: LocalDate | '';
  readonly by: string;
}

/**
 * Opens the run of an ad-hoc invoice: drafted, approved and posted as any other, it takes the next link of the account's chain. Refused are an
 * account nobody knows, and what `adHocInvoiceLines` refuses.
 */
export async function openAdHocInvoice(
  ports: OpenAmendmentPorts,
  command: AdHocInvoiceCommand,
): Promise<OpenRunResult> {
  const { account, items, reason, invoiceDate, by } = command;
  const known = { position: await tail(ports.decisions, 0), cutOff: Number.MAX_SAFE_INTEGER };
  const view = accountAt(await accountFacts(ports.projections, account), known, ports.clock.now());
  if (view === undefined)
    return { outcome: 'refused', reason: `there is no account ${account}; load it with \`billing inventory load\`` };
  const { seller, currency } = view.account;
  const { catalog } = await currentCatalog(ports);
  const sold = itemsSold(items, catalog.products ?? [], currency);
  if (typeof sold === 'string') return { outcome: 'refused', reason: sold };
  return openAmendment(ports, {
    seller,
    account,
    amendment: { kind: 'ad-hoc invoice', reason, items: sold },
    invoiceDate,
    by,
  });
}
