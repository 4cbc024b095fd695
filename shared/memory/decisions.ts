import type {
  Decision,
  DecisionKey,
  Decisions,
  ProjectionRow,
  Projections,
  SortRange,
} from '#shared/commit-log/ports.ts';
import { compareKeys } from './key-order.ts';

/** Decisions in memory: values are kept as JSON text, so that nobody can change what was put. */
export function memoryDecisions(): Decisions {
  const partitions = new Map<string, Map<string, string>>();
  return {
    async putIfAbsent<Value>(key: DecisionKey, value: Value) {
      checkRow(key, JSON.stringify(value));
      const partition = partitionOf(partitions, key.partition);
      const there = partition.get(key.sort);
      if (there !== undefined) return { won: false, value: JSON.parse(there) as Value };
      partition.set(key.sort, JSON.stringify(value));
      return { won: true, value };
    },
    async get<Value>(key: DecisionKey) {
      const there = partitions.get(key.partition)?.get(key.sort);
      return there === undefined ? undefined : (JSON.parse(there) as Value);
    },
    async query<Value>(partition: string, range: SortRange) {
      const rows = inRange(partitions.get(partition), range);
      return rows.map(([sort, text]): Decision<Value> => ({ partition, sort, value: JSON.parse(text) as Value }));
    },
  };
}

/** Projections in memory, on the same terms. */
export function memoryProjections(): Projections {
  const partitions = new Map<string, Map<string, string>>();
  const write = (row: ProjectionRow<unknown>) => {
    checkRow(row, JSON.stringify(row.value));
    partitionOf(partitions, row.partition).set(row.sort, JSON.stringify(row));
  };
  const read = <Value>(text: string) => JSON.parse(text) as ProjectionRow<Value>;
  return {
    async put(rows) {
      for (const row of rows) write(row);
    },
    async putNewer(row) {
      const there = partitions.get(row.partition)?.get(row.sort);
      if (there !== undefined && read(there).position > row.position) return false;
      write(row);
      return true;
    },
    async get<Value>(key: DecisionKey) {
      const there = partitions.get(key.partition)?.get(key.sort);
      return there === undefined ? undefined : read<Value>(there);
    },
    async query<Value>(partition: string, range: SortRange) {
      return inRange(partitions.get(partition), range).map(([, text]) => read<Value>(text));
    },
  };
}

/** What DynamoDB refuses, memory refuses too: an empty key, and a value of more than 300 KB. */
function checkRow(key: DecisionKey, text: string): void {
  if (key.partition === '' || key.sort === '')
    throw new RangeError(`a key is never empty: "${key.partition}" "${key.sort}"`);
  if (text.length > VALUE_BYTES_MAX)
    throw new RangeError(`${key.partition} ${key.sort} has ${text.length} bytes; at most ${VALUE_BYTES_MAX} fit`);
}

const VALUE_BYTES_MAX = 300_000;

function partitionOf(partitions: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const partition = partitions.get(name) ?? new Map<string, string>();
  partitions.set(name, partition);
  return partition;
}

function inRange(partition: Map<string, string> | undefined, range: SortRange): [string, string][] {
  const rows = [...(partition ?? [])].filter(
    ([sort]) => compareKeys(sort, range.from) >= 0 && compareKeys(sort, range.until) <= 0,
  );
  rows.sort(([a], [b]) => (range.descending ? compareKeys(b, a) : compareKeys(a, b)));
  return rows.slice(0, range.limit);
}
