import { type FileStatus, fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import type { Session } from '../session.ts';
import { counted } from '../terminal/figures.ts';
import { follow } from '../terminal/follow.ts';
import type { Output } from '../terminal/output.ts';

/** Follows a load of a file until it counts, or never will. */
export function followFile(session: Session, file: string, generation: number, output: Output): Promise<FileStatus> {
  const look = async () => {
    const status = (await fileStatuses(session.world, file))[generation - 1];
    const { state = 'mediating', committedChunks = 0, chunks = 0 } = status ?? {};
    const hasEnded = state !== 'mediating' && state !== 'loading';
    const progress = `file ${file} is ${state}, ${committedChunks} of ${counted(chunks, 'chunk', 'chunks')} in the usage store`;
    return { progress, ended: hasEnded ? status : undefined };
  };
  return follow(session, output, look, `look at it again with \`billing usage show ${file}\`; the sweep sends it on`);
}
