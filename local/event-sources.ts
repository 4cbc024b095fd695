import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaRuntime } from './lambda-runtime.ts';
import { nameOf, REGION } from './place.ts';
import type { Queues } from './queues.ts';

/** A queue that feeds a function. */
export interface EventSource {
  queueArn: string;
  functionName: string;
  batchSize: number;
  windowSeconds: number;
  reportsBatchItemFailures: boolean;
  maximumConcurrency: number;
}

/** The pollers of all event sources. */
export interface EventSources {
  /** Names of the queues that have a consumer. */
  queues: ReadonlySet<string>;
  stop(): Promise<void>;
}

interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

const LONGEST_EVENT = 6 * 1024 * 1024 - 64 * 1024;

/** After a failure AWS shows a message again when its visibility time is over; here it is this, times its receives, if that is sooner. */
const RETRY_SECONDS = 0.2;

function recordOf(message: Message, queueArn: string): object {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => {
    const { DataType: dataType, StringValue: stringValue, BinaryValue: binaryValue } = value;
    return [name, { dataType, stringValue, binaryValue, stringListValues: [], binaryListValues: [] }];
  });
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

/**
 * Which messages of a batch failed, by what the function answered. As on AWS an answer that cannot be understood, or names
 * a message that was not in the batch, fails the whole batch.
 */
export function failedMessages(answer: unknown, messageIds: string[]): Set<string> {
  if (answer === null || answer === undefined || answer === '') return new Set();
  const all = new Set(messageIds);
  if (typeof answer !== 'object') return all;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return all;
  const failed = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id): id is string => typeof id === 'string' && all.has(id)) ? new Set(failed) : all;
}

/** Starts a poller for every event source. */
export function startEventSources(
  sources: EventSource[],
  queues: Queues,
  runtime: LambdaRuntime,
  log: (line: string) => void,
): EventSources {
  let stopped = false;
  const loops = sources.map((source) => poll(source));

  async function poll(source: EventSource): Promise<void> {
    const QueueUrl = queues.url(nameOf(source.queueArn));
    const visibility = Number(
      (
        (await queues.request('GetQueueAttributes', { QueueUrl, AttributeNames: ['VisibilityTimeout'] }))
          .Attributes as Record<string, string>
      ).VisibilityTimeout,
    );
    const running = new Set<Promise<void>>();
    let rest: Message[] = [];
    while (!stopped) {
      if (running.size >= source.maximumConcurrency) {
        await Promise.race(running);
        continue;
      }
      const collected = await collect(source, QueueUrl, rest).catch((thrown: Error) => {
        if (!stopped) log(`${source.queueArn}: ${thrown.message}`);
        return [];
      });
      if (stopped) break;
      const [batch, left] = cut(collected);
      rest = left;
      if (batch.length === 0) {
        await sleep(5);
        continue;
      }
      const work = deliver(source, QueueUrl, visibility, batch)
        .catch((thrown: Error) => log(`${source.functionName}: ${thrown.message}`))
        .finally(() => running.delete(work));
      running.add(work);
    }
    await Promise.all(running);
  }

  async function receive(QueueUrl: string, most: number, WaitTimeSeconds: number): Promise<Message[]> {
    const question = {
      QueueUrl,
      MaxNumberOfMessages: Math.min(10, most),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    return ((await queues.request('ReceiveMessage', question)).Messages as Message[] | undefined) ?? [];
  }

  async function collect(source: EventSource, QueueUrl: string, rest: Message[]): Promise<Message[]> {
    const batch = rest.length > 0 ? [...rest] : await receive(QueueUrl, source.batchSize, 20);
    const end = performance.now() + source.windowSeconds * 1000;
    while (batch.length > 0 && batch.length < source.batchSize && !stopped) {
      const left = end - performance.now();
      if (left <= 0) break;
      batch.push(...(await receive(QueueUrl, source.batchSize - batch.length, Math.min(20, left / 1000))));
    }
    return batch;
  }

  function cut(messages: Message[]): [Message[], Message[]] {
    let bytes = 0;
    const end = messages.findIndex((message, i) => {
      bytes += Buffer.byteLength(JSON.stringify(message)) + 512;
      return bytes > LONGEST_EVENT && i > 0;
    });
    return end < 0 ? [messages, []] : [messages.slice(0, end), messages.slice(end)];
  }

  async function deliver(source: EventSource, QueueUrl: string, visibility: number, batch: Message[]): Promise<void> {
    const event = { Records: batch.map((message) => recordOf(message, source.queueArn)) };
    const result = await runtime.invoke(source.functionName, JSON.stringify(event));
    if (stopped) return;
    const ids = batch.map((message) => message.MessageId);
    const failed = result.failed
      ? new Set(ids)
      : source.reportsBatchItemFailures
        ? failedMessages(JSON.parse(result.payload), ids)
        : new Set<string>();
    if (failed.size > 0)
      log(
        `${source.functionName}: ${failed.size} of ${ids.length} messages failed${result.failed ? `: ${result.payload.slice(0, 500)}` : ''}`,
      );
    for (const message of batch) {
      const { ReceiptHandle } = message;
      const touched = queues.visibilityWasChanged(ReceiptHandle);
      if (!failed.has(message.MessageId)) await queues.request('DeleteMessage', { QueueUrl, ReceiptHandle });
      else if (!touched) {
        const soon = RETRY_SECONDS * Number(message.Attributes?.ApproximateReceiveCount ?? 1);
        await queues.request('ChangeMessageVisibility', {
          QueueUrl,
          ReceiptHandle,
          VisibilityTimeout: Math.min(visibility, soon),
        });
      }
    }
  }

  return {
    queues: new Set(sources.map((source) => nameOf(source.queueArn))),
    stop: async () => {
      stopped = true;
      await Promise.all(loops);
    },
  };
}
