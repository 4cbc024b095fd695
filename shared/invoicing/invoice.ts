import type { BookTotals, DifferenceReason, DocumentTax } from '#shared/billing/draft.ts';
import type { Address, Unit } from '#shared/catalog/catalog.ts';
import type { ExchangeRate } from '#shared/catalog/exchange-rate.ts';
import type { VatCategory } from '#shared/catalog/tax-profile.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Service } from '#shared/usage/usage-key.ts';

/**
 * The invoice as data: everything any document of it shows, in the order it shows it. Amounts are decimal text with the currency's minor
 * digits, quantities decimal text in their unit. Renderers lay it out; no amount that is owed is computed by them.
 */
export interface Invoice {
  readonly number: string;
  /** UNCL 1001: 380 commercial invoice, 381 credit note (then all amounts are positive), 383 debit note. */
  readonly kind: '380' | '381' | '383';
  readonly issueDate: LocalDate;
  readonly dueDate: LocalDate;
  /** First and last (inclusive) day any line covers. */
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  readonly currency: Currency;
  /** BCP 47 tag of the language it is written in, "de", "en" or with a region "de-AT"; one no texts exist for is written in English. */
  readonly language: string;
  readonly seller: InvoiceSeller;
  readonly buyer: InvoiceBuyer;
  readonly lines: readonly InvoiceLine[];
  /** One row per tax category and tax. */
  readonly taxes: readonly InvoiceTax[];
  readonly totals: { readonly net: string; readonly tax: string; readonly gross: string; readonly due: string };
  /** The totals in the currency of the seller's books, and the rates; null where that is the invoice's. */
  readonly book: BookTotals | null;
  readonly usage: InvoiceUsage;
  /** The earlier invoices that lines of this one amend, in order of their numbers. */
  readonly amends: readonly AmendedInvoice[];
  /** What it was computed from: any posted invoice can be computed again (requirement E1). */
  readonly basis: InvoiceBasis;
}

/** A preceding invoice (EN 16931 BG-3), by number and date; `issueDate` is '' on documents from before it was named. */
export interface AmendedInvoice {
  readonly number: string;
  readonly issueDate: LocalDate | '';
}

/** Who issues it and is paid. `colour` is "#RRGGBB". */
export interface InvoiceSeller {
  readonly id: string;
  readonly name: string;
  readonly address: Address;
  readonly vatId: string;
  readonly registerNumber: string;
  readonly bank: { readonly iban: string; readonly bic: string; readonly accountHolder: string };
  readonly contact: { readonly email: string; readonly phone: string; readonly web: string };
  readonly colour: string;
}

/** Who owes it; `businessUnit` and its name are '' when the account has none. `reference` is the buyer's own: purchase order or cost centre. */
export interface InvoiceBuyer {
  readonly account: string;
  readonly name: string;
  readonly businessUnit: string;
  readonly businessUnitName: string;
  readonly address: Address;
  readonly vatId: string;
  readonly email: string;
  readonly reference: string;
  readonly paymentTermDays: number;
}

/** Units lines count in: those of the catalogue, and subscription-months for recurring charges. */
export type InvoiceUnit = Unit | 'month' | 'package' | 'flat';

/** A charge line's difference to what was posted before. */
export interface InvoiceLine {
  /** Place on the invoice, from 1: `invoice explain N --line K`. */
  readonly place: number;
  /** Id of the charge line; the same over all invoices that bill or amend it. */
  readonly id: string;
  /** What it is grouped under: fees for a period, usage, and what is neither (discounts, commitments, goodwill). */
  readonly kind: 'recurring' | 'usage' | 'adjustment';
  readonly description: string;
  /** Zone, tier, day count …: the second row of the line. */
  readonly detail: string;
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  /** In `unit`; negative where the line takes back. Times the unit price it is the line's amount, to a cent or so. */
  readonly quantity: string;
  readonly unit: InvoiceUnit;
  /** What the price is in the price list's currency, and how it was converted; null where that is the invoice's. */
  readonly exchange: InvoiceExchange | null;
  /** Price of one unit, with tax where `gross` is there; '' when the line has no single one. */
  readonly unitPrice: string;
  readonly net: string;
  /** With the tax in it, where the price includes it: what was agreed, and what the net comes from. '' elsewhere. */
  readonly gross: string;
  readonly taxCategory: VatCategory;
  /** All taxes on the line together, in percent of its net. */
  readonly taxPercent: string;
  /** Why an earlier period's line moved; '' on a line billed for the first time in its own period's run. */
  readonly reason: '' | DifferenceReason;
  /** Number of the invoice this line amends, '' when it amends none. */
  readonly amends: string;
  /** What is owed now and what was billed before, where the line is their difference and no quantity at one price; not there elsewhere. */
  readonly corrected?: InvoiceCorrection;
}

/** What a correction follows from: owed − billed before. Of what is owed so many at a price, where that is all there is to it. */
export interface InvoiceCorrection {
  readonly owed: string;
  readonly billed: string;
  readonly quantity?: string;
  readonly unit?: InvoiceUnit;
  readonly unitPrice?: string;
}

/** A unit price of a price list in another currency ('' when the line has no single one), and the rate it was converted by. */
export interface InvoiceExchange {
  readonly listPrice: string;
  readonly rate: ExchangeRate;
}

/** One tax of the document; its reason is in the document's language. */
export type InvoiceTax = Omit<DocumentTax, 'basis'>;

/** What the buyer used, for reading along: nothing here is an amount owed. */
export interface InvoiceUsage {
  readonly activeSubscriptions: number;
  readonly services: readonly ServiceUsage[];
  /** Octets of data by local day of the main period. */
  readonly dataByDay: readonly { readonly date: LocalDate; readonly bytes: string }[];
  readonly pools: readonly PoolUsage[];
  /** Net of the invoice before this one of the same buyer and unit, '' when there is none. */
  readonly previousNet: string;
}

/** Usage of one service in one zone; `zone` is the zone's name. */
export interface ServiceUsage {
  readonly service: Service;
  readonly zone: string;
  readonly records: number;
  readonly quantity: string;
  readonly unit: Unit;
}

/** A pool over the main period, in `unit`: what it held, what all who share it used, what that was over, and this business unit's part. */
export interface PoolUsage {
  readonly name: string;
  readonly unit: Unit;
  readonly size: string;
  readonly used: string;
  readonly over: string;
  readonly usedByThisUnit: string;
}

/** What a posted invoice can be computed again from. */
export interface InvoiceBasis {
  readonly run: string;
  readonly position: number;
  /** ISO instants in UTC. */
  readonly usageCutOff: string;
  readonly chargeCutOff: string;
  readonly catalogRelease: string;
  readonly engineVersion: string;
  /** Link this document belongs to and the one before it ('' for the first). */
  readonly link: string;
  readonly predecessor: string;
}
