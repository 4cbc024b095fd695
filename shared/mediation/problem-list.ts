import type { Problem, ProblemCode } from './problem.ts';

/** The problems of one file: those of the same code and field are one, with the place of the first and how often it occurred. */
export class ProblemList {
  private readonly problems = new Map<string, Problem>();
  private fatal = false;

  /** Whether the file can no longer count. */
  get isFatal(): boolean {
    return this.fatal;
  }

  /** Goes on with the problems another list had, which this one continues. */
  goOnFrom(problems: readonly Problem[]): void {
    for (const problem of problems) {
      this.problems.set(`${problem.code} ${problem.field}`, problem);
      if (problem.severity === 'fatal') this.fatal = true;
    }
  }

  /** Notes a problem; `value` is cut to 80 characters. */
  add(
    code: ProblemCode,
    severity: Problem['severity'],
    text: string,
    place: number,
    field: string,
    value: string,
  ): void {
    if (severity === 'fatal') this.fatal = true;
    const key = `${code} ${field}`;
    const known = this.problems.get(key);
    const cut = value.length > 80 ? `${value.slice(0, 79)}…` : value;
    if (known === undefined) {
      const entry = '';
      this.problems.set(key, { code, severity, text, place, entry, field, value: cut, occurrences: 1 });
    } else this.problems.set(key, { ...known, occurrences: known.occurrences + 1 });
  }

  /** All of them, in the order they were first found. */
  list(): Problem[] {
    return [...this.problems.values()];
  }
}
