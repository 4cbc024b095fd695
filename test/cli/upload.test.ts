import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Upload } from '#shared/aws/upload.ts';
import { type S3Server, startS3 } from '../local/s3-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-upload-'));
let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
  s3.store.ensureBucket('incoming', true);
});
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});

test.each([0, 1, 65_536, 3_000_001])('%i octets arrive as they are, with one event', async (bytes) => {
  const path = join(folder, 'usage.csv');
  const content = Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at * 31) % 251));
  writeFileSync(path, content);
  const key = `incoming/carrier/usage-${bytes}.csv`;
  await s3Upload(s3.client, 'incoming')(key, createReadStream(path), bytes);
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: 'incoming', Key: key }));
  expect(content.equals(await (Body as NonNullable<typeof Body>).transformToByteArray())).toBe(true);
  expect(s3.events.filter((event) => event.version.key === key)).toHaveLength(1);
});
