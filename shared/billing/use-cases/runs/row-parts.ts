import { padded } from '#shared/commit-log/entry.ts';
import type { ObjectSummary, Objects } from '#shared/commit-log/ports.ts';

/** Rows a part holds at most, and rows of all open parts: what is in memory at a time. */
const ROWS_A_PART = 20_000;
const ROWS_OPEN = 60_000;

/** Writes rows under prefixes of the work store, part by part, as they come in. */
export interface RowWriter {
  write(prefix: string, row: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A writer whose parts begin with a name of its own, so that several may write under a prefix; a repeat writes the same objects. */
export function rowWriter(objects: Objects, name: string): RowWriter {
  const open = new Map<string, { rows: string[]; part: number }>();
  let rowsOpen = 0;
  const flush = async (prefix: string) => {
    const file = open.get(prefix);
    if (file === undefined || file.rows.length === 0) return;
    rowsOpen -= file.rows.length;
    const key = `${prefix}${name}-${padded(file.part, 6)}.ndjson`;
    await objects.put('work', key, file.rows.join(''), 'application/x-ndjson');
    open.set(prefix, { rows: [], part: file.part + 1 });
  };
  const flushAll = async () => {
    for (const prefix of open.keys()) await flush(prefix);
  };
  return {
    async write(prefix, row) {
      const file = open.get(prefix) ?? { rows: [], part: 0 };
      open.set(prefix, file);
      file.rows.push(`${JSON.stringify(row)}\n`);
      rowsOpen++;
      if (file.rows.length >= ROWS_A_PART) await flush(prefix);
      else if (rowsOpen >= ROWS_OPEN) await flushAll();
    },
    close: flushAll,
  };
}

/** The parts under a prefix, in order of their keys. */
export async function rowParts(objects: Objects, prefix: string): Promise<ObjectSummary[]> {
  const parts: ObjectSummary[] = [];
  for await (const part of objects.list('work', prefix)) parts.push(part);
  return parts;
}

/** The rows of some parts, part by part. */
export async function* readParts(objects: Objects, parts: readonly ObjectSummary[]): AsyncIterable<unknown> {
  for (const { key } of parts) {
    const text = new TextDecoder().decode(await objects.get('work', key));
    for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line);
  }
}

/** The rows under a prefix, part by part, in order of their keys. */
export async function* readRows(objects: Objects, prefix: string): AsyncIterable<unknown> {
  yield* readParts(objects, await rowParts(objects, prefix));
}
