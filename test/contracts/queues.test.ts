import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type QueueUrls, sqsQueues } from '#shared/aws/sqs-queues.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
let urls: QueueUrls;
beforeAll(async () => {
  parts = await startParts([]);
  const [inbox, chunks, complete, rating, entries] = await Promise.all(
    ['inbox', 'chunks', 'complete', 'rating', 'entries'].map((name) => parts.createQueue(name)),
  );
  urls = { inbox: inbox!, chunks: chunks!, complete: complete!, rating: rating!, entries: entries! };
});
afterAll(() => parts.stop());

async function received(queue: keyof QueueUrls): Promise<PipelineMessage[]> {
  const found: PipelineMessage[] = [];
  for (;;) {
    const QueueUrl = urls[queue];
    const { Messages } = await parts.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (!Messages?.length) return found;
    for (const { Body, ReceiptHandle } of Messages) {
      found.push(JSON.parse(Body ?? ''));
      await parts.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
const chunk = (place: number): PipelineMessage => ({ queue: 'chunks', file: 'f', generation: 1, chunk: place });
const rate = (position: number): PipelineMessage => ({ queue: 'rating', position, file: 'f', generation: 1, chunk: 0 });

describe('queues in SQS', () => {
  test('thirty-four messages of several kinds each arrive where they belong, once and whole', async () => {
    const inbox: PipelineMessage = { queue: 'inbox', key: 'incoming/demo/ü 1.csv', versionId: 'v1' };
    const chunks = Array.from({ length: 31 }, (_, place) => chunk(place));
    const mixed: PipelineMessage[] = [
      inbox,
      ...chunks,
      { queue: 'complete', file: 'f', generation: 1 },
      { queue: 'entries', position: 7 },
    ];
    await sqsQueues(parts.sqs, urls, 0).send(mixed);
    const got = await received('chunks');
    expect(got.toSorted((a, b) => ('chunk' in a && 'chunk' in b ? a.chunk - b.chunk : 0))).toEqual(chunks);
    expect(await received('inbox')).toEqual([inbox]);
    expect(await received('complete')).toEqual([{ queue: 'complete', file: 'f', generation: 1 }]);
    expect(await received('entries')).toEqual([{ queue: 'entries', position: 7 }]);
  });

  test('nothing sent is nothing done', async () => {
    await sqsQueues(parts.sqs, urls, 0).send([]);
    expect(await received('inbox')).toEqual([]);
  });

  test('rating waits for the delay, the others do not', async () => {
    await sqsQueues(parts.sqs, urls, 900).send([rate(1), chunk(0)]);
    const depths = new Map((await parts.queues.depths()).map((depth) => [depth.name, depth]));
    expect(depths.get('rating')).toMatchObject({ visible: 0, delayed: 1 });
    expect(depths.get('chunks')).toMatchObject({ visible: 1, delayed: 0 });
    expect(await received('rating')).toEqual([]);
    expect(await received('chunks')).toEqual([chunk(0)]);
  });

  test('a delay of none makes rating visible at once', async () => {
    await sqsQueues(parts.sqs, urls, 0).send([rate(2)]);
    expect(await received('rating')).toEqual([rate(2)]);
  });

  test('a queue nobody named is an error that says which', async () => {
    const sending = sqsQueues(parts.sqs, { ...urls, chunks: '' }, 0).send([chunk(0)]);
    await expect(sending).rejects.toThrow('"chunks"');
  });
});
