import { padded } from '#shared/commit-log/entry.ts';
import type { DecisionKey } from '#shared/commit-log/ports.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { DecodedFile } from './decoder.ts';

/** Numbers a sender gives its files, one after the other: TAP by sender, recipient and kind (TD.57), CDR files by node (TS 32.297). */
export interface FileStream {
  /** "DEUD2>UTOIO C" (chargeable), "DEUD2>UTOIO T" (test), "10.1.2.3". */
  readonly name: string;
  /** The numbers go from first to last, then begin anew. */
  readonly first: number;
  readonly last: number;
}

/** A file's number in its stream. */
export interface FileNumber {
  readonly stream: FileStream;
  readonly number: number;
}

/** A file that has a number, or had one when it was refused. */
export interface NumberedFile {
  readonly file: string;
  readonly generation: number;
  readonly name: string;
  readonly arrivedAt: Instant;
}

/** Numbers that nobody has, both ends inclusive. */
export interface NumberRange {
  readonly from: number;
  readonly until: number;
}

/** Files whose arrivals lie further apart than this belong to different rounds of their stream: numbers begin anew less often. */
export const ROUND_SECONDS = 180 * 86_400;

/**
 * What is decided about the numbers of files, each under a key of its own, put once:
 *   sequence-streams           carrier#stream            there is such a stream
 *   sequence#carrier#stream    number#held#k             the k-th file that has the number; the (k + 1)-th can have it only when the k-th
 *                                                        does not count: backed out, quarantined, or of an earlier round
 *   sequence#carrier#stream    number#refused#file#g     a file of that number was quarantined
 */
export const sequenceKeys = {
  stream: (carrier: string, stream: string): DecisionKey => ({ partition: STREAMS, sort: `${carrier}#${stream}` }),
  held: (carrier: string, { stream, number }: FileNumber, turn: number): DecisionKey => ({
    partition: sequencePartition(carrier, stream.name),
    sort: `${padded(number, 10)}#held#${padded(turn, 4)}`,
  }),
  refused: (carrier: string, { stream, number }: FileNumber, file: string, generation: number): DecisionKey => ({
    partition: sequencePartition(carrier, stream.name),
    sort: `${padded(number, 10)}#refused#${file}#${padded(generation, 4)}`,
  }),
} as const;

/** Partition of the streams there are. */
export const STREAMS = 'sequence-streams';

/** Everything decided about the numbers of a stream. */
export function sequencePartition(carrier: string, stream: string): string {
  return `sequence#${carrier}#${stream}`;
}

const TAP_LAST = 99_999;
const CDR_LAST = 0xffff_ffff;

/** The number a file has in its stream, as it says itself; nothing when its format has none, or it does not say. */
export function numberOf(format: string, { status, facts }: DecodedFile): FileNumber | undefined {
  if (!/^\d{1,10}$/.test(facts.sequence)) return undefined;
  const number = Number(facts.sequence);
  if (format === 'tap3') {
    const name = `${facts.sender}>${facts.recipient} ${status === 'test' ? 'T' : 'C'}`;
    return number >= 1 && number <= TAP_LAST ? { stream: { name, first: 1, last: TAP_LAST }, number } : undefined;
  }
  if (format !== 'ts32298' || number > CDR_LAST) return undefined;
  return { stream: { name: facts.sender, first: 0, last: CDR_LAST }, number };
}

/** The stream of a name, as numberOf says it. */
export function streamOf(name: string): FileStream {
  return name.includes('>') ? { name, first: 1, last: TAP_LAST } : { name, first: 0, last: CDR_LAST };
}

/**
 * Numbers nobody has between those that are taken. Numbers go round: what lies in the widest gap of the circle is not missing, it has not
 * come yet or was before the first.
 */
export function missingNumbers(taken: readonly number[], { first, last }: FileStream): NumberRange[] {
  const sorted = [...new Set(taken)].sort((a, b) => a - b);
  const size = last - first + 1;
  const gaps = sorted.map((number, i) => {
    const next = sorted[i + 1] ?? sorted[0]! + size;
    return { from: number + 1, until: next - 1, width: next - number - 1 };
  });
  const widest = gaps.reduce((most, gap) => (gap.width >= most.width ? gap : most), { from: 0, until: 0, width: -1 });
  const wrapped = (number: number) => (number > last ? number - size : number);
  const at = gaps.indexOf(widest);
  return [...gaps.slice(at + 1), ...gaps.slice(0, Math.max(0, at))]
    .filter(({ width }) => width > 0)
    .flatMap(({ from, until }) => {
      if (from <= last && until > last) {
        return [
          { from, until: last },
          { from: first, until: wrapped(until) },
        ];
      }
      return [{ from: wrapped(from), until: wrapped(until) }];
    });
}
