import { sourceDefinition } from '../files/source-schema.ts';
import type { SourceDefinition } from '../source.ts';
import { PLAIN_COLUMNS, plainMapping } from './preset-plain.ts';
import { PLATFORM_PRESETS } from './preset-platforms.ts';
import { VOICE_PRESETS } from './preset-voice.ts';

/** A source definition that is ready but for name and carrier, and what it is for. */
export interface Preset {
  readonly about: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Name of a preset. */
export type PresetName = keyof typeof PRESETS;

/** Source definitions for formats that are known well enough, by name: a catalogue names one and says carrier and file names. */
export const PRESETS = {
  tap3: {
    about: 'GSMA TAP 3.10 to 3.12: roaming usage from visited networks',
    definition: { format: 'tap3' },
  },
  ts32298: {
    about: '3GPP charging records (P-GW, S-GW, SGSN, MME, CHF), bare or in files of TS 32.297',
    definition: { format: 'ts32298' },
  },
  'plain-csv': {
    about: 'our own layout as CSV: what to convert to, if the carrier can write what we like best',
    definition: { format: 'delimited', ...plainMapping(PLAIN_COLUMNS) },
  },
  'plain-json': {
    about: 'our own layout as JSON lines or an array, with the same names',
    definition: { format: 'json', ...plainMapping(PLAIN_COLUMNS) },
  },
  ...PLATFORM_PRESETS,
  ...VOICE_PRESETS,
} as const satisfies Readonly<Record<string, Preset>>;

/** Whether there is a preset of this name. */
export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}

/**
 * A preset as the definition of a carrier's files.
 * @throws ZodError when name, carrier or pattern are not what a definition allows.
 */
export function presetSource(
  preset: PresetName,
  name: string,
  carrier: string,
  fileNamePattern: string,
): SourceDefinition {
  return sourceDefinition.parse({ ...PRESETS[preset].definition, name, carrier, fileNamePattern });
}
