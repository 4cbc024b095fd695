import { amount } from '#shared/money/amount.ts';
import type { Invoice } from '../invoice.ts';

/** What a version 13 code of error correction level M holds, the largest the guideline allows. */
const MAX_BYTES = 331;

/**
 * What the SEPA QR code of an invoice says (EPC069-12, version 002): who is paid, how much, and the invoice's number as remittance text.
 * '' where there is nothing a bank could do with it: a credit note, another currency than the euro, nothing due or a billion and more,
 * an IBAN that is none, a name too long for the code.
 */
export function epcPayload(invoice: Invoice): string {
  const { iban, bic, accountHolder } = invoice.seller.bank;
  const account = iban.replaceAll(' ', '').toUpperCase();
  const due = amount(invoice.totals.due);
  const name = (accountHolder === '' ? invoice.seller.name : accountHolder).slice(0, 70).toWellFormed();
  const payable = invoice.kind !== '381' && invoice.currency === 'EUR' && due.gt(0) && due.lt(1_000_000_000);
  if (!payable || !isIban(account) || name === '') return '';
  const bank = /^[A-Z0-9]{8}([A-Z0-9]{3})?$/.test(bic) ? bic : '';
  const head = ['BCD', '002', '1', 'SCT', bank, name, account, `EUR${due.toFixed(2)}`];
  const payload = [...head, '', '', invoice.number].join('\n');
  return new TextEncoder().encode(payload).length <= MAX_BYTES ? payload : '';
}

/** Whether it has an IBAN's form and its check digits (ISO 13616: 97 divides it, turned, less one). */
export function isIban(account: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(account)) return false;
  const turned = account.slice(4) + account.slice(0, 4);
  return BigInt(turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) % 97n === 1n;
}

/** An IBAN as it is read aloud, in groups of four. */
export function groupedIban(iban: string): string {
  return iban.replaceAll(' ', '').replace(/(.{4})(?=.)/g, '$1 ');
}
