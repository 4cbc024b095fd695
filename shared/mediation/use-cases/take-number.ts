import type { Decisions } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import type { DecodedFile } from '../decoder.ts';
import type { GenerationState } from '../generation.ts';
import type { Problem } from '../problem.ts';
import { type FileNumber, type NumberedFile, numberOf, ROUND_SECONDS, sequenceKeys } from '../sequence.ts';
import { readGenerations } from './file-status.ts';

/**
 * Takes the number a file has in its sender's stream. Of two files with the same number the first to take it counts; the other is
 * quarantined, whichever came first (TD.57 201). The same content again is no second file and keeps its number. A number is free again when
 * no load of the file that has it counts: backed out, replaced, quarantined, or of an earlier round of the stream.
 */
export async function takeNumber(
  decisions: Decisions,
  carrier: string,
  format: string,
  file: NumberedFile,
  outcome: DecodedFile,
): Promise<DecodedFile> {
  const numbered = numberOf(format, outcome);
  if (numbered === undefined) return outcome;
  await decisions.putIfAbsent(sequenceKeys.stream(carrier, numbered.stream.name), { carrier, stream: numbered.stream });
  const refused = () =>
    decisions.putIfAbsent(sequenceKeys.refused(carrier, numbered, file.file, file.generation), file);
  if (outcome.status === 'quarantined') {
    await refused();
    return outcome;
  }
  const holder = await holderOf(decisions, carrier, numbered, file);
  if (holder.file !== file.file) {
    await refused();
    return { ...outcome, status: 'quarantined', problems: [...outcome.problems, reused(numbered, holder)] };
  }
  const isSecondTry = outcome.facts.rapSequence === '' && (await wasRefused(decisions, carrier, numbered, file));
  return isSecondTry ? { ...outcome, problems: [...outcome.problems, resent(numbered)] } : outcome;
}

/** Who has a number, after this file has tried to take it. */
async function holderOf(
  decisions: Decisions,
  carrier: string,
  numbered: FileNumber,
  file: NumberedFile,
): Promise<NumberedFile> {
  const { partition, sort } = sequenceKeys.held(carrier, numbered, 0);
  const known = await decisions.query<NumberedFile>(partition, withPrefix(sort.slice(0, -'0000'.length)));
  for (let turn = known.length, last = known.at(-1)?.value; ; turn++) {
    if (last?.file === file.file && last.generation === file.generation) return last;
    if (last !== undefined && (await counts(decisions, last, file))) return last;
    const put = await decisions.putIfAbsent(sequenceKeys.held(carrier, numbered, turn + 1), file);
    if (put.won) return file;
    last = put.value;
  }
}

/** Whether the file that has a number keeps it from another. */
async function counts(decisions: Decisions, holder: NumberedFile, other: NumberedFile): Promise<boolean> {
  if (Math.abs(other.arrivedAt - holder.arrivedAt) > ROUND_SECONDS) return false;
  const loads = await readGenerations(decisions, holder.file);
  return loads.some(({ state }) => !COUNTS_FOR_NOTHING.includes(state));
}

const COUNTS_FOR_NOTHING: readonly GenerationState[] = ['backed out', 'quarantined', 'replaced', 'overtaken'];

async function wasRefused(
  decisions: Decisions,
  carrier: string,
  numbered: FileNumber,
  file: NumberedFile,
): Promise<boolean> {
  const { partition, sort } = sequenceKeys.refused(carrier, numbered, '', 0);
  const prefix = sort.slice(0, sort.indexOf('#refused#') + '#refused#'.length);
  const refused = await decisions.query<NumberedFile>(partition, withPrefix(prefix));
  return refused.some(({ value }) => Math.abs(value.arrivedAt - file.arrivedAt) <= ROUND_SECONDS);
}

function reused({ stream, number }: FileNumber, holder: NumberedFile): Problem {
  return {
    code: 'SEQUENCE_REUSED',
    severity: 'fatal',
    text: `number ${number} of ${stream.name} is that of ${holder.name} (${holder.file.slice(0, 12)}), whose content is another; ask the sender which one counts, and back out the wrong one`,
    place: -1,
    entry: '',
    field: 'fileSequenceNumber',
    value: String(number),
    occurrences: 1,
  };
}

function resent({ stream, number }: FileNumber): Problem {
  return {
    code: 'RESENT_WITHOUT_RAP',
    severity: 'warning',
    text: `an earlier file of number ${number} of ${stream.name} was quarantined; this one does not say which return file it answers`,
    place: -1,
    entry: '',
    field: 'rapFileSequenceNumber',
    value: '',
    occurrences: 1,
  };
}
