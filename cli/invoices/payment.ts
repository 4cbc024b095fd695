import { readFile } from 'node:fs/promises';
import type { OpenItem } from '#shared/invoicing/balances/open-items.ts';
import { readPayments } from '#shared/invoicing/balances/payments-file.ts';
import {
  type AccountBalance,
  accountBalance,
  type BalanceQuery,
  knownAccount,
} from '#shared/invoicing/use-cases/balances/account-balance.ts';
import {
  type RecordPaymentsResult,
  recordPayments,
  type ToldPayment,
} from '#shared/invoicing/use-cases/balances/record-payments.ts';
import { amount } from '#shared/money/amount.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, money } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, pairs, table, words } from '../terminal/table.ts';

/** What `payment record` is asked for; '' = not said. */
export interface PaymentOptions {
  readonly id: string;
  readonly amount: string;
  readonly date: string;
  readonly invoice: string;
  readonly reference: string;
  readonly seller: string;
  readonly back: boolean;
}

/** `payment record ACCOUNT --id ID --amount GROSS --date DATE`: one payment. */
export async function recordOne(
  session: Session,
  account: string,
  { back, invoice, ...said }: PaymentOptions,
  output: Output,
): Promise<void> {
  const known = await knownAccount(session.world, account);
  if (known === undefined) throw noAccount(account);
  const kind = back ? 'repayment' : 'payment';
  const { currency } = known;
  const payment: ToldPayment = { ...said, place: account, account, kind, currency, document: invoice };
  tell(await recordPayments(session.world, [payment], session.by), output);
  output.next(`billing account balance ${account}`);
}

/** `payment load FILE`: payments of many accounts, recorded whole or refused whole with everything that is wrong. */
export async function loadPayments(session: Session, file: string, output: Output): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw failure(`the file ${file} is not there`, 'name the CSV file that holds the payments');
  });
  const { rows, problems } = readPayments(file, text);
  if (problems.length > 0) throw refusal(problems);
  tell(await recordPayments(session.world, rows, session.by), output);
}

function tell(result: RecordPaymentsResult, output: Output): void {
  if (result.outcome === 'refused') throw refusal(result.reasons);
  const again = result.known === 0 ? '' : `, ${counted(result.known, 'was', 'were')} known already`;
  const said =
    result.outcome === 'known already'
      ? 'Nothing new'
      : `Recorded ${counted(result.recorded, 'payment', 'payments')} at position ${result.position}`;
  output.result(result, `${said}${again}.`);
}

function refusal(reasons: readonly string[]): CommandFailure {
  const head = `${counted(reasons.length, 'thing is', 'things are')} wrong; no payment was recorded`;
  return new CommandFailure(head, reasons, 'mend it and give the command again: what was recorded before counts once');
}

function noAccount(account: string): CommandFailure {
  return failure(`there is no account ${account}`, 'check the id, or load it with `billing inventory load`');
}

/** `account balance ACCOUNT [--at DATE]`: what is open of its documents, and what it paid too much. */
export async function showBalance(session: Session, query: BalanceQuery, output: Output): Promise<void> {
  const { account, at } = query;
  const balance = await accountBalance(session.world, query);
  if (balance === undefined) throw noAccount(account);
  output.result(balance, balanceText(balance, at));
  const [open] = balance.items.filter((item) => !amount(item.open).isZero());
  if (open !== undefined) output.next(`billing payment record ${account} --id … --amount ${open.open} --date …`);
}

function balanceText({ account, items, payments, credit, balance }: AccountBalance, at: string): string {
  const { currency } = account;
  const shown = (value: string) => (amount(value).isZero() ? '' : money(value, currency));
  const head = pairs([
    ['account', `${account.account}, ${account.name}`],
    ['as of', at],
    ['owes', money(balance, currency)],
    ['paid too much', shown(credit)],
  ]);
  const documents = table(items, [
    words('document', (item) => item.document.number),
    words('due', (item) => item.document.dueDate ?? item.document.issueDate),
    figures('gross', (item) => money(item.gross, currency)),
    figures('credited', (item) => shown(item.credited)),
    figures('paid', (item) => shown(item.paid)),
    figures('from the account', (item) => shown(item.settled)),
    figures('written off', (item) => shown(item.writtenOff)),
    figures('open', (item) => money(item.open, currency)),
    ...(items.some(({ netted }) => netted !== undefined)
      ? [figures<OpenItem>('off later invoices', (item) => shown(item.netted ?? '0'))]
      : []),
  ]);
  const paid = table(payments, [
    words('payment', (each) => each.id),
    words('date', (each) => each.date),
    words('for', (each) => each.document || 'what is due first'),
    figures('amount', (each) => money(each.kind === 'payment' ? each.amount : `-${each.amount}`, currency)),
    words('reference', (each) => each.reference),
  ]);
  return [head, items.length === 0 ? '' : documents, payments.length === 0 ? '' : paid].filter(Boolean).join('\n\n');
}
