import type { ProofRow, UsageProof } from '#shared/billing/use-cases/prove-usage.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { grouped } from './figures.ts';
import { figures, indented, table, words } from './table.ts';

interface NamedTotals {
  readonly name: string;
  readonly totals: UsageTotals;
}

/** The proof as a sum one can add up: what was read, where all of it went, and the difference that must be zero. */
export function proofText(proof: UsageProof): string {
  const rows: NamedTotals[] = [
    { name: 'read', totals: proof.total.read },
    ...partsOf(proof.total),
    { name: 'difference', totals: proof.differences.files },
    { name: 'billed less what the invoices say', totals: proof.differences.invoices },
  ];
  const columns = [
    words<NamedTotals>('where it went', (row) => row.name),
    figures<NamedTotals>('records', (row) => grouped(row.totals.records)),
    figures<NamedTotals>('octets', (row) => grouped(row.totals.bytes)),
    figures<NamedTotals>('seconds', (row) => grouped(row.totals.seconds)),
    figures<NamedTotals>('messages', (row) => grouped(row.totals.count)),
  ];
  const heading = `proof at position ${proof.position}: ${proof.files.loaded} files count, ${proof.files.duplicate} came twice`;
  return indented(`${heading}\n${table(rows, columns)}`, 4);
}

function partsOf(total: ProofRow): NamedTotals[] {
  const parts: NamedTotals[] = [
    { name: '= billed', totals: total.billed },
    { name: '+ duplicate', totals: total.duplicate },
    { name: '+ rejected', totals: total.rejected },
    { name: '+ not yet due', totals: total.notYetDue },
    { name: '+ late, for the next run', totals: total.late },
    { name: '+ free', totals: total.free },
    ...Object.entries(total.suspended).map(([reason, totals]) => ({ name: `+ suspended ${reason}`, totals })),
  ];
  return parts.filter(({ totals }) => totals.records !== 0);
}
