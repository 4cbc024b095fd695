import { parse } from 'csv-parse/sync';
import type { Objects } from '#shared/commit-log/ports.ts';
import type { RECORD_COLUMNS } from '../record-csv.ts';
import { decompressed } from './decompress.ts';

/** A kept record, by column. */
export type KeptRecord = Readonly<Partial<Record<(typeof RECORD_COLUMNS)[number], string>>>;

/**
 * The records of a chunk, as they are kept, whose fingerprints are asked for; `key` is where its manifest says they lie. Only their lines are
 * taken apart. @throws Error when they are missing from the work store.
 */
export async function keptRecords(
  objects: Objects,
  key: string,
  fingerprints: ReadonlySet<string>,
): Promise<KeptRecord[]> {
  const blocks: Uint8Array[] = [];
  for await (const block of decompressed('zstd', await objects.stream('work', key, '', 0))) blocks.push(block);
  const [header = '', ...lines] = new TextDecoder().decode(Buffer.concat(blocks)).split('\n');
  const wanted = lines.filter((line) => fingerprints.has(fingerprintOf(line)));
  return parse([header, ...wanted].join('\n'), { columns: true }) as KeptRecord[];
}

/** The second column of a line; a number stands before it. */
function fingerprintOf(line: string): string {
  const start = line.indexOf(',') + 1;
  return line.slice(start, line.indexOf(',', start));
}
