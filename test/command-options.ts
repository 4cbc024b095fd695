import { parseArgs } from 'node:util';

/** An option of a command: what it is when it is not said, and what it means. */
export interface CommandOption {
  readonly default: string;
  readonly meaning: string;
}

/** What a command was given; or what it prints instead of working, and the code it ends with. */
export type GivenOptions<Name extends string> =
  | { readonly given: Readonly<Record<Name, string>> }
  | { readonly text: string; readonly exitCode: number };

/** Reads the options of a command. `--help`, and an option there is not, are answered by what there is; numbers must be whole. */
export function readOptions<Name extends string>(
  command: string,
  options: Readonly<Record<Name, CommandOption>>,
  args: readonly string[],
): GivenOptions<Name> {
  const names = Object.keys(options) as Name[];
  const told = names.map((name) => {
    const { default: otherwise, meaning } = options[name];
    return `  --${name.padEnd(8)} ${meaning}${otherwise === '' ? '' : ` (default: ${otherwise})`}`;
  });
  const usage = [`usage: ${command} [options]`, ...told, '  --help     this text', ''].join('\n');
  const known = Object.fromEntries(names.map((name) => [name, { type: 'string' }] as const));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...known, help: { type: 'boolean' } } });
    if (values.help === true) return { text: usage, exitCode: 0 };
    const given = names.map((name) => [
      name,
      String((values as Record<string, unknown>)[name] ?? options[name].default),
    ]);
    const wrong = given.filter(([name = '', value = '']) => isCount(options[name as Name]) && !/^\d+$/.test(value));
    if (wrong.length > 0)
      throw new Error(wrong.map(([name, value]) => `--${name} is a whole number, not "${value}"`).join('; '));
    return { given: Object.fromEntries(given) as Record<Name, string> };
  } catch (error) {
    return { text: `${(error as Error).message}\n${usage}`, exitCode: 1 };
  }
}

function isCount(option: CommandOption): boolean {
  return /^\d+$/.test(option.default);
}

/** The options a command was started with. Ends the process where there is nothing to do but to say what there is. */
export function startedWith<Name extends string>(
  command: string,
  options: Readonly<Record<Name, CommandOption>>,
): Readonly<Record<Name, string>> {
  const read = readOptions(command, options, process.argv.slice(2));
  if ('given' in read) return read.given;
  process[read.exitCode === 0 ? 'stdout' : 'stderr'].write(read.text);
  process.exit(read.exitCode);
}
