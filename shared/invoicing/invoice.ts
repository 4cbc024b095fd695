import type { Address } from '#shared/catalog/catalog.ts';
import type { Currency } from '#shared/money/currency.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

/**
 * The invoice as data: everything any document of it shows, in the order it shows it. Amounts are decimal text with the currency's minor
 * digits, quantities decimal text in their unit. Renderers lay it out and compute nothing.
 */
export interface Invoice {
  readonly number: string;
  /** UNCL 1001: 380 commercial invoice, 381 credit note (then all amounts are positive). */
  readonly kind: '380' | '381';
  readonly issueDate: LocalDate;
  readonly dueDate: LocalDate;
  /** First and last (inclusive) day any line covers. */
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  readonly currency: Currency;
  readonly language: string;
  readonly seller: InvoiceSeller;
  readonly buyer: InvoiceBuyer;
  readonly lines: readonly InvoiceLine[];
  /** One row per tax category and rate. */
  readonly taxes: readonly InvoiceTax[];
  readonly totals: { readonly net: string; readonly tax: string; readonly gross: string; readonly due: string };
  readonly usage: InvoiceUsage;
  /** Numbers of earlier invoices that lines of this one amend. */
  readonly amends: readonly string[];
  /** What it was computed from: any posted invoice can be computed again (requirement E1). */
  readonly basis: InvoiceBasis;
}

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

/** A charge line's difference to what was posted before. */
export interface InvoiceLine {
  /** Place on the invoice, from 1: `invoice explain N --line K`. */
  readonly place: number;
  /** Id of the charge line; the same over all invoices that bill or amend it. */
  readonly id: string;
  readonly description: string;
  /** Zone, tier, day count …: the second row of the line. */
  readonly detail: string;
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  /** In `unit`; negative where the line takes back. */
  readonly quantity: string;
  readonly unit: string;
  /** Price of one unit when the line has a single one, else ''. */
  readonly unitPrice: string;
  readonly net: string;
  readonly taxCategory: string;
  readonly taxPercent: string;
  /** Why an earlier period's line moved, '' on a line billed for the first time in its own period's run. */
  readonly reason: '' | 'late usage' | 'backed-out file' | 'backdated change' | 'price correction' | 'computation changed';
  /** Invoice this line amends, '' when it amends none. */
  readonly amends: string;
}

export interface InvoiceTax {
  readonly category: string;
  readonly percent: string;
  readonly net: string;
  readonly tax: string;
  readonly reason: string;
}

/** What the buyer used, for reading along: nothing here is an amount owed. */
export interface InvoiceUsage {
  readonly activeSubscriptions: number;
  readonly services: readonly { readonly service: string; readonly zone: string; readonly records: number; readonly quantity: string; readonly unit: string }[];
  /** Octets of data by local day of the main period. */
  readonly dataByDay: readonly { readonly date: LocalDate; readonly bytes: string }[];
  readonly pools: readonly { readonly name: string; readonly unit: string; readonly size: string; readonly used: string; readonly over: string; readonly usedByThisUnit: string }[];
  /** Net of the invoice before this one of the same buyer and unit, '' when there is none. */
  readonly previousNet: string;
}

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
