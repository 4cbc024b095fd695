import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awsError } from '../../local/aws-error.ts';
import { type Gateway, type Interceptor, openGateway, sendJson } from '../../local/gateway.ts';

let gateway: Gateway;
const settings = () => ({
  endpoint: gateway.endpoint,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'KEYOFAROLE', secretAccessKey: 's' },
  maxAttempts: 1,
});
beforeEach(async () => {
  gateway = await openGateway(0, () => undefined);
});
afterEach(() => gateway.close());

const put = () => new DynamoDBClient(settings()).send(new PutItemCommand({ TableName: 't', Item: { pk: { S: 'k' } } }));

test('interceptors see who calls what, in their order, around the answer', async () => {
  const seen: string[] = [];
  const note =
    (name: string): Interceptor =>
    async (call, proceed) => {
      seen.push(`${name}: ${call.accessKeyId} ${call.service} ${call.operation} ${call.input.TableName}`);
      await proceed();
      seen.push(`${name}: answered`);
    };
  gateway.serve({ dynamodb: async ({ response }) => sendJson(response, { Attributes: { n: { N: '1' } } }) }, [
    note('outer'),
    note('inner'),
  ]);
  expect((await put()).Attributes).toEqual({ n: { N: '1' } });
  const call = 'KEYOFAROLE dynamodb PutItem t';
  expect(seen).toEqual([`outer: ${call}`, `inner: ${call}`, 'inner: answered', 'outer: answered']);
});

test('an interceptor answers with an error in the shape of the service', async () => {
  const deny: Interceptor = async ({ operation }) => {
    throw awsError(403, operation === 'GetObject' ? 'AccessDenied' : 'AccessDeniedException', 'Not you.');
  };
  const unreached = async () => expect.unreachable();
  gateway.serve({ dynamodb: unreached, s3: unreached }, [deny]);
  await expect(put()).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'Not you.' });
  const get = new S3Client(settings()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
  await expect(get).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Not you.',
    $metadata: { httpStatusCode: 403 },
  });
});

test('before it serves, and for what no service is, it says so', async () => {
  await expect(put()).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  gateway.serve({}, []);
  await expect(put()).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('The service dynamodb'),
  });
});

test('it listens on 127.0.0.1 only, and says when a port is taken', async () => {
  const port = Number(new URL(gateway.endpoint).port);
  expect(gateway.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(openGateway(port, () => undefined)).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
});
