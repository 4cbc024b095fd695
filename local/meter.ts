import type { Call, Interceptor } from './gateway.ts';

/** What a cloud was asked for, as AWS would bill it. */
export interface MeterReading {
  /** Calls by service and operation: "dynamodb Query", "s3 PutObject". */
  readonly requests: Readonly<Record<string, number>>;
  /** Started kilobytes of items that were put or deleted. */
  readonly writeUnits: number;
  /** Started 4 kB of what consistent reads looked at, half of it for others; at least one a read. */
  readonly readUnits: number;
  /** Invocations by function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** States entered by standard executions, and executions of a map's children, which are Express. */
  readonly transitions: number;
  readonly children: number;
  /** Bytes of the largest state an execution carried. */
  readonly largestState: number;
}

/** Counts what a cloud is asked for. */
export interface Meter {
  /** Sees the calls of a gateway. */
  readonly intercept: Interceptor;
  invoked(functionName: string): void;
  /** A state was entered with an input of so many bytes, of a standard execution or of a map's child. */
  entered(isChild: boolean, isFirst: boolean, bytes: number): void;
  /** What has been counted so far. */
  read(): MeterReading;
}

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A meter that has counted nothing. */
export function openMeter(): Meter {
  const counted = { requests: new Map<string, number>(), invocations: new Map<string, number>() };
  const sums = { writeUnits: 0, readUnits: 0, transitions: 0, children: 0, largestState: 0 };
  const add = (to: Map<string, number>, name: string) => to.set(name, (to.get(name) ?? 0) + 1);
  return {
    async intercept(call, proceed) {
      add(counted.requests, `${call.service} ${call.operation}`);
      if (call.service === 'dynamodb') {
        for (const item of written(call)) sums.writeUnits += Math.ceil(sizeOf(item) / 1024);
        if (READS.has(call.operation)) onAnswer(call, (answer) => (sums.readUnits += readUnits(call, answer)));
      }
      await proceed();
    },
    invoked: (functionName) => void add(counted.invocations, functionName),
    entered(isChild, isFirst, bytes) {
      if (!isChild) sums.transitions++;
      else if (isFirst) sums.children++;
      sums.largestState = Math.max(sums.largestState, bytes);
    },
    read: () => ({
      requests: Object.fromEntries(counted.requests),
      invocations: Object.fromEntries(counted.invocations),
      ...sums,
    }),
  };
}

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

/** What a read is billed: a query by all it read together, single items each by itself. */
function readUnits({ input, operation }: Call, { Item, Items, Responses }: Answer): number {
  const units = (bytes: number) => Math.max(1, Math.ceil(bytes / 4096));
  if (Responses !== undefined) {
    const tables = Object.entries(input.RequestItems as Record<string, { ConsistentRead?: boolean }>);
    return tables.reduce((sum, [table, { ConsistentRead }]) => {
      const read = (Responses[table] ?? []).reduce((total, item) => total + units(sizeOf(item)), 0);
      return sum + (ConsistentRead === true ? read : read / 2);
    }, 0);
  }
  const bytes =
    operation === 'GetItem' ? sizeOf(Item ?? {}) : (Items ?? []).reduce((sum, item) => sum + sizeOf(item), 0);
  return input.ConsistentRead === true ? units(bytes) : units(bytes) / 2;
}

/** Looks at what a call is answered with, when it is. */
function onAnswer({ response }: Call, look: (answer: Answer) => void): void {
  const end = response.end.bind(response) as (chunk: unknown) => typeof response;
  response.end = (chunk: unknown) => {
    if (response.statusCode === 200) look(JSON.parse(String(chunk)));
    return end(chunk);
  };
}
