import type { Instant } from '#shared/time/local-date.ts';
import { type Entry, type EntryBody, entryKey, POSITIONS_A_PARTITION, type Position, padded } from '../entry.ts';
import type { Decisions } from '../ports.ts';

/** What is to be appended: see {@link Entry}. */
export interface NewEntry {
  readonly id: string;
  readonly at: Instant;
  readonly by: string;
  readonly body: EntryBody;
}

/** The most an entry may weigh as JSON; what is larger goes into an object it names. */
const ENTRY_BYTES_MAX = 300_000;

/**
 * Appends an entry and answers its position. `after` is a tail noted before the first try of this entry, ever: only the position after the
 * last one looked at is tried, and an entry of the same id met on the way is our own. So it stands once, whatever answers were lost.
 * @throws RangeError when the entry is too large.
 */
export async function append(decisions: Decisions, entry: NewEntry, after: Position): Promise<Position> {
  const tried = await tryAppend(decisions, entry, after, () => false);
  return tried.position;
}

/** Where an entry stands; or which entry it met that it must not follow, and then it does not stand. */
export type Appended =
  | { readonly outcome: 'appended'; readonly position: Position }
  | { readonly outcome: 'overtaken'; readonly position: Position };

/**
 * Appends an entry that is only right as long as nothing that `overtakes` it comes after position `after`, the one it was made at. Whoever
 * finds it appended knows that all of that holds where it stands; an entry once overtaken stays so.
 * @throws RangeError when the entry is too large.
 */
export async function appendUnless(
  decisions: Decisions,
  entry: NewEntry,
  after: Position,
  overtakes: (met: Entry) => boolean,
): Promise<Appended> {
  const last = await tail(decisions, after);
  for (const met of await readEntries(decisions, after, last)) {
    if (met.id === entry.id) return { outcome: 'appended', position: met.position };
    if (overtakes(met)) return { outcome: 'overtaken', position: met.position };
  }
  return tryAppend(decisions, entry, last, overtakes);
}

async function tryAppend(
  decisions: Decisions,
  entry: NewEntry,
  after: Position,
  overtakes: (met: Entry) => boolean,
): Promise<Appended> {
  const bytes = JSON.stringify(entry).length;
  if (bytes > ENTRY_BYTES_MAX)
    throw new RangeError(`entry ${entry.id} is ${bytes} bytes; at most ${ENTRY_BYTES_MAX} fit`);
  for (let position = after + 1; ; position++) {
    const { won, value } = await decisions.putIfAbsent<Entry>(entryKey(position), { position, ...entry });
    if (won || value.id === entry.id) return { outcome: 'appended', position };
    if (overtakes(value)) return { outcome: 'overtaken', position };
  }
}

/** The last position of the log, 0 when it is empty; `from` is any position known to stand (0 if none). */
export async function tail(decisions: Decisions, from: Position): Promise<Position> {
  let last = from;
  for (let partition = Math.floor(from / POSITIONS_A_PARTITION); ; partition++) {
    const found = await lastOf(decisions, partition);
    if (found === undefined) return last;
    last = found;
    if (last < (partition + 1) * POSITIONS_A_PARTITION - 1) return last;
  }
}

async function lastOf(decisions: Decisions, partition: number): Promise<Position | undefined> {
  const { partition: name } = entryKey(partition * POSITIONS_A_PARTITION);
  const range = { from: padded(0, 12), until: padded(999_999_999_999, 12), descending: true, limit: 1 };
  const [last] = await decisions.query<Entry>(name, range);
  return last?.value.position;
}

/** The entries at positions (after, upTo], in order. @throws when one is missing: the log has no gaps. */
export async function readEntries(decisions: Decisions, after: Position, upTo: Position): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let next = after + 1; next <= upTo; ) {
    const partitionEnd = (Math.floor(next / POSITIONS_A_PARTITION) + 1) * POSITIONS_A_PARTITION - 1;
    const until = Math.min(upTo, partitionEnd);
    const range = {
      from: padded(next, 12),
      until: padded(until, 12),
      descending: false,
      limit: Number.MAX_SAFE_INTEGER,
    };
    const found = await decisions.query<Entry>(entryKey(next).partition, range);
    for (const { value } of found) {
      if (value.position !== next) throw new Error(`the commit log has no entry at position ${next}`);
      entries.push(value);
      next++;
    }
    if (next <= until) throw new Error(`the commit log has no entry at position ${next}`);
  }
  return entries;
}
