import { PRESETS, type PresetName, presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { type ArrivedFile, DEFAULT_DECODER_SETTINGS, type FileReading, type RecordSink } from './decoder.ts';
import { openDecoder } from './open-decoder.ts';
import { type RecordDraft, TEXT, type TextField } from './record-draft.ts';

/** What a definition made of the beginning of a file. */
interface Trial {
  /** Twice the records it understood, less those it did not. */
  readonly fit: number;
  /** Texts it found in them: of two definitions that understand a file, the one that knows more of it is meant. */
  readonly texts: number;
  readonly isWhole: boolean;
}

/** A record rejected for one of these was understood. */
const UNDERSTOOD: readonly string[] = ['START_TOO_OLD', 'START_IN_FUTURE', 'ABOVE_CEILING', 'NO_IDENTIFIER'];
const NOT_ALL = 1_000_000;
const FIELDS = Object.values(TEXT) as TextField[];

/** A preset as the definition of one file of a carrier, whatever its name. */
export function presetForFile(preset: PresetName, carrier: string): SourceDefinition {
  const { definition } = PRESETS[preset];
  const isNamed = 'asOf' in definition && definition.asOf.from === 'fileName';
  return presetSource(preset, preset, carrier, isNamed ? '*{asOf}*' : '*');
}

/**
 * Which of the ready definitions read a file: the one that understands most records of its beginning, and those that understand it as well.
 * `beginning` is decompressed, and all of the file if `isAll`. None, when none of them understands anything.
 */
export function guessPresets(file: ArrivedFile, beginning: Uint8Array, isAll: boolean): PresetName[] {
  const names = Object.keys(PRESETS) as PresetName[];
  const trials = names.map((name) => ({ name, ...trial(presetForFile(name, file.carrier), file, beginning, isAll) }));
  const [best] = trials.sort((a, b) => b.fit - a.fit || Number(b.isWhole) - Number(a.isWhole) || b.texts - a.texts);
  if (best === undefined || (best.fit <= 0 && !best.isWhole)) return [];
  const isAsGood = (each: Trial) => each.fit === best.fit && each.isWhole === best.isWhole && each.texts === best.texts;
  return trials.filter(isAsGood).map(({ name }) => name);
}

function trial(source: SourceDefinition, file: ArrivedFile, beginning: Uint8Array, isAll: boolean): Trial {
  let fit = 0;
  let texts = 0;
  const settings = { ...DEFAULT_DECODER_SETTINGS, chunkRecords: NOT_ALL };
  const sink: RecordSink = {
    add(draft) {
      fit += 2;
      texts += textsOf(draft);
    },
    reject({ code }) {
      fit += UNDERSTOOD.includes(code) ? 2 : -1;
    },
  };
  const decoder = openDecoder(source, file, settings, sink, undefined);
  decoder.push(beginning);
  const reading = isAll ? decoder.end() : undefined;
  return { fit, texts, isWhole: reading !== undefined && isWhole(reading) };
}

/** Whether a file without usage was read to its end and said what it is: a notification. */
function isWhole(reading: FileReading): boolean {
  return reading.status !== 'accepted' && reading.problems.every(({ severity }) => severity !== 'fatal');
}

function textsOf(draft: RecordDraft): number {
  return FIELDS.filter((field) => !draft.isEmpty(field)).length;
}
