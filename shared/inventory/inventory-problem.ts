/** What is wrong with one place of an inventory file or command, said so that whoever wrote it can mend it. */
export interface InventoryProblem {
  readonly file: string;
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  /** Place in the line, from 1: the number of the CSV column or of the character; 0 = the line as a whole. */
  readonly column: number;
  /** Name of the CSV column, path in the YAML document or option of the command; '' = none. */
  readonly field: string;
  /** What stands there, shortened; '' = nothing. */
  readonly found: string;
  readonly expected: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Problems one reading lists; a file with more is most likely not the file that was meant. */
export const MOST_PROBLEMS = 1_000;

/** The problem as one line of text: `subscriptions.csv:17:6 imsi: found "26x", expected 6 to 15 digits. Write …`. */
export function problemText(problem: InventoryProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== 0).join(':');
  const field = problem.field === '' ? '' : ` ${problem.field}`;
  const found = problem.found === '' ? 'found nothing' : `found "${problem.found}"`;
  return `${place}${field}: ${found}, expected ${problem.expected}. ${problem.remedy}`;
}

/** What was found, short enough for a message. */
export function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
