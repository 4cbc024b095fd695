import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { asAwsError, awsError } from '../aws-error.ts';
import { readSmallBody, receiveBody } from './body.ts';
import {
  commit,
  describeChecksum,
  describeVersion,
  type Exchange,
  header,
  sendXml,
  travellingHeaders,
  writeCondition,
} from './exchange.ts';
import { parseTarget } from './operation.ts';
import { readable } from './reads.ts';
import { type Bucket, checkCondition, type Store } from './store.ts';
import { element, elements, elementText } from './xml.ts';

/** PutObject. */
export async function putObject({ request, response, target, store }: Exchange): Promise<void> {
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

/** CopyObject; with `REPLACE` the copy gets the headers of this request. */
export function copyObject({ request, response, target, store }: Exchange): void {
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

/** DeleteObject. */
export function deleteObject({ request, response, target, store }: Exchange): void {
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

/** DeleteObjects. */
export async function deleteObjects({ request, response, target, store }: Exchange): Promise<void> {
  const bucket = store.bucket(target.bucket);
  const xml = await readSmallBody(request);
  const objects = elements(xml, 'Object');
  if (objects.length === 0 || objects.length > 1000)
    throw awsError(400, 'MalformedXML', 'One to 1,000 objects are deleted at once');
  const quiet = elementText(xml, 'Quiet') === 'true';
  const results = objects.map((object) => {
    const key = elementText(object, 'Key') ?? '';
    const versionId = elementText(object, 'VersionId');
    return removedObject(store, bucket, key, versionId);
  });
  sendXml(response, 'DeleteResult', quiet ? '' : results.join(''));
}

/** What became of one of many objects: deleted, or why not. */
function removedObject(store: Store, bucket: Bucket, key: string, versionId: string | undefined): string {
  const named = element('Key', key) + element('VersionId', versionId);
  try {
    const removed = store.remove(bucket, key, versionId);
    const marker = removed?.body === undefined && bucket.versioned && removed !== undefined;
    const details = marker ? element('DeleteMarker', true) + element('DeleteMarkerVersionId', removed.versionId) : '';
    return `<Deleted>${named}${details}</Deleted>`;
  } catch (error) {
    const { code, message } = asAwsError(error);
    return `<Error>${named}${element('Code', code)}${element('Message', message)}</Error>`;
  }
}
