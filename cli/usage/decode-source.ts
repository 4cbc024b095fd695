import { readFile } from 'node:fs/promises';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { isPreset, PRESETS } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { ArrivedFile } from '#shared/mediation/decoder.ts';
import { readsFile } from '#shared/mediation/file-name.ts';
import { guessPresets, presetForFile } from '#shared/mediation/guess-preset.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';

/** Carrier of a file that is only looked at. */
export const NO_CARRIER = 'local';

/**
 * The definition a file is to be read under: a preset by name, or the one in a catalogue file whose pattern its name fits (or the only one).
 * @throws CommandFailure when there is no such definition.
 */
export async function sourceNamed(name: string, file: ArrivedFile): Promise<SourceDefinition> {
  if (isPreset(name)) return presetForFile(name, NO_CARRIER);
  if (!/\.ya?ml$/i.test(name)) {
    throw failure(
      `there is no source "${name}"`,
      `name a catalogue file (*.yaml), or one of ${Object.keys(PRESETS).join(', ')}`,
    );
  }
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw failure(`${name} cannot be read (${error.code ?? error.message})`, 'check the name');
  });
  const reading = readCatalog([{ path: name, text }]);
  if ('problems' in reading)
    throw new CommandFailure(
      `${name} is not right`,
      reading.problems.map(catalogProblemText),
      'mend it, then try again',
    );
  const { sources } = reading.catalog;
  const fitting = sources.filter((source) => readsFile(source, { name: file.name, carrier: source.carrier }));
  const [source] = fitting.length > 0 ? fitting : sources;
  if (source === undefined || (fitting.length === 0 && sources.length > 1)) {
    const patterns = sources.map((each) => `${each.name} reads ${each.fileNamePattern}`);
    throw new CommandFailure(
      `no source of ${name} reads ${file.name}`,
      patterns,
      'rename a copy of the file, or correct the pattern',
    );
  }
  return source;
}

/** The preset that understands most of a file's beginning, and the names of those that do as well. @throws CommandFailure when none does. */
export function guessedSource(
  file: ArrivedFile,
  beginning: Uint8Array,
  isAll: boolean,
): { source: SourceDefinition; others: readonly string[] } {
  const [preset, ...others] = guessPresets(file, beginning, isAll);
  if (preset !== undefined) return { source: presetForFile(preset, NO_CARRIER), others };
  throw failure(
    `${file.name} is of no format that is known`,
    `describe it in a catalogue file and give that as --source, or name one of ${Object.keys(PRESETS).join(', ')}`,
  );
}
