import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationResult, LambdaRuntime } from './lambda-runtime.ts';
import { nameOf } from './place.ts';
import type { Queues } from './queues.ts';

/** What becomes of a function's asynchronous invocations that fail. */
export interface AsyncSettings {
  retries: number;
  /** ARN of the queue for what failed for good (a destination), or undefined. */
  onFailure: string | undefined;
  /** ARN of the function's dead-letter queue, or undefined. */
  deadLetter: string | undefined;
}

/** Asynchronous invocations (`Event`): accepted at once, tried again when they fail, then sent to where failures go. */
export interface AsyncInvocations {
  invoke(functionName: string, payload: string): void;
  /** Names of functions whose asynchronous invocations are under way, waiting times included. */
  busy(): string[];
  stop(): void;
}

/** AWS waits one and two minutes between its tries; here it is this, times the number of the try. */
const RETRY_MILLISECONDS = 200;

/** Starts accepting asynchronous invocations. */
export function acceptAsyncInvocations(
  runtime: LambdaRuntime,
  queues: Queues,
  settings: ReadonlyMap<string, AsyncSettings>,
  log: (line: string) => void,
): AsyncInvocations {
  const underWay = new Map<symbol, string>();
  let stopped = false;

  async function giveUp(functionName: string, payload: string, result: InvocationResult): Promise<void> {
    const { onFailure, deadLetter } = settings.get(functionName) ?? {};
    log(`${functionName}: an asynchronous invocation failed for good: ${result.payload.slice(0, 500)}`);
    if (onFailure !== undefined) {
      const requestPayload = JSON.parse(payload);
      const record = {
        version: '1.0',
        requestContext: { condition: 'RetriesExhausted' },
        requestPayload,
        responsePayload: JSON.parse(result.payload),
      };
      await queues.request('SendMessage', {
        QueueUrl: queues.url(nameOf(onFailure)),
        MessageBody: JSON.stringify(record),
      });
    }
    if (deadLetter !== undefined)
      await queues.request('SendMessage', { QueueUrl: queues.url(nameOf(deadLetter)), MessageBody: payload });
  }

  async function run(functionName: string, payload: string): Promise<void> {
    const retries = settings.get(functionName)?.retries ?? 2;
    for (let attempt = 1; !stopped; attempt++) {
      const result = await runtime.invoke(functionName, payload);
      if (!result.failed || stopped) return;
      if (attempt > retries) return giveUp(functionName, payload, result);
      await sleep(RETRY_MILLISECONDS * attempt, undefined, { ref: false });
    }
  }

  return {
    invoke(functionName, payload) {
      const { name } = runtime.find(functionName);
      const token = Symbol(name);
      underWay.set(token, name);
      run(name, payload)
        .catch((thrown: Error) => log(`${name}: ${thrown.message}`))
        .finally(() => underWay.delete(token));
    },
    busy: () => [...underWay.values()],
    stop: () => {
      stopped = true;
    },
  };
}
