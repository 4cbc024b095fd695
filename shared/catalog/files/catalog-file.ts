import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type CatalogProblem, type Path, pathText } from '../catalog-problem.ts';

/** A file of the catalogue folder as it was read: its path below the folder, and its text. */
export interface CatalogFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A file's YAML as plain lists, mappings and text. Every scalar is the text that was written, so that 0.10 and 00101 are exact; what is
 * left empty (or null) is absent.
 */
export interface ParsedFile {
  readonly path: string;
  readonly content: unknown;
  /** Line a place begins at; of a place that is not there, the line of the nearest one around it. */
  lineOf(path: Path): number;
}

/** Caps against files that were not meant to be a catalogue, or were meant to harm. */
const MOST_CHARACTERS = 500_000;
const MOST_NODES = 100_000;
const MOST_ALIASES = 100;
const DEEPEST = 20;
const MOST_SYNTAX_PROBLEMS = 20;

/** Parses one file; what cannot be parsed is listed and the rest of the file is left aside. */
export function parseCatalogFile(file: CatalogFile): { parsed: ParsedFile } | { problems: CatalogProblem[] } {
  const problem = (line: number, path: string, found: string, expected: string, remedy: string): CatalogProblem => {
    return { file: file.path, line, path, found, expected, remedy };
  };
  if (file.text.length > MOST_CHARACTERS) {
    const found = `${file.text.length} characters`;
    return { problems: [problem(0, '', found, `at most ${MOST_CHARACTERS}`, 'Divide it into several files.')] };
  }
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_PROBLEMS);
  if (faults.some((fault) => fault.code === 'RESOURCE_EXHAUSTION')) {
    return {
      problems: [problem(0, '', 'lists or mappings nested too deeply', `at most ${DEEPEST} levels`, 'Flatten it.')],
    };
  }
  if (faults.length > 0) {
    return {
      problems: faults.map((fault) =>
        problem(lines.linePos(fault.pos[0]).line, '', fault.message, 'valid YAML', syntaxRemedy(fault.code)),
      ),
    };
  }
  const reading = { document, lines, places: new Map<string, number>(), nodes: 0, aliases: 0, faults: [] as Fault[] };
  const content = plain(reading, document.contents, [], 0);
  if (reading.faults.length > 0) {
    return { problems: reading.faults.map((f) => problem(f.line, pathText(f.path), f.found, f.expected, f.remedy)) };
  }
  return { parsed: { path: file.path, content, lineOf: (path) => lineOf(reading.places, path) } };
}

interface Fault {
  readonly line: number;
  readonly path: Path;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly places: Map<string, number>;
  readonly faults: Fault[];
  nodes: number;
  aliases: number;
}

function plain(reading: Reading, node: Node | null, path: Path, depth: number): unknown {
  if (node === null) return undefined;
  const line = reading.lines.linePos(node.range?.[0] ?? 0).line;
  const place = pathText(path);
  if (!reading.places.has(place)) reading.places.set(place, line);
  const fault = (found: string, expected: string, remedy: string): undefined => {
    if (reading.faults.length < MOST_SYNTAX_PROBLEMS) reading.faults.push({ line, path, found, expected, remedy });
  };
  reading.nodes++;
  if (reading.nodes > MOST_NODES) {
    return reading.nodes === MOST_NODES + 1
      ? fault('too much', `at most ${MOST_NODES} values`, 'Divide it into several files.')
      : undefined;
  }
  if (depth > DEEPEST) return fault('lists or mappings nested too deeply', `at most ${DEEPEST} levels`, 'Flatten it.');
  if (isAlias(node)) {
    reading.aliases++;
    if (reading.aliases > MOST_ALIASES) return fault('too many *aliases', `at most ${MOST_ALIASES}`, 'Write it out.');
    const target = node.resolve(reading.document);
    if (target === undefined) return fault(`*${node.source}`, `an anchor &${node.source} before it`, 'Write it out.');
    return plain(reading, target, path, depth + 1);
  }
  if (isSeq<Node>(node)) return node.items.map((item, index) => plain(reading, item, [...path, index], depth + 1));
  if (isMap<Node, Node | null>(node)) {
    const mapping: Record<string, unknown> = Object.create(null);
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        fault('a key that is a list or mapping', 'a name as key', 'Write name: value.');
        continue;
      }
      const name = key.source ?? String(key.value);
      const at = [...path, name];
      const keyLine = reading.lines.linePos(key.range?.[0] ?? 0).line;
      if (seen.has(name)) {
        const first = reading.places.get(pathText(at));
        const remedy = `Leave one of them out; the first is on line ${first}.`;
        reading.faults.push({
          line: keyLine,
          path: at,
          found: `"${name}" a second time`,
          expected: 'each key once',
          remedy,
        });
        continue;
      }
      seen.add(name);
      reading.places.set(pathText(at), keyLine);
      mapping[name] = plain(reading, value, at, depth + 1);
    }
    return mapping;
  }
  if (isScalar(node)) return node.value === null ? undefined : (node.source ?? String(node.value));
  return undefined;
}

function lineOf(places: ReadonlyMap<string, number>, path: Path): number {
  for (let steps = path.length; steps >= 0; steps--) {
    const line = places.get(pathText(path.slice(0, steps)));
    if (line !== undefined) return line;
  }
  return 0;
}

function syntaxRemedy(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'Indent with spaces.';
  if (code === 'MULTIPLE_DOCS') return 'Put what follows --- into a file of its own.';
  if (code === 'TAG_RESOLVE_FAILED') return 'Leave the !tag out.';
  return 'Check indentation, colons, brackets and quotes on this line and the one before.';
}
