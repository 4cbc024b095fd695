import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { DecodedFile, FileFacts } from '#shared/mediation/decoder.ts';
import type { Problem, RejectedRecord } from '#shared/mediation/problem.ts';
import { monthsOf } from '#shared/mediation/usage-file.ts';
import { type FileStatus, placeText } from '#shared/mediation/use-cases/file-status.ts';
import { grouped, minute, totalsText } from '../terminal/figures.ts';
import { figures, indented, pairs, table, words } from '../terminal/table.ts';

/** Everything known of a usage file: each load of it, and of one of them totals, what it says of itself, problems and rejected records. */
export function fileText(
  statuses: readonly FileStatus[],
  last: FileStatus,
  rejected: readonly RejectedRecord[],
): string {
  const { manifest } = last;
  const head = pairs([
    ...origin(last),
    ['state', statuses.map(loadText).join('; ')],
    ['months', manifest === null ? '' : monthsOf(manifest).join(', ')],
  ]);
  if (manifest === null) return head;
  return `${head}\n\n${outcomeText(last.claim?.source, manifest.outcome, rejected)}`;
}

/** What became of a file when it was read: totals, what it says of itself, problems and rejected records. */
export function outcomeText(
  source: SourceDefinition | undefined,
  outcome: DecodedFile,
  rejected: readonly RejectedRecord[],
): string {
  const parts = [totals(outcome), facts(outcome.facts)];
  if (outcome.problems.length > 0) parts.push(`problems\n${indented(problemsText(source, outcome.problems), 2)}`);
  if (rejected.length > 0)
    parts.push(`rejected records\n${indented(rejectedText(source, rejected, outcome.rejected), 2)}`);
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What a file is and where it is from; a write-off is from whoever decided it. */
function origin({ claim, file, manifest }: FileStatus): [string, string][] {
  if (claim !== null) {
    const { name, format } = claim.source;
    return [
      ['file', claim.key],
      ['id', file],
      ['arrived', minute(claim.storedAt)],
      ['read as', `${name} (${format})`],
    ];
  }
  const { name = '', writeOff } = manifest ?? {};
  return [
    ['file', name],
    ['id', file],
    ['by', writeOff?.by ?? ''],
    ['note', writeOff?.note ?? ''],
  ];
}

function loadText(status: FileStatus): string {
  const { state, position, loadedAt, generation, committedChunks, chunks } = status;
  const which = generation === 1 ? '' : ` (load ${generation})`;
  if (state === 'loading') return `loading, ${committedChunks} of ${chunks} chunks${which}`;
  if (state === 'backed out')
    return `loaded at position ${loadedAt}, backed out at position ${position}${which} (${status.backOutReason})`;
  if (state === 'replaced') return `loaded at position ${loadedAt}, replaced at position ${position}${which}`;
  return `${state}${position === 0 ? '' : ` at position ${position}`}${which}`;
}

function totals(outcome: DecodedFile): string {
  return pairs([
    ['read', `${grouped(outcome.read)} records, ${grouped(outcome.bytes)} bytes`],
    ['accepted', `${totalsText(outcome.accepted)}${outcome.status === 'accepted' ? '' : '; they do not count'}`],
    ['duplicate', totalsText(outcome.duplicate)],
    ['rejected', `${grouped(outcome.rejected)} ${outcome.rejected === 1 ? 'record' : 'records'}`],
    ['without usage', outcome.zero > 0 ? `${grouped(outcome.zero)} of those accepted` : ''],
    ...outcome.trailer.map(({ name, expected, found }): [string, string] => [
      `its own ${name}`,
      expected === found ? `${expected}, as found` : `${expected}, but ${found} was found`,
    ]),
  ]);
}

/** What the file says of itself; what it does not say is left out. */
function facts(of: FileFacts): string {
  const time = (instant: number) => (instant === 0 ? '' : minute(instant));
  return pairs([
    ['from', of.sender],
    ['to', of.recipient],
    ['sequence', of.sequence],
    ['specification', of.specification],
    ['created', time(of.created)],
    ['available', time(of.available)],
    ['cut-off', time(of.cutOff)],
    ['answers RAP file', of.rapSequence],
    ['currency', of.currency],
    ['local currency', of.localCurrency],
  ]);
}

function problemsText(source: SourceDefinition | undefined, problems: readonly Problem[]): string {
  return problems
    .map((problem) => {
      const { severity, code, text, field, value, occurrences } = problem;
      const where = [placeText(source, problem), field].filter((part) => part !== '').join(', ');
      const times = occurrences > 1 ? ` (${grouped(occurrences)} times)` : '';
      const found = value === '' ? '' : `, found "${value}"`;
      return `${severity} ${code}${where === '' ? '' : ` at ${where}`}${found}${times}: ${text}`;
    })
    .join('\n');
}

function rejectedText(source: SourceDefinition | undefined, rejected: readonly RejectedRecord[], all: number): string {
  const rows = table(rejected, [
    figures('record', (each) => grouped(each.record)),
    words('place', (each) => placeText(source, each)),
    words('code', (each) => each.code),
    words('field', (each) => each.field),
    words('value', (each) => (each.value === '' ? '' : `"${each.value}"`)),
    words('expected', (each) => each.text),
  ]);
  const more = all - rejected.length;
  return more > 0 ? `${rows}\n${grouped(more)} more; --rejected ${all} lists them all` : rows;
}
