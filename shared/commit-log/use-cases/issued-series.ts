import type { Catalog } from '#shared/catalog/catalog.ts';
import {
  type IssuedSeries,
  isSameSeries,
  meetingSeries,
  meetingText,
  seriesOf,
} from '#shared/catalog/issued-series.ts';
import type { Numbering } from '#shared/catalog/numbering.ts';
import { padded } from '../entry.ts';
import { type Decisions, withPrefix } from '../ports.ts';

/** A field of a seller's numbering that a release cannot have, since numbers were given that it could give again. */
export interface NumberingProblem {
  readonly seller: string;
  /** Steps from the seller to the field: numbering, creditNote, prefix. */
  readonly field: readonly string[];
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

const partitionOf = (seller: string) => `issued-series#${seller}`;

/** Every way a seller's documents were ever numbered, the first one first. */
async function issuedSeries(decisions: Decisions, seller: string): Promise<IssuedSeries[]> {
  const rows = await decisions.query<IssuedSeries>(partitionOf(seller), withPrefix(''));
  return rows.map(({ value }) => value);
}

/** What of a catalogue's numbering could give a number again that a document has (decision 17): nothing of a seller that never issued any. */
export async function numberingProblems(decisions: Decisions, { sellers }: Catalog): Promise<NumberingProblem[]> {
  const problems: NumberingProblem[] = [];
  for (const { id: seller, numbering } of sellers)
    for (const meeting of meetingSeries(numbering, await issuedSeries(decisions, seller))) {
      const { field, ...text } = meetingText(meeting);
      problems.push({ seller, field: ['numbering', meeting.wanted.kind, field], ...text });
    }
  return problems;
}

/**
 * Notes the series of a seller before a run is posted with them, each once, behind those noted before; or answers why the run cannot be posted:
 * another release, under which a run was posted since, gives numbers that could be the same. Runs that post at the same time note one after the other.
 */
export async function noteSeries(
  decisions: Decisions,
  seller: string,
  numbering: Numbering,
  run: string,
): Promise<string> {
  for (;;) {
    const issued = await issuedSeries(decisions, seller);
    const [meeting] = meetingSeries(numbering, issued);
    if (meeting !== undefined) {
      const { field, found, expected, remedy } = meetingText(meeting);
      return `numbering.${meeting.wanted.kind}.${field} of seller ${seller} is ${found}, expected ${expected}. ${remedy}`;
    }
    const missing = seriesOf(numbering).find((each) => !issued.some((other) => isSameSeries(each, other)));
    if (missing === undefined) return '';
    const key = { partition: partitionOf(seller), sort: padded(issued.length + 1, 6) };
    await decisions.putIfAbsent<IssuedSeries>(key, { ...missing, run });
  }
}
