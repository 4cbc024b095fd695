import { closeSync, copyFileSync, createReadStream, openSync, readSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asAwsError, awsError, notImplemented } from '../aws-error.ts';
import { REGION } from '../place.ts';
import { readSmallBody, receiveBody } from './body.ts';
import { listKeys } from './key-index.ts';
import * as multipart from './multipart.ts';
import { operationOf, parseTarget, type S3Operation, type S3Target } from './operation.ts';
import {
  type Bucket,
  checkCondition,
  type Draft,
  newest,
  type Store,
  type Version,
  type WriteCondition,
} from './store.ts';
import { element, elements, elementText, errorDocument, escapeXml, xmlDocument } from './xml.ts';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: S3Target;
  store: Store;
}

const travelling = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];
const IN_MEMORY_BYTES = 256 * 1024;

/** Answers one S3 request; every failure becomes the XML a client expects. */
export async function answerS3(store: Store, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = Math.random().toString(36).slice(2).toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  const url = request.url ?? '/';
  try {
    const target = parseTarget(url);
    if (Buffer.byteLength(target.key) > 1024) throw awsError(400, 'KeyTooLongError', 'Your key is too long');
    const operation = operationOf(request.method ?? '', target, request.headers);
    await operations[operation]({ request, response, target, store });
  } catch (thrown) {
    if (response.headersSent) return void response.destroy();
    const error = asAwsError(thrown);
    response.statusCode = error.status;
    if (error.status === 304 || request.method === 'HEAD') return void response.end();
    response.setHeader('content-type', 'application/xml');
    request.resume();
    response.end(errorDocument(error, url.split('?')[0] ?? '', requestId));
  }
}

function sendXml(response: ServerResponse, root: string, content: string): void {
  response.setHeader('content-type', 'application/xml');
  response.end(xmlDocument(root, content));
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function writeCondition(request: IncomingMessage): WriteCondition {
  const ifNoneMatch = header(request, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw notImplemented('If-None-Match with anything but * on a write');
  return { ifNoneMatch: ifNoneMatch === '*', ifMatch: header(request, 'if-match')?.replaceAll('"', '') };
}

function travellingHeaders(request: IncomingMessage): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && (travelling.includes(name) || name.startsWith('x-amz-meta-'))) kept[name] = value;
  const encodings = (kept['content-encoding'] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked');
  if (encodings.length > 0) kept['content-encoding'] = encodings.join(',');
  else delete kept['content-encoding'];
  return kept;
}

function describeVersion(response: ServerResponse, bucket: Bucket, version: Version): void {
  if (bucket.versioned) response.setHeader('x-amz-version-id', version.versionId);
  if (version.body === undefined) return;
  response.setHeader('etag', `"${version.etag}"`);
  response.setHeader('x-amz-server-side-encryption', 'AES256');
}

function describeChecksum(response: ServerResponse, version: Version): void {
  if (!version.checksum) return;
  response.setHeader(`x-amz-checksum-${version.checksum.algorithm}`, version.checksum.value);
  response.setHeader('x-amz-checksum-type', version.checksum.composite ? 'COMPOSITE' : 'FULL_OBJECT');
}

/** The version a read asks for; a delete marker is an error that says so. */
function readable(response: ServerResponse, bucket: Bucket, target: S3Target): Version & { body: string } {
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
  if (from >= size || (suffix && Number(match[2]) === 0) || to < from)
    throw awsError(416, 'InvalidRange', 'The requested range is not satisfiable');
  return { from, to };
}

async function read({ request, response, target, store }: Exchange): Promise<void> {
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

/** Makes a body that lies in its file the current version; one that loses its condition leaves nothing behind. */
function commit(store: Store, bucket: Bucket, draft: Draft, condition: WriteCondition, eventName: string): Version {
  try {
    return store.put(bucket, draft, condition, eventName);
  } catch (thrown) {
    rmSync(join(bucket.directory, 'bodies', draft.body ?? ''), { force: true });
    throw thrown;
  }
}

async function putObject({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const condition = writeCondition(request);
  checkCondition(bucket, target.key, condition);
  const body = store.newBody();
  const received = await receiveBody(request, join(bucket.directory, 'bodies', body));
  const checksum = received.checksum && { ...received.checksum, composite: false };
  const draft = {
    key: target.key,
    body,
    size: received.size,
    etag: received.md5,
    headers: travellingHeaders(request),
    checksum,
  };
  const version = commit(store, bucket, draft, condition, 'ObjectCreated:Put');
  describeVersion(response, bucket, version);
  describeChecksum(response, version);
  response.end();
}

function copyObject({ request, response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  const from = parseTarget(`/${(header(request, 'x-amz-copy-source') ?? '').replace(/^\//, '')}`);
  const sourceBucket = store.bucket(from.bucket);
  const source = readable(response, sourceBucket, from);
  const ifMatch = header(request, 'x-amz-copy-source-if-match')?.replaceAll('"', '');
  if (ifMatch !== undefined && ifMatch !== source.etag)
    throw awsError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const replace = header(request, 'x-amz-metadata-directive') === 'REPLACE';
  if (!replace && source.key === target.key && sourceBucket === bucket && !from.query.has('versionId'))
    throw awsError(
      400,
      'InvalidRequest',
      'This copy request is illegal because it copies an object to itself without changing it.',
    );
  const body = store.newBody();
  copyFileSync(join(sourceBucket.directory, 'bodies', source.body), join(bucket.directory, 'bodies', body));
  const headers = replace ? travellingHeaders(request) : source.headers;
  const { size, etag, checksum } = source;
  const draft = { key: target.key, body, size, etag, headers, checksum };
  const version = commit(store, bucket, draft, writeCondition(request), 'ObjectCreated:Copy');
  describeVersion(response, bucket, version);
  if (sourceBucket.versioned) response.setHeader('x-amz-copy-source-version-id', source.versionId);
  sendXml(
    response,
    'CopyObjectResult',
    element('ETag', `"${version.etag}"`) + element('LastModified', new Date(version.lastModified).toISOString()),
  );
}

function deleteObject({ request, response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  checkCondition(bucket, target.key, { ifNoneMatch: false, ifMatch: header(request, 'if-match')?.replaceAll('"', '') });
  const versionId = target.query.get('versionId');
  const removed = store.remove(bucket, target.key, versionId);
  if (removed && bucket.versioned) {
    response.setHeader('x-amz-version-id', removed.versionId);
    if (removed.body === undefined) response.setHeader('x-amz-delete-marker', 'true');
  }
  response.statusCode = 204;
  response.end();
}

async function deleteObjects({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const xml = await readSmallBody(request);
  const objects = elements(xml, 'Object');
  if (objects.length === 0 || objects.length > 1000)
    throw awsError(400, 'MalformedXML', 'One to 1,000 objects are deleted at once');
  const quiet = elementText(xml, 'Quiet') === 'true';
  const results = objects.map((object) => {
    const key = elementText(object, 'Key') ?? '';
    const versionId = elementText(object, 'VersionId');
    const removed = store.remove(bucket, key, versionId);
    const marker = removed?.body === undefined && bucket.versioned && removed !== undefined;
    const details = marker ? element('DeleteMarker', true) + element('DeleteMarkerVersionId', removed.versionId) : '';
    return `<Deleted>${element('Key', key)}${element('VersionId', versionId)}${details}</Deleted>`;
  });
  sendXml(response, 'DeleteResult', quiet ? '' : results.join(''));
}

function listObjects({ response, target, store }: Exchange): void {
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

async function uploadPart({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const upload = multipart.findUpload(bucket, target.key, target.query.get('uploadId') ?? '');
  const partNumber = Number(target.query.get('partNumber'));
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > 10_000)
    throw awsError(400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const file = multipart.newPartFile(bucket, upload);
  const received = await receiveBody(request, file);
  multipart.recordPart(bucket, upload, partNumber, file, received);
  response.setHeader('etag', `"${received.md5}"`);
  if (received.checksum) response.setHeader(`x-amz-checksum-${received.checksum.algorithm}`, received.checksum.value);
  response.end();
}

async function completeUpload({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const upload = multipart.findUpload(bucket, target.key, target.query.get('uploadId') ?? '');
  const condition = writeCondition(request);
  const asked = elements(await readSmallBody(request), 'Part').map((part) => ({
    partNumber: Number(elementText(part, 'PartNumber')),
    etag: elementText(part, 'ETag') ?? '',
  }));
  checkCondition(bucket, target.key, condition);
  const parts = multipart.chooseParts(multipart.partsOf(bucket, upload), asked);
  const draft = await multipart.assemble(bucket, upload, parts, store.newBody());
  multipart.removeUpload(bucket, upload);
  const version = commit(store, bucket, draft, condition, 'ObjectCreated:CompleteMultipartUpload');
  describeVersion(response, bucket, version);
  sendXml(
    response,
    'CompleteMultipartUploadResult',
    element('Bucket', bucket.name) +
      element('Key', target.key) +
      element('ETag', `"${version.etag}"`) +
      (version.checksum ? element(`Checksum${version.checksum.algorithm.toUpperCase()}`, version.checksum.value) : ''),
  );
}

function createUpload({ request, response, target, store }: Exchange): void {
  const upload = multipart.createUpload(store.bucket(target.bucket), target.key, travellingHeaders(request));
  const algorithm = header(request, 'x-amz-checksum-algorithm');
  if (algorithm !== undefined) response.setHeader('x-amz-checksum-algorithm', algorithm);
  sendXml(
    response,
    'InitiateMultipartUploadResult',
    element('Bucket', target.bucket) + element('Key', target.key) + element('UploadId', upload.uploadId),
  );
}

function abortUpload({ response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  multipart.removeUpload(bucket, multipart.findUpload(bucket, target.key, target.query.get('uploadId') ?? ''));
  response.statusCode = 204;
  response.end();
}

function listParts({ response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  const upload = multipart.findUpload(bucket, target.key, target.query.get('uploadId') ?? '');
  const parts = [...multipart.partsOf(bucket, upload).values()].sort((a, b) => a.partNumber - b.partNumber);
  const rows = parts.map(
    (part) =>
      `<Part>${element('PartNumber', part.partNumber)}${element('ETag', `"${part.md5}"`)}${element('Size', part.size)}</Part>`,
  );
  sendXml(
    response,
    'ListPartsResult',
    element('Bucket', bucket.name) +
      element('Key', target.key) +
      element('UploadId', upload.uploadId) +
      element('IsTruncated', false) +
      rows.join(''),
  );
}

const operations: Record<S3Operation, (exchange: Exchange) => void | Promise<void>> = {
  ListBuckets: ({ response, store }) =>
    sendXml(
      response,
      'ListAllMyBucketsResult',
      `<Buckets>${store
        .bucketNames()
        .map((name) => `<Bucket>${element('Name', name)}</Bucket>`)
        .join('')}</Buckets>`,
    ),
  CreateBucket: ({ response, target, store }) => {
    if (store.bucketNames().includes(target.bucket))
      throw awsError(409, 'BucketAlreadyOwnedByYou', 'You already own this bucket.');
    store.ensureBucket(target.bucket, false);
    response.setHeader('location', `/${target.bucket}`);
    response.end();
  },
  HeadBucket: ({ response, target, store }) => {
    store.bucket(target.bucket);
    response.setHeader('x-amz-bucket-region', REGION);
    response.end();
  },
  GetBucketLocation: ({ response, target, store }) => {
    store.bucket(target.bucket);
    sendXml(response, 'LocationConstraint', REGION);
  },
  ListObjectsV2: listObjects,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: read,
  HeadObject: read,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListParts: listParts,
};
