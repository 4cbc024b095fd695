import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsError, asAwsError, awsError, notImplemented } from './aws-error.ts';
import { operationOf, parseTarget } from './s3/operation.ts';
import { errorDocument } from './s3/xml.ts';

/** One API call, as an interceptor sees it before it is answered. */
export interface Call {
  /** The service of the signature's scope: `dynamodb`, `sqs`, `s3`, `states`, `events`, `lambda`. */
  service: string;
  /** The operation: `PutItem`, `GetObject`, `Invoke`, … */
  operation: string;
  /** Who calls: the access key of a function's role, or another. */
  accessKeyId: string;
  /** Bytes of a body that was read (JSON services); 0 where it streams (S3). */
  bytes: number;
  /** The request's input, for the JSON services; S3 and Lambda say what they touch in the path. */
  input: Record<string, unknown>;
  /** Path and query, as on the request line. */
  path: string;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Looks at a call, may throw an AWS error instead of it, and calls `proceed` to have it answered. */
export type Interceptor = (call: Call, proceed: () => Promise<void>) => Promise<void>;

/** Answers the calls of one service; throws an AWS error. `body` is empty for S3, which streams. */
export type ServiceHandler = (call: Call, body: Buffer) => Promise<void>;

/** The one door of the cloud. */
export interface Gateway {
  endpoint: string;
  /** Opens the door; until then every call is refused with 503. */
  serve(services: Record<string, ServiceHandler>, interceptors: Interceptor[]): void;
  close(): Promise<void>;
}

const LONGEST_BODY = 17 * 1024 * 1024;

interface Credential {
  accessKeyId: string;
  service: string;
}

function credentialOf(request: IncomingMessage): Credential {
  const presigned = new URLSearchParams((request.url ?? '').split('?')[1] ?? '').get('X-Amz-Credential');
  const scope = presigned ?? /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const [accessKeyId, , , service] = scope?.split('/') ?? [];
  if (accessKeyId && service) return { accessKeyId, service };
  throw awsError(
    403,
    'MissingAuthenticationToken',
    'Sign the request (AWS Signature Version 4): its scope names the service',
  );
}

function operationName(service: string, request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  if (service === 's3') return operationOf(request.method ?? '', parseTarget(request.url ?? '/'), request.headers);
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  if (
    service === 'lambda' &&
    request.method === 'POST' &&
    /^\/2015-03-31\/functions\/[^/]+\/invocations$/.test((request.url ?? '').split('?')[0] ?? '')
  )
    return 'Invoke';
  throw notImplemented(`${service} ${request.method} ${request.url?.split('?')[0]}`);
}

async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY)
      throw awsError(413, 'RequestEntityTooLarge', `A request holds at most ${LONGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function parseInput(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw awsError(400, 'SerializationException', 'The body is not JSON');
  }
}

/** Answers a JSON service: the version is 1.0 or 1.1, the clients take both. */
export function sendJson(response: ServerResponse, value: object): void {
  const body = JSON.stringify(value);
  response
    .writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

function sendError(response: ServerResponse, request: IncomingMessage, service: string, error: AwsError): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  request.resume();
  const xml = service === 's3' || service === '';
  const body = xml
    ? errorDocument(error, request.url ?? '', 'gateway')
    : JSON.stringify({ __type: error.code, Type: 'User', message: error.message, Message: error.message });
  response.writeHead(error.status, {
    'content-type': xml ? 'application/xml' : 'application/x-amz-json-1.0',
    'x-amzn-errortype': error.code,
    'content-length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Opens the gateway on 127.0.0.1. Port 0 is any free one. */
export async function openGateway(port: number, log: (line: string) => void): Promise<Gateway> {
  let services: Record<string, ServiceHandler> = {};
  let interceptors: Interceptor[] = [];
  let open = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let service = '';
    try {
      const credential = credentialOf(request);
      service = credential.service;
      if (!open) throw awsError(503, 'ServiceUnavailable', 'The embedded cloud is starting or stopping');
      const handler = services[service];
      if (!handler) throw notImplemented(`The service ${service}`);
      const operation = operationName(service, request);
      const body = service === 's3' ? Buffer.alloc(0) : await readWhole(request);
      const input = service === 's3' || service === 'lambda' ? {} : parseInput(body);
      const call: Call = {
        service,
        operation,
        accessKeyId: credential.accessKeyId,
        bytes: body.length,
        input,
        path: request.url ?? '/',
        request,
        response,
      };
      const proceed = interceptors.reduceRight<() => Promise<void>>(
        (next, interceptor) => () => interceptor(call, next),
        () => handler(call, body),
      );
      await proceed();
    } catch (thrown) {
      const error = asAwsError(thrown);
      if (error.status === 500) log(`${service} ${request.method} ${request.url}: ${error.stack}`);
      sendError(response, request, service, error);
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`The embedded cloud cannot listen on 127.0.0.1:${port}: ${error.message}`)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(all, intercepting) {
      services = all;
      interceptors = intercepting;
      open = true;
    },
    async close() {
      open = false;
      const closed = new Promise((resolve) => void server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
