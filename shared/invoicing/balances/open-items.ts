import type { WriteOff } from '#shared/billing/draft.ts';
import type { Payment } from '#shared/commit-log/payment.ts';
import { compareIds } from '#shared/money/allocate.ts';
import { type Amount, amount, sum, ZERO } from '#shared/money/amount.ts';
import { type Currency, formatMinor } from '#shared/money/currency.ts';
import type { PostedDocument } from '../posted-document.ts';

/** What became of an invoice or debit note: gross = credited + paid + settled + written off + open, all decimal text. */
export interface OpenItem {
  readonly document: PostedDocument;
  readonly gross: string;
  /** By credit notes that name it. */
  readonly credited: string;
  /** By payments that name it, less what was paid back; never more than is left of it. */
  readonly paid: string;
  /** By money on the account that names no document: the item that is due first takes it first. */
  readonly settled: string;
  /** Never more than credits and payments left: what is paid in spite of it takes it back by itself. */
  readonly writtenOff: string;
  readonly open: string;
  /**
   * What later invoices took back of it within their own totals, which are lower by it; absent = nothing. It is no part of the sum above: who pays every
   * document as it is written has paid what is owed.
   */
  readonly netted?: string;
}

/** What an account owes a seller by all its documents, and what it has paid too much. */
export interface Balance {
  readonly items: readonly OpenItem[];
  /** Money on the account that no item takes: paid or credited too much. Below zero: more was paid back than it had. */
  readonly credit: string;
  /** What is open less the credit. */
  readonly balance: string;
}

/** What a balance follows from. */
export interface BalanceInput {
  readonly currency: Currency;
  readonly documents: readonly PostedDocument[];
  readonly payments: readonly Payment[];
  readonly writeOffs: readonly WriteOff[];
}

interface Item {
  readonly document: PostedDocument;
  readonly gross: Amount;
  credited: Amount;
  paid: Amount;
  settled: Amount;
  writtenOff: Amount;
}

/**
 * What is open: a function of the documents, payments and write-offs there are, whatever order they came in. Credit notes go to the documents they name,
 * payments to theirs; what is too much for them, and what names none, settles what is due first; a write-off takes at most what is left.
 */
export function balanceOf({ currency, documents, payments, writeOffs }: BalanceInput): Balance {
  const items = documents.filter(({ kind }) => kind !== '381').map(itemOf);
  items.sort((a, b) => compareIds(dueOf(a), dueOf(b)) || compareIds(a.document.number, b.document.number));
  const byNumber = new Map(items.map((item) => [item.document.number, item]));
  let free = applyCredits(byNumber, documents);
  for (const { kind, amount: paid, document } of payments) {
    const money = amount(paid).times(kind === 'payment' ? 1 : -1);
    const item = byNumber.get(document);
    if (item === undefined) free = free.plus(money);
    else item.paid = item.paid.plus(money);
  }
  for (const item of items) free = free.plus(takenTooMuch(item, writeOffs));
  for (const item of items) {
    const settled = most(least(free, openOf(item)), ZERO);
    item.settled = settled;
    free = free.minus(settled);
  }
  const money = (value: Amount) => formatMinor(value, currency);
  return {
    items: items.map((item) => ({
      document: item.document,
      gross: money(item.gross),
      credited: money(item.credited),
      paid: money(item.paid),
      settled: money(item.settled),
      writtenOff: money(item.writtenOff),
      open: money(openOf(item)),
      ...nettedOf(item, documents, money),
    })),
    credit: money(free),
    balance: money(sum(items.map(openOf)).minus(free)),
  };
}

function itemOf(document: PostedDocument): Item {
  const gross = amount(document.gross);
  return { document, gross, credited: ZERO, paid: ZERO, settled: ZERO, writtenOff: ZERO };
}

/** An item from before due dates were noted is due when it was issued. */
function dueOf({ document }: Item): string {
  return document.dueDate ?? document.issueDate;
}

function openOf({ gross, credited, paid, settled, writtenOff }: Item): Amount {
  return gross.minus(credited).minus(paid).minus(settled).minus(writtenOff);
}

/** What documents that are no credit notes took back of one. */
function nettedOf(
  { document: { number } }: Item,
  documents: readonly PostedDocument[],
  money: (value: Amount) => string,
): Pick<OpenItem, 'netted'> {
  const invoices = documents.filter(({ kind }) => kind !== '381');
  const netted = sum(invoices.map(({ takesBack = {} }) => amount(takesBack[number] ?? '0')));
  return netted.isZero() ? {} : { netted: money(netted) };
}

/**
 * Credits what credit notes name, by what each takes back of it; answers what is left of them. One from before that was noted credits what it names in the
 * order of the numbers, behind all others.
 */
function applyCredits(byNumber: ReadonlyMap<string, Item>, documents: readonly PostedDocument[]): Amount {
  const notes = documents.filter(({ kind }) => kind === '381').sort((a, b) => compareIds(a.number, b.number));
  let free = ZERO;
  for (const { gross, takesBack } of notes.filter((note) => note.takesBack !== undefined)) {
    let left = amount(gross);
    for (const [number, share] of Object.entries(takesBack ?? {}))
      left = left.minus(credit(byNumber, number, amount(share)));
    free = free.plus(left);
  }
  for (const { gross, amends = [] } of notes.filter((note) => note.takesBack === undefined)) {
    let left = amount(gross);
    for (const number of amends) left = left.minus(credit(byNumber, number, left));
    free = free.plus(left);
  }
  return free;
}

/** Credits a document, up to what is left of it; answers how much. */
function credit(byNumber: ReadonlyMap<string, Item>, number: string, asked: Amount): Amount {
  const item = byNumber.get(number);
  if (item === undefined) return ZERO;
  const credited = least(asked, item.gross.minus(item.credited));
  item.credited = item.credited.plus(credited);
  return credited;
}

/** Bounds what an item was paid and what is written off of it by what is left; answers what was paid too much, below zero for paid back too much. */
function takenTooMuch(item: Item, writeOffs: readonly WriteOff[]): Amount {
  const bounded = most(least(item.paid, item.gross.minus(item.credited)), ZERO);
  const tooMuch = item.paid.minus(bounded);
  item.paid = bounded;
  const asked = writeOffs.filter(({ number }) => number === item.document.number);
  item.writtenOff = least(sum(asked.map((each) => amount(each.amount))), openOf(item));
  return tooMuch;
}

function least(a: Amount, b: Amount): Amount {
  return a.lessThan(b) ? a : b;
}

function most(a: Amount, b: Amount): Amount {
  return a.lessThan(b) ? b : a;
}
