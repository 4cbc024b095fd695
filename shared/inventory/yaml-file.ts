import * as yaml from 'yaml';
import type * as z from 'zod';
import { type InventoryProblem, MOST_PROBLEMS, shortened } from './inventory-problem.ts';

/** Largest YAML file taken, in characters: some forty thousand accounts. Subscriptions by the million come as CSV. */
const MOST_CHARACTERS = 20_000_000;

/** A place in a file, from 1; column 0 = the line as a whole. */
interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** What a YAML file says by a schema, and where things stand in it; or what is wrong with it. */
export type YamlReading<T> =
  | { readonly data: T; readonly placeOf: (path: readonly (string | number)[]) => YamlPlace }
  | { readonly problems: readonly InventoryProblem[] };

/** Reads YAML by a schema, every scalar as the text it is written as (a postal code keeps its zeros). Everything that is wrong is listed. */
export function readYaml<T>(file: string, source: string, schema: z.ZodType<T>): YamlReading<T> {
  if (source.length > MOST_CHARACTERS) return { problems: [tooLarge(file)] };
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return { problems: document.errors.map((error) => syntaxProblem(file, error, lines)) };
  const content = plainContent(document);
  if (content === undefined) return { problems: [tooEntangled(file)] };
  const placeIn = (path: readonly (string | number)[]) => placeOf(document, lines, path);
  const parsed = schema.safeParse(content.value);
  if (parsed.success) return { data: parsed.data, placeOf: placeIn };
  const { issues } = parsed.error;
  return {
    problems: issues.slice(0, MOST_PROBLEMS).flatMap((issue) => issueProblems(file, issue, content.value, placeIn)),
  };
}

/** The document as plain values; undefined when it nests or repeats itself (aliases) beyond what a list could need. */
function plainContent(document: yaml.Document): { value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return undefined;
  }
}

function issueProblems(
  file: string,
  issue: z.core.$ZodIssue,
  content: unknown,
  placeOf: (path: readonly (string | number)[]) => YamlPlace,
): InventoryProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      ...placeOf([...path, key]),
      field: fieldOf([...path, key]),
      found: shortened(key),
      expected: 'a field this file knows',
      remedy: 'Correct its name or take it out.',
    }));
  }
  const found = path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], content);
  const missing = found === undefined;
  const expected =
    issue.code === 'invalid_type' ? `a ${issue.expected === 'string' ? 'text' : issue.expected}` : issue.message;
  return [
    {
      file,
      ...placeOf(path),
      field: fieldOf(path),
      found: typeof found === 'string' ? shortened(found) : missing ? '' : shortened(JSON.stringify(found)),
      expected: issue.code === 'invalid_union' ? 'one line of at most 200 characters, or nothing' : expected,
      remedy: missing ? 'Add the field.' : remedyOf(issue),
    },
  ];
}

function remedyOf(issue: z.core.$ZodIssue): string {
  const remedy: unknown = issue.code === 'custom' ? issue.params?.remedy : undefined;
  return typeof remedy === 'string' ? remedy : 'Correct the value.';
}

/** "accounts[0].address.city": where in the document a field stands. */
function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** Line and column of the node at a path, or of the nearest one around it. */
function placeOf(document: yaml.Document, lines: yaml.LineCounter, path: readonly (string | number)[]): YamlPlace {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (yaml.isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

function syntaxProblem(file: string, error: yaml.YAMLError, lines: yaml.LineCounter): InventoryProblem {
  const { line, col } = lines.linePos(error.pos[0]);
  const remedy = `Mend the text here: ${error.message}.`;
  return { file, line, column: col, field: '', found: error.code, expected: 'YAML', remedy };
}

function tooLarge(file: string): InventoryProblem {
  const expected = `at most ${MOST_CHARACTERS} characters`;
  return {
    file,
    line: 0,
    column: 0,
    field: '',
    found: 'a larger file',
    expected,
    remedy: 'Divide it into several files.',
  };
}

function tooEntangled(file: string): InventoryProblem {
  const expected = 'plain lists';
  const remedy = 'Write repeated parts out instead of using aliases.';
  return { file, line: 0, column: 0, field: '', found: 'deep nesting or many aliases', expected, remedy };
}
