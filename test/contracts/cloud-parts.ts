import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { prepareMachine } from '../../local/asl.ts';
import { openClock } from '../../local/clock.ts';
import { openEventBuses } from '../../local/events.ts';
import { openExecutions } from '../../local/executions.ts';
import { type Interceptor, openGateway } from '../../local/gateway.ts';
import { arn, REGION } from '../../local/place.ts';
import { openQueues, type Queues } from '../../local/queues.ts';
import { answerS3 } from '../../local/s3/server.ts';
import { openStore } from '../../local/s3/store.ts';
import { openTables, type Tables } from '../../local/tables.ts';

/** The servers of the embedded cloud behind its gateway, without functions: what the adapters on AWS talk to. */
export interface CloudParts {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly eventbridge: EventBridgeClient;
  readonly stepFunctions: SFNClient;
  readonly queues: Queues;
  /** Makes a table with key pk, sk. */
  createTable(name: string): Promise<string>;
  createBucket(name: string, versioned: boolean): string;
  createQueue(name: string): Promise<string>;
  /** A machine that waits this many seconds and ends; answers its ARN. */
  machine(name: 'at-once' | 'slow'): string;
  /** Events put on the bus "main" so far. */
  events(): Record<string, unknown>[];
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const MACHINES = { 'at-once': 0, slow: 60 } as const;

function machines(directory: string, now: () => number) {
  const world = {
    invoke: () => Promise.reject(new Error('there are no functions here')),
    invokeEvent: () => undefined,
    getObject: () => Promise.reject(new Error('there are no objects here')),
    putObject: () => Promise.resolve(),
    now,
    entered: () => undefined,
  };
  const all = Object.entries(MACHINES).map(([name, Seconds]) => {
    const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds, End: true } } };
    return { name, machine: prepareMachine(definition as never, name, arn('iam', 'role/machine'), world) };
  });
  return openExecutions(join(directory, 'executions'), all, now, () => undefined);
}

async function createTable(tables: Tables, TableName: string): Promise<string> {
  const keys = [
    ['pk', 'HASH'],
    ['sk', 'RANGE'],
  ] as const;
  await tables.request('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    AttributeDefinitions: keys.map(([AttributeName]) => ({ AttributeName, AttributeType: 'S' })),
  });
  return TableName;
}

/** Starts the servers in a folder of their own; every call passes the interceptors first. */
export async function startParts(interceptors: readonly Interceptor[]): Promise<CloudParts> {
  const directory = mkdtempSync(join(tmpdir(), 'parts-'));
  const clock = openClock(join(directory, 'clock.json'));
  const gateway = await openGateway(0, console.error);
  const { endpoint } = gateway;
  const tables = openTables(join(directory, 'tables'));
  const queues = await openQueues(endpoint);
  const store = openStore(join(directory, 's3'), clock, () => undefined);
  const executions = machines(directory, clock.now);
  const eventFile = join(directory, 'events.ndjson');
  const targets = { send: () => Promise.resolve() };
  const buses = openEventBuses(eventFile, new Set(['main']), [], targets as never, clock.now, console.error);
  const sendJson = (response: ServerResponse, answer: object) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer));
  };
  gateway.serve(
    {
      dynamodb: async ({ request, response }, body) => tables.answer(request.headers, body, response),
      s3: ({ request, response }) => answerS3(store, request, response),
      async sqs({ operation, response }, body) {
        const answer = await queues.answer(operation, body.toString());
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(answer.body);
      },
      states: async ({ operation, input, response }) => sendJson(response, executions.answer(operation, input)),
      events: async ({ operation, input, response }) => sendJson(response, await buses.answer(operation, input)),
    },
    [...interceptors],
  );
  const settings = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  const clients = {
    dynamodb: new DynamoDBClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient(settings),
    eventbridge: new EventBridgeClient(settings),
    stepFunctions: new SFNClient(settings),
  };
  return {
    ...clients,
    queues,
    createTable: (name) => createTable(tables, name),
    createBucket: (name, versioned) => store.ensureBucket(name, versioned).name,
    async createQueue(QueueName) {
      await queues.request('CreateQueue', { QueueName });
      return queues.url(QueueName);
    },
    machine: (name) => arn('states', `stateMachine:${name}`),
    events: () =>
      readFileSync(eventFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    async stop() {
      for (const client of Object.values(clients)) client.destroy();
      await executions.stop();
      await gateway.close();
      await queues.close();
      await tables.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
