import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PipelineMessage, Queues } from '#shared/mediation/ports.ts';

/** URL of each queue of the pipeline; a function knows only those it sends to. */
export type QueueUrls = Readonly<Record<PipelineMessage['queue'], string>>;

const MESSAGES_A_REQUEST = 10;

/**
 * The pipeline's queues on SQS. `ratingDelaySeconds` (0 to 900) holds rating back, so that many small files that arrive together cost one
 * rating: the first message rates all that is visible by then, and the others find it done.
 */
export function sqsQueues(client: SQSClient, urls: QueueUrls, ratingDelaySeconds: number): Queues {
  return {
    async send(messages) {
      const byQueue = Map.groupBy(messages, (message) => message.queue);
      for (const [queue, all] of byQueue) {
        const delay = queue === 'rating' ? ratingDelaySeconds : 0;
        for (let at = 0; at < all.length; at += MESSAGES_A_REQUEST) {
          await sendBatch(client, urls[queue], all.slice(at, at + MESSAGES_A_REQUEST), delay);
        }
      }
    },
  };
}

async function sendBatch(
  client: SQSClient,
  url: string,
  batch: readonly PipelineMessage[],
  delay: number,
): Promise<void> {
  if (url === '') throw new Error(`no queue is set for "${batch[0]?.queue}" messages`);
  const Entries = batch.map((message, at) => ({
    Id: `${at}`,
    MessageBody: JSON.stringify(message),
    DelaySeconds: delay,
  }));
  const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  const failed = Failed ?? [];
  if (failed.length > 0)
    throw new Error(`${failed.length} of ${batch.length} messages were refused: ${failed[0]?.Message}`);
}
