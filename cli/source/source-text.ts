import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { DecodedFile } from '#shared/mediation/decoder.ts';
import type { ExplainedRecord, Explanation } from '#shared/mediation/explain-record.ts';
import { counted, grouped, octets } from '../terminal/figures.ts';
import { figures, indented, pairs, table, words } from '../terminal/table.ts';
import type { ReasonCount } from './source-sink.ts';

/** What came of trying a source on a file. */
export interface SourceTest {
  readonly source: SourceDefinition;
  readonly outcome: DecodedFile;
  readonly explanation: Explanation;
  readonly reasons: readonly ReasonCount[];
}

/** What a test of a source says to people. */
export function testText({ source, outcome, explanation, reasons }: SourceTest): string {
  const parts = [`${source.name}: ${source.format}, ${source.records}`];
  for (const record of explanation.records) parts.push(recordText(record));
  if (!('identifiers' in source)) parts.push('The format says everything by itself; there is nothing to map.');
  if (explanation.unused.length > 0) parts.push(`not used: ${explanation.unused.join(', ')}`);
  parts.push(countsText(outcome));
  const notes = outcome.problems.filter(({ code }) => code !== 'RECORDS_REJECTED');
  if (notes.length > 0) {
    const lines = notes.map(({ severity, code, text, occurrences }) => {
      return `${severity} ${code}: ${text}${occurrences > 1 ? ` (${grouped(occurrences)} times)` : ''}`;
    });
    parts.push(`problems\n${indented(lines.join('\n'), 2)}`);
  }
  if (reasons.length > 0)
    parts.push(`rejected\n${indented(reasonsText(reasons, 'identifiers' in source ? 'line' : 'byte'), 2)}`);
  return parts.join('\n\n');
}

/** A record, column by column: what stands there, what it is taken for, and what came of it. */
function recordText({ place, service, values, rejected }: ExplainedRecord): string {
  const rows = values.flatMap(({ column, value, uses }) =>
    uses.length === 0
      ? [{ column, value, field: '', taken: '' }]
      : uses.map(({ field, taken }, i) => ({
          column: i === 0 ? column : '',
          value: i === 0 ? value : '',
          field,
          taken,
        })),
  );
  const body = table(rows, [
    words('column', (row) => row.column),
    words('says', (row) => (row.value.length > 60 ? `${row.value.slice(0, 59)}…` : row.value)),
    words('is', (row) => row.field),
    words('taken as', (row) => row.taken),
  ]);
  const fate = rejected === '' ? service : `rejected: ${rejected}`;
  return `line ${place}: ${fate}\n${indented(body, 2)}`;
}

function countsText({ read, accepted, duplicate, rejected, zero }: SourceTest['outcome']): string {
  return pairs([
    ['read', counted(read, 'record', 'records')],
    ['accepted', totalsText(accepted)],
    ['', zero === 0 ? '' : `${grouped(zero)} of them without usage`],
    ['duplicate', duplicate.records === 0 ? '' : totalsText(duplicate)],
    ['rejected', rejected === 0 ? '' : counted(rejected, 'record', 'records')],
  ]);
}

function totalsText({ records, bytes, seconds, count }: SourceTest['outcome']['accepted']): string {
  const units = [octets(bytes), `${grouped(seconds)} s`, counted(count, 'piece', 'pieces')];
  return `${counted(records, 'record', 'records')}: ${units.join(', ')}`;
}

function reasonsText(reasons: readonly ReasonCount[], place: 'line' | 'byte'): string {
  return table(reasons, [
    figures('records', (each) => grouped(each.count)),
    words('reason', (each) => each.code),
    words('field', (each) => each.field),
    words('first', ({ first }) => `${first.entry === '' ? '' : `${first.entry} `}${place} ${first.place}`),
    words('says', ({ first }) => first.value),
    words('expected', ({ first }) => first.text),
  ]);
}
