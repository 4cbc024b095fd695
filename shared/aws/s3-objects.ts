import { GetObjectCommand, ListObjectVersionsCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Objects, ObjectSummary, Store } from '#shared/commit-log/ports.ts';

/** The bucket behind each store. */
export type Buckets = Readonly<Record<Store, string>>;

/** Objects in S3 buckets: conditional puts, reads by version, listings of what is current. */
export function s3Objects(client: S3Client, buckets: Buckets): Objects {
  const put = (store: Store, key: string, body: Uint8Array | string, contentType: string, condition: { IfNoneMatch?: string }) =>
    client.send(new PutObjectCommand({ Bucket: buckets[store], Key: key, Body: body, ContentType: contentType, ...condition }));
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
    list: (store, prefix) => listCurrent(client, buckets[store], prefix),
  };
}

async function* listCurrent(client: S3Client, bucket: string, prefix: string): AsyncIterable<ObjectSummary> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (let more = true; more; ) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }));
    for (const found of page.Versions ?? []) {
      if (found.IsLatest) yield { key: found.Key ?? '', bytes: found.Size ?? 0, versionId: found.VersionId ?? '' };
    }
    more = page.IsTruncated ?? false;
    marker = {
      ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}
