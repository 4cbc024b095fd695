import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { awsError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import { REGION } from './place.ts';

/** A function as its template describes it. */
export interface FunctionDefinition {
  name: string;
  arn: string;
  roleArn: string;
  /** Folder of the bundle. */
  directory: string;
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
  /** Reserved concurrency, or undefined. */
  reserved: number | undefined;
}

/** What an invocation came to: JSON text, and whether it describes an error. */
export interface InvocationResult {
  payload: string;
  failed: boolean;
}

/** Runs functions: every concurrent invocation has a child process of its own, which is kept for the next one. */
export interface LambdaRuntime {
  /** Invokes and waits. An error of the function is a result; `ResourceNotFoundException` is thrown. */
  invoke(functionName: string, payload: string): Promise<InvocationResult>;
  /** Names of functions with invocations running or waiting, one entry an invocation. */
  busy(): string[];
  /** How many invocations have ended since the start. */
  finished(): number;
  /** The access key id a function's children sign with: names the caller. */
  accessKeys: ReadonlyMap<string, FunctionDefinition>;
  /** The function of this name, or `ResourceNotFoundException`. */
  find(functionName: string): FunctionDefinition;
  stop(): Promise<void>;
}

/** What an invocation took: from when it was given to a child until it had answered. */
export interface Used {
  seconds: number;
  processorSeconds: number;
  /** The most memory its child has had so far. */
  megabytes: number;
  /** What its function is given, which is what is paid for. */
  configuredMegabytes: number;
}

interface Invocation {
  requestId: string;
  payload: string;
  /** When it was given to a child, by the machine's own clock. */
  began: number;
  settle(result: InvocationResult): void;
}

interface Child {
  id: string;
  process: ChildProcess;
  /** Has its bundle been loaded? Until then its death fails an invocation that waits for it. */
  ready: boolean;
  /** The open question for the next invocation, while idle. */
  waiting: ServerResponse | undefined;
  invocation: Invocation | undefined;
  timer: NodeJS.Timeout;
  /** Why it ended, once known. */
  cause: InvocationResult | undefined;
}

interface Pool {
  definition: FunctionDefinition;
  children: Set<Child>;
  queue: Invocation[];
}

const CONCURRENCY = 4;
const CHILDREN_IN_ALL = 24;
const INIT_SECONDS = 30;
const LONGEST_PAYLOAD = 6 * 1024 * 1024;
const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');

function failure(errorType: string, errorMessage: string): InvocationResult {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** The access key id of a function's role: stable, and in the form AWS gives temporary ones. */
function accessKeyOf(definition: FunctionDefinition): string {
  return `ASIA${createHash('sha256').update(definition.name).digest('hex').slice(0, 16).toUpperCase()}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Starts the Runtime API; children start when they are needed. */
export async function startLambdaRuntime(
  definitions: FunctionDefinition[],
  endpoint: string,
  logDirectory: string,
  clock: Clock,
  used: (functionName: string, used: Used) => void,
): Promise<LambdaRuntime> {
  mkdirSync(logDirectory, { recursive: true });
  const pools = new Map(
    definitions.map((definition): [string, Pool] => [definition.name, { definition, children: new Set(), queue: [] }]),
  );
  const children = new Map<string, { child: Child; pool: Pool }>();
  let ended = 0;
  let stopped = false;
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const api = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, id = '', , , what, requestId, outcome] = (request.url ?? '').split('/');
    const found = children.get(id);
    if (!found) return void response.writeHead(404).end();
    const { child, pool } = found;
    if (what === 'invocation' && requestId === 'next') {
      clearTimeout(child.timer);
      child.ready = true;
      child.waiting = response;
      return hand(pool);
    }
    const body = await readBody(request);
    if (what === 'init') child.cause = { payload: body, failed: true };
    const { invocation } = child;
    if (invocation && invocation.requestId === requestId) {
      clearTimeout(child.timer);
      child.invocation = undefined;
      used(pool.definition.name, {
        seconds: (performance.now() - invocation.began) / 1000,
        processorSeconds: Number(request.headers['embedded-processor-microseconds'] ?? 0) / 1e6,
        megabytes: Number(request.headers['embedded-largest-kilobytes'] ?? 0) / 1024,
        configuredMegabytes: pool.definition.memoryMegabytes,
      });
      const long = Buffer.byteLength(body) > LONGEST_PAYLOAD;
      invocation.settle(
        long
          ? failure(
              'Function.ResponseSizeTooLarge',
              `Response payload size exceeded maximum allowed payload size (${LONGEST_PAYLOAD} bytes).`,
            )
          : { payload: body, failed: outcome === 'error' },
      );
    }
    response.writeHead(202, { 'content-length': 0 }).end();
  }

  /** Gives waiting invocations to idle children, and starts children for the rest. */
  function hand(pool: Pool): void {
    for (const child of pool.children) {
      if (!child.waiting || stopped) continue;
      const invocation = pool.queue.shift();
      if (!invocation) return;
      give(pool, child, child.waiting, invocation);
    }
    const starting = [...pool.children].filter((child) => !child.waiting && !child.invocation).length;
    const most = Math.min(CONCURRENCY, pool.definition.reserved ?? CONCURRENCY);
    for (let i = starting; i < pool.queue.length && pool.children.size < most && !stopped; i++) start(pool);
  }

  function give(pool: Pool, child: Child, response: ServerResponse, invocation: Invocation): void {
    const { definition } = pool;
    const milliseconds = definition.timeoutSeconds * 1000;
    child.waiting = undefined;
    child.invocation = invocation;
    invocation.began = performance.now();
    child.timer = setTimeout(() => {
      const seconds = definition.timeoutSeconds.toFixed(2);
      kill(
        child,
        failure(
          'Sandbox.Timedout',
          `RequestId: ${invocation.requestId} Error: Task timed out after ${seconds} seconds`,
        ),
      );
    }, milliseconds);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': clock.now() + milliseconds,
      'lambda-runtime-invoked-function-arn': definition.arn,
      'embedded-clock-offset': clock.offset(),
      'embedded-remaining-milliseconds': milliseconds,
    });
    response.end(invocation.payload);
  }

  function kill(child: Child, cause: InvocationResult): void {
    child.cause = cause;
    child.process.kill('SIGKILL');
  }

  /** Ends the longest idle child of any function when there are too many. */
  function makeRoom(): void {
    if (children.size < CHILDREN_IN_ALL) return;
    for (const { child, pool } of children.values())
      if (child.waiting) {
        children.delete(child.id);
        pool.children.delete(child);
        child.process.kill('SIGKILL');
        return;
      }
  }

  function start(pool: Pool): void {
    makeRoom();
    const { definition } = pool;
    const id = randomUUID();
    const log = openSync(join(logDirectory, `${definition.name}.log`), 'a');
    const process_ = spawn(
      process.execPath,
      [`--max-old-space-size=${Math.floor(definition.memoryMegabytes * 0.9)}`, bootstrap],
      { cwd: definition.directory, env: environmentOf(definition, id), stdio: ['pipe', log, log] },
    );
    closeSync(log);
    const child: Child = {
      id,
      process: process_,
      ready: false,
      waiting: undefined,
      invocation: undefined,
      cause: undefined,
      timer: setTimeout(
        () => kill(child, failure('Sandbox.Timedout', `Init did not end within ${INIT_SECONDS} seconds`)),
        INIT_SECONDS * 1000,
      ),
    };
    pool.children.add(child);
    children.set(id, { child, pool });
    const gone = (why: string) => {
      clearTimeout(child.timer);
      pool.children.delete(child);
      if (!children.delete(id)) return;
      child.waiting?.destroy();
      const failed = child.invocation ?? (child.ready || stopped ? undefined : pool.queue.shift());
      failed?.settle(
        child.cause ??
          failure('Runtime.ExitError', `RequestId: ${failed.requestId} Error: Runtime exited with error: ${why}`),
      );
      hand(pool);
    };
    process_.on('exit', (code, signal) => gone(signal ? `signal: ${signal}` : `exit status ${code}`));
    process_.on('error', (error) => gone(error.message));
    process_.stdin?.on('error', () => undefined);
  }

  function environmentOf(definition: FunctionDefinition, id: string): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      _HANDLER: definition.handler,
      LAMBDA_TASK_ROOT: definition.directory,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: id,
      AWS_LAMBDA_RUNTIME_API: `${api}/${id}`,
      AWS_ACCESS_KEY_ID: accessKeyOf(definition),
      AWS_SECRET_ACCESS_KEY: 'embedded',
      AWS_SESSION_TOKEN: 'embedded',
      AWS_ENDPOINT_URL: endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      EMBEDDED_CLOCK_OFFSET: String(clock.offset()),
      ...definition.environment,
    };
  }

  function poolOf(functionName: string): Pool {
    const name = functionName.replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, '').replace(/:\$LATEST$/, '');
    const pool = pools.get(name);
    if (!pool) throw awsError(404, 'ResourceNotFoundException', `Function not found: ${functionName}`);
    return pool;
  }

  return {
    accessKeys: new Map(definitions.map((definition) => [accessKeyOf(definition), definition])),
    find: (functionName) => poolOf(functionName).definition,
    finished: () => ended,
    busy: () =>
      [...pools.values()].flatMap((pool) => {
        const running = [...pool.children].filter((child) => child.invocation).length;
        return Array.from({ length: running + pool.queue.length }, () => pool.definition.name);
      }),
    async invoke(functionName, payload) {
      const pool = poolOf(functionName);
      if (Buffer.byteLength(payload) > LONGEST_PAYLOAD)
        throw awsError(
          413,
          'RequestTooLargeException',
          `${LONGEST_PAYLOAD} bytes is the longest payload of an invocation`,
        );
      if (stopped) throw awsError(503, 'ServiceException', 'The embedded cloud is stopping');
      return new Promise((resolve) => {
        const settle = (result: InvocationResult) => {
          ended++;
          resolve(result);
        };
        pool.queue.push({ requestId: randomUUID(), payload, began: 0, settle });
        hand(pool);
      });
    },
    async stop() {
      stopped = true;
      for (const pool of pools.values())
        for (const invocation of pool.queue.splice(0))
          invocation.settle(failure('ServiceException', 'The embedded cloud is stopping'));
      const exits = [...children.values()].map(({ child }) => {
        const exit = new Promise((resolve) => child.process.once('exit', resolve));
        child.process.kill('SIGKILL');
        return exit;
      });
      await Promise.all(exits);
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
