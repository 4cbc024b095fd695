import { withPrefix } from '#shared/commit-log/ports.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import type { RejectedRecord } from '../problem.ts';
import { type Arrival, arrivalPartition, readIncomingKey } from '../usage-file.ts';
import { type FilePorts, type FileStatus, fileStatuses } from './file-status.ts';

/** A file as found: by id, or by the name of an object that is one. */
export interface FoundFile {
  readonly file: string;
  /** The object it was asked for by; '' when by id. */
  readonly key: string;
}

/**
 * Finds usage files by id, key, name, or carrier/name. Several when a name was dropped for several carriers. An object nobody has taken up yet has
 * no id: its `file` is ''.
 */
export async function findFiles(ports: FilePorts, asked: string): Promise<FoundFile[]> {
  if (/^[0-9a-f]{32}$/.test(asked) && (await fileStatuses(ports, asked)).length > 0) return [{ file: asked, key: '' }];
  const found = new Map<string, FoundFile>();
  for await (const { key, storedAt } of ports.objects.list('incoming', prefixOf(asked))) {
    if (key !== asked && !key.endsWith(`/${asked}`)) continue;
    const carrier = readIncomingKey(key)?.carrier ?? '';
    const day = isoInstant(storedAt).slice(0, 10);
    const arrivals = await ports.decisions.query<Arrival>(arrivalPartition(carrier, day), withPrefix(`${key}#`));
    const file = arrivals.at(-1)?.value.file ?? '';
    found.set(file || key, { file, key });
  }
  return [...found.values()];
}

function prefixOf(asked: string): string {
  if (asked.startsWith('incoming/')) return asked;
  const [carrier, ...rest] = asked.split('/');
  return rest.length === 0 ? 'incoming/' : `incoming/${carrier}/`;
}

/** The rejected records of a load, those the store would not take behind the others, each in file order, at most so many. */
export async function rejectedRecords(ports: FilePorts, status: FileStatus, most: number): Promise<RejectedRecord[]> {
  const records: RejectedRecord[] = [];
  for (const { rejected } of [...(status.manifest?.chunks ?? []), ...status.refused]) {
    if (rejected === '' || records.length >= most) continue;
    const body = await ports.objects.get('work', rejected);
    const lines = new TextDecoder().decode(body).split('\n');
    for (const line of lines) if (line !== '') records.push(JSON.parse(line) as RejectedRecord);
  }
  return records.slice(0, most);
}
