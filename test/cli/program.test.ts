import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { billingProgram } from '../../cli/program.ts';

const BILLING = join(import.meta.dirname, '../../cli/billing.mjs');
const folder = mkdtempSync(join(tmpdir(), 'billing-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command line as a shell does. */
function billing(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { BILLING_OUTPUTS: _, AWS_ENDPOINT_URL: __, FORCE_COLOR: ___, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [BILLING, ...words], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Every command that does something, by its words. */
function commandsOf(command: Command, words: string): [words: string, command: Command][] {
  if (command.commands.length === 0) return [[words, command]];
  return command.commands.flatMap((each) => commandsOf(each, `${words} ${each.name()}`));
}

const program = billingProgram({ run: async () => {} });

describe('the command line', () => {
  test.each(commandsOf(program, 'billing'))(
    '%s has a help that says what it does, with an example that parses',
    async (words, command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text), writeErr: () => {} });
      command.outputHelp();
      expect(command.description()).not.toBe('');
      expect(help).not.toMatch(/default: (""|\[\]|\{\})|\(default[^)]*\)\s+\(default/);
      const examples = [...help.matchAll(/^ {2}\$ billing (.*)$/gm)].map((match) => match[1] ?? '');
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(`billing ${example}`.startsWith(words)).toBe(true);
        const parsed = billingProgram({ run: async () => {} });
        await parsed.parseAsync(wordsOf(example), { from: 'user' });
      }
    },
  );

  test.each<[words: string[], said: RegExp]>([
    [['nonsense'], /unknown command 'nonsense'/],
    [['catalog', 'shw'], /Did you mean show/],
    [['run', 'open', '--month', '2026-10'], /one of --cycle, --account and --group/],
    [['run', 'open', '--month', '2026-10', '--cycle', '1', '--account', 'a'], /one of --cycle, --account and --group/],
    [['run', 'open', '--month', '2026-13', '--cycle', '1'], /A month is written like 2026-10/],
    [['run', 'open', '--month', '2026-10', '--cycle', '32'], /a whole number from 1 to 31/],
    [['run', 'open', '--month', '2026-10', '--cycle', '1', '--invoice-date', '2026-02-30'], /A date is written/],
    [['run', 'open', '--month', '2026-10', '--cycle', '1', '--minimum', '5.005EUR'], /EUR has 2 decimals/],
    [['run', 'open', '--month', '2026-10', '--cycle', '1', '--minimum', '0.5JPY'], /JPY has no decimals/],
    [['run', 'open', '--month', '2026-10', '--cycle', '1', '--minimum', '5.00XXX'], /an amount and its currency/],
    [['invoice', 'explain', 'FC-1'], /required option '--line <place>'/],
    [['usage', 'back-out', 'x'], /required option '--reason <text>'/],
    [['usage', 'upload', 'roamhub'], /missing required argument 'file'/],
    [['usage', 'replay'], /either a file, or --source and --since/],
    [['usage', 'replay', 'x', '--source', 'y', '--since', '2026-10-01'], /either a file, or --source and --since/],
    [['usage', 'replay', '--source', 'y'], /either a file, or --source and --since/],
    [['suspense', 'write-off', '--month', '2026-10', '--note', 'x'], /required option '--reason <reason>'/],
    [['suspense', 'write-off', '--month', '2026-10', '--note', 'x', '--reason', 'x'], /one of UNKNOWN_SUBSCRIBER,/],
  ])('%j is refused before anything is done', async (words, said) => {
    const parsed = billingProgram({ run: () => Promise.reject(new Error('it ran')) });
    const text = await refusal(parsed, words);
    expect(text).toMatch(said);
  });

  test.each<[words: string[], code: number, said: RegExp]>([
    [['catalog', 'shw'], 2, /Did you mean show/],
    [['catalog', 'show'], 1, /^error: there is no deployment: .*\nnext: deploy with/],
    [['catalog', 'show', '--debug'], 1, /at outputsFile/],
  ])('%j ends with %i', async (words, code, said) => {
    const result = await billing(...words);
    expect(result.stderr).toMatch(said);
    expect(result.code).toBe(code);
    if (!words.includes('--debug')) expect(result.stderr).not.toMatch(/^ +at /m);
  });

  test('--json leaves stdout to the result alone', async () => {
    const fleet = join(import.meta.dirname, '../../examples/fleet-month/catalog');
    const { code, stdout, stderr } = await billing('catalog', 'release', fleet, '--check', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, plans: 3 });
    const failed = await billing('catalog', 'release', folder, '--check', '--json');
    expect(failed).toMatchObject({ code: 1, stdout: '' });
  });
});

/** Words of a command line, quotes heeded. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

/** What a wrong command line is answered with. */
async function refusal(command: Command, words: readonly string[]): Promise<string> {
  let said = '';
  const listen = (each: Command) => {
    each.configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
    each.commands.forEach(listen);
  };
  listen(command);
  await expect(command.parseAsync(words, { from: 'user' })).rejects.toBeInstanceOf(CommanderError);
  return said;
}
