import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger, metrics } from './logger.ts';
import { timeLeft } from './time-left.ts';

/** What a handler of a queue does with one message; `tries` says the how manieth time it is received, from 1. */
export type MessageHandler<Message> = (message: Message, tries: number) => Promise<void>;

/** What a handler does with a batch; `isTimeLeft` says whether it may begin more before its invocation has to end. */
export type TogetherHandler<Message> = (messages: Message[], isTimeLeft: () => boolean) => Promise<void>;

/** A function behind a queue: each message by itself; those that fail are delivered again, the others are done. */
export function queueHandler<Message>(handle: MessageHandler<Message>) {
  return batchHandler<Message>((records) => oneByOne(records, handle));
}

/**
 * A function behind a queue that does a batch of messages as one piece of work. If that fails, each is tried by itself, so that one that cannot
 * be done does not hold up the others.
 */
export function togetherHandler<Message>(handle: TogetherHandler<Message>) {
  return batchHandler<Message>(async (records, isTimeLeft) => {
    try {
      await handle(
        records.map(({ message }) => message),
        isTimeLeft,
      );
      return [];
    } catch (error) {
      logger.warn('batch failed as one', { messages: records.length, error: error as Error });
    }
    return oneByOne(records, (message) => handle([message], isTimeLeft));
  });
}

async function oneByOne<Message>(
  records: readonly ReadMessage<Message>[],
  handle: MessageHandler<Message>,
): Promise<string[]> {
  const failed: string[] = [];
  for (const { messageId, message, tries } of records) {
    try {
      await handle(message, tries);
    } catch (error) {
      logger.error('message failed', { messageId, error: error as Error });
      failed.push(messageId);
    }
  }
  return failed;
}

/** A message of a batch, read. */
export interface ReadMessage<Message> {
  readonly messageId: string;
  readonly message: Message;
  readonly tries: number;
}

/** A function behind a queue that takes a batch at once, and answers the ids of the messages that failed. */
function batchHandler<Message>(
  handle: (records: ReadMessage<Message>[], isTimeLeft: () => boolean) => Promise<string[]>,
) {
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (event: SQSEvent, context) => {
      const records = event.Records.map((record: SQSRecord) => ({
        messageId: record.messageId,
        message: JSON.parse(record.body) as Message,
        tries: Number(record.attributes.ApproximateReceiveCount),
      }));
      const failed = await handle(records, timeLeft(context));
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    });
}
