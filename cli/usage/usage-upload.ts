import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { readsFile } from '#shared/mediation/file-name.ts';
import { readIncomingKey } from '#shared/mediation/usage-file.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, octets } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';

/** What one put takes at most; `aws s3 cp` cuts longer files into parts. */
const BYTES_MAX = 5 * 1024 ** 3;

/** A file to be dropped. */
interface UploadedFile {
  readonly path: string;
  readonly key: string;
  readonly bytes: number;
}

/** `usage upload CARRIER FILE…`: drops usage files as the carrier would. What no source definition reads is refused before anything is sent. */
export async function uploadUsage(
  session: Session,
  carrier: string,
  paths: readonly string[],
  output: Output,
): Promise<void> {
  const files = await Promise.all(paths.map((path) => describe(carrier, path)));
  await checkSources(session, carrier, files);
  for (const [at, { path, key, bytes }] of files.entries()) {
    output.progress(`${at + 1} of ${files.length}: ${path}, ${octets(bytes)}`);
    await session.upload(key, createReadStream(path), bytes);
  }
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const list = files.map((file) => `  ${file.key}`).join('\n');
  output.result({ uploaded: files }, `Uploaded ${counted(files.length, 'file', 'files')}, ${octets(total)}:\n${list}`);
  output.next(`billing usage files --carrier ${carrier}`);
}

async function describe(carrier: string, path: string): Promise<UploadedFile> {
  const key = `incoming/${carrier}/${basename(path)}`;
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw failure(`${path} cannot be read (${error.code ?? error.message})`, 'check the name');
  });
  if (!found.isFile()) throw failure(`${path} is no file`, 'name the files in it one by one, e.g. with *');
  if (found.size > BYTES_MAX) {
    throw failure(
      `${path} has ${octets(found.size)}, more than the ${octets(BYTES_MAX)} of one put`,
      'drop it into the incoming bucket with `aws s3 cp`',
    );
  }
  if (readIncomingKey(key) === undefined) {
    throw failure(`"${carrier}" is no carrier`, 'a carrier is letters, digits and hyphens, as the catalogue names it');
  }
  return { path, key, bytes: found.size };
}

async function checkSources(session: Session, carrier: string, files: readonly UploadedFile[]): Promise<void> {
  const { sources } = (await currentCatalog(session.world)).catalog;
  const unread = files.filter(
    ({ path }) => !sources.some((source) => readsFile(source, { carrier, name: basename(path) })),
  );
  if (unread.length === 0) return;
  const own = sources.filter((source) => source.carrier === carrier).map((source) => source.fileNamePattern);
  const known = [...new Set(sources.map((source) => source.carrier))].join(', ');
  const reads = own.length === 0 ? `it knows the carriers ${known}` : `of ${carrier} it reads ${own.join(', ')}`;
  throw new CommandFailure(
    `the catalogue has no source for ${counted(unread.length, 'file', 'files')} of ${carrier}; nothing was sent`,
    unread.map(({ path }) => path),
    `${reads}; correct carrier or name, or release a catalogue with a source for them`,
  );
}
