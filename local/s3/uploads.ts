import { awsError } from '../aws-error.ts';
import { readSmallBody, receiveBody } from './body.ts';
import {
  commit,
  describeVersion,
  type Exchange,
  header,
  sendXml,
  travellingHeaders,
  writeCondition,
} from './exchange.ts';
import * as multipart from './multipart.ts';
import { checkCondition } from './store.ts';
import { element, elements, elementText } from './xml.ts';

/** UploadPart. */
export async function uploadPart({ request, response, target, store }: Exchange): Promise<void> {
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

/** CompleteMultipartUpload. */
export async function completeUpload({ request, response, target, store }: Exchange): Promise<void> {
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

/** CreateMultipartUpload. */
export function createUpload({ request, response, target, store }: Exchange): void {
  const upload = multipart.createUpload(store.bucket(target.bucket), target.key, travellingHeaders(request));
  const algorithm = header(request, 'x-amz-checksum-algorithm');
  if (algorithm !== undefined) response.setHeader('x-amz-checksum-algorithm', algorithm);
  sendXml(
    response,
    'InitiateMultipartUploadResult',
    element('Bucket', target.bucket) + element('Key', target.key) + element('UploadId', upload.uploadId),
  );
}

/** AbortMultipartUpload. */
export function abortUpload({ response, target, store }: Exchange): void {
  const bucket = store.bucket(target.bucket);
  multipart.removeUpload(bucket, multipart.findUpload(bucket, target.key, target.query.get('uploadId') ?? ''));
  response.statusCode = 204;
  response.end();
}

/** ListParts. */
export function listParts({ response, target, store }: Exchange): void {
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
