import { hash } from 'node:crypto';
import type { InventoryPorts } from '#shared/billing/use-cases/change-inventory.ts';
import type { ContentReference } from '#shared/commit-log/entry.ts';
import type { Payment } from '#shared/commit-log/payment.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { append, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { paymentsOf } from '#shared/commit-log/use-cases/payments.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { type Currency, minorUnit } from '#shared/money/currency.ts';
import { isLocalDate, localDateOf } from '#shared/time/local-date.ts';
import { balanceOf } from '../../balances/open-items.ts';
import { documentKeys, type PostedDocument } from '../../posted-document.ts';
import { knownAccount } from './account-balance.ts';

/** A payment as it is told; `seller` '' = whose customer the account is now. `place` says where it is written, for messages. */
export interface ToldPayment extends Payment {
  readonly currency: string;
  readonly place: string;
}

/** What came of payments: where they stand, and how many of them were known; or everything that is wrong, and then none is recorded. */
export type RecordPaymentsResult =
  | { readonly outcome: 'recorded'; readonly position: number; readonly recorded: number; readonly known: number }
  | { readonly outcome: 'known already'; readonly known: number }
  | { readonly outcome: 'refused'; readonly reasons: readonly string[] };

const PAYMENTS_A_PART = 20_000;
const MOST_REASONS = 1_000;

/**
 * Records payments that say anything new, as one entry of the commit log, seen whole or not at all. A payment told again counts once, by its id. All are
 * refused when one is wrong: an unknown account, another currency or document, a date to come, an id that stands for another payment, or more paid back
 * for a document, or without one, than there was.
 */
export async function recordPayments(
  ports: InventoryPorts,
  told: readonly ToldPayment[],
  by: string,
): Promise<RecordPaymentsResult> {
  const after = await tail(ports.decisions, 0);
  const reasons: string[] = [];
  const unknown: Payment[] = [];
  const zones = new Map((await currentCatalog(ports)).catalog.sellers.map(({ id, timeZone }) => [id, timeZone]));
  const byAccount = Map.groupBy(told, ({ account, seller }) => `${account}|${seller}`);
  for (const [name, its] of [...byAccount].sort(([a], [b]) => compareIds(a, b))) {
    const [account = '', asked = ''] = name.split('|');
    const known = await knownAccount(ports, account);
    if (known === undefined) {
      reasons.push(...its.map(({ place }) => `${place}: there is no account ${account}`));
      continue;
    }
    const { currency } = known;
    const seller = asked || known.seller;
    const today = localDateOf(ports.clock.now(), zones.get(seller) ?? known.timeZone);
    const payments = await paymentsOf(ports.projections, seller, account);
    const seen = new Map<string, Payment>(payments.map((payment) => [payment.id, payment]));
    for (const each of its) {
      const { place, currency: of, ...rest } = each;
      const payment: Payment = { ...rest, seller };
      const before = seen.get(payment.id);
      const wrong = [
        ...valueProblems(payment, of, currency, today),
        ...(before === undefined || isSame(before, payment)
          ? []
          : [`id ${payment.id} stands for another payment, of ${before.date}`]),
        ...(before === undefined ? await documentProblems(ports, payment, [...seen.values()], currency) : []),
      ];
      reasons.push(...wrong.map((reason) => `${place}: ${reason}`));
      if (before === undefined) unknown.push(payment);
      seen.set(payment.id, before ?? payment);
    }
  }
  if (reasons.length > 0) return { outcome: 'refused', reasons: reasons.slice(0, MOST_REASONS) };
  const known = told.length - unknown.length;
  if (unknown.length === 0) return { outcome: 'known already', known };
  const parts: ContentReference[] = [];
  for (let at = 0; at < unknown.length; at += PAYMENTS_A_PART)
    parts.push(await writeContent(ports.objects, 'payments', unknown.slice(at, at + PAYMENTS_A_PART)));
  const body = { kind: 'payments recorded', parts, count: unknown.length } as const;
  const id = hash('sha256', `${ports.identifiers.next()}\n${JSON.stringify(body)}`).slice(0, 32);
  const position = await append(ports.decisions, { id, at: ports.clock.now(), by, body }, after);
  await ports.entryQueue.send(position);
  return { outcome: 'recorded', position, recorded: unknown.length, known };
}

function isSame(a: Payment, b: Payment): boolean {
  const fields = ['date', 'kind', 'document'] as const;
  return fields.every((field) => a[field] === b[field]) && amount(a.amount).equals(b.amount);
}

const ID = /^[\w.:/+-]{1,64}$/;

function valueProblems(payment: Payment, told: string, currency: string, today: string): string[] {
  const { id, date, amount: paid, reference, kind } = payment;
  const problems: string[] = [];
  if (kind !== 'payment' && kind !== 'repayment')
    problems.push(`kind is "${`${kind}`.slice(0, 30)}"; write payment (or nothing) or repayment`);
  if (!ID.test(id)) problems.push(`"${id.slice(0, 70)}" is no id; write up to 64 letters, digits and . : / + - _`);
  if (!isLocalDate(date)) problems.push(`"${date.slice(0, 20)}" is no date; write it like 2026-11-20`);
  else if (date > today) problems.push(`${date} is still to come: it is ${today}`);
  if (told !== currency)
    problems.push(`the account is billed in ${currency}, not in ${told}; tell what it came to in ${currency}`);
  if (reference.length > 140) problems.push('its reference has more than 140 characters');
  const isDecimal = /^\d{1,15}(\.\d{1,6})?$/.test(paid);
  if (!isDecimal || !amount(paid).greaterThan(0) || !amount(paid).mod(minorUnit(currency)).isZero())
    problems.push(
      `"${paid.slice(0, 30)}" is no amount; write one above zero in steps of ${minorUnit(currency)} ${currency}`,
    );
  return problems;
}

async function documentProblems(
  { decisions }: Pick<InventoryPorts, 'decisions'>,
  { document, seller, account, kind, amount: paid }: Payment,
  payments: readonly Payment[],
  currency: Currency,
): Promise<string[]> {
  const isAmount = /^\d/.test(paid);
  if (document === '') {
    if (kind !== 'repayment' || !isAmount) return [];
    const rows = await decisions.query<PostedDocument>(documentKeys.ofPayer(seller, account), withPrefix(''));
    const free = freeMoney(
      rows.map(({ value }) => value),
      payments,
      currency,
    );
    return free.lessThan(paid)
      ? [
          `${account} has ${free.toFixed()} that no invoice is named for, and no more can be paid back; name the invoice it was paid for`,
        ]
      : [];
  }
  const posted = await decisions.get<PostedDocument>(documentKeys.number(seller, document));
  if (posted?.payer !== account)
    return [`${account} has no invoice ${document}; leave it out to settle what is due first`];
  if (posted.kind === '381')
    return [`${document} is a credit note; leave it out to pay back what the account has too much`];
  if (kind === 'payment' || !isAmount) return [];
  const before = payments.filter((each) => each.document === document);
  const left = sum(before.map((each) => amount(each.amount).times(each.kind === 'payment' ? 1 : -1)));
  return left.lessThan(paid) ? [`${left.toFixed()} was paid for ${document}, and no more can be paid back for it`] : [];
}

/** What was paid or credited without, or beyond, what documents are named: a bank that takes such money back may take no more. */
function freeMoney(documents: readonly PostedDocument[], payments: readonly Payment[], currency: Currency): Amount {
  const { items, credit } = balanceOf({ currency, documents, payments, writeOffs: [] });
  return sum([credit, ...items.map(({ settled }) => settled)].map((each) => amount(each)));
}
