import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '#shared/mediation/codes.ts';
import { RULES } from '#shared/mediation/rules.ts';
import { SUSPENSE_REASONS } from '#shared/rating/match-charge.ts';

const ROOT = join(import.meta.dirname, '../..');

test('there are thirty rules, each once', () => {
  expect(RULES.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});

describe('a rule has tests that prove it', () => {
  test.each(RULES.map((rule) => [`${rule.number} ${rule.text}`, rule] as const))('%s', (_, rule) => {
    expect(rule.tests.length).toBeGreaterThan(0);
    for (const [path, words] of rule.tests) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      expect(readFileSync(join(ROOT, path), 'utf8'), path).toContain(words);
    }
  });
});

test('every code is in a test', () => {
  const folder = join(ROOT, 'test');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const others = files.filter((file) => !file.endsWith('rules.test.ts'));
  const text = others.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  expect(Object.keys(CODES).filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
});

test('every code and every reason of suspense belongs to one rule', () => {
  const codes = RULES.flatMap((rule) => Object.keys(rule.codes));
  expect(new Set(codes).size).toBe(codes.length);
  expect(Object.keys(CODES)).toEqual(codes);
  expect(RULES.flatMap(({ suspense }) => suspense).sort()).toEqual([...SUSPENSE_REASONS].sort());
});

test('every code is given somewhere', () => {
  const folder = join(ROOT, 'shared/mediation');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !['decoder.ts', 'codes.ts', 'rules.ts'].includes(file),
  );
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const unused = Object.keys(CODES).filter((code) => !text.includes(`'${code}'`));
  expect(unused).toEqual([]);
});

test('the table operators look codes up in says the same', async () => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rules = RULES.map(({ number, text, decidedBy, codes, suspense, tests }) => {
    const said = [...Object.keys(codes), ...suspense].map((code) => `\`${code}\``).join(' ');
    const proofs = [...new Set(tests.map(([path]) => `\`${path.slice(5)}\``))].join(' ');
    return line([String(number), text, decidedBy, said, proofs]);
  });
  const codes = Object.entries(CODES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { rule, severity, meaning, remedy }]) =>
      line([`\`${code}\``, severity, meaning, remedy, String(rule)]),
    );
  const page = [
    '# Codes of usage files',
    '',
    'What `billing usage show`, `billing usage decode` and the alarms say of files and records. _fatal_: nothing of the file counts, it is quarantined.',
    '_severe_: the record does not count, its file does. _warning_: everything counts.',
    '',
    line(['code', 'severity', 'what it says', 'what to do', 'rule']),
    '|---|---|---|---|---|',
    ...codes,
    '',
    '## Rules',
    '',
    'What usage is held to on its way to an invoice, who decides it, by which codes or reasons of suspense it shows, and the tests (in `test/`) that',
    'prove it. Reasons of suspense are explained by `billing suspense list`.',
    '',
    line(['', 'rule', 'decided by', 'shows by', 'proved by']),
    '|---|---|---|---|---|',
    ...rules,
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot(join(ROOT, 'docs/codes.md'));
});
