/** What is wrong with one place of a catalogue, said so that whoever wrote it can mend it. */
export interface CatalogProblem {
  readonly file: string;
  /** From 1; 0 = the file as a whole. */
  readonly line: number;
  /** Place in the file, "plans[0].versions[1].charges[2].price.tiers"; '' = the file as a whole. */
  readonly path: string;
  /** What stands there, shortened, or what is wrong with it; '' = nothing. */
  readonly found: string;
  readonly expected: string;
  /** What to write instead. */
  readonly remedy: string;
}

/** Problems one reading lists; a folder with more is most likely not the one that was meant. */
export const MOST_CATALOG_PROBLEMS = 1_000;

/** The problem as one line of text: `plans/eu.yaml:12 plans[0].currency: found "EURO", expected a currency of ISO 4217. Write EUR.` */
export function catalogProblemText(problem: CatalogProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}`;
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const found = problem.found === '' ? 'found nothing' : `found ${problem.found}`;
  return `${place}${path}: ${found}, expected ${problem.expected}. ${problem.remedy}`;
}

/** Steps from the top of a file to a place in it. */
export type Path = readonly (string | number)[];

/** Writes a path as people read it: ["plans", 0, "price"] → "plans[0].price". */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The known name nearest to a mistyped one, or '' when none is near (more than two letters, or a third of them, differ). */
export function nearestName(written: string, known: Iterable<string>): string {
  if (written.length < 2) return '';
  let nearest = '';
  let least = Math.min(2, Math.floor(Math.max(3, written.length) / 3)) + 1;
  for (const name of known) {
    const distance = lettersBetween(written.toLowerCase().slice(0, 64), name.toLowerCase());
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Letters to insert, leave out, replace or swap with a neighbour to get from one word to the other. */
function lettersBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
