import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectSummary, Objects, Store } from '#shared/commit-log/ports.ts';

/** The bucket behind each store. */
export type Buckets = Readonly<Record<Store, string>>;

/** Objects in S3 buckets: conditional puts, reads by version, listings of what is current. */
export function s3Objects(client: S3Client, buckets: Buckets): Objects {
  const put = (
    store: Store,
    key: string,
    body: Uint8Array | string,
    contentType: string,
    condition: { IfNoneMatch?: string },
  ) =>
    client.send(
      new PutObjectCommand({ Bucket: buckets[store], Key: key, Body: body, ContentType: contentType, ...condition }),
    );
  return {
    async putIfAbsent(store, key, body, contentType) {
      try {
        await put(store, key, body, contentType, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
        throw error;
      }
    },
    async put(store, key, body, contentType) {
      await put(store, key, body, contentType, {});
    },
    async get(store, key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: buckets[store], Key: key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async stream(store, key, versionId, offset) {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: buckets[store],
          Key: key,
          ...(versionId === '' ? {} : { VersionId: versionId }),
          ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }),
        }),
      );
      if (Body === undefined) throw new Error(`${key} has no body`);
      return Body as unknown as AsyncIterable<Uint8Array>;
    },
    describe: (store, key, versionId) => describe(client, buckets[store], key, versionId),
    list: (store, prefix) => list(client, buckets[store], prefix),
  };
}

async function describe(client: S3Client, bucket: string, key: string, versionId: string) {
  try {
    const version = versionId === '' ? {} : { VersionId: versionId };
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...version }));
    return {
      key,
      bytes: head.ContentLength ?? 0,
      storedAt: epochSeconds(head.LastModified),
      versionId: head.VersionId ?? '',
    };
  } catch (error) {
    if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

async function* list(client: S3Client, bucket: string, prefix: string): AsyncIterable<ObjectSummary> {
  let token: string | undefined;
  do {
    const next = token === undefined ? {} : { ContinuationToken: token };
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...next }));
    for (const found of page.Contents ?? []) {
      yield { key: found.Key ?? '', bytes: found.Size ?? 0, storedAt: epochSeconds(found.LastModified) };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

function epochSeconds(date: Date | undefined): number {
  return Math.floor((date?.getTime() ?? 0) / 1000);
}
