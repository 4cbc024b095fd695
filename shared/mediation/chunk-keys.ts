import { copyBytes, viewOf } from '#shared/usage/byte-view.ts';
import { Interner } from '#shared/usage/interner.ts';
import { DIRECTIONS, PRECISIONS, type RecordDraft, TEXT, type TextField } from './record-draft.ts';

const KEY_TEXTS = [TEXT.network, TEXT.apn, TEXT.technology, TEXT.slice, TEXT.calledPrefix] as const;
const LINE_FEED = 0x0a;
const MOST_KEYS = 65_535;

/** The usage keys of one chunk, numbered as they first occur, in the text form of usage-key-text.ts. */
export class ChunkKeys {
  readonly numbers = new Interner();
  private readonly carrier: Uint8Array;
  private readonly scratch = Buffer.alloc(4096);
  private readonly view = viewOf(this.scratch);

  constructor(carrier: Uint8Array) {
    this.carrier = carrier;
  }

  /** Forgets all keys. */
  clear(): void {
    this.numbers.clear();
  }

  /** The number of a record's usage key. @throws RangeError when there are more than an item can tell apart. */
  numberOf(draft: RecordDraft): number {
    const to = this.scratch;
    let at = this.copy(draft, TEXT.service, 0);
    to[at++] = LINE_FEED;
    at = writeText(DIRECTIONS[draft.direction]!, to, at);
    to[at++] = LINE_FEED;
    for (let i = 0; i < this.carrier.length; i++) to[at++] = this.carrier[i]!;
    for (const field of KEY_TEXTS) {
      to[at++] = LINE_FEED;
      at = this.copy(draft, field, at);
    }
    to[at++] = LINE_FEED;
    at = writeText(PRECISIONS[draft.precision]!, to, at);
    const key = this.numbers.intern(to, 0, at);
    if (key >= MOST_KEYS) throw new RangeError(`a chunk has more than ${MOST_KEYS} usage keys; use smaller chunks`);
    return key;
  }

  private copy(draft: RecordDraft, field: TextField, at: number): number {
    return copyBytes(draft.view, draft.start(field), draft.end(field), this.view, at);
  }
}

function writeText(text: string, to: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) to[at + i] = text.charCodeAt(i);
  return at + text.length;
}
