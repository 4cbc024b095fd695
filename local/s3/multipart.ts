import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { awsError } from '../aws-error.ts';
import { type Checksum, type ChecksumAlgorithm, checksumOf, type ReceivedBody } from './body.ts';
import type { Bucket, Draft, Version } from './store.ts';

/** A multipart upload under way; it lives in a folder of its own and survives a kill. */
export interface Upload {
  uploadId: string;
  key: string;
  headers: Record<string, string>;
}

/** One part of an upload; a number uploaded twice counts as its last. */
export interface Part {
  partNumber: number;
  file: string;
  size: number;
  md5: string;
  checksum: Checksum | undefined;
}

const SMALLEST_PART = 5 * 1024 ** 2;

function uploadFolder(bucket: Bucket, uploadId: string): string {
  if (!/^[0-9a-f]{32}$/.test(uploadId) || !existsSync(join(bucket.directory, 'uploads', uploadId)))
    throw awsError(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
  return join(bucket.directory, 'uploads', uploadId);
}

/** Begins an upload. */
export function createUpload(bucket: Bucket, key: string, headers: Record<string, string>): Upload {
  const upload: Upload = { uploadId: randomBytes(16).toString('hex'), key, headers };
  const folder = join(bucket.directory, 'uploads', upload.uploadId);
  mkdirSync(folder);
  writeFileSync(join(folder, 'upload.json'), JSON.stringify(upload));
  return upload;
}

/** Finds an upload of this key, or `NoSuchUpload`. */
export function findUpload(bucket: Bucket, key: string, uploadId: string): Upload {
  const upload = JSON.parse(readFileSync(join(uploadFolder(bucket, uploadId), 'upload.json'), 'utf8')) as Upload;
  if (upload.key !== key) throw awsError(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
  return upload;
}

/** Where the bytes of a part go while they arrive. */
export function newPartFile(bucket: Bucket, upload: Upload): string {
  return join(uploadFolder(bucket, upload.uploadId), randomBytes(8).toString('hex'));
}

/** Records a part that arrived whole. */
export function recordPart(bucket: Bucket, upload: Upload, partNumber: number, file: string, body: ReceivedBody): void {
  const { size, md5, checksum } = body;
  const part: Part = { partNumber, file, size, md5, checksum };
  appendFileSync(join(uploadFolder(bucket, upload.uploadId), 'parts.ndjson'), `${JSON.stringify(part)}\n`);
}

/** The parts of an upload, by number. */
export function partsOf(bucket: Bucket, upload: Upload): Map<number, Part> {
  const journal = join(uploadFolder(bucket, upload.uploadId), 'parts.ndjson');
  if (!existsSync(journal)) return new Map();
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as Part).map((part) => [part.partNumber, part]));
}

/** Forgets an upload and its parts. */
export function removeUpload(bucket: Bucket, upload: Upload): void {
  rmSync(uploadFolder(bucket, upload.uploadId), { recursive: true, force: true });
}

/** Checks the client's list against what arrived: numbers ascending, ETags equal, every part but the last at least 5 MiB. */
export function chooseParts(present: Map<number, Part>, asked: { partNumber: number; etag: string }[]): Part[] {
  if (asked.length === 0) throw awsError(400, 'MalformedXML', 'A completed upload names at least one part');
  if (asked.some(({ partNumber }, index) => index > 0 && (asked[index - 1]?.partNumber ?? 0) >= partNumber))
    throw awsError(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
  return asked.map(({ partNumber, etag }, index) => {
    const part = present.get(partNumber);
    if (!part || part.md5 !== etag.replaceAll('"', ''))
      throw awsError(400, 'InvalidPart', `Part ${partNumber} could not be found, or its entity tag is another one.`);
    if (index < asked.length - 1 && part.size < SMALLEST_PART)
      throw awsError(
        400,
        'EntityTooSmall',
        `Part ${partNumber} has ${part.size} bytes; only the last may have less than 5 MiB`,
      );
    return part;
  });
}

/** ETag of an object put together from parts: MD5 of the MD5s, and their number. */
function multipartEtag(parts: Part[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.md5, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

/** Checksum of the parts' checksums, when all have one of the same kind. */
function compositeChecksum(parts: Part[]): Version['checksum'] {
  const algorithm = parts[0]?.checksum?.algorithm;
  if (!algorithm || parts.some((part) => part.checksum?.algorithm !== algorithm)) return undefined;
  const running = checksumOf(algorithm as ChecksumAlgorithm);
  for (const part of parts) running.update(Buffer.from(part.checksum?.value ?? '', 'base64'));
  return { algorithm, value: `${running.digest()}-${parts.length}`, composite: true };
}

/** Puts the parts together into one body file and describes the object they make. */
export async function assemble(bucket: Bucket, upload: Upload, parts: Part[], body: string): Promise<Draft> {
  const target = join(bucket.directory, 'bodies', body);
  const [first, ...rest] = parts;
  if (!first) throw awsError(400, 'MalformedXML', 'A completed upload names at least one part');
  await rename(first.file, target);
  if (rest.length > 0) {
    const handle = await open(target, 'a');
    for (const part of rest)
      for await (const chunk of createReadStream(part.file, { highWaterMark: 1024 ** 2 }))
        await handle.writeFile(chunk as Buffer);
    await handle.close();
  }
  return {
    key: upload.key,
    body,
    size: statSync(target).size,
    etag: multipartEtag(parts),
    headers: upload.headers,
    checksum: compositeChecksum(parts),
  };
}
