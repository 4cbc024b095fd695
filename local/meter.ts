import type { History } from './asl-world.ts';
import type { Call, Interceptor } from './gateway.ts';
import type { Used } from './lambda-runtime.ts';

/** What a cloud was asked for, as AWS would bill it. */
export interface MeterReading {
  /** Calls by service and operation: "dynamodb Query", "s3 PutObject". */
  readonly requests: Readonly<Record<string, number>>;
  /** Started kilobytes of items that were put or deleted. */
  readonly writeUnits: number;
  /** Started 4 kB of what consistent reads looked at, half of it for others; at least one a read. */
  readonly readUnits: number;
  /** Bytes of items put and of items read, of objects put and of objects read. */
  readonly itemBytesWritten: number;
  readonly itemBytesRead: number;
  readonly objectBytesWritten: number;
  readonly objectBytesRead: number;
  /** Invocations by function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** What invocations that have answered took, by function. */
  readonly functions: Readonly<Record<string, FunctionReading>>;
  /** States entered by standard executions, and executions of a map's children, which are Express. */
  readonly transitions: number;
  readonly children: number;
  /** Bytes of the largest state an execution carried. */
  readonly largestState: number;
  /** States the longest standard execution entered, and bytes the largest gave its states in all. */
  readonly mostStates: number;
  readonly largestHistory: number;
}

/** What the invocations of a function took together, and the largest of them. */
export interface FunctionReading {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Processor time by the memory the function is given, in gigabyte-seconds. */
  readonly gigabyteSeconds: number;
  readonly longestSeconds: number;
  readonly largestMegabytes: number;
}

/** Counts what a cloud is asked for. */
export interface Meter {
  /** Sees the calls of a gateway. */
  readonly intercept: Interceptor;
  invoked(functionName: string): void;
  /** An invocation has answered. */
  used(functionName: string, used: Used): void;
  /** A state was entered with an input of so many bytes, of a standard execution or of a map's child, which came to so much so far. */
  entered(isChild: boolean, bytes: number, soFar: History): void;
  /** What has been counted so far. */
  read(): MeterReading;
}

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A meter that has counted nothing. */
export function openMeter(): Meter {
  const counted = { requests: new Map<string, number>(), invocations: new Map<string, number>() };
  const functions = new Map<string, FunctionReading>();
  const sums = { writeUnits: 0, readUnits: 0, transitions: 0, children: 0 };
  const bytes = { itemBytesWritten: 0, itemBytesRead: 0, objectBytesWritten: 0, objectBytesRead: 0 };
  const largest = { largestState: 0, mostStates: 0, largestHistory: 0 };
  const add = (to: Map<string, number>, name: string) => to.set(name, (to.get(name) ?? 0) + 1);
  return {
    async intercept(call, proceed) {
      add(counted.requests, `${call.service} ${call.operation}`);
      if (call.service === 'dynamodb') {
        for (const item of written(call)) {
          const size = sizeOf(item);
          sums.writeUnits += Math.ceil(size / 1024);
          bytes.itemBytesWritten += size;
        }
        if (READS.has(call.operation))
          onAnswer(call, (answer) => {
            const read = readOf(call, answer);
            sums.readUnits += read.units;
            bytes.itemBytesRead += read.bytes;
          });
      }
      if (call.service === 's3') {
        const { headers } = call.request;
        if (call.operation === 'PutObject' || call.operation === 'UploadPart')
          bytes.objectBytesWritten += Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0);
        const { response } = call;
        if (call.operation === 'GetObject')
          response.once('finish', () => (bytes.objectBytesRead += Number(response.getHeader('content-length') ?? 0)));
      }
      await proceed();
    },
    invoked: (functionName) => void add(counted.invocations, functionName),
    used(functionName, { seconds, processorSeconds, megabytes, configuredMegabytes }) {
      const before = functions.get(functionName) ?? NOT_USED;
      functions.set(functionName, {
        seconds: before.seconds + seconds,
        processorSeconds: before.processorSeconds + processorSeconds,
        gigabyteSeconds: before.gigabyteSeconds + (processorSeconds * configuredMegabytes) / 1024,
        longestSeconds: Math.max(before.longestSeconds, seconds),
        largestMegabytes: Math.max(before.largestMegabytes, megabytes),
      });
    },
    entered(isChild, stateBytes, soFar) {
      if (!isChild) sums.transitions++;
      else if (soFar.states === 1) sums.children++;
      largest.largestState = Math.max(largest.largestState, stateBytes);
      if (isChild) return;
      largest.mostStates = Math.max(largest.mostStates, soFar.states);
      largest.largestHistory = Math.max(largest.largestHistory, soFar.bytes);
    },
    read: () => ({
      requests: Object.fromEntries(counted.requests),
      invocations: Object.fromEntries(counted.invocations),
      functions: Object.fromEntries(functions),
      ...sums,
      ...bytes,
      ...largest,
    }),
  };
}

const NOT_USED: FunctionReading = {
  seconds: 0,
  processorSeconds: 0,
  gigabyteSeconds: 0,
  longestSeconds: 0,
  largestMegabytes: 0,
};

const READS = new Set(['GetItem', 'Query', 'BatchGetItem', 'Scan']);

/** The items a call puts; of a deletion its key. */
function written({ operation, input }: Call): Attributes[] {
  if (operation === 'PutItem') return [input.Item as Attributes];
  if (operation !== 'BatchWriteItem') return [];
  type Write = { readonly PutRequest?: { Item: Attributes }; readonly DeleteRequest?: { Key: Attributes } };
  const writes = Object.values(input.RequestItems as Record<string, Write[]>).flat();
  return writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {});
}

function sizeOf(item: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    const [[type, said] = ['', '']] = Object.entries(value);
    const text = typeof said === 'string' ? said : JSON.stringify(said);
    bytes += name.length + Buffer.byteLength(text, type === 'B' ? 'base64' : 'utf8');
  }
  return bytes;
}

type Answer = {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
};

/** What a read is billed, a query by all it read together, single items each by itself; and its bytes. */
function readOf({ input, operation }: Call, { Item, Items, Responses }: Answer): { units: number; bytes: number } {
  const units = (bytes: number) => Math.max(1, Math.ceil(bytes / 4096));
  if (Responses !== undefined) {
    const tables = Object.entries(input.RequestItems as Record<string, { ConsistentRead?: boolean }>);
    const read = { units: 0, bytes: 0 };
    for (const [table, { ConsistentRead }] of tables) {
      for (const size of (Responses[table] ?? []).map(sizeOf)) {
        read.units += ConsistentRead === true ? units(size) : units(size) / 2;
        read.bytes += size;
      }
    }
    return read;
  }
  const bytes =
    operation === 'GetItem' ? sizeOf(Item ?? {}) : (Items ?? []).reduce((sum, item) => sum + sizeOf(item), 0);
  return { units: input.ConsistentRead === true ? units(bytes) : units(bytes) / 2, bytes };
}

/** Looks at what a call is answered with, when it is. */
function onAnswer({ response }: Call, look: (answer: Answer) => void): void {
  const end = response.end.bind(response) as (chunk: unknown) => typeof response;
  response.end = (chunk: unknown) => {
    if (response.statusCode === 200) look(JSON.parse(String(chunk)));
    return end(chunk);
  };
}
