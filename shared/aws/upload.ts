import type { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Drops a usage file as a carrier does: `bytes` octets of a stream under a key of the incoming store. */
export type Upload = (key: string, body: Readable, bytes: number) => Promise<void>;

/** The most one put takes (S3's limit); longer files are dropped in parts by other tools. */
export const UPLOAD_BYTES_MAX = 5 * 1024 ** 3;

/** Drops files into a bucket, one put each, as a stream. */
export function s3Upload(bucket: string): Upload {
  const client = new S3Client({});
  return async (key, body, bytes) => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: bytes,
        ContentType: 'application/octet-stream',
      }),
    );
  };
}
