import { appendFile, writeFile } from 'node:fs/promises';
import { failure } from './failure.ts';

/** Writes what was asked to be saved. @throws a failure that says what to do when it cannot be written. */
export async function saveFile(file: string, body: string | Uint8Array): Promise<void> {
  await writeFile(file, body).catch((error) => refuse(file, error));
}

/** Writes more of it, behind what is saved already. @throws likewise. */
export async function appendToFile(file: string, body: Uint8Array): Promise<void> {
  await appendFile(file, body).catch((error) => refuse(file, error));
}

function refuse(file: string, error: NodeJS.ErrnoException): never {
  throw failure(`${file} cannot be written (${error.code ?? error.message})`, 'name a file in a folder that is there');
}
