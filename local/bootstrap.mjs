// What runs inside a Lambda child: it loads the bundle, then asks the Runtime API for one invocation after another.
// It ends with its parent: when the Runtime API's connection breaks or standard input closes.
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const RealDate = Date;
let clockOffset = Number(process.env.EMBEDDED_CLOCK_OFFSET);
delete process.env.EMBEDDED_CLOCK_OFFSET;
const now = () => RealDate.now() + clockOffset;

/** `Date` on the moved clock: `new Date()`, `Date()` and `Date.now()`; everything else is the real one. */
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});
RealDate.prototype.constructor = globalThis.Date;

const [host, child] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
const agent = new Agent({ keepAlive: true, maxSockets: 2 });

/** One call of the Runtime API; a broken connection ends the child. */
function call(method, path, body = '', headers = {}) {
  return new Promise((resolve) => {
    const [hostname, port] = host.split(':');
    const outgoing = request(
      {
        agent,
        hostname,
        port,
        method,
        path: `/${child}/2018-06-01/runtime/${path}`,
        headers: { 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
        response.on('error', () => process.exit(0));
      },
    );
    outgoing.on('error', () => process.exit(0));
    outgoing.end(body);
  });
}

process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0));
process.stdin.resume();

function describe(thrown) {
  const error = thrown instanceof Error ? thrown : Object.assign(new Error(String(thrown)), { name: typeof thrown });
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

let current = '';

async function fatal(thrown) {
  const error = JSON.stringify(describe(thrown));
  console.error(error);
  await call('POST', current === '' ? 'init/error' : `invocation/${current}/error`, error);
  process.exit(1);
}
process.on('uncaughtException', fatal);
process.on('unhandledRejection', fatal);

async function loadHandler() {
  const [file, name] = process.env._HANDLER.split(/\.(?=[^.]*$)/);
  const path = ['.mjs', '.js', '.cjs']
    .map((suffix) => join(process.env.LAMBDA_TASK_ROOT, file + suffix))
    .find(existsSync);
  if (!path) throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  const handler = (await import(pathToFileURL(path).href))[name];
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  return handler;
}

function contextOf(headers) {
  const { env } = process;
  const end = performance.now() + Number(headers['embedded-remaining-milliseconds']);
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
  };
}

/** What an invocation took of the machine, for the meter: processor time since it began, and the most memory so far. */
function usedSince(before) {
  const { user, system } = process.cpuUsage(before);
  return { 'embedded-processor-microseconds': user + system, 'embedded-largest-kilobytes': largestKilobytes() };
}

/** Where the system says what was most, that; else what it is now. (Of `resourceUsage` the most is also the parent's, before it became this process.) */
function largestKilobytes() {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return Math.round(process.memoryUsage.rss() / 1024);
  }
}

const handler = await loadHandler().catch(fatal);
for (;;) {
  const next = await call('GET', 'invocation/next');
  clockOffset = Number(next.headers['embedded-clock-offset']);
  current = next.headers['lambda-runtime-aws-request-id'];
  const before = process.cpuUsage();
  let answer;
  let path = 'response';
  try {
    answer = JSON.stringify((await handler(JSON.parse(next.body), contextOf(next.headers))) ?? null);
  } catch (thrown) {
    const error = describe(thrown);
    console.error(JSON.stringify({ level: 'ERROR', message: 'Invoke Error', requestId: current, ...error }));
    answer = JSON.stringify(error);
    path = 'error';
  }
  const requestId = current;
  current = '';
  await call('POST', `invocation/${requestId}/${path}`, answer, usedSince(before));
}
