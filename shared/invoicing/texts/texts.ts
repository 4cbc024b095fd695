import type { DifferenceReason, TaxEvidence } from '#shared/billing/draft.ts';
import type { VatCategory } from '#shared/catalog/tax-profile.ts';
import type { RecordPart } from '#shared/rating/charge-variant.ts';
import type { InvoiceLine, InvoiceUnit } from '../invoice.ts';

/** Every word our documents say by themselves, in one language; what sellers name (charges, zones, pools) comes with the invoice. */
export interface Texts {
  /** Locale of figures and dates where the invoice's language names no region. */
  readonly locale: string;
  readonly invoice: string;
  readonly creditNote: string;
  readonly debitNote: string;
  readonly servicesIn: (period: string) => string;

  readonly number: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly period: string;
  readonly account: string;
  readonly businessUnit: string;
  readonly reference: string;
  readonly buyerVatId: string;
  readonly amends: string;

  readonly amountDue: string;
  readonly amountCredited: string;
  readonly activeSubscriptions: string;
  readonly sinceLastInvoice: string;

  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly tax: string;
  readonly net: string;
  readonly sections: Readonly<Record<InvoiceLine['kind'] | 'difference', string>>;
  readonly continued: (section: string) => string;
  readonly reasons: Readonly<Record<DifferenceReason, string>>;
  readonly tier: (place: number) => string;
  /** What of a charge is paid by the record: its connection fee, its least and its most. */
  readonly byRecord: Readonly<Record<RecordPart, string>>;
  readonly simDays: (days: number, length: number) => string;
  /** Of a charge with lines of several versions in a period: the days the line's terms hold. */
  readonly termsOf: (period: string) => string;
  /** Of a corrected line: what is owed now, with how it is worked out, and what was billed before. */
  readonly corrected: (owed: string, billed: string) => string;
  readonly amendsInvoice: (number: string) => string;
  /** An earlier document by its number and date. */
  readonly documentOf: (number: string, date: string) => string;
  readonly units: Readonly<Record<InvoiceUnit, string>>;

  readonly netTotal: string;
  readonly taxOn: (tax: string, percent: string, net: string) => string;
  /** Why a category charges nothing. */
  readonly untaxed: Readonly<Record<Exclude<VatCategory, 'S' | 'Z'>, string>>;
  readonly evidence: Readonly<Record<TaxEvidence['kind'], string>>;
  readonly checkedBy: (source: string, date: string, reference: string) => string;
  readonly validFrom: (from: string, until: string) => string;
  /** Of a price list in another currency: its price. */
  readonly listPrice: (price: string) => string;
  readonly exchangeRate: (rate: string, source: string, date: string) => string;
  readonly inBooks: (net: string, tax: string, gross: string) => string;
  readonly grossIncluded: (gross: string) => string;
  readonly grossTotal: string;
  readonly settled: string;
  readonly creditTotal: string;

  readonly payment: string;
  readonly payBy: (amount: string, date: string, number: string) => string;
  readonly nothingToPay: string;
  readonly accountHolder: string;
  readonly scanToPay: string;

  readonly usage: string;
  readonly dataByDay: string;
  readonly dataTotal: (total: string) => string;
  readonly dataPeak: (amount: string, day: string) => string;
  readonly pools: string;
  readonly poolUsed: (used: string, size: string) => string;
  readonly poolOver: (over: string) => string;
  readonly poolLeft: (left: string) => string;
  readonly thisUnit: (used: string) => string;
  readonly usageByZone: string;
  readonly service: string;
  readonly zone: string;
  readonly records: string;
  readonly share: string;
  readonly services: Readonly<Record<'data' | 'sms' | 'voice' | 'supplementary', string>>;

  readonly vatId: string;
  readonly registerNumber: string;
  readonly pageOf: (page: number, pages: number) => string;
  readonly basis: (run: string, position: number, usageCutOff: string, release: string) => string;
}
