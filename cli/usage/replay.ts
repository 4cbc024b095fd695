import type { SourceDefinition } from '#shared/catalog/source.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { Manifest } from '#shared/mediation/usage-file.ts';
import { type FileStatus, fatalProblem, placeText } from '#shared/mediation/use-cases/file-status.ts';
import { findReplayable } from '#shared/mediation/use-cases/find-replayable.ts';
import { replayFile } from '#shared/mediation/use-cases/replay-file.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, totalsText } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { followFile } from './follow-file.ts';
import { oneFile } from './usage.ts';

/** `usage replay FILE`: reads it anew under the definition that counts now; ends when that counts. */
export async function replayOne(session: Session, asked: string, output: Output): Promise<void> {
  const before = await oneFile(session, asked);
  const { sources } = (await currentCatalog(session.world)).catalog;
  const { file } = before[0] as FileStatus;
  const begun = await begin(session, sources, file);
  if (begun.outcome === 'refused') throw failure(begun.reason, 'see its state with `billing usage show`');
  const status = await followFile(session, file, begun.generation, output);
  const { state, position, generation, manifest } = status;
  if (state === 'overtaken' || state === 'backed out' || state === 'replaced')
    throw failure(
      'the file was backed out or read anew by another before this reading could count',
      `billing usage show ${file}`,
    );
  if (state === 'quarantined') throw quarantined(status, before);
  const was = before.find((each) => each.state === 'loaded')?.manifest ?? null;
  output.result({ file, generation, state, position }, resultText(status, was));
  output.next(
    manifest !== null && was !== null ? 'the next bill run carries the difference' : `billing usage show ${file}`,
  );
}

function resultText({ state, position, generation, manifest }: FileStatus, was: Manifest | null): string {
  if (state !== 'loaded' || manifest === null)
    return `Read anew as load ${generation}: it is a ${state} file, and nothing of it is billed.`;
  const now = `${totalsText(manifest.outcome.accepted)}, ${counted(manifest.outcome.rejected, 'record', 'records')} rejected`;
  const instead =
    was === null
      ? ''
      : `, instead of ${totalsText(was.outcome.accepted)}, ${counted(was.outcome.rejected, 'record', 'records')} rejected`;
  return `Read anew as load ${generation}, which counts from position ${position} on: ${now}${instead}.`;
}

function quarantined(status: FileStatus, before: readonly FileStatus[]): CommandFailure {
  const problem = fatalProblem(status);
  const place = problem === undefined ? '' : placeText(status.claim?.source, problem);
  const details =
    problem === undefined ? [] : [`${problem.code}${place === '' ? '' : ` at ${place}`}: ${problem.text}`];
  const still = before.some(({ state }) => state === 'loaded')
    ? 'it counts as it did'
    : 'it counts for nothing, as before';
  return new CommandFailure(
    `the new reading is quarantined; ${still}`,
    details,
    'correct the source definition, release it, and replay again',
  );
}

/** `usage replay --source NAME --since DATE`: begins a replay of every file that would be read otherwise now. */
export async function replayMany(session: Session, name: string, since: string, output: Output): Promise<void> {
  const { sources } = (await currentCatalog(session.world)).catalog;
  if (!sources.some((source) => source.name === name))
    throw failure(`the catalogue has no source ${name}`, `it has ${sources.map((source) => source.name).join(', ')}`);
  const today = isoInstant(session.world.clock.now()).slice(0, 10);
  const files = await findReplayable(session.world.decisions, sources, name, since, today);
  const results = [];
  for (const [at, { file, key }] of files.entries()) {
    output.progress(`${at + 1} of ${files.length}: ${key}`);
    results.push({ key, file, ...(await begin(session, sources, file)) });
  }
  const refused = results.filter((each) => each.outcome === 'refused');
  const begun = results.length - refused.length;
  const lines = results.map((each) => `  ${each.key}${each.outcome === 'refused' ? `: ${each.reason}` : ''}`);
  const none = `Nothing that came since ${since} would be read otherwise than it was.`;
  output.result(
    results,
    results.length === 0 ? none : `${counted(begun, 'file is', 'files are')} being read anew:\n${lines.join('\n')}`,
  );
  if (begun > 0)
    output.next('see how far they are with `billing usage files`; each counts anew once all of it is read');
}

function begin({ world, by }: Session, sources: readonly SourceDefinition[], file: string) {
  const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: world.settings.chunkRecords };
  return replayFile({ ...world, settings }, sources, file, by);
}
