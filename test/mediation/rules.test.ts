import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '#shared/mediation/codes.ts';
import { RULES } from '#shared/mediation/rules.ts';
import { SUSPENSE_REASONS } from '#shared/rating/match-charge.ts';

const ROOT = join(import.meta.dirname, '../..');
const codesOf = (rule: number) => Object.entries(CODES).filter(([, meaning]) => meaning.rule === rule);

test('there are thirty rules, each once', () => {
  expect(RULES.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
});

describe('a rule has codes, reasons of suspense, or a test that proves it', () => {
  test.each(RULES.map((rule) => [`${rule.number} ${rule.text}`, rule] as const))('%s', (_, rule) => {
    const said = codesOf(rule.number).length + rule.suspense.length;
    if (rule.proof === null) return expect(said).toBeGreaterThan(0);
    const [path, name] = rule.proof;
    expect(existsSync(join(ROOT, path)), path).toBe(true);
    expect(readFileSync(join(ROOT, path), 'utf8')).toContain(name);
  });
});

test('every code belongs to a rule, and every reason of suspense to one', () => {
  const numbers = RULES.map(({ number }) => number);
  for (const [code, { rule }] of Object.entries(CODES)) expect(numbers, code).toContain(rule);
  expect(RULES.flatMap(({ suspense }) => suspense).sort()).toEqual([...SUSPENSE_REASONS].sort());
});

test('every code is given somewhere, and every code that is given has a meaning', async () => {
  const { readdirSync } = await import('node:fs');
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
  const rules = RULES.map(({ number, text, decidedBy, suspense, proof }) => {
    const said = [...codesOf(number).map(([code]) => code), ...suspense].map((code) => `\`${code}\``).join(' ');
    return line([String(number), text, decidedBy, said || `(${proof?.[0] ?? ''})`]);
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
    'What usage is held to on its way to an invoice, who decides it, and by which codes or reasons of suspense it shows. A rule that shows by none is',
    'proved by the test in brackets. Reasons of suspense are explained by `billing usage suspense`.',
    '',
    line(['', 'rule', 'decided by', 'shows by']),
    '|---|---|---|---|',
    ...rules,
    '',
  ];
  await expect(page.join('\n')).toMatchFileSnapshot(join(ROOT, 'docs/codes.md'));
});
