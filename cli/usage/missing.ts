import type { SourceDefinition } from '#shared/catalog/source.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { MissingFiles } from '#shared/mediation/use-cases/missing-files.ts';
import {
  countMissing,
  type MissingOrOverdue,
  missingOrOverdue,
} from '#shared/mediation/use-cases/missing-or-overdue.ts';
import type { OverdueFiles } from '#shared/mediation/use-cases/overdue-files.ts';
import type { Session } from '../session.ts';
import { counted, minute } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, indented, table, words } from '../terminal/table.ts';

/** `usage files --missing`: numbers senders gave to files that never came, or came and do not count; and what is overdue by a schedule. */
export async function showMissing(session: Session, carrier: string, output: Output): Promise<void> {
  const found = await missing(session, carrier);
  const text = missingText(found);
  output.result(found, text === '' ? 'No file is missing, by number or by schedule.' : text);
  if (text !== '') output.next('ask the carrier to send them again; late files are charged by the next run');
}

/** What is missing, of one carrier or (carrier '') of all. */
export async function missing({ world }: Session, carrier: string): Promise<MissingOrOverdue> {
  return missingOrOverdue(world.decisions, await sourcesOf(world), carrier, world.clock.now());
}

async function sourcesOf(world: Session['world']): Promise<readonly SourceDefinition[]> {
  const state = await worldAt(world, await tail(world.decisions, 0), () => false);
  return state.catalog === null ? [] : (await catalogOf(world, state)).catalog.sources;
}

/** Says beside a run that usage files are missing, if any are. */
export function hintAtMissing(found: MissingOrOverdue, output: Output): void {
  const files = countMissing(found);
  if (files === 0) return;
  output.next(`${counted(files, 'usage file is', 'usage files are')} missing: billing usage files --missing`);
}

/** What is missing as tables; '' when nothing is. */
export function missingText({ byNumber, bySchedule }: MissingOrOverdue): string {
  const parts: string[] = [];
  if (byNumber.length > 0) parts.push(`by their numbers\n${indented(numberedText(byNumber), 2)}`);
  if (bySchedule.length > 0) parts.push(`by their schedule\n${indented(overdueText(bySchedule), 2)}`);
  return parts.join('\n\n');
}

function numberedText(found: readonly MissingFiles[]): string {
  return table(found, [
    words('carrier', (each) => each.carrier),
    words('files', (each) => each.stream),
    words('missing', ({ missing: { from, until } }) => (from === until ? `${from}` : `${from} to ${until}`)),
    words('came, but quarantined', (each) => each.refused.join(', ')),
  ]);
}

function overdueText(found: readonly OverdueFiles[]): string {
  return table(found, [
    words('carrier', (each) => each.carrier),
    words('source', (each) => each.source),
    words('schedule', (each) => each.schedule),
    figures('overdue', ({ due }) => `${due.length}`),
    words('expected by', dueText),
    words('last seen', ({ lastSeen }) =>
      lastSeen === null ? 'nothing these weeks' : `${lastSeen.name} ${minute(lastSeen.arrivedAt)}`,
    ),
    words('came, but quarantined', (each) => each.refused.join(', ')),
  ]);
}

/** "2026-11-01 05:00Z", "2026-11-01 05:00Z to 2026-11-03 05:00Z". */
function dueText({ due }: OverdueFiles): string {
  const [first = 0] = due;
  const last = due.at(-1) ?? first;
  return first === last ? minute(first) : `${minute(first)} to ${minute(last)}`;
}
