import { addTotals, subtractTotals } from '#shared/billing/proof-row.ts';
import type { UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { Objects } from '#shared/commit-log/ports.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { amount } from '#shared/money/amount.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';

/** What an example expects of a run, as its own independent computation wrote it. */
export interface Expected {
  readonly invoices: readonly ExpectedInvoice[];
  readonly proof: {
    readonly total: Readonly<Record<'read' | 'billed' | 'duplicate' | 'notYetDue', ExpectedTotals>> & ExpectedRest;
  };
}

/** An invoice as it was computed independently. */
export interface ExpectedInvoice {
  readonly account: string;
  readonly businessUnit: string;
  readonly net: string;
  readonly tax: string;
  readonly gross: string;
  readonly lines: readonly ExpectedLine[];
}

/** A line of it; several tiers, zones and periods of a charge are lines of their own. */
export interface ExpectedLine {
  readonly plan: string;
  readonly planVersion: string;
  readonly charge: string;
  readonly zone: string;
  readonly tier: number;
  readonly periodFrom: string;
  readonly net: string;
}

interface ExpectedTotals {
  readonly records: number;
  readonly bytes: string;
  readonly messages: number;
}

interface ExpectedRest {
  readonly suspended: Readonly<Record<string, ExpectedTotals>>;
  readonly rejected: { readonly records: number };
}

/** A posted document beside what was expected: differences in words, none when every line and total agrees to the cent. */
export interface ComparedDocument {
  readonly document: PostedDocument;
  readonly buyer: string;
  readonly lines: number;
  readonly differences: readonly string[];
}

/** Compares posted documents with an example's expectation, line by line. */
export async function compareDocuments(
  objects: Objects,
  documents: readonly PostedDocument[],
  expected: Expected,
): Promise<ComparedDocument[]> {
  const compared: ComparedDocument[] = [];
  for (const document of documents) {
    const invoice = JSON.parse(new TextDecoder().decode(await objects.get('invoices', document.key))) as Invoice;
    const { buyer, lines } = invoice;
    const wanted = expected.invoices.find(
      (each) => each.account === buyer.account && each.businessUnit === buyer.businessUnit,
    );
    const name = buyer.businessUnitName === '' ? buyer.name : `${buyer.name}, ${buyer.businessUnitName}`;
    const differences = wanted === undefined ? ['no such invoice was expected'] : differencesOf(invoice, wanted);
    compared.push({ document, buyer: name, lines: lines.length, differences });
  }
  return compared;
}

function differencesOf(invoice: Invoice, expected: ExpectedInvoice): string[] {
  const found = new Map(invoice.lines.map((line) => [line.id, amount(line.net).toFixed()]));
  const wanted = new Map(
    expected.lines.map((line) => [lineId(expected.businessUnit, line), amount(line.net).toFixed()]),
  );
  const keys = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  const lines = keys.flatMap((key) => {
    const [is, should] = [found.get(key) ?? '0', wanted.get(key) ?? '0'];
    return amount(is).equals(should) ? [] : [`${key}: ${is} instead of ${should}`];
  });
  const totals = (['net', 'tax', 'gross'] as const).flatMap((total) =>
    amount(invoice.totals[total]).equals(expected[total])
      ? []
      : [`${total} ${invoice.totals[total]} instead of ${expected[total]}`],
  );
  return [...lines, ...totals];
}

/** The id a line has on the invoice. */
export function lineId(businessUnit: string, line: ExpectedLine): string {
  return [businessUnit, line.plan, line.planVersion, line.charge, line.zone, line.tier, line.periodFrom].join('|');
}

/** Where a proof is off: from zero, or from what the example counted itself. */
export function compareProof({ total, differences }: UsageProof, { proof }: Expected): string[] {
  const wanted = proof.total;
  const zero = { records: 0, bytes: '0', messages: 0 };
  const read = { ...total.read };
  subtractTotals(read, total.quarantined);
  const duplicate = { ...total.repeated };
  addTotals(duplicate, total.duplicate);
  const billed = { ...total.billed };
  addTotals(billed, total.zeroBilled);
  return [
    ...off('read of files that count', read, wanted.read),
    ...off('duplicate', duplicate, wanted.duplicate),
    ...off('billed', billed, wanted.billed),
    ...off('notYetDue', total.notYetDue, wanted.notYetDue),
    ...Object.entries(wanted.suspended).flatMap(([reason, totals]) => off(reason, total.suspended[reason], totals)),
    ...off('rejected', { ...total.rejected, bytes: 0, count: 0 }, { ...zero, records: wanted.rejected.records }),
    ...off('difference to the files', differences.read, zero),
    ...off('difference to what is accepted', differences.accepted, zero),
    ...off('difference to the invoices', differences.invoices, zero),
  ];
}

function off(name: string, found: UsageTotals | undefined, wanted: ExpectedTotals): string[] {
  const is = `${found?.records ?? 0} records, ${found?.bytes ?? 0} octets, ${found?.count ?? 0} messages`;
  const should = `${wanted.records} records, ${wanted.bytes} octets, ${wanted.messages} messages`;
  return is === should ? [] : [`${name}: ${is} instead of ${should}`];
}
