import type { IncomingMessage, ServerResponse } from 'node:http';
import { asAwsError, awsError } from '../aws-error.ts';
import { REGION } from '../place.ts';
import { type Exchange, sendXml } from './exchange.ts';
import { operationOf, parseTarget, type S3Operation } from './operation.ts';
import { listObjects, read } from './reads.ts';
import type { Store } from './store.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './uploads.ts';
import { copyObject, deleteObject, deleteObjects, putObject } from './writes.ts';
import { element, errorDocument } from './xml.ts';

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
