import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';

/** A text file of the repository. */
export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** What a file imports: a file of the repository (its path), or a package ("zod", "node:zlib"). */
export interface Import {
  readonly line: number;
  readonly target: string;
  readonly isPackage: boolean;
  readonly typesOnly: boolean;
  /** The names between the braces, '' for others. */
  readonly names: string;
}

/** A named function or method, with the lines that are its own: those of functions inside it are counted there. */
export interface NamedFunction {
  readonly name: string;
  readonly line: number;
  readonly ownLines: number;
}

/** The root of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..');

const NOT_OURS = new Set(['node_modules', 'cdk.out', '.local', '.git', 'coverage']);

/** Every file of the repository whose name ends so, in order of paths. */
export function sourceFiles(ending: RegExp): SourceFile[] {
  const paths: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (ending.test(entry.name)) paths.push(path);
    }
  };
  walk('.');
  return paths.sort().map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, text, lines: text.replace(/\n$/, '').split('\n') };
  });
}

const STATIC_IMPORT =
  /^(?:import|export) (type )?(?:\w+(?:, )?)?(\{[^}]*\}|\*(?: as \w+)?)? ?(?:from )?'([^']+)'(?: with \{[^}]*\})?;$/gm;
const DYNAMIC_IMPORT = /\bimport\('([^']+)'\)/g;

/** Every import of a file, types and dynamic ones too. */
export function importsOf(file: SourceFile): Import[] {
  const line = (index: number) => file.text.slice(0, index).split('\n').length;
  const found = [...file.text.matchAll(STATIC_IMPORT)].map(({ index, 1: type, 2: names = '', 3: specifier = '' }) => ({
    line: line(index),
    ...targetOf(file.path, specifier),
    typesOnly: type !== undefined || /^\{(\s*type \w+( as \w+)?,?)+\s*\}$/.test(names),
    names,
  }));
  const dynamic = [...file.text.matchAll(DYNAMIC_IMPORT)].map(({ index, 1: specifier = '' }) => ({
    line: line(index),
    ...targetOf(file.path, specifier),
    typesOnly: false,
    names: '',
  }));
  return [...found, ...dynamic];
}

function targetOf(from: string, specifier: string): { target: string; isPackage: boolean } {
  if (specifier.startsWith('#shared/')) return { target: specifier.slice(1), isPackage: false };
  if (specifier.startsWith('.'))
    return { target: posix.normalize(posix.join(dirname(from), specifier)), isPackage: false };
  const [scope = '', name = ''] = specifier.split('/');
  const isNode = specifier.startsWith('node:');
  return { target: isNode ? specifier : scope.startsWith('@') ? `${scope}/${name}` : scope, isPackage: true };
}

/** The text without comments and without what stands in quotes; every line keeps its number. */
export function codeOf({ text }: SourceFile): string {
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  return text.replace(
    /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{)|\$\{[^{}]*\})*`/g,
    blank,
  );
}

const FUNCTION = /^( *)(?:export )?(?:async )?function\*? (\w+)/;
const METHOD = /^( +)(?:static |async |get |set |\*)*(#?\w+)\((?!.*=>).*\)(?:: .*)? \{$/;
const STATEMENT = /^(?:if|for|while|switch|catch|with)$/;

/** Named functions and methods of a formatted file: each ends at the first line that closes it at its own indentation. */
export function functionsOf(file: SourceFile): NamedFunction[] {
  const spans = file.lines.flatMap((text, from) => {
    const [, indent = '', name = ''] = FUNCTION.exec(text) ?? METHOD.exec(text) ?? [];
    if (name === '' || STATEMENT.test(name)) return [];
    const until = file.lines.findIndex((line, at) => at > from && (line === `${indent}}` || line === `${indent}},`));
    return until < 0 ? [] : [{ name, from, until }];
  });
  return spans.map((span) => {
    const inside = spans.filter((each) => each.from > span.from && each.until < span.until);
    const lines = new Set<number>();
    for (let at = span.from; at <= span.until; at++) lines.add(at);
    for (const each of inside) for (let at = each.from; at <= each.until; at++) lines.delete(at);
    return { name: span.name, line: span.from + 1, ownLines: lines.size };
  });
}
