import type { WriteOffRequest } from '#shared/billing/amendment-request.ts';
import { identityOf } from '#shared/billing/document-identity.ts';
import type { Draft, Link } from '#shared/billing/draft.ts';
import { runKeys } from '#shared/billing/run.ts';
import { type OpenAmendmentPorts, openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import type { OpenRunResult } from '#shared/billing/use-cases/runs/run-sequence.ts';
import { stateOf } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { amount } from '#shared/money/amount.ts';
import { minorUnit } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { PostedDocument } from '../../posted-document.ts';
import { type BalancePorts, balanceBy, openItem } from './account-balance.ts';

/** What is to be written off of a document. `amount` '' = all that is open; `date` '' = today, in the seller's time zone. */
export interface WriteOffCommand {
  readonly document: PostedDocument;
  readonly amount: string;
  readonly reason: string;
  readonly date: LocalDate | '';
  readonly by: string;
}

/**
 * Opens the run that writes off what is open of an invoice or debit note: drafted, approved and posted as any other, it takes the next link of the
 * account's chain and makes no document. Refused when nothing is open, or less than is asked for.
 */
export async function openWriteOff(
  ports: OpenAmendmentPorts & BalancePorts,
  { document, amount: asked, reason, date, by }: WriteOffCommand,
): Promise<OpenRunResult> {
  const { seller, payer, run, number, currency, issueDate: issued } = document;
  const open = (await openItem(ports, document))?.open ?? '0';
  const amendment: WriteOffRequest = {
    ...identityOf(document),
    kind: 'writeOff',
    amount: asked || open,
    run,
    number,
    reason,
  };
  const obstacle = writeOffProblem(amendment, open, currency);
  if (obstacle !== '') return { outcome: 'refused', reason: obstacle };
  return openAmendment(ports, { seller, account: payer, amendment, invoiceDate: date, issued, by });
}

function writeOffProblem({ number, amount: asked }: WriteOffRequest, open: string, currency: string): string {
  if (amount(open).isZero()) return `nothing is open of ${number}`;
  const step = minorUnit(currency);
  if (!amount(asked).greaterThan(0) || !amount(asked).mod(step).isZero())
    return `${asked} cannot be written off; write an amount above zero in steps of ${step} ${currency}`;
  return amount(asked).greaterThan(open) ? `${asked} ${currency} are more than is open of ${number}: ${open}` : '';
}

/**
 * What stands against a draft that writes off, '' = nothing: less is open behind the link it follows, or a run that posted a document of the account since
 * is still being posted. @throws what reading throws.
 */
export async function writeOffObstacle(ports: BalancePorts, draft: Draft): Promise<string> {
  const { amendment, seller, payer, account } = draft;
  if (amendment?.kind !== 'writeOff') return '';
  const unfinished = await unfinishedRun(ports.decisions, seller, payer);
  if (unfinished !== '') return `run ${unfinished} is still being posted; try again when its documents are there`;
  const before = (draft.writeOffs ?? []).filter(({ run }) => run !== draft.run);
  const { items } = await balanceBy(ports, { ...account, seller }, before, '');
  const open = items.find(({ document }) => document.number === amendment.number)?.open ?? '0';
  return writeOffProblem(amendment, open, account.currency);
}

/** The first run of a chain that is not posted, '' = none: documents of a link are there once its run is. */
async function unfinishedRun(decisions: Decisions, seller: string, payer: string): Promise<string> {
  for (const { value } of await decisions.query<Link>(runKeys.links(seller, payer), withPrefix(''))) {
    const state = await stateOf(decisions, value.run);
    if (state !== 'posted') return value.run;
  }
  return '';
}
