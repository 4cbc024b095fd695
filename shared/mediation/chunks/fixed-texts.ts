import { DRAFT_ROOM, type RecordDraft, type TextField } from '../record-draft.ts';

/** Spare bytes behind the last text (see RecordDraft.workIn). */
const SPARE = 8;

/**
 * Texts that stand in many records of a file, laid once behind a draft's own bytes: a record refers to them and copies nothing. They must be
 * fit for records: printable, without comma and quote.
 */
export class FixedTexts {
  private readonly draft: RecordDraft;
  private buffer = Buffer.alloc(DRAFT_ROOM + 4096 + SPARE);
  private used = DRAFT_ROOM;

  constructor(draft: RecordDraft) {
    this.draft = draft;
    draft.workIn(this.buffer);
  }

  /** Lays a text down. */
  add(text: string): FixedText {
    if (this.used + text.length + SPARE > this.buffer.length) {
      const larger = Buffer.alloc(this.buffer.length * 2 + text.length);
      this.buffer.copy(larger);
      this.buffer = larger;
      this.draft.workIn(larger);
    }
    const start = this.used;
    this.used += this.buffer.write(text, start, 'latin1');
    return { start, end: this.used };
  }

  textOf({ start, end }: FixedText): string {
    return this.buffer.toString('latin1', start, end);
  }
}

/** Where a fixed text lies in its draft's bytes. */
export interface FixedText {
  readonly start: number;
  readonly end: number;
}

/** Lets a record say a fixed text in a field. */
export function say(draft: RecordDraft, field: TextField, text: FixedText): void {
  draft.share(field, text.start, text.end);
}

/** Whether a text can be fixed: printable ASCII without comma and quote, not long. */
export function isPlain(text: string): boolean {
  return text.length <= 256 && /^[\x20\x21\x23-\x2b\x2d-\x7e]*$/.test(text);
}
