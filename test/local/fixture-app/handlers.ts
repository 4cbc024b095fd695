import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Context, S3Event, SQSBatchResponse, SQSEvent } from 'aws-lambda';

const tables = new DynamoDBClient();
const objects = new S3Client();
const TableName = process.env.TABLE;

async function remember(pk: string, text: string): Promise<void> {
  const at = { N: String(Date.now()) };
  await tables.send(
    new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'seen' }, text: { S: text }, at } }),
  );
}

/** Writes what dropped objects hold into the table; an object that says `poison` fails, and only it. */
export async function ingest(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const message of event.Records) {
    try {
      for (const { s3 } of (JSON.parse(message.body) as S3Event).Records) {
        const Key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
        const { Body } = await objects.send(
          new GetObjectCommand({ Bucket: s3.bucket.name, Key, VersionId: s3.object.versionId }),
        );
        const text = (await Body?.transformToString()) ?? '';
        if (text === 'poison') throw new Error(`${Key} is poison`);
        await remember(`object#${Key}`, text);
      }
    } catch (thrown) {
      console.error(JSON.stringify({ level: 'ERROR', message: (thrown as Error).message }));
      batchItemFailures.push({ itemIdentifier: message.messageId });
    }
  }
  return { batchItemFailures };
}

/** Fails the whole batch by throwing. */
export async function refuse(): Promise<never> {
  throw new RangeError('always refused');
}

/** Remembers an event of the bus, a schedule's input, or any other. */
export async function witness(event: object): Promise<void> {
  await remember('witness', JSON.stringify(event));
}

export async function double({ n }: { n: number }): Promise<{ doubled: number }> {
  if (n === 13) throw Object.assign(new Error('thirteen'), { name: 'Unlucky' });
  return { doubled: 2 * n };
}

/** Tells what it sees, after `pause` milliseconds. */
export async function describe(event: { pause?: number }, context: Context): Promise<object> {
  await new Promise((resolve) => setTimeout(resolve, event.pause ?? 0));
  const { awsRequestId, ...rest } = context;
  return {
    event,
    ...rest,
    left: context.getRemainingTimeInMillis(),
    now: Date.now(),
    year: new Date().getUTCFullYear(),
    isDate: new Date() instanceof Date,
    pid: process.pid,
  };
}

export async function sleep(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

export async function exit(): Promise<void> {
  process.exit(3);
}
