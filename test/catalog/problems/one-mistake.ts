import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from '../sample.ts';

/** What is found in one file of this text. */
export function problemsOf(text: string) {
  const result = readCatalog([{ path: 'c.yaml', text }]);
  return 'problems' in result ? result.problems : [];
}

/** Where the parts of the sample catalogue stand. */
export const VERSION = 'plans[0].versions[0]';
export const FEE = `${VERSION}.charges[0]`;
export const EU = `${VERSION}.charges[1]`;
export const VOICE = `${VERSION}.charges[2]`;
export const ALLOWANCE = `${VERSION}.allowances[0]`;

/** How a usage charge of it begins. */
export const USAGE = '- kind: usage\n            ';

/** A mistake: its name, what is written, what instead; then where (path, and a text of the line), and what the message says. */
export type Mistake = readonly [string, string, string, string, string, string];

/** The sample catalogue with one mistake says where it is and what to write instead. */
export function oneMistake(subject: string, mistakes: readonly Mistake[]): void {
  describe(`a catalogue with ${subject}`, () => {
    test.each(mistakes)('%s', (_name, from, to, path, line, says) => {
      expect(SAMPLE.split(from).length, 'what is replaced is there').toBeGreaterThan(1);
      const text = SAMPLE.replace(from, to);
      const problems = problemsOf(text);
      const problem = problems.find((one) => one.path === path);
      expect(problem, problems.map(catalogProblemText).join('\n')).toBeDefined();
      if (problem === undefined) return;
      for (const words of says.split('|')) expect(catalogProblemText(problem)).toContain(words);
      if (line !== '') expect(text.slice(0, text.indexOf(line)).split('\n').length).toBe(problem.line);
    });
  });
}
