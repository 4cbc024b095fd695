import type { AsyncInvocations } from './async-invocations.ts';
import { awsError, notImplemented } from './aws-error.ts';
import type { EventBuses } from './events.ts';
import type { Executions } from './executions.ts';
import { type Call, type ServiceHandler, sendJson } from './gateway.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';
import type { Queues } from './queues.ts';
import { answerS3 } from './s3/server.ts';
import type { Store } from './s3/store.ts';
import type { Tables } from './tables.ts';

/** What the gateway's services stand on. */
export interface Parts {
  tables: Tables;
  queues: Queues;
  store: Store;
  runtime: LambdaRuntime;
  asynchronous: AsyncInvocations;
  executions: Executions;
  buses: EventBuses;
}

async function invoke(call: Call, body: Buffer, runtime: LambdaRuntime, asynchronous: AsyncInvocations): Promise<void> {
  const [path = '', query = ''] = call.path.split('?');
  const name = decodeURIComponent(path.split('/')[3] ?? '');
  if (query !== '' && query !== 'Qualifier=%24LATEST') throw notImplemented(`Lambda Invoke with ?${query}`);
  const type = call.request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = body.length === 0 ? '{}' : body.toString();
  try {
    JSON.parse(payload);
  } catch {
    throw awsError(400, 'InvalidRequestContentException', 'Could not parse request body into json');
  }
  const { response } = call;
  if (type === 'Event') {
    if (body.length > 1024 * 1024)
      throw awsError(413, 'RequestTooLargeException', 'An asynchronous invocation carries at most 1 MiB');
    asynchronous.invoke(name, payload);
    return void response.writeHead(202, { 'content-length': 0 }).end();
  }
  if (type !== 'RequestResponse') throw notImplemented(`Lambda Invoke of the type ${type}`);
  const result = await runtime.invoke(name, payload);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(result.payload),
    'x-amz-executed-version': '$LATEST',
    ...(result.failed ? { 'x-amz-function-error': 'Unhandled' } : {}),
  });
  response.end(result.payload);
}

/** The services of the cloud, by the name in a signature's scope. */
export function makeServices({
  tables,
  queues,
  store,
  runtime,
  asynchronous,
  executions,
  buses,
}: Parts): Record<string, ServiceHandler> {
  return {
    dynamodb: async ({ request, response }, body) => tables.answer(request.headers, body, response),
    s3: ({ request, response }) => answerS3(store, request, response),
    async sqs({ operation, response }, body) {
      const answer = await queues.answer(operation, body.toString());
      response.writeHead(answer.status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(answer.body),
        ...(answer.queryError === undefined ? {} : { 'x-amzn-query-error': answer.queryError }),
      });
      response.end(answer.body);
    },
    lambda: (call, body) => invoke(call, body, runtime, asynchronous),
    states: async ({ operation, input, response }) => sendJson(response, executions.answer(operation, input)),
    events: async ({ operation, input, response }) => sendJson(response, await buses.answer(operation, input)),
  };
}
