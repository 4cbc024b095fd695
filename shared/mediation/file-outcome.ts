import type { DecodedFile, FileFacts } from './decoder.ts';
import type { Problem, ProblemCode } from './problem.ts';

const NOTHING = { records: 0, bytes: 0, seconds: 0, count: 0 };

/** What a file says of itself when nothing of it could be read. */
export const NO_FACTS: FileFacts = {
  sender: '',
  recipient: '',
  sequence: '',
  specification: '',
  created: 0,
  available: 0,
  cutOff: 0,
  rapSequence: '',
  currency: '',
  localCurrency: '',
  decimals: -1,
};

/** The outcome of a file whose bytes cannot be read to the end: quarantined, nothing of it counts. `place` is a byte of what was read. */
export function unreadable(problem: {
  readonly code: ProblemCode;
  readonly place: number;
  readonly message: string;
}): DecodedFile {
  const found: Problem = {
    code: problem.code,
    severity: 'fatal',
    text: problem.message,
    place: problem.place,
    entry: '',
    field: '',
    value: '',
    occurrences: 1,
  };
  return {
    status: 'quarantined',
    problems: [found],
    facts: NO_FACTS,
    bytes: problem.place,
    chunks: 0,
    read: 0,
    accepted: NOTHING,
    duplicate: NOTHING,
    rejected: 0,
    zero: 0,
    trailer: [],
  };
}
