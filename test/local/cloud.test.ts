import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { synthesise } from './fixture-app/app.ts';

const directory = mkdtempSync(join(tmpdir(), 'cloud-'));
const dataDirectory = join(directory, 'data');
const lines: string[] = [];
let assemblyDirectory: string;
let cloud: Cloud;
let clients: Clients;

type Clients = ReturnType<typeof clientsOf>;
function clientsOf(environment: Record<string, string>) {
  const settings = {
    endpoint: environment.AWS_ENDPOINT_URL ?? '',
    region: environment.AWS_REGION ?? '',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
    maxAttempts: 1,
  };
  return {
    tables: new DynamoDBClient(settings),
    events: new EventBridgeClient(settings),
    functions: new LambdaClient(settings),
    objects: new S3Client(settings),
    machines: new SFNClient(settings),
    queues: new SQSClient(settings),
  };
}

const start = (schedules: boolean) =>
  startCloud({ assemblyDirectory, dataDirectory, port: 0, schedules, metered: false, log: (line) => lines.push(line) });

beforeAll(async () => {
  assemblyDirectory = synthesise(directory);
  cloud = await start(false);
  clients = clientsOf(cloud.environment);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

const output = (key: string) => cloud.outputs.App?.[key] ?? '';
const Bucket = () => cloud.outputs.Data?.BucketName ?? '';
const drop = (Key: string, Body: string) => clients.objects.send(new PutObjectCommand({ Bucket: Bucket(), Key, Body }));
const seen = async (pk: string, from = clients) => {
  const question = { TableName: output('TableName'), Key: { pk: { S: pk }, sk: { S: 'seen' } }, ConsistentRead: true };
  return (await from.tables.send(new GetItemCommand(question))).Item?.text?.S;
};
const errorName = (sending: Promise<unknown>) =>
  sending.then(
    () => 'no error',
    (thrown: Error) => thrown.name,
  );

async function invoke(name: string, payload: unknown) {
  const answer = await clients.functions.send(
    new InvokeCommand({ FunctionName: output(`${name}Function`), Payload: JSON.stringify(payload) }),
  );
  return { error: answer.FunctionError, value: JSON.parse(answer.Payload?.transformToString() ?? 'null') };
}

describe('a dropped object', () => {
  test('goes through queue and function into the table', async () => {
    await drop('incoming/a file+1.txt', 'hello');
    await drop('elsewhere/b.txt', 'not for the queue');
    await cloud.idle();
    expect(await seen('object#incoming/a file+1.txt')).toBe('hello');
    expect(await seen('object#elsewhere/b.txt')).toBeUndefined();
    const index = new QueryCommand({
      TableName: output('TableName'),
      IndexName: 'bySk',
      KeyConditionExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': { S: 'seen' } },
    });
    expect((await clients.tables.send(index)).Count).toBe(1);
  });

  test('that is poison fails alone, and ends among the dead letters', async () => {
    await Promise.all([
      drop('incoming/poison', 'poison'),
      ...Array.from({ length: 20 }, (_, i) => drop(`incoming/good-${i}`, `good ${i}`)),
    ]);
    await cloud.idle();
    for (let i = 0; i < 20; i++) expect(await seen(`object#incoming/good-${i}`)).toBe(`good ${i}`);
    expect(await cloud.deadLetters()).toEqual({ [deadName('Data-InboxDead')]: 1 });
    const log = readFileSync(join(dataDirectory, 'logs', `${output('IngestFunction')}.log`), 'utf8');
    expect(log.match(/incoming\/poison is poison/g)).toHaveLength(2);
  });
});

const nameOf = (url: string) => url.split('/').at(-1) ?? '';
/** The physical name of the queue whose logical id begins so. */
function deadName(prefix: string): string {
  const { Resources } = JSON.parse(
    readFileSync(join(assemblyDirectory, `${prefix.split('-')[0]}.template.json`), 'utf8'),
  );
  const logicalId = Object.keys(Resources).find(
    (id) => id.startsWith(prefix.split('-')[1] ?? '') && Resources[id].Type === 'AWS::SQS::Queue',
  );
  return `${prefix.split('-')[0]}-${logicalId}`;
}

describe('queues', () => {
  test('a batch that fails whole, and a message that was delayed, end among the dead letters', async () => {
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: `m${i}`, MessageBody: `message ${i}` }));
    const before = lines.length;
    await clients.queues.send(new SendMessageBatchCommand({ QueueUrl: output('RefusedUrl'), Entries }));
    await clients.queues.send(
      new SendMessageCommand({ QueueUrl: output('RefusedUrl'), MessageBody: 'late', DelaySeconds: 1 }),
    );
    await cloud.idle();
    expect((await cloud.deadLetters())[deadName('App-RefusedDead')]).toBe(11);
    const failures = lines.slice(before).flatMap((line) => [...line.matchAll(/(\d+) of (\d+) messages failed/g)]);
    for (const [, failed, received] of failures) expect(failed).toBe(received);
    expect(failures.reduce((sum, [, failed]) => sum + Number(failed), 0)).toBe(11);
  });

  test('that are not there', async () => {
    const QueueUrl = `${cloud.endpoint}/000000000000/nobody`;
    expect(await errorName(clients.queues.send(new ReceiveMessageCommand({ QueueUrl })))).toBe('QueueDoesNotExist');
  });

  test('have URLs of this cloud, whoever asks', async () => {
    const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: nameOf(output('InboxUrl')) }));
    expect(QueueUrl).toBe(output('InboxUrl'));
    const { QueueUrls } = await clients.queues.send(new ListQueuesCommand({}));
    expect(QueueUrls?.every((url) => url.startsWith(`${cloud.endpoint}/000000000000/`))).toBe(true);
  });
});

describe('functions', () => {
  test('know themselves and their world', async () => {
    const { value } = await invoke('Describe', { a: 1 });
    expect(value).toMatchObject({
      event: { a: 1 },
      functionName: output('DescribeFunction'),
      memoryLimitInMB: '256',
      isDate: true,
    });
    expect(value.left).toBeGreaterThan(5000);
    expect(value.left).toBeLessThanOrEqual(10_000);
  });

  test('keep their process, and have several at once', async () => {
    const one = (await invoke('Describe', {})).value.pid;
    expect((await invoke('Describe', {})).value.pid).toBe(one);
    const many = await Promise.all(Array.from({ length: 12 }, () => invoke('Describe', { pause: 200 })));
    const processes = new Set(many.map(({ value }) => value.pid));
    expect(processes.size).toBeGreaterThan(1);
    expect(processes.size).toBeLessThanOrEqual(4);
  });

  test.concurrent.each([
    ['Sleep', 'Sandbox.Timedout', /Task timed out after 1\.00 seconds/],
    ['Exit', 'Runtime.ExitError', /exit status 3/],
    ['Missing', 'Runtime.HandlerNotFound', /index\.nothing is undefined/],
    ['Refuse', 'RangeError', /always refused/],
  ])('%s fails as %s', async (name, errorType, message) => {
    const { error, value } = await invoke(name, {});
    expect([error, value.errorType]).toEqual(['Unhandled', errorType]);
    expect(value.errorMessage).toMatch(message);
    if (name !== 'Sleep') expect((await invoke(name, {})).error).toBe('Unhandled');
  });

  test('an event is accepted at once, tried again, and kept when it failed', async () => {
    const answer = await clients.functions.send(
      new InvokeCommand({ FunctionName: output('RefuseFunction'), InvocationType: 'Event', Payload: '{"x":1}' }),
    );
    expect(answer.StatusCode).toBe(202);
    await cloud.idle();
    const QueueUrl = `${cloud.endpoint}/000000000000/${deadName('App-Failures')}`;
    const { Messages } = await clients.queues.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({
      requestPayload: { x: 1 },
      responsePayload: { errorType: 'RangeError' },
    });
  });

  test('one that is not there', async () => {
    expect(await errorName(clients.functions.send(new InvokeCommand({ FunctionName: 'nobody' })))).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('executions', () => {
  const begin = (name: string, input: object) =>
    clients.machines.send(
      new StartExecutionCommand({ stateMachineArn: output('MachineArn'), name, input: JSON.stringify(input) }),
    );

  test('run a Distributed Map of real functions', async () => {
    await drop('items/run-1.json', JSON.stringify([1, 2, 13, 4].map((n) => ({ n }))));
    const { executionArn } = await begin('run-1', { key: 'items/run-1.json', run: 'results/run-1' });
    await cloud.idle();
    const execution = await clients.machines.send(new DescribeExecutionCommand({ executionArn }));
    expect(execution.status).toBe('SUCCEEDED');
    const { map } = JSON.parse(execution.output ?? '');
    const read = async (Key: string) =>
      JSON.parse(
        (await (
          await clients.objects.send(new GetObjectCommand({ Bucket: Bucket(), Key }))
        ).Body?.transformToString()) ?? '',
      );
    const manifest = await read(map.ResultWriterDetails.Key);
    const children = await read(manifest.ResultFiles.SUCCEEDED[0].Key);
    expect(children.map((child: { Output: string }) => JSON.parse(child.Output))).toEqual([
      { doubled: 2 },
      { doubled: 4 },
      { failed: 'Unlucky' },
      { doubled: 8 },
    ]);
  });

  test('a name is used once', async () => {
    expect(await errorName(begin('run-1', { key: 'items/run-1.json', run: 'results/run-1' }))).toBe(
      'ExecutionAlreadyExists',
    );
    expect(await errorName(begin('not a name?', {}))).toBe('InvalidName');
  });

  test('fail, are stopped, and are listed', async () => {
    const { executionArn } = await begin('run-2', { key: 'items/none.json', run: 'r', loud: true });
    await cloud.idle();
    const failed = await clients.machines.send(new DescribeExecutionCommand({ executionArn }));
    expect([failed.status, failed.error]).toEqual(['FAILED', 'States.ItemReaderFailed']);
    await drop('items/run-3.json', JSON.stringify(Array.from({ length: 500 }, () => ({ n: 13 }))));
    const long = await begin('run-3', { key: 'items/run-3.json', run: 'r' });
    expect((await begin('run-3', { key: 'items/run-3.json', run: 'r' })).executionArn).toBe(long.executionArn);
    await clients.machines.send(
      new StopExecutionCommand({ executionArn: long.executionArn, error: 'Mine', cause: 'enough' }),
    );
    await cloud.idle();
    const stopped = await clients.machines.send(new DescribeExecutionCommand({ executionArn: long.executionArn }));
    expect([stopped.status, stopped.error, stopped.cause]).toEqual(['ABORTED', 'Mine', 'enough']);
    const { executions } = await clients.machines.send(
      new ListExecutionsCommand({ stateMachineArn: output('MachineArn'), statusFilter: 'FAILED' }),
    );
    expect(executions?.map(({ name }) => name)).toEqual(['run-2']);
  });
});

describe('clock, schedules and events', () => {
  test('functions and objects live on the moved clock', async () => {
    const instant = Date.parse('2031-05-06T07:08:09Z');
    cloud.clock.set(instant);
    const { value } = await invoke('Describe', {});
    expect(value.year).toBe(2031);
    expect(value.now - instant).toBeGreaterThanOrEqual(0);
    expect(value.now - instant).toBeLessThan(5000);
    await drop('elsewhere/dated', 'x');
    const { LastModified } = await clients.objects.send(
      new GetObjectCommand({ Bucket: Bucket(), Key: 'elsewhere/dated' }),
    );
    expect(LastModified?.getUTCFullYear()).toBe(2031);
  });

  test('a schedule is set off by hand', async () => {
    await cloud.trigger('Nightly');
    await cloud.idle();
    expect(JSON.parse((await seen('witness')) ?? '')).toEqual({
      at: expect.stringMatching(/^2031-05-06T07:\d\d:\d\dZ$/),
    });
    await expect(cloud.trigger('Weekly')).rejects.toThrow(/name one of: Nightly/);
  });

  test('events are written down, and sent on by rules', async () => {
    const entry = (DetailType: string) => ({
      Source: 'test',
      DetailType,
      Detail: '{"n":1}',
      EventBusName: output('BusName'),
    });
    const Entries = [entry('usage file loaded'), entry('something else'), { ...entry('broken'), Detail: '{' }];
    const answer = await clients.events.send(new PutEventsCommand({ Entries }));
    expect([answer.FailedEntryCount, answer.Entries?.[2]?.ErrorCode]).toEqual([1, 'MalformedDetail']);
    await cloud.idle();
    const written = readFileSync(join(dataDirectory, 'events.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(written.map((event) => event['detail-type'])).toEqual(['usage file loaded', 'something else']);
    expect(JSON.parse((await seen('witness')) ?? '')).toMatchObject({
      'detail-type': 'usage file loaded',
      detail: { n: 1 },
      account: '000000000000',
    });
    const stray = new PutEventsCommand({ Entries: [{ ...entry('x'), EventBusName: 'nobody' }] });
    expect(await errorName(clients.events.send(stray))).toBe('ResourceNotFoundException');
  });
});

test.each<[string, () => Promise<unknown>]>([
  ['transactions', () => clients.tables.send(new TransactWriteItemsCommand({ TransactItems: [] }))],
  ['a list of functions', () => clients.functions.send(new ListFunctionsCommand({}))],
  ['a history', () => clients.machines.send(new GetExecutionHistoryCommand({ executionArn: 'x' }))],
  ['a list of rules', () => clients.events.send(new ListRulesCommand({}))],
])('%s, which nobody here does, are an error', async (_, send) => {
  expect(await errorName(send())).toMatch(/^(UnknownOperationException|NotImplemented)$/);
});

test('a data directory has one cloud', async () => {
  await expect(start(false)).rejects.toThrow(/is in use by process \d+/);
});

describe('stop and start', () => {
  test('go on where they were', async () => {
    const before = await drop('elsewhere/kept', 'kept');
    const url = output('InboxUrl');
    await cloud.stop();
    expect(existsSync(join(dataDirectory, 'lock'))).toBe(false);
    const started = performance.now();
    cloud = await start(true);
    expect(performance.now() - started).toBeLessThan(2000);
    clients = clientsOf(cloud.environment);
    expect(output('InboxUrl')).not.toBe(url);
    expect(JSON.parse(readFileSync(join(dataDirectory, 'outputs.json'), 'utf8'))).toEqual(cloud.outputs);
    expect(await seen('object#incoming/good-7')).toBe('good 7');
    const kept = await clients.objects.send(new GetObjectCommand({ Bucket: Bucket(), Key: 'elsewhere/kept' }));
    expect(kept.VersionId).toBe(before.VersionId);
    expect(new Date(cloud.clock.now()).getUTCFullYear()).toBe(2031);
    await drop('incoming/after', 'the restart');
    await cloud.idle();
    expect(await seen('object#incoming/after')).toBe('the restart');
    const again = new StartExecutionCommand({ stateMachineArn: output('MachineArn'), name: 'run-1', input: '{}' });
    expect(await errorName(clients.machines.send(again))).toBe('ExecutionAlreadyExists');
  });

  test('a schedule is due by itself when the clock comes to it', async () => {
    cloud.clock.set(Date.parse('2031-08-01T02:59:59.700Z'));
    await expect.poll(() => seen('witness'), { timeout: 5000 }).toBe('{"at":"2031-08-01T03:00:00Z"}');
  });
});

describe('a kill', () => {
  const host = join(import.meta.dirname, 'fixture-app/host.ts');
  const killed = join(directory, 'killed');

  const hosts: ChildProcess[] = [];
  afterAll(() => Promise.all(hosts.filter((one) => one.exitCode === null && one.signalCode === null).map(end)));

  async function startHost(): Promise<{ process: ChildProcess; environment: Record<string, string> }> {
    const child = spawn(process.execPath, [host, assemblyDirectory, killed], { stdio: ['ignore', 'pipe', 'inherit'] });
    hosts.push(child);
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.once('data', (data) => resolve(String(data)));
      child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)));
    });
    return { process: child, environment: JSON.parse(line) };
  }

  const end = (child: ChildProcess) =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGKILL');
    });
  const alive = (id: number) => {
    try {
      return process.kill(id, 0);
    } catch {
      return false;
    }
  };

  test('of the host ends its children; what was acknowledged is there afterwards', async () => {
    const first = await startHost();
    const before = clientsOf(first.environment);
    const TableName = output('TableName');
    const put = (i: number) =>
      before.tables.send(
        new PutItemCommand({ TableName, Item: { pk: { S: `k${i}` }, sk: { S: 'seen' }, text: { S: String(i) } } }),
      );
    await Promise.all(Array.from({ length: 200 }, (_, i) => put(i)));
    const body = 'x'.repeat(400_000);
    await before.objects.send(new PutObjectCommand({ Bucket: Bucket(), Key: 'kept', Body: body }));
    const described = await before.functions.send(
      new InvokeCommand({ FunctionName: output('DescribeFunction'), Payload: '{}' }),
    );
    const { pid } = JSON.parse(described.Payload?.transformToString() ?? '');
    const Items = JSON.stringify(Array.from({ length: 300 }, () => ({ n: 13 })));
    await before.objects.send(new PutObjectCommand({ Bucket: Bucket(), Key: 'items', Body: Items }));
    const input = JSON.stringify({ key: 'items', run: 'r' });
    const { executionArn } = await before.machines.send(
      new StartExecutionCommand({ stateMachineArn: output('MachineArn'), name: 'cut', input }),
    );
    await sleep(200);
    expect(alive(pid)).toBe(true);
    await end(first.process);

    const second = await startHost();
    const after = clientsOf(second.environment);
    expect(await Promise.all([0, 42, 199].map((i) => seen(`k${i}`, after)))).toEqual(['0', '42', '199']);
    const kept = await after.objects.send(new GetObjectCommand({ Bucket: Bucket(), Key: 'kept' }));
    expect(
      createHash('md5')
        .update((await kept.Body?.transformToString()) ?? '')
        .digest('hex'),
    ).toBe(kept.ETag?.replaceAll('"', ''));
    expect((await after.machines.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('ABORTED');
    await expect.poll(() => alive(pid), { timeout: 3000 }).toBe(false);
    await end(second.process);
  });
});

test('an app that is not understood is refused before anything is made', async () => {
  const assembly = join(directory, 'strange');
  const data = join(directory, 'strange-data');
  const template = { Resources: { X: { Type: 'AWS::EC2::Instance', Properties: {} } } };
  mkdirSync(assembly);
  writeFileSync(join(assembly, 'S.json'), JSON.stringify(template));
  writeFileSync(
    join(assembly, 'manifest.json'),
    JSON.stringify({ artifacts: { S: { type: 'aws:cloudformation:stack', properties: { templateFile: 'S.json' } } } }),
  );
  await expect(
    startCloud({
      assemblyDirectory: assembly,
      dataDirectory: data,
      port: 0,
      schedules: false,
      metered: false,
      log: String,
    }),
  ).rejects.toThrow('S/X: the resource type AWS::EC2::Instance is not known here');
  expect(readdirSync(data)).toEqual([]);
});
