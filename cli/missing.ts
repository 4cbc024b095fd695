import { type MissingFiles, missingFiles } from '#shared/mediation/use-cases/missing-files.ts';
import { counted } from './figures.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';
import { table, words } from './table.ts';

/** `usage files --missing`: numbers senders gave to files that never came, or came and do not count. */
export async function showMissing(session: Session, carrier: string, output: Output): Promise<void> {
  const found = await missingFiles(session.world.decisions, carrier, session.world.clock.now());
  output.result(found, found.length === 0 ? 'No numbered file is missing.' : missingText(found));
  if (found.length > 0) output.next('ask the carrier to send them again; late files are charged by the next run');
}

/** What is missing when a run is looked at, as a hint. */
export async function hintAtMissing(session: Session, output: Output): Promise<void> {
  const found = await missingFiles(session.world.decisions, '', session.world.clock.now());
  if (found.length === 0) return;
  const numbers = found.reduce((sum, { missing }) => sum + missing.until - missing.from + 1, 0);
  output.next(`${counted(numbers, 'usage file is', 'usage files are')} missing: billing usage files --missing`);
}

function missingText(found: readonly MissingFiles[]): string {
  return table(found, [
    words('carrier', (each) => each.carrier),
    words('files', (each) => each.stream),
    words('missing', ({ missing: { from, until } }) => (from === until ? `${from}` : `${from} to ${until}`)),
    words('came, but quarantined', (each) => each.refused.join(', ')),
  ]);
}
