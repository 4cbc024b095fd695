import { sinceLastDrop, standingOf } from '#shared/mediation/generation.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { type FileStatus, fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles, rejectedRecords } from '#shared/mediation/use-cases/find-file.ts';
import { type FileQuery, type ListedFile, listFiles } from '#shared/mediation/use-cases/list-files.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, grouped, minute, octets } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, table, words } from '../terminal/table.ts';
import { fileText } from './usage-text.ts';

/** `usage files`: what came, and what has become of it. */
export async function showFiles(session: Session, query: FileQuery, output: Output): Promise<void> {
  const files = await listFiles(session.world, query);
  output.result(files, files.length === 0 ? 'There are no such files.' : filesText(files));
  const quarantined = files.find((file) => file.state === 'quarantined');
  if (quarantined) output.next(`billing usage show ${quarantined.carrier}/${quarantined.name}`);
}

/** `usage show FILE`: everything known of one file. */
export async function showFile(session: Session, asked: string, most: number, output: Output): Promise<void> {
  const statuses = await oneFile(session, asked);
  const last = lastOf(statuses);
  const rejected = await rejectedRecords(session.world, last, most);
  output.result({ loads: statuses, rejected }, fileText(statuses, last, rejected));
  if (last.state === 'loaded' || last.state === 'loading') return;
  if (last.state === 'quarantined')
    output.next(
      'have the carrier send it again (a corrected file is a file of its own) or, if its source was defined wrongly, correct that and replay it',
    );
}

/** `usage back-out FILE --reason TEXT`: its usage no longer counts; the next invoice carries the difference. */
export async function backOut(session: Session, asked: string, reason: string, output: Output): Promise<void> {
  const last = lastOf(await oneFile(session, asked));
  const result = await backOutFile(session.world, last.file, last.generation, reason, session.by);
  if (result.outcome === 'refused') throw failure(result.reason, 'see its state with `billing usage show`');
  const { position } = result;
  const what = last.claim === null ? 'what it wrote off waits again' : 'its usage no longer counts';
  output.result({ ...result, file: last.file }, `Backed out at position ${position}: from there on ${what}.`);
  if (last.claim === null) return output.next('billing suspense list');
  output.next('the next bill run carries the difference; the same content dropped again counts again');
}

/** The load of a file that says what has become of it. */
function lastOf(statuses: readonly FileStatus[]): FileStatus {
  return standingOf(sinceLastDrop(statuses)) as FileStatus;
}

/** Every load of the file that is asked for by name, carrier/name or id. @throws CommandFailure unless it is exactly one. */
export async function oneFile(session: Session, asked: string): Promise<FileStatus[]> {
  const found = await findFiles(session.world, asked);
  const [one, ...others] = found;
  if (one === undefined)
    throw failure(
      `there is no usage file ${asked}`,
      'see what came with `billing usage files`; give its name, carrier/name or id',
    );
  if (others.length > 0) {
    throw new CommandFailure(
      `${asked} names ${found.length} files`,
      found.map(({ key }) => key),
      'give the one that is meant as carrier/name',
    );
  }
  if (one.file === '')
    throw failure(`${one.key} has not been taken up yet`, 'see why it waits with `billing usage files`');
  return fileStatuses(session.world, one.file);
}

function filesText(files: readonly ListedFile[]): string {
  const rows = table(files, [
    words('carrier', (file) => file.carrier),
    words('file', (file) => file.name),
    words('arrived', (file) => minute(file.arrivedAt)),
    figures('size', (file) => (file.bytes === 0 ? '' : octets(file.bytes))),
    words('state', stateText),
    figures('read', (file) => recordsText(file, file.read)),
    figures('accepted', (file) => recordsText(file, file.accepted)),
    figures('duplicate', (file) => recordsText(file, file.duplicate)),
    figures('rejected', (file) => recordsText(file, file.rejected)),
  ]);
  const counting = files.filter((file) => file.state === 'loaded');
  const sum = (of: (file: ListedFile) => number) => grouped(counting.reduce((all, file) => all + of(file), 0));
  const total = `${counted(files.length, 'file', 'files')}, ${grouped(counting.length)} loaded: ${sum((file) => file.read)} records read = ${sum((file) => file.accepted)} accepted + ${sum((file) => file.duplicate)} duplicate + ${sum((file) => file.rejected)} rejected`;
  return `${rows}\n\n${total}`;
}

/** "loaded @7", "quarantined CORRUPT_GZIP byte 4096", "duplicate of usage.csv". */
function stateText({ state, position, detail }: ListedFile): string {
  const at = position === 0 ? '' : ` @${position}`;
  return `${state}${at}${detail === '' ? '' : ` ${detail}`}`;
}

/** Records of files that count or did; nothing of the others ever does. */
function recordsText({ state }: ListedFile, count: number): string {
  return state === 'loading' || state === 'loaded' || state === 'backed out' ? grouped(count) : '';
}
