import { isoInstant } from '#shared/time/local-date.ts';
import { usageKeyOf } from '#shared/usage/usage-key-text.ts';
import { type ColumnForm, KEPT_TEXTS, type KeptRecord, OFFSET_BASE, type RecordsHead } from './record-columns.ts';

/**
 * Reads the records kept of a chunk (see record-columns.ts) whose fingerprints are wanted, in the order they are kept in.
 * @throws RangeError when they are not what was written.
 */
export function readRecords(body: Uint8Array, isWanted: (fingerprint: string) => boolean): KeptRecord[] {
  const { head, columns } = columnsOf(body);
  const fingerprints = Buffer.from(columns.get('fingerprint') ?? new Uint8Array(0));
  const wanted = Array.from({ length: head.records }, (_, row) => row).filter((row) =>
    isWanted(fingerprints.toString('base64url', 12 * row, 12 * row + 12)),
  );
  if (wanted.length === 0) return [];
  const numbers = (name: string, form: ColumnForm) => numbersOf(columns.get(name), head.records, form);
  const keys = head.keys.map((key) => keyFields(key));
  const identifiers = textsOf(columns.get('identifiers'));
  const [key, identifier, offset] = ['key', 'identifier', 'start_offset'].map((name) => numbers(name, 'numbers'));
  const startedAt = numbers('started_at', 'steps');
  const steps = (['record', 'place'] as const).map((name) => [name, numbers(name, 'steps')] as const);
  const quantities = QUANTITIES.map((name) => [name, numbers(name, 'numbers')] as const);
  const texts = KEPT.map((name) => [name, textsOf(columns.get(name))] as const);
  return wanted.map((row) => {
    const named = identifiers[identifier![row]!]!;
    return {
      ...keys[key![row]!]!,
      ...fieldsOf(texts, (values) => values[row] ?? ''),
      ...ownText(named),
      ...fieldsOf([...steps, ...quantities], (values) => String(values[row])),
      fingerprint: fingerprints.toString('base64url', 12 * row, 12 * row + 12),
      identifier: named,
      started_at: isoInstant(startedAt[row]!),
      start_offset: offset![row] === 0 ? '' : utcOffset(offset![row]! - OFFSET_BASE),
    };
  });
}

const QUANTITIES = ['bytes_up', 'bytes_down', 'bytes_unsplit', 'seconds', 'count'] as const;
const KEPT = Object.keys(KEPT_TEXTS) as (keyof typeof KEPT_TEXTS)[];

function columnsOf(body: Uint8Array): { head: RecordsHead; columns: Map<string, Uint8Array> } {
  const length = body.length < 4 ? 0 : new DataView(body.buffer, body.byteOffset).getUint32(0);
  if (length === 0 || 4 + length > body.length) throw new RangeError(`records of ${body.length} bytes without a head`);
  const head = JSON.parse(new TextDecoder().decode(body.subarray(4, 4 + length))) as RecordsHead;
  if (head.version !== 1) throw new RangeError(`records of version ${head.version}, this program reads 1`);
  const columns = new Map<string, Uint8Array>();
  let at = 4 + length;
  for (const [name, , bytes] of head.columns) {
    columns.set(name, body.subarray(at, at + bytes));
    at += bytes;
  }
  if (at !== body.length) throw new RangeError(`records of ${body.length} bytes should have ${at}`);
  return { head, columns };
}

/** The numbers of a column; one that is not there is 0 throughout. */
function numbersOf(bytes: Uint8Array | undefined, records: number, form: ColumnForm): Float64Array {
  const values = new Float64Array(records);
  if (bytes !== undefined) {
    for (let from = 0, scale = 1; from < bytes.length; from += records, scale *= 256)
      for (let i = 0; i < records; i++) values[i]! += bytes[from + i]! * scale;
  }
  if (form === 'numbers') return values;
  let before = 0;
  return values.map((step) => {
    before += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    return before;
  });
}

function textsOf(bytes: Uint8Array | undefined): string[] {
  return bytes === undefined ? [] : new TextDecoder().decode(bytes).split('\n');
}

/** What a record's usage key says. */
function keyFields(text: string) {
  const { startPrecision: precision, fiveQi, ratingGroup, ...key } = usageKeyOf(text);
  const { service, direction, carrier, network, apn, technology, slice } = key;
  const said = { precision, service, direction, carrier, network, apn, technology, slice };
  return { ...said, five_qi: fiveQi, rating_group: ratingGroup };
}

/** The text an identifier was made of, if it is kept with it. */
function ownText(identifier: string): Partial<Record<'imsi' | 'iccid' | 'msisdn', string>> {
  const kind = identifier.slice(0, identifier.indexOf('#'));
  if (kind !== 'imsi' && kind !== 'iccid' && kind !== 'msisdn') return {};
  return { [kind]: identifier.slice(kind.length + 1) };
}

function fieldsOf<Name extends string, Values>(
  columns: readonly (readonly [Name, Values])[],
  textAt: (values: Values) => string,
): Record<Name, string> {
  return Object.fromEntries(columns.map(([name, values]) => [name, textAt(values)])) as Record<Name, string>;
}

/** "+02:00" of so many minutes east of UTC. */
export function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
