import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { problemsOf } from './one-mistake.ts';

describe('files that are no catalogue', () => {
  test.each([
    ['broken YAML', 'plans: [\nsellers: x', 'valid YAML'],
    ['a tab', 'plans:\n\t- id: x', 'Indent with spaces.'],
    ['two documents', 'plans: []\n---\nplans: []', 'a file of its own'],
    ['a tag', 'plans: !!js/function x', 'Leave the !tag out.'],
    ['a key twice', 'plans: []\nsellers: []\nplans: []', 'the first is on line 1'],
    [
      'a list',
      '- plans',
      'a mapping with sellers, zoneModels, timeBands, seasons, products, priceLists, plans, taxProfiles, taxJurisdictions',
    ],
    ['a key that is no name', '? [a]\n: b', 'a name as key'],
    ['an unknown alias', 'plans: *x', 'an anchor &x before it'],
    ['__proto__', '__proto__: { plans: [] }', 'unknown field "__proto__"'],
    ['too much text', `# ${'x'.repeat(500_001)}`, 'at most 500000'],
    ['a list in a list in a list …', `plans: ${'['.repeat(21)}${']'.repeat(21)}`, 'at most 20 levels'],
    ['too many values', `plans: [${'x,'.repeat(100_000)}]`, 'at most 100000 values'],
    ['a deep abyss', `plans: ${'['.repeat(20_000)}`, 'nested too deeply'],
    ['an anchor in itself', 'plans: &a [*a]', 'nested too deeply'],
  ])('%s', (_name, text, says) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map(catalogProblemText).join('\n')).toContain(says);
  });

  test('a bomb of anchors goes out quickly', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level++) {
      const [name, inner] = ['abcdefghi'[level], 'abcdefghi'[level - 1]];
      lines.push(`${name}: &${name} [${Array(10).fill(`*${inner}`).join(',')}]`);
    }
    const problems = problemsOf(lines.join('\n'));
    expect(problems.map((problem) => problem.found)).toContain('too many *aliases');
    expect(problems.length).toBeLessThan(50);
  });

  test('no file at all', () => {
    expect(readCatalog([])).toMatchObject({
      problems: [{ expected: '1 to 1000 files named *.yaml (or *.csv of exchange rates)' }],
    });
  });

  test('an empty file is nothing, and no problem', () => {
    expect(readCatalog([{ path: 'a.yaml', text: '# nothing yet\n' }])).toMatchObject({ catalog: { plans: [] } });
  });

  test('a file of nonsense lists at most a thousand problems', () => {
    const plans = Array.from({ length: 3_000 }, (_, index) => `  - { x${index}: 1 }`).join('\n');
    expect(problemsOf(`plans:\n${plans}`)).toHaveLength(1_000);
  });
});
