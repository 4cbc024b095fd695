import { createHash, type Hash } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { awsError, notImplemented } from '../aws-error.ts';

/** A checksum a client gave with its bytes, verified here; `value` is base64. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  value: string;
}

/** Checksums that S3's clients send along with a body. */
export type ChecksumAlgorithm = 'crc32' | 'sha1' | 'sha256';

/** What arrived: written to the file, sizes and checksums right. */
export interface ReceivedBody {
  size: number;
  /** MD5 of the bytes, hex. */
  md5: string;
  checksum: Checksum | undefined;
}

const IN_MEMORY_BYTES = 256 * 1024;
const LARGEST_BYTES = 5 * 1024 ** 3;

/** A running checksum in the form S3 sends it (base64). */
export function checksumOf(algorithm: ChecksumAlgorithm): { update(chunk: Buffer): void; digest(): string } {
  if (algorithm === 'crc32') {
    let value = 0;
    return {
      update: (chunk) => {
        value = crc32(chunk, value);
      },
      digest: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(value);
        return bytes.toString('base64');
      },
    };
  }
  const hash: Hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
}

/** Decodes `aws-chunked`: `size[;chunk-signature=…]\r\n bytes \r\n … 0 \r\n trailers`. Trailers land in `trailers`. */
async function* decodeAwsChunks(
  source: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let open = 0; // bytes of the current chunk still to come; -1: its closing line break; -2: the trailers
  for await (const block of source) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    for (;;) {
      if (open > 0) {
        if (rest.length === 0) break;
        const part = rest.subarray(0, open);
        rest = rest.subarray(part.length);
        open -= part.length;
        if (open === 0) open = -1;
        yield part;
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end < 0) {
        if (rest.length > 16_384) throw awsError(400, 'InvalidRequest', 'A chunk header of this body is too long');
        break;
      }
      const line = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 2);
      if (open === -2) {
        const colon = line.indexOf(':');
        if (colon > 0) trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      } else if (open === -1) open = 0;
      else {
        const size = line.split(';')[0] ?? '';
        if (!/^[0-9a-f]{1,10}$/i.test(size))
          throw awsError(
            400,
            'InvalidRequest',
            `A chunk of this body has no size: ${JSON.stringify(line.slice(0, 40))}`,
          );
        open = Number.parseInt(size, 16) || -2;
      }
    }
  }
  if (open !== -2) throw awsError(400, 'IncompleteBody', 'The body ended before its last chunk');
}

/** The checksum algorithm the request announces, by header or by trailer; more than one is refused. */
function announced(request: IncomingMessage): ChecksumAlgorithm | undefined {
  const names = Object.keys(request.headers).filter((name) => /^x-amz-checksum-(?!algorithm|mode|type)/.test(name));
  const trailer = request.headers['x-amz-trailer'];
  if (typeof trailer === 'string') names.push(...trailer.split(',').map((name) => name.trim().toLowerCase()));
  const algorithms = [...new Set(names.map((name) => name.replace('x-amz-checksum-', '')))];
  if (algorithms.length === 0) return undefined;
  if (algorithms.length > 1) throw awsError(400, 'InvalidRequest', 'Expecting a single x-amz-checksum- header');
  const [algorithm] = algorithms;
  if (algorithm === 'crc32' || algorithm === 'sha1' || algorithm === 'sha256') return algorithm;
  throw notImplemented(`The checksum algorithm ${algorithm}`);
}

/** Writes what arrives to `file`, in memory while it is small, as a stream when it is not; then checks all it was said to be. */
export async function receiveBody(request: IncomingMessage, file: string): Promise<ReceivedBody> {
  const algorithm = announced(request);
  const running = algorithm && checksumOf(algorithm);
  const md5 = createHash('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(String(request.headers['x-amz-content-sha256']))
    ? createHash('sha256')
    : undefined;
  const chunked = String(request.headers['content-encoding'] ?? '').includes('aws-chunked');
  const trailers: Record<string, string> = {};
  let size = 0;
  let held: Buffer[] = [];
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of chunked ? decodeAwsChunks(request, trailers) : (request as AsyncIterable<Buffer>)) {
      size += chunk.length;
      if (size > LARGEST_BYTES) throw awsError(400, 'EntityTooLarge', 'One upload holds at most 5 GiB; use multipart');
      md5.update(chunk);
      sha256?.update(chunk);
      running?.update(chunk);
      if (handle) await handle.writeFile(chunk);
      else held.push(chunk);
      if (!handle && size > IN_MEMORY_BYTES) {
        handle = await open(file, 'w');
        await handle.writeFile(Buffer.concat(held));
        held = [];
      }
    }
    if (!handle) await writeFile(file, Buffer.concat(held));
    await handle?.close();
    const received = {
      size,
      md5: md5.digest('hex'),
      checksum: running && algorithm && { algorithm, value: running.digest() },
    };
    verify(request, trailers, received, sha256?.digest('hex'));
    return received;
  } catch (thrown) {
    await handle?.close().catch(() => undefined);
    await rm(file, { force: true });
    throw thrown;
  }
}

function verify(
  request: IncomingMessage,
  trailers: Record<string, string>,
  received: ReceivedBody,
  sha256: string | undefined,
): void {
  const { headers } = request;
  const length = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  if (length === undefined)
    throw awsError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (Number(length) !== received.size)
    throw awsError(400, 'IncompleteBody', `${length} bytes were announced, ${received.size} arrived`);
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined && contentMd5 !== Buffer.from(received.md5, 'hex').toString('base64'))
    throw awsError(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  if (sha256 !== undefined && sha256 !== headers['x-amz-content-sha256'])
    throw awsError(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' does not match what was computed.",
    );
  if (!received.checksum) return;
  const name = `x-amz-checksum-${received.checksum.algorithm}`;
  const expected = trailers[name] ?? headers[name];
  if (expected !== received.checksum.value)
    throw awsError(
      400,
      'BadDigest',
      `The ${name} you specified (${expected ?? 'none'}) did not match what we received.`,
    );
}

/** Reads a small request body (XML) whole. */
export async function readSmallBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 4 * 1024 ** 2) throw awsError(400, 'MalformedXML', 'This document is longer than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
