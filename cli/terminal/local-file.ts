import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ReadableFile } from '#shared/mediation/use-cases/readable-file.ts';
import { failure } from './failure.ts';

/** A usage file on this machine. @throws CommandFailure when there is none. */
export async function localFile(path: string): Promise<ReadableFile> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw failure(`${path} cannot be read (${error.code ?? error.message})`, 'check the name');
  });
  if (!found.isFile()) throw failure(`${path} is no file`, 'name one usage file');
  return {
    stream: async (start) => createReadStream(path, { start, highWaterMark: 1 << 18 }),
    size: async () => found.size,
  };
}
