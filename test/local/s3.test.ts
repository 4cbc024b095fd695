import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
const Bucket = 'plain-bucket';
const Versioned = 'versioned-bucket';

beforeAll(async () => {
  server = await startS3();
  await server.client.send(new CreateBucketCommand({ Bucket }));
  server.store.ensureBucket(Versioned, true);
});
afterAll(() => server.stop());

const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
  server.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more: object = {}) =>
  (await server.client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();
/** The name and status of what a command fails with. */
const failure = async (sending: Promise<unknown>) => {
  const error = await sending.then(
    () => undefined,
    (thrown) => thrown as { name: string; $metadata: { httpStatusCode: number } },
  );
  return error && [error.name, error.$metadata.httpStatusCode];
};

describe('objects', () => {
  test.each([
    ['plain/key.txt'],
    ['with space+plus&amp;%25.txt'],
    ['../../../etc/passwd'],
    ['..'],
    ['a/../b'],
    ['a//b/'],
    ['ümlaut/日本語/🎉'],
    ['quotes\'"<x>'],
    ['line\nbreak'],
    ['x'.repeat(1024)],
  ])('keeps what is put under %j, and lists it', async (key) => {
    const { ETag } = await put(key, `body of ${key}`, { ContentType: 'text/x', Metadata: { who: 'me' } });
    expect(ETag).toBe(`"${createHash('md5').update(`body of ${key}`).digest('hex')}"`);
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: key }));
    expect(await got.Body?.transformToString()).toBe(`body of ${key}`);
    expect([got.ContentType, got.Metadata, got.ETag]).toEqual(['text/x', { who: 'me' }, ETag]);
    const { Contents } = await server.client.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
    expect(Contents?.map((one) => [one.Key, one.ETag])).toEqual([[key, ETag]]);
    await server.client.send(new DeleteObjectCommand({ Bucket, Key: key }));
    expect(await failure(text(key))).toEqual(['NoSuchKey', 404]);
  });

  test('a key never becomes a file name', async () => {
    await put('../../escaped.txt', 'x');
    expect(readdirSync(server.directory).sort()).toEqual(['s3']);
    expect(readdirSync(join(server.directory, 's3')).sort()).toEqual([Bucket, Versioned]);
    for (const file of readdirSync(join(server.directory, 's3', Bucket, 'bodies')))
      expect(file).toMatch(/^[0-9a-f]{32}$/);
    expect(await failure(put('x'.repeat(1025), ''))).toEqual(['KeyTooLongError', 400]);
  });

  test('streams of unknown checksum arrive whole (aws-chunked with a trailer)', async () => {
    const bytes = randomBytes(1_500_001);
    const Body = Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000, 700_001), bytes.subarray(700_001)]);
    const answer = await server.client.send(
      new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }),
    );
    expect(answer.ChecksumCRC32).toBeDefined();
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }));
    expect(got.ChecksumCRC32).toBe(answer.ChecksumCRC32);
    expect(got.ContentEncoding).toBeUndefined();
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes)).toBe(0);
  });

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)('checks and keeps a %s checksum', async (ChecksumAlgorithm) => {
    const answer = await put(`sum-${ChecksumAlgorithm}`, 'sum', { ChecksumAlgorithm });
    const field = `Checksum${ChecksumAlgorithm}` as const;
    const head = await server.client.send(
      new HeadObjectCommand({ Bucket, Key: `sum-${ChecksumAlgorithm}`, ChecksumMode: 'ENABLED' }),
    );
    expect(head[field]).toBe(answer[field]);
    expect(
      await failure(put('bad', 'sum', { [field]: answer[field]?.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) })),
    ).toEqual(['BadDigest', 400]);
    expect(await failure(text('bad'))).toEqual(['NoSuchKey', 404]);
  });

  test('a wrong Content-MD5 is refused', async () => {
    expect(await failure(put('md5', 'abc', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }))).toEqual(['BadDigest', 400]);
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=4-400', '456789', 'bytes 4-9/10'],
    ['bytes=-50', '0123456789', 'bytes 0-9/10'],
  ])('range %s', async (Range, expected, ContentRange) => {
    await put('digits', '0123456789');
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect([await got.Body?.transformToString(), got.ContentRange, got.$metadata.httpStatusCode]).toEqual([
      expected,
      ContentRange,
      206,
    ]);
  });

  test('a range beyond the end is refused, a range of a long object is right', async () => {
    await put('digits', '0123456789');
    expect(await failure(text('digits', { Range: 'bytes=10-' }))).toEqual(['InvalidRange', 416]);
    const bytes = randomBytes(900_000);
    await put('long', bytes);
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: 'long', Range: 'bytes=100000-799999' }));
    expect(
      Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes.subarray(100_000, 800_000)),
    ).toBe(0);
  });

  test('head says what get would', async () => {
    await put('headed', 'abc', { CacheControl: 'no-store' });
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: 'headed' }));
    expect([head.ContentLength, head.CacheControl, head.VersionId]).toEqual([3, 'no-store', undefined]);
    expect(head.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect((await failure(server.client.send(new HeadObjectCommand({ Bucket, Key: 'nowhere' }))))?.[1]).toBe(404);
    expect((await failure(server.client.send(new HeadBucketCommand({ Bucket: 'no-such-bucket' }))))?.[1]).toBe(404);
  });

  test('copies with or without new metadata, checks the source', async () => {
    const { ETag } = await put('source key+1', 'abc', { Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('source key+1')}`;
    await server.client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource, CopySourceIfMatch: ETag }));
    const MetadataDirective = 'REPLACE';
    await server.client.send(
      new CopyObjectCommand({ Bucket, Key: 'replaced', CopySource, MetadataDirective, Metadata: { b: '2' } }),
    );
    const head = (Key: string) => server.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect([(await head('copied')).Metadata, (await head('replaced')).Metadata]).toEqual([{ a: '1' }, { b: '2' }]);
    expect(await text('copied')).toBe('abc');
    const wrong = new CopyObjectCommand({ Bucket, Key: 'no', CopySource, CopySourceIfMatch: '"other"' });
    expect(await failure(server.client.send(wrong))).toEqual(['PreconditionFailed', 412]);
    const missing = new CopyObjectCommand({ Bucket, Key: 'no', CopySource: `${Bucket}/nothing` });
    expect(await failure(server.client.send(missing))).toEqual(['NoSuchKey', 404]);
  });

  test('deletes many', async () => {
    await Promise.all(['many/1', 'many/2', 'many/<3>&'].map((key) => put(key, 'x')));
    const Objects = ['many/1', 'many/2', 'many/<3>&', 'many/none'].map((Key) => ({ Key }));
    const { Deleted } = await server.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
    expect((await server.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }))).KeyCount).toBe(0);
  });
});

describe('conditions', () => {
  test('of fifty that put if absent one wins, and its bytes stand', async () => {
    const racers = Array.from({ length: 50 }, (_, i) => put('race', `racer ${i}`, { IfNoneMatch: '*' }).then(() => i));
    const results = await Promise.allSettled(racers);
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(winners).toHaveLength(1);
    expect(await text('race')).toBe(`racer ${winners[0]}`);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason.name).toBe('PreconditionFailed');
  });

  test('of ten that replace one state one wins', async () => {
    const { ETag: IfMatch } = await put('swap', 'before');
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => put('swap', `after ${i}`, { IfMatch })),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await failure(put('swap-nothing', 'x', { IfMatch }))).toEqual(['NoSuchKey', 404]);
  });

  test('losers leave no bodies behind', async () => {
    const bodies = () => readdirSync(join(server.directory, 's3', Bucket, 'bodies')).length;
    await put('settled', 'x');
    const before = bodies();
    await Promise.allSettled(Array.from({ length: 5 }, () => put('settled', 'y', { IfNoneMatch: '*' })));
    expect(bodies()).toBe(before);
  });

  test('of reads', async () => {
    const { ETag } = await put('read-if', 'x');
    expect(await text('read-if', { IfMatch: ETag })).toBe('x');
    expect(await failure(text('read-if', { IfMatch: '"other"' }))).toEqual(['PreconditionFailed', 412]);
    expect((await failure(text('read-if', { IfNoneMatch: ETag })))?.[1]).toBe(304);
    expect((await failure(text('read-if', { IfModifiedSince: new Date(Date.now() + 5000) })))?.[1]).toBe(304);
    expect(await failure(text('read-if', { IfUnmodifiedSince: new Date(0) }))).toEqual(['PreconditionFailed', 412]);
  });
});

describe('listing', () => {
  const keys = ['l/a', 'l/b/1', 'l/b/2', 'l/b/3', 'l/c', 'l/d/1', 'l/\uffee', 'l/🎉', 'l/zz'];
  beforeAll(() => Promise.all(keys.map((key) => put(key, 'x'))));

  async function pages(question: object, MaxKeys: number): Promise<string[][]> {
    const found: string[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await server.client.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'l/', MaxKeys, ContinuationToken, ...question }),
      );
      found.push([
        ...(page.Contents ?? []).map((one) => one.Key ?? ''),
        ...(page.CommonPrefixes ?? []).map((one) => one.Prefix ?? ''),
      ]);
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
    } while (ContinuationToken !== undefined);
    return found;
  }

  const inUtf8Order = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  test.each([1, 2, 3, 8, 9, 1000])('%i at a time, in the order of their UTF-8 bytes', async (size) => {
    const found = await pages({}, size);
    expect(found.flat()).toEqual(inUtf8Order);
    expect(found.slice(0, -1).every((page) => page.length === size)).toBe(true);
  });

  test.each([1, 2, 3, 1000])('%i at a time with a delimiter', async (size) => {
    const found = (await pages({ Delimiter: '/' }, size)).flat().sort();
    expect(found).toEqual(['l/a', 'l/b/', 'l/c', 'l/d/', 'l/zz', 'l/\uffee', 'l/🎉'].sort());
  });

  test('after a key, and with encoded keys', async () => {
    const { Contents } = await server.client.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'l/', StartAfter: 'l/b/2', EncodingType: 'url' }),
    );
    expect(Contents?.[0]?.Key).toBe('l/b/3');
    expect(Contents?.at(-1)?.Key).toBe(encodeURIComponent('🎉').replace(/^/, 'l/'));
  });
});

describe('multipart', () => {
  const MIB = 1024 ** 2;
  async function begin(Key: string) {
    const { UploadId } = await server.client.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'x/y', ChecksumAlgorithm: 'CRC32' }),
    );
    const part = async (PartNumber: number, Body: Uint8Array) => {
      const { ETag, ChecksumCRC32 } = await server.client.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
      );
      return { PartNumber, ETag, ChecksumCRC32 };
    };
    const complete = (Parts: object[], more: object = {}) =>
      server.client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
      );
    return { UploadId, part, complete };
  }

  test('parts in any order become one object', async () => {
    const bytes = randomBytes(11 * MIB);
    const { part, complete } = await begin('big');
    const third = await part(30, bytes.subarray(10 * MIB));
    const first = await part(1, bytes.subarray(0, 5 * MIB));
    await part(2, randomBytes(5 * MIB));
    const second = await part(2, bytes.subarray(5 * MIB, 10 * MIB));
    const answer = await complete([first, second, third]);
    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
    expect(answer.ChecksumCRC32).toMatch(/-3$/);
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' }));
    expect(got.ContentType).toBe('x/y');
    expect(Buffer.compare(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes)).toBe(0);
    expect(server.events.at(-1)).toMatchObject({
      eventName: 'ObjectCreated:CompleteMultipartUpload',
      version: { key: 'big', size: bytes.length },
    });
    expect(await failure(complete([first, second, third]))).toEqual(['NoSuchUpload', 404]);
  });

  test('what is wrong with a list of parts is said', async () => {
    const { part, complete, UploadId } = await begin('wrong');
    const one = await part(1, Buffer.from('small'));
    const two = await part(2, Buffer.from('last'));
    expect(await failure(complete([two, one]))).toEqual(['InvalidPartOrder', 400]);
    expect(await failure(complete([one, two]))).toEqual(['EntityTooSmall', 400]);
    expect(await failure(complete([{ ...one, ETag: '"0"' }]))).toEqual(['InvalidPart', 400]);
    const { Parts } = await server.client.send(new ListPartsCommand({ Bucket, Key: 'wrong', UploadId }));
    expect(Parts?.map((each) => [each.PartNumber, each.Size])).toEqual([
      [1, 5],
      [2, 4],
    ]);
    await server.client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'wrong', UploadId }));
    expect(await failure(complete([one]))).toEqual(['NoSuchUpload', 404]);
  });

  test('puts if absent', async () => {
    const first = await begin('once');
    const second = await begin('once');
    await first.complete([await first.part(1, Buffer.from('first'))], { IfNoneMatch: '*' });
    const part = await second.part(1, Buffer.from('second'));
    expect(await failure(second.complete([part], { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
    expect(await text('once')).toBe('first');
  });
});

describe('versions', () => {
  test('every put is kept, a delete hides, a named delete removes', async () => {
    const send = <T extends object>(more: T) => ({ Bucket: Versioned, Key: 'v', ...more });
    const one = await server.client.send(new PutObjectCommand(send({ Body: 'one' })));
    const two = await server.client.send(new PutObjectCommand(send({ Body: 'two' })));
    expect(new Set([one.VersionId, two.VersionId, undefined, 'null']).size).toBe(4);
    expect(await text('v', send({}))).toBe('two');
    expect(await text('v', send({ VersionId: one.VersionId }))).toBe('one');
    expect((await server.client.send(new HeadObjectCommand(send({ VersionId: one.VersionId })))).ETag).toBe(one.ETag);

    const marker = await server.client.send(new DeleteObjectCommand(send({})));
    expect(marker.DeleteMarker).toBe(true);
    expect(await failure(text('v', send({})))).toEqual(['NoSuchKey', 404]);
    expect(await failure(text('v', send({ VersionId: marker.VersionId })))).toEqual(['MethodNotAllowed', 405]);
    expect(await text('v', send({ VersionId: two.VersionId }))).toBe('two');
    expect((await server.client.send(new ListObjectsV2Command({ Bucket: Versioned }))).KeyCount).toBe(0);
    const copy = new CopyObjectCommand({ Bucket, Key: 'v', CopySource: `${Versioned}/v?versionId=${one.VersionId}` });
    await server.client.send(copy);
    expect(await text('v')).toBe('one');

    const again = await server.client.send(new PutObjectCommand(send({ Body: 'three', IfNoneMatch: '*' })));
    await server.client.send(new DeleteObjectCommand(send({ VersionId: again.VersionId })));
    await server.client.send(new DeleteObjectCommand(send({ VersionId: marker.VersionId })));
    expect(await text('v', send({}))).toBe('two');
    await server.client.send(new DeleteObjectCommand(send({ VersionId: two.VersionId })));
    expect(await failure(text('v', send({ VersionId: two.VersionId })))).toEqual(['NoSuchVersion', 404]);
    expect(await text('v', send({}))).toBe('one');
  });
});

describe('events', () => {
  test('tell what stands, in an order', async () => {
    const { VersionId } = await server.client.send(new PutObjectCommand({ Bucket: Versioned, Key: 'e', Body: 'abc' }));
    const created = server.events.at(-1);
    await server.client.send(new DeleteObjectCommand({ Bucket: Versioned, Key: 'e' }));
    const removed = server.events.at(-1);
    const etag = createHash('md5').update('abc').digest('hex');
    expect(created).toMatchObject({
      bucket: Versioned,
      eventName: 'ObjectCreated:Put',
      version: { key: 'e', size: 3, etag, versionId: VersionId },
    });
    expect(removed?.eventName).toBe('ObjectRemoved:DeleteMarkerCreated');
    expect((removed?.version.sequencer ?? '') > (created?.version.sequencer ?? '')).toBe(true);
  });
});

describe('what is not understood is refused', () => {
  const at = { Bucket, Key: 'k' };
  test.each<[string, () => Promise<unknown>]>([
    ['tags', () => server.client.send(new GetObjectTaggingCommand(at))],
    ['an ACL', () => server.client.send(new GetObjectAclCommand(at))],
    ['attributes', () => server.client.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ETag'] }))],
    ['one part', () => text('k', { PartNumber: 1 })],
    ['other headers in the answer', () => text('k', { ResponseContentType: 'a/b' })],
    ['a put with tags', () => put('k', '', { Tagging: 'a=b' })],
    ['a put with an ACL', () => put('k', '', { ACL: 'private' })],
    ['a put with a lock', () => put('k', '', { ObjectLockMode: 'GOVERNANCE' })],
    ['a condition on one tag', () => put('k', '', { IfNoneMatch: '"x"' })],
    ['versions of a bucket', () => server.client.send(new ListObjectVersionsCommand({ Bucket }))],
    ['the first listing', () => server.client.send(new ListObjectsCommand({ Bucket }))],
    ['lifecycles', () => server.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))],
    ['tags of a bucket', () => server.client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [] } }))],
  ])('%s', async (_, send) => {
    await put('k', 'unchanged');
    expect(await failure(send())).toEqual(['NotImplemented', 501]);
    expect(await text('k')).toBe('unchanged');
  });
});

test('a version that is locked is deleted by nobody until its days are over; what hides it can go', async () => {
  const name = 'locked-bucket';
  server.store.ensureBucket(name, true).lockedDays = 1;
  const { client } = server;
  const of = { Bucket: name, Key: 'k' };
  const { VersionId } = await client.send(new PutObjectCommand({ ...of, Body: 'posted' }));
  expect(await failure(client.send(new DeleteObjectCommand({ ...of, VersionId })))).toEqual(['AccessDenied', 403]);
  const { Errors } = await client.send(
    new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: [{ Key: 'k', VersionId }] } }),
  );
  expect(Errors).toMatchObject([{ Key: 'k', VersionId, Code: 'AccessDenied' }]);
  const { VersionId: marker } = await client.send(new DeleteObjectCommand(of));
  await client.send(new DeleteObjectCommand({ ...of, VersionId: marker }));
  const { Body } = await client.send(new GetObjectCommand(of));
  expect(await Body?.transformToString()).toBe('posted');
  server.store.ensureBucket(name, true).lockedDays = 0;
  await client.send(new DeleteObjectCommand({ ...of, VersionId }));
  expect(await failure(client.send(new GetObjectCommand(of)))).toEqual(['NoSuchKey', 404]);
});

describe('a kill', () => {
  test('loses nothing that was acknowledged', async () => {
    let other = await startS3();
    other.store.ensureBucket('kept', true);
    const send = (Body: string) => other.client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'k', Body }));
    const one = await send('one');
    await send('two');
    const { UploadId } = await other.client.send(new CreateMultipartUploadCommand({ Bucket: 'kept', Key: 'm' }));
    const at = { Bucket: 'kept', Key: 'm', UploadId };
    const { ETag } = await other.client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'part' }));
    const sequencer = other.events.at(-1)?.version.sequencer ?? '';
    const folder = join(other.directory, 's3', 'kept');
    appendFileSync(join(folder, 'journal.ndjson'), '{"put":{"key":"torn');
    writeFileSync(join(folder, 'bodies', 'orphan'), 'x');

    other = await other.restart();
    other.store.ensureBucket('kept', true);
    const get = async (more: object) =>
      (await other.client.send(new GetObjectCommand({ Bucket: 'kept', Key: 'k', ...more }))).Body?.transformToString();
    expect([await get({}), await get({ VersionId: one.VersionId })]).toEqual(['two', 'one']);
    expect(readdirSync(join(folder, 'bodies'))).toHaveLength(2);
    await other.client.send(
      new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
    );
    expect((other.events.at(-1)?.version.sequencer ?? '') > sequencer).toBe(true);
    other = await other.restart();
    expect(
      (await other.client.send(new ListObjectsV2Command({ Bucket: 'kept' }))).Contents?.map((one) => one.Key),
    ).toEqual(['k', 'm']);
    await other.stop();
  });
});

describe('raw requests', () => {
  function raw(path: string, headers: Record<string, string>): Promise<[number, string]> {
    return new Promise((resolve, reject) => {
      request(`${server.endpoint}`, { path, headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve([response.statusCode ?? 0, body]));
      })
        .on('error', reject)
        .end();
    });
  }
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-central-1/s3/aws4_request' };

  test('dots in a path are no way out', async () => {
    expect((await raw('/../../../../etc/passwd', signed))[1]).toContain('NoSuchBucket');
    expect((await raw(`/${Bucket}/../../../../../etc/passwd`, signed))[1]).toContain('NoSuchKey');
    expect((await raw(`/${encodeURIComponent('../..')}/x`, signed))[1]).toContain('NoSuchBucket');
  });

  test('a broken path is the caller’s fault', async () => {
    expect((await raw(`/${Bucket}/%E0%A4%A`, signed))[0]).toBe(400);
  });

  test('an unsigned request, and one for another service, are refused', async () => {
    expect(await raw(`/${Bucket}/k`, {})).toMatchObject([403, expect.stringContaining('MissingAuthenticationToken')]);
    const other = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-central-1/glacier/aws4_request' };
    expect(await raw('/', other)).toMatchObject([501, expect.stringContaining('The service glacier')]);
  });
});
