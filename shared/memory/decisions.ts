import type {
  Decision,
  DecisionKey,
  Decisions,
  ProjectionRow,
  Projections,
  SortRange,
} from '#shared/commit-log/ports.ts';
import { compareKeys } from './key-order.ts';

/** Rows of a partition as JSON text, so that nobody can change what was put; and their keys in order, made when asked for. */
interface Partition {
  readonly rows: Map<string, string>;
  order: readonly string[] | null;
}

/** Decisions in memory. */
export function memoryDecisions(): Decisions {
  const partitions = new Map<string, Partition>();
  return {
    async putIfAbsent<Value>(key: DecisionKey, value: Value) {
      const text = checkedText(key, value);
      const there = rowOf(partitions, key);
      if (there !== undefined) return { won: false, value: JSON.parse(there) as Value };
      write(partitions, key, text);
      return { won: true, value };
    },
    async get<Value>(key: DecisionKey) {
      const there = rowOf(partitions, key);
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
  const partitions = new Map<string, Partition>();
  const put = (row: ProjectionRow<unknown>) => {
    checkedText(row, row.value);
    write(partitions, row, JSON.stringify(row));
  };
  const read = <Value>(text: string) => JSON.parse(text) as ProjectionRow<Value>;
  return {
    async put(rows) {
      for (const row of rows) put(row);
    },
    async putNewer(row) {
      const there = rowOf(partitions, row);
      if (there !== undefined && read(there).position > row.position) return false;
      put(row);
      return true;
    },
    async get<Value>(key: DecisionKey) {
      const there = rowOf(partitions, key);
      return there === undefined ? undefined : read<Value>(there);
    },
    async query<Value>(partition: string, range: SortRange) {
      return inRange(partitions.get(partition), range).map(([, text]) => read<Value>(text));
    },
  };
}

/** What DynamoDB refuses, memory refuses too: an empty key, and a value of more than 300 KB. */
function checkedText(key: DecisionKey, value: unknown): string {
  if (key.partition === '' || key.sort === '')
    throw new RangeError(`a key is never empty: "${key.partition}" "${key.sort}"`);
  const text = JSON.stringify(value);
  if (text.length > VALUE_BYTES_MAX)
    throw new RangeError(`${key.partition} ${key.sort} has ${text.length} bytes; at most ${VALUE_BYTES_MAX} fit`);
  return text;
}

const VALUE_BYTES_MAX = 300_000;

function rowOf(partitions: ReadonlyMap<string, Partition>, { partition, sort }: DecisionKey): string | undefined {
  return partitions.get(partition)?.rows.get(sort);
}

function write(partitions: Map<string, Partition>, { partition, sort }: DecisionKey, text: string): void {
  const its = partitions.get(partition) ?? { rows: new Map(), order: null };
  partitions.set(partition, its);
  if (!its.rows.has(sort)) its.order = null;
  its.rows.set(sort, text);
}

function inRange(partition: Partition | undefined, range: SortRange): [string, string][] {
  if (partition === undefined) return [];
  partition.order ??= [...partition.rows.keys()].sort(compareKeys);
  const sorts = partition.order.filter(
    (sort) => compareKeys(sort, range.from) >= 0 && compareKeys(sort, range.until) <= 0,
  );
  if (range.descending) sorts.reverse();
  return sorts.slice(0, range.limit).map((sort) => [sort, partition.rows.get(sort) as string]);
}
