import { Interner } from './interner.ts';
import type { UsageKey } from './usage-key.ts';
import { usageKeyOf } from './usage-key-text.ts';

const MOST_KEYS = 65_535;

/** The usage keys of one fold, numbered as they occur. Keys once read stay known, so that few are ever parsed. */
export class FoldedKeys {
  private readonly known = new Interner();
  private readonly parsed: UsageKey[] = [];
  private localOf = new Int32Array(64);
  private foldOf = new Int32Array(64);
  private current: UsageKey[] = [];
  private foldNumber = 0;

  /** Begins a fold. */
  begin(): void {
    if (this.parsed.length > MOST_KEYS) {
      this.known.clear();
      this.parsed.length = 0;
      this.foldOf.fill(0);
    }
    this.foldNumber++;
    this.current = [];
  }

  /** The number of the key these bytes are the text of. @throws RangeError when they are none. */
  readonly indexOf = (bytes: Uint8Array, start: number, end: number): number => {
    const id = this.known.intern(bytes, start, end);
    if (this.parsed[id] === undefined) this.learn(id, bytes, start, end);
    if (this.foldOf[id] === this.foldNumber) return this.localOf[id]!;
    if (this.current.length === MOST_KEYS) throw new RangeError(`one identifier has more than ${MOST_KEYS} usage keys`);
    this.foldOf[id] = this.foldNumber;
    this.localOf[id] = this.current.length;
    this.current.push(this.parsed[id]!);
    return this.localOf[id]!;
  };

  /** The keys of the fold by their numbers. */
  list(): readonly UsageKey[] {
    return this.current;
  }

  private learn(id: number, bytes: Uint8Array, start: number, end: number): void {
    this.parsed[id] = usageKeyOf(new TextDecoder().decode(bytes.subarray(start, end)));
    while (id >= this.foldOf.length) {
      this.localOf = withRoom(this.localOf);
      this.foldOf = withRoom(this.foldOf);
    }
  }
}

function withRoom(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
