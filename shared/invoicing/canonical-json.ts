/** Nesting no document of ours comes near; deeper values are refused, and with them all that hold themselves. */
const MAX_DEPTH = 64;

/** So many problems are told at once. */
const MAX_PROBLEMS = 20;

/**
 * The one way to write a value as JSON in UTF-8, for hashes and for documents that are kept: keys in order of their UTF-16 code units,
 * no white space, no trailing line break (the subset of RFC 8785 whose numbers are safe integers). Equal values give equal bytes.
 * @throws RangeError naming the path of everything that has no such form: undefined, functions, bigints, fractions and numbers out of
 * the safe range (amounts are decimal text), dates and other instances, holes in lists, text that is no well-formed Unicode.
 */
export function canonicalJson(value: unknown): Uint8Array {
  const problems: string[] = [];
  const text = write(value, '$', 0, problems);
  if (problems.length > 0) throw new RangeError(`the value has no canonical JSON:\n${problems.join('\n')}`);
  return new TextEncoder().encode(text);
}

function write(value: unknown, path: string, depth: number, problems: string[]): string {
  if (problems.length >= MAX_PROBLEMS) return '';
  if (depth > MAX_DEPTH) return refuse(problems, path, `is nested deeper than ${MAX_DEPTH} levels, or holds itself`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return writeNumber(value, path, problems);
  if (typeof value === 'string') return writeText(value, path, problems);
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item, i) => write(item, `${path}[${i}]`, depth + 1, problems)).join(',')}]`;
  }
  if (isPlainObject(value)) return writeObject(value, path, depth, problems);
  return refuse(problems, path, `is ${kindOf(value)}; write it as text, or leave the key out`);
}

function writeNumber(value: number, path: string, problems: string[]): string {
  if (Number.isSafeInteger(value)) return String(value);
  return refuse(problems, path, `is the number ${value}; only safe integers are exact, write it as decimal text`);
}

function writeText(value: string, path: string, problems: string[]): string {
  if (value.isWellFormed()) return JSON.stringify(value);
  return refuse(problems, path, 'is text with half a surrogate pair, which UTF-8 cannot hold');
}

function writeObject(value: object, path: string, depth: number, problems: string[]): string {
  if (Object.getOwnPropertySymbols(value).length > 0) return refuse(problems, path, 'has symbols for keys');
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => {
      const name = writeText(key, path, problems);
      return `${name}:${write(member, `${path}.${key}`, depth + 1, problems)}`;
    });
  return `{${members.join(',')}}`;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'undefined';
  return typeof value === 'object' ? `an instance of ${value?.constructor?.name ?? 'something'}` : `a ${typeof value}`;
}

function refuse(problems: string[], path: string, what: string): string {
  problems.push(`${path} ${what}`);
  return '';
}
