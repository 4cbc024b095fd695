import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { notImplemented } from '../aws-error.ts';
import type { S3Target } from './operation.ts';
import type { Bucket, Draft, Store, Version, WriteCondition } from './store.ts';
import { xmlDocument } from './xml.ts';

/** One request and all it takes to answer it. */
export interface Exchange {
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

/** Answers with an XML document. */
export function sendXml(response: ServerResponse, root: string, content: string): void {
  response.setHeader('content-type', 'application/xml');
  response.end(xmlDocument(root, content));
}

/** A request header as one text. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** What a write asks of the current version. */
export function writeCondition(request: IncomingMessage): WriteCondition {
  const ifNoneMatch = header(request, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw notImplemented('If-None-Match with anything but * on a write');
  return { ifNoneMatch: ifNoneMatch === '*', ifMatch: header(request, 'if-match')?.replaceAll('"', '') };
}

/** The headers of a put that travel with the object. */
export function travellingHeaders(request: IncomingMessage): Record<string, string> {
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

/** Says in the answer which version it is about. */
export function describeVersion(response: ServerResponse, bucket: Bucket, version: Version): void {
  if (bucket.versioned) response.setHeader('x-amz-version-id', version.versionId);
  if (version.body === undefined) return;
  response.setHeader('etag', `"${version.etag}"`);
  response.setHeader('x-amz-server-side-encryption', 'AES256');
}

/** Says in the answer what checksum the object was put with. */
export function describeChecksum(response: ServerResponse, version: Version): void {
  if (!version.checksum) return;
  response.setHeader(`x-amz-checksum-${version.checksum.algorithm}`, version.checksum.value);
  response.setHeader('x-amz-checksum-type', version.checksum.composite ? 'COMPOSITE' : 'FULL_OBJECT');
}

/** Makes a body that lies in its file the current version; one that loses its condition leaves nothing behind. */
export function commit(
  store: Store,
  bucket: Bucket,
  draft: Draft,
  condition: WriteCondition,
  eventName: string,
): Version {
  try {
    return store.put(bucket, draft, condition, eventName);
  } catch (thrown) {
    rmSync(join(bucket.directory, 'bodies', draft.body ?? ''), { force: true });
    throw thrown;
  }
}
