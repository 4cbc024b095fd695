import { isNothing, type ProofPart, type ProofRow } from '#shared/billing/proof-row.ts';
import type { UsageProof } from '#shared/billing/use-cases/prove-usage.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { counted, grouped } from './figures.ts';
import { figures, indented, table, words } from './table.ts';

interface NamedTotals {
  readonly name: string;
  readonly totals: UsageTotals;
}

/** The proof as a sum one can add up: what was read, where all of it went, and the difference that must be zero. */
export function proofText(proof: UsageProof): string {
  return indented(`${headingOf(proof)}\n${totalText(proof)}`, 4);
}

/** The proof with the sums of some of its parts, by month and carrier. */
export function proofReport(proof: UsageProof, parts: readonly ProofPart[]): string {
  const blocks = parts.map(({ carrier, month, row, difference }) => {
    const name =
      month === '' ? `${carrier}, rejected records, whose start may be what was wrong` : `${month}, ${carrier}`;
    return `${name}\n${indented(rowsText([...rowOf(row), { name: 'difference', totals: difference }]), 2)}`;
  });
  return [headingOf(proof), ...blocks, `in all\n${indented(totalText(proof), 2)}`].join('\n\n');
}

function headingOf({ position, files }: UsageProof): string {
  const count = `${counted(files.loaded, 'file counts', 'files count')}, ${grouped(files.duplicate)} came twice`;
  return `proof at position ${position}: ${count}`;
}

function totalText({ total, differences }: UsageProof): string {
  return rowsText([
    ...rowOf(total),
    { name: 'difference', totals: differences.files },
    { name: 'billed less what the invoices say', totals: differences.invoices },
  ]);
}

function rowsText(rows: readonly NamedTotals[]): string {
  return table(rows, [
    words<NamedTotals>('where it went', (row) => row.name),
    figures<NamedTotals>('records', (row) => grouped(row.totals.records)),
    figures<NamedTotals>('octets', (row) => grouped(row.totals.bytes)),
    figures<NamedTotals>('seconds', (row) => grouped(row.totals.seconds)),
    figures<NamedTotals>('messages', (row) => grouped(row.totals.count)),
  ]);
}

function rowOf(row: ProofRow): NamedTotals[] {
  const parts: NamedTotals[] = [
    { name: '= billed', totals: row.billed },
    { name: '+ duplicate', totals: row.duplicate },
    { name: '+ rejected', totals: row.rejected },
    { name: '+ written off', totals: row.writtenOff },
    { name: '+ counted before, by counters', totals: row.carried },
    { name: '+ not yet due', totals: row.notYetDue },
    { name: '+ late, for the next run', totals: row.late },
    { name: '+ free', totals: row.free },
    ...Object.entries(row.suspended)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, totals]) => ({ name: `+ suspended ${reason}`, totals })),
  ];
  return [{ name: 'read', totals: row.read }, ...parts.filter(({ totals }) => !isNothing(totals))];
}
