import type { Objects, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import type { Identifiers } from '#shared/time/ports.ts';
import { amendedDraft } from '../../amendment.ts';
import { type Amendment, documentAmendment } from '../../amendment-request.ts';
import { drafted } from '../../drafted.ts';
import { datedAhead, datedBeforeAmended } from '../../invoice-dates.ts';
import { amendmentCutOff, amendmentScope } from '../../run.ts';
import { sellerOf } from '../../seller-of.ts';
import { closedPeriod } from '../books/closed-books.ts';
import { amendmentInput } from './amendment-input.ts';
import { chainEnd, draftOfRun } from './chain.ts';
import { accountOf } from './measure-slice.ts';
import {
  besideAnother,
  enterSequence,
  lastInSequence,
  type OpenRunResult,
  type SequencePorts,
} from './run-sequence.ts';

/** What opening an amendment needs of the world. */
export interface OpenAmendmentPorts extends SequencePorts {
  readonly objects: Objects;
  readonly projections: Projections;
  readonly identifiers: Identifiers;
}

/** What an operator asks for, of a posted document of an account or of the account itself. `invoiceDate` '' = today, in the seller's time zone, or the date of what it amends if that is later. */
export interface AmendmentCommand {
  readonly seller: string;
  readonly account: string;
  readonly amendment: Amendment;
  readonly invoiceDate: LocalDate | '';
  /** Date of the document it amends, which its own is never before; absent = it is looked up when it is drafted. */
  readonly issued?: LocalDate;
  readonly by: string;
}

/**
 * Opens a run that amends a posted document or bills what is named, and starts its draft: approved and posted as any other, it takes the next link of the account's
 * chain. Refused are an amendment that cannot be made, one dated far ahead, before what it amends or into
 * books that are closed, and a second beside one of the same month that is not posted or discarded yet.
 */
export async function openAmendment(ports: OpenAmendmentPorts, command: AmendmentCommand): Promise<OpenRunResult> {
  const { seller, account, amendment, by } = command;
  if (amendment.reason.trim() === '') return { outcome: 'refused', reason: 'an amendment needs a reason' };
  const position = await tail(ports.decisions, 0);
  const { catalog, release } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const now = ports.clock.now();
  const today = localDateOf(now, sellerOf(catalog, seller).timeZone);
  const { issued = '' } = command;
  const invoiceDate = command.invoiceDate || (issued > today ? issued : today);
  const amends = documentAmendment(amendment);
  const from = amends === undefined ? invoiceDate : (await draftOfRun(ports, amends.run, account)).period.from;
  const month = from.slice(0, 7);
  const asked = {
    seller,
    cycle: 0,
    account,
    month,
    invoiceDate,
    beforeEnd: false,
    amendment,
    by,
    at: now,
    command: ports.identifiers.next(),
  };
  const undatable =
    datedAhead(invoiceDate, today) ||
    datedBeforeAmended(invoiceDate, { number: amends?.number ?? '', issueDate: issued }) ||
    (await closedPeriod(ports.decisions, seller, invoiceDate));
  if (undatable !== '') return { outcome: 'refused', reason: undatable };
  const last = await chainEnd(ports.decisions, seller, account);
  if (last === undefined && amends) return { outcome: 'refused', reason: `${amends.number} is not posted` };
  const view = await accountOf(ports.projections, account, position, amendmentCutOff(last?.link, asked), seller);
  const request = { ...asked, run: '' };
  const question = { request, catalog: release, payer: account, predecessor: last?.n ?? 0, position, view };
  const input = await amendmentInput(ports, question);
  const { reason } = drafted(() => amendedDraft({ ...input, taxAnswers: new Map() }));
  if (reason !== '') return { outcome: 'refused', reason };
  const scope = amendmentScope(account);
  const before = await lastInSequence(ports, seller, scope, month);
  if (before !== undefined && !['discarded', 'lapsed', 'posted'].includes(before.state))
    return { outcome: 'refused', reason: besideAnother(before) };
  return enterSequence(ports, asked, scope, (before?.n ?? 0) + 1);
}
