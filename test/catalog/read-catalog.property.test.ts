import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

const LINES = SAMPLE.split('\n');
const piece = fc.oneof(
  fc.constantFrom(...LINES),
  fc.string(),
  fc.constantFrom('- {}', '  : ', '[[', '&a *a', '? x', 'plans: 5', '-1'),
);
const edits = fc.array(
  fc.tuple(fc.nat(LINES.length - 1), fc.constantFrom('drop', 'replace', 'insert', 'cut'), piece, fc.nat(40)),
  {
    minLength: 1,
    maxLength: 4,
  },
);

test('whatever is written, the answer is a whole catalogue or problems with their places, never an exception', () => {
  fc.assert(
    fc.property(edits, (changes) => {
      const lines = [...LINES];
      for (const [at, what, text, place] of changes) {
        if (what === 'drop') lines.splice(at, 1);
        else if (what === 'insert') lines.splice(at, 0, text);
        else lines[at] = what === 'replace' ? text : (lines[at] ?? '').slice(0, place);
      }
      const text = lines.join('\n');
      const result = readCatalog([{ path: 'c.yaml', text }]);
      if ('catalog' in result) {
        expect(JSON.parse(JSON.stringify(result.catalog))).toEqual(result.catalog);
        return;
      }
      expect(result.problems.length).toBeGreaterThan(0);
      for (const problem of result.problems) {
        expect(problem.line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length + 1);
        expect(problem.expected).not.toMatch(/^(one of )?$|undefined|nonoptional|^Invalid/);
        expect(problem.remedy).toMatch(/[.?]$/);
      }
    }),
    { numRuns: 500 },
  );
});
