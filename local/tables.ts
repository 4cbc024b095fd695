import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import dynalite from 'dynalite';
import { asAwsError, awsError } from './aws-error.ts';
import { REGION } from './place.ts';

/** DynamoDB: dynalite in this process, on disk; its state survives a kill. */
export interface Tables {
  /** Answers one HTTP request whose body has been read already. */
  answer(headers: Record<string, unknown>, body: Buffer, response: ServerResponse): void;
  /** Calls an operation from within; throws the AWS error. */
  request(operation: string, input: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * dynalite ends a query by the `return` of its iterator, which those of its own store do not have: each query would stay open for good, with all that
 * the store had at its time.
 */
function closeIterators(): void {
  const ofDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
  const { AbstractIterator } = ofDynalite('abstract-level');
  const ofAll: { close(): Promise<void>; return?: () => Promise<void> } = Object.getPrototypeOf(
    AbstractIterator.prototype,
  );
  ofAll.return ??= function () {
    return this.close();
  };
}

function replay(headers: Record<string, unknown>, body: Buffer): Readable {
  return Object.assign(Readable.from([body]), { method: 'POST', url: '/', headers });
}

/** Opens the tables in a folder. */
export function openTables(directory: string): Tables {
  closeIterators();
  const before = { region: process.env.AWS_REGION, account: process.env.AWS_ACCOUNT_ID };
  process.env.AWS_REGION = REGION;
  delete process.env.AWS_ACCOUNT_ID;
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  if (before.region === undefined) delete process.env.AWS_REGION;
  else process.env.AWS_REGION = before.region;
  if (before.account !== undefined) process.env.AWS_ACCOUNT_ID = before.account;

  const pending = new Set<ServerResponse>();
  return {
    answer(headers, body, response) {
      pending.add(response);
      const end = response.end.bind(response);
      response.end = (chunk: unknown) => {
        pending.delete(response);
        return end(chunk);
      };
      server.emit('request', replay(headers, body), response);
    },
    request: (operation, input) =>
      new Promise((resolve, reject) => {
        const headers = {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20000101T000000Z',
          authorization: 'AWS4-HMAC-SHA256 Credential=cloud, SignedHeaders=host, Signature=none',
        };
        const response = {
          statusCode: 200,
          setHeader: () => undefined,
          end(text: string) {
            const answer = JSON.parse(text);
            if (this.statusCode === 200) return resolve(answer);
            const code = String(answer.__type).split('#').at(-1) ?? '';
            reject(awsError(this.statusCode, code, answer.message ?? answer.Message ?? code));
          },
        };
        try {
          server.emit('request', replay(headers, Buffer.from(JSON.stringify(input))), response);
        } catch (thrown) {
          reject(asAwsError(thrown));
        }
      }),
    async close() {
      // An operation that finds its store closed would throw where nobody can catch it.
      for (let waits = 0; pending.size > 0 && waits < 500; waits++) await sleep(10);
      // dynalite closes its store only on a server that listens.
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => server.close(() => resolve())));
    },
  };
}
