import { writeFile } from 'node:fs/promises';
import { failure } from './failure.ts';

/** Writes what was asked to be saved. @throws a failure that says what to do when it cannot be written. */
export async function saveFile(file: string, body: string | Uint8Array): Promise<void> {
  await writeFile(file, body).catch((error: NodeJS.ErrnoException) => {
    throw failure(
      `${file} cannot be written (${error.code ?? error.message})`,
      'name a file in a folder that is there',
    );
  });
}
