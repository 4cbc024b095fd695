import type { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Drops a usage file as a carrier does: `bytes` octets of a stream under a key of the incoming store, one put. */
export type Upload = (key: string, body: Readable, bytes: number) => Promise<void>;

/** Drops files into a bucket. A stream cannot be sent twice: what fails on the way is dropped again from its beginning. */
export function s3Upload(client: S3Client, bucket: string): Upload {
  const ContentType = 'application/octet-stream';
  return async (key, body, bytes) => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: bytes, ContentType }),
    );
  };
}

/** Uploads to a bucket of the account the environment signs in to. */
export function connectUpload(bucket: string): Upload {
  return s3Upload(new S3Client({}), bucket);
}
