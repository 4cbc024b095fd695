import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { awsError } from '../aws-error.ts';
import { describeChecksum, describeVersion, type Exchange, header, sendXml } from './exchange.ts';
import { listKeys } from './key-index.ts';
import type { S3Target } from './operation.ts';
import { type Bucket, newest, type Version } from './store.ts';
import { element, escapeXml } from './xml.ts';

const IN_MEMORY_BYTES = 256 * 1024;

/** The version a read asks for; a delete marker is an error that says so. */
export function readable(response: ServerResponse, bucket: Bucket, target: S3Target): Version & { body: string } {
  const versionId = target.query.get('versionId');
  const version =
    versionId === undefined
      ? newest(bucket, target.key)
      : bucket.versions.get(target.key)?.find((candidate) => candidate.versionId === versionId);
  if (version?.body !== undefined) return version as Version & { body: string };
  if (version) response.setHeader('x-amz-delete-marker', 'true');
  if (version && versionId !== undefined)
    throw awsError(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
  if (versionId !== undefined) throw awsError(404, 'NoSuchVersion', 'The specified version does not exist.');
  throw awsError(404, 'NoSuchKey', 'The specified key does not exist.');
}

function checkReadCondition(request: IncomingMessage, response: ServerResponse, version: Version): void {
  const tag = (name: string) =>
    header(request, name)
      ?.replaceAll('"', '')
      .split(',')
      .map((one) => one.trim());
  const seconds = Math.floor(version.lastModified / 1000) * 1000;
  const ifMatch = tag('if-match');
  const ifNoneMatch = tag('if-none-match');
  const unmodifiedSince = header(request, 'if-unmodified-since');
  const modifiedSince = header(request, 'if-modified-since');
  const failed = awsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (
    ifMatch
      ? !ifMatch.includes(version.etag) && !ifMatch.includes('*')
      : unmodifiedSince !== undefined && seconds > Date.parse(unmodifiedSince)
  )
    throw failed;
  if (
    ifNoneMatch
      ? ifNoneMatch.includes(version.etag) || ifNoneMatch.includes('*')
      : modifiedSince !== undefined && seconds <= Date.parse(modifiedSince)
  ) {
    response.setHeader('etag', `"${version.etag}"`);
    throw awsError(304, 'NotModified', 'Not Modified');
  }
}

/** The byte range asked for, inclusive; undefined for the whole object. */
function rangeOf(request: IncomingMessage, size: number): { from: number; to: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header(request, 'range') ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const from = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const to = suffix || match[2] === '' ? size - 1 : Math.min(size - 1, Number(match[2]));
  if (to < from) throw awsError(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { from, to };
}

/** GetObject and HeadObject. */
export async function read({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const version = readable(response, bucket, target);
  checkReadCondition(request, response, version);
  const range = rangeOf(request, version.size);
  describeVersion(response, bucket, version);
  if (header(request, 'x-amz-checksum-mode') === 'ENABLED' && !range) describeChecksum(response, version);
  for (const [name, value] of Object.entries(version.headers)) response.setHeader(name, value);
  if (version.headers['content-type'] === undefined) response.setHeader('content-type', 'binary/octet-stream');
  response.setHeader('last-modified', new Date(version.lastModified).toUTCString());
  response.setHeader('accept-ranges', 'bytes');
  const length = range ? range.to - range.from + 1 : version.size;
  response.setHeader('content-length', length);
  if (range) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${range.from}-${range.to}/${version.size}`);
  }
  if (request.method === 'HEAD') return void response.end();
  const file = openSync(join(bucket.directory, 'bodies', version.body), 'r');
  const from = range?.from ?? 0;
  if (length <= IN_MEMORY_BYTES) {
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, from);
    closeSync(file);
    return void response.end(bytes);
  }
  await pipeline(
    createReadStream('', { fd: file, start: from, end: from + length - 1, highWaterMark: IN_MEMORY_BYTES }),
    response,
  );
}

/** ListObjectsV2. */
export function listObjects({ response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  const { query } = target;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maximum = Number(query.get('max-keys') ?? 1000);
  if (!Number.isInteger(maximum) || maximum < 0)
    throw awsError(400, 'InvalidArgument', 'Argument max-keys must be a whole number');
  const token = query.get('continuation-token');
  const after = token === undefined ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const page =
    maximum === 0
      ? { keys: [], commonPrefixes: [], next: undefined }
      : listKeys(bucket.keys, { prefix, delimiter, after, maximum: Math.min(1000, maximum) });
  const encode =
    query.get('encoding-type') === 'url'
      ? (text: string) => encodeURIComponent(text).replaceAll('%2F', '/')
      : escapeXml;
  const contents = page.keys.map((key) => {
    const version = newest(bucket, key);
    const modified = new Date(version?.lastModified ?? 0).toISOString();
    return `<Contents><Key>${encode(key)}</Key>${element('LastModified', modified)}${element('ETag', `"${version?.etag}"`)}${element('Size', version?.size)}${element('StorageClass', 'STANDARD')}</Contents>`;
  });
  const prefixes = page.commonPrefixes.map((one) => `<CommonPrefixes><Prefix>${encode(one)}</Prefix></CommonPrefixes>`);
  sendXml(
    response,
    'ListBucketResult',
    `${element('Name', bucket.name)}<Prefix>${encode(prefix)}</Prefix>${element('KeyCount', contents.length + prefixes.length)}${element('MaxKeys', maximum)}` +
      `${element('IsTruncated', page.next !== undefined)}${element('ContinuationToken', token)}` +
      `${element('EncodingType', query.get('encoding-type'))}` +
      `${element('NextContinuationToken', page.next && Buffer.from(page.next).toString('base64url'))}${contents.join('')}${prefixes.join('')}`,
  );
}
