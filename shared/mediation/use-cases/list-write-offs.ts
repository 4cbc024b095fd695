import { withPrefix } from '#shared/commit-log/ports.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { WRITE_OFFS } from '../usage-file.ts';
import type { WriteOffBegun } from '../write-off.ts';
import { type FilePorts, type FileStatus, fileStatuses } from './file-status.ts';

/** A write-off, when it was begun, and what has become of it. */
export interface ListedWriteOff extends WriteOffBegun {
  /** UTC, "2026-11-02T10:00:00Z". */
  readonly begunAt: string;
  readonly state: FileStatus['state'];
  /** Position of the entry that made it count or, later, took it back; 0 = none. */
  readonly position: number;
}

/** Write-offs of a UTC month ('' = all) in the order they were begun; none that died before it was whole, or was overtaken. */
export async function listWriteOffs(ports: FilePorts, month: string): Promise<ListedWriteOff[]> {
  const begun = await ports.decisions.query<WriteOffBegun>(WRITE_OFFS, withPrefix(''));
  const found = new Map<string, ListedWriteOff>();
  for (const { sort, value } of begun) {
    const { file, generation } = value;
    if ((month !== '' && value.month !== month) || found.has(`${file}#${generation}`)) continue;
    const status = (await fileStatuses(ports, file))[generation - 1];
    if (status === undefined || status.state === 'overtaken') continue;
    const { state, position } = status;
    const begunAt = sort.slice(0, isoInstant(0).length);
    found.set(`${file}#${generation}`, { ...value, begunAt, state, position });
  }
  return [...found.values()];
}
