import { buildApp } from 'fauxqs';
import { awsError } from './aws-error.ts';
import { ACCOUNT, arn, nameOf } from './place.ts';

/** How many messages a queue holds, by what they wait for. */
export interface QueueDepth {
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
}

/** One answer of the queue emulator. */
export interface QueueAnswer {
  status: number;
  body: string;
  /** The name of an error in the older protocol, which clients still look at. */
  queryError: string | undefined;
}

/** SQS: fauxqs in this process, in memory. What a kill loses, the application's sweep has to find. */
export interface Queues {
  /** Answers a client's call; queue URLs in the answer are this cloud's. */
  answer(operation: string, body: string): Promise<QueueAnswer>;
  /** Calls an operation from within; throws the AWS error. */
  request(operation: string, input: object): Promise<Record<string, unknown>>;
  /** `Ref` of a queue: the SDK sends to the host of this URL. */
  url(name: string): string;
  /** Every queue's depth. */
  depths(): Promise<QueueDepth[]>;
  /** Has a client changed the visibility behind this receipt handle itself? Asked once: the answer is forgotten. */
  visibilityWasChanged(receiptHandle: string): boolean;
  close(): Promise<void>;
}

/** Starts the queue emulator; `endpoint` is the gateway's. */
export async function openQueues(endpoint: string): Promise<Queues> {
  const app = buildApp({ logger: false });
  await app.ready();
  const changed = new Set<string>();
  const emulatorUrl = new RegExp(`http://sqs\\.[^"/]*/${ACCOUNT}/`, 'g');
  const url = (name: string) => `${endpoint}/${ACCOUNT}/${name}`;

  async function call(operation: string, payload: string): Promise<QueueAnswer> {
    const response = await app.inject({
      method: 'POST',
      url: '/',
      payload,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=cloud/20000101/${arn('sqs', '').split(':')[3]}/sqs/aws4_request`,
      },
    });
    const queryError = response.headers['x-amzn-query-error'];
    return {
      status: response.statusCode,
      body: response.payload.replace(emulatorUrl, url('')),
      queryError: queryError === undefined ? undefined : String(queryError),
    };
  }

  return {
    url,
    answer(operation, body) {
      if (operation === 'ChangeMessageVisibility' || operation === 'ChangeMessageVisibilityBatch')
        for (const [, handle] of body.matchAll(/"ReceiptHandle"\s*:\s*"([^"]*)"/g)) changed.add(handle ?? '');
      return call(operation, body);
    },
    async request(operation, input) {
      const { status, body } = await call(operation, JSON.stringify(input));
      const answer = body === '' ? {} : JSON.parse(body);
      if (status === 200) return answer;
      throw awsError(status, nameOf(String(answer.__type).replace('#', '/')), answer.message ?? body);
    },
    async depths() {
      const response = await app.inject({ method: 'GET', url: '/_fauxqs/queues' });
      return response.json<{ name: string; [count: string]: unknown }[]>().map((queue) => ({
        name: queue.name,
        visible: Number(queue.approximateMessageCount),
        inFlight: Number(queue.approximateInflightCount),
        delayed: Number(queue.approximateDelayedCount),
      }));
    },
    visibilityWasChanged: (receiptHandle) => changed.delete(receiptHandle),
    close: async () => void (await app.close()),
  };
}
