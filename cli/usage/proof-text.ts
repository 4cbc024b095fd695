import type { UsageOfDraft } from '#shared/billing/draft-usage.ts';
import {
  type FileCounts,
  isNothing,
  none,
  type ProofDifferences,
  type ProofPart,
  type ProofRow,
} from '#shared/billing/proof-row.ts';
import type { FileApart } from '#shared/billing/use-cases/usage/files-of-proof.ts';
import type { UsageProof } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import { counted, grouped } from '../terminal/figures.ts';
import { figures, indented, table, words } from '../terminal/table.ts';

/** A term of an equation of usage. */
export interface NamedTotals {
  readonly name: string;
  readonly totals: UsageTotals;
}

/** The proof as sums one can add up: what was read, where all of it went, and the differences that must be zero. */
export function proofText(proof: UsageProof): string {
  return indented(`${headingOf(proof)}\n${totalText(proof)}`, 4);
}

/** The proof with the sums of some of its parts, by month and source, and the files that were read and do not count. */
export function proofReport(proof: UsageProof, parts: readonly ProofPart[], apart: readonly FileApart[]): string {
  const blocks = parts.map(({ source, carrier, month, files, row, differences }) => {
    const heading = `${month}, ${carrier}, read as ${source}: ${filesText(files)}`;
    return `${heading}\n${indented(rowsText(sums(row, differences)), 2)}`;
  });
  if (apart.length > 0) blocks.push(`read, and counts for nothing\n${indented(apartText(apart), 2)}`);
  return [headingOf(proof), ...blocks, `in all\n${indented(totalText(proof), 2)}`].join('\n\n');
}

function headingOf({ position, files }: UsageProof): string {
  return `proof at position ${position}: ${filesText(files)}`;
}

function filesText({ loaded, duplicate, quarantined, test, notification }: FileCounts): string {
  const others = [
    ...[`${grouped(duplicate)} came twice`, quarantined > 0 ? `${grouped(quarantined)} quarantined` : ''],
    ...[
      test > 0 ? `${grouped(test)} for trial` : '',
      notification > 0 ? `${grouped(notification)} without records` : '',
    ],
  ];
  return [counted(loaded, 'file counts', 'files count'), ...others.filter((text) => text !== '')].join(', ');
}

function apartText(apart: readonly FileApart[]): string {
  return table(apart, [
    words('month', (file) => file.month),
    words('carrier', (file) => file.carrier),
    words('file', (file) => file.name),
    words('state', (file) => file.state),
    figures('records', (file) => grouped(file.records)),
  ]);
}

function totalText({ total, differences }: UsageProof): string {
  const invoices = { name: 'billed less what the invoices say', totals: differences.invoices };
  return rowsText([...sums(total, differences), invoices]);
}

/** How the usage of a draft adds up, term by term. */
export function draftUsageSums({ row, differences, earlier }: UsageOfDraft): NamedTotals[] {
  const again = [
    { name: '+ billed of earlier periods', totals: earlier?.billed ?? none() },
    { name: '+ billed of them before', totals: earlier?.billedBefore ?? none() },
  ];
  return [...sums(row, differences, again), { name: 'billed less what the drafts say', totals: differences.drafts }];
}

/** How the usage of a draft adds up, as a table. */
export function draftUsageText(usage: UsageOfDraft): string {
  return rowsText(draftUsageSums(usage));
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

/** Both equations of a row, `again` what a draft says of earlier periods; what there is none of is left out. */
function sums(row: ProofRow, differences: ProofDifferences, again: readonly NamedTotals[] = []): NamedTotals[] {
  const read: NamedTotals[] = [
    { name: '= accepted', totals: row.accepted },
    { name: '+ said again in a chunk', totals: row.repeated },
    { name: '+ said again in other files', totals: row.duplicate },
    { name: '+ rejected', totals: row.rejected },
    { name: '+ quarantined', totals: row.quarantined },
    { name: '+ for trial', totals: row.test },
    { name: '+ without usage', totals: row.zero },
  ];
  const accepted: NamedTotals[] = [
    { name: '= billed', totals: row.billed },
    ...again,
    { name: '+ written off', totals: row.writtenOff },
    { name: '+ counted before, by counters', totals: row.carried },
    { name: '+ not yet due', totals: row.notYetDue },
    { name: '+ late, for the next run', totals: row.late },
    { name: '+ of other accounts or periods', totals: row.elsewhere },
    { name: '+ free', totals: row.free },
    ...Object.entries(row.suspended)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, totals]) => ({ name: `+ suspended ${reason}`, totals })),
  ];
  return [
    { name: 'read', totals: row.read },
    ...read.filter(({ totals }) => !isNothing(totals)),
    { name: 'difference', totals: differences.read },
    { name: 'accepted', totals: row.accepted },
    ...accepted.filter(({ totals }) => !isNothing(totals)),
    { name: 'difference', totals: differences.accepted },
  ];
}
