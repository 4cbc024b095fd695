import type { IdentifierColumn, IdentifierKind } from '#shared/catalog/source.ts';
import { beginsWith, type Places, type Row } from '../chunks/row.ts';
import { type RecordDraft, TEXT, type TextField, textOf } from '../record-draft.ts';

const FORMS: Readonly<
  Record<IdentifierKind, { longest: number; shortest: number; text: TextField | -1; expected: string }>
> = {
  imsi: { shortest: 6, longest: 15, text: TEXT.imsi, expected: '6 to 15 digits' },
  iccid: { shortest: 10, longest: 22, text: TEXT.iccid, expected: '10 to 22 digits' },
  msisdn: { shortest: 3, longest: 16, text: TEXT.msisdn, expected: '3 to 15 digits, perhaps with + before them' },
  eid: { shortest: 32, longest: 32, text: -1, expected: '32 digits' },
  device: { shortest: 1, longest: 128, text: -1, expected: 'at most 128 characters' },
};

interface Identifier {
  readonly kind: IdentifierKind;
  readonly column: string;
  readonly index: number;
  readonly head: Uint8Array;
  readonly prefixes: readonly Uint8Array[];
  readonly text: TextField | -1;
}

/** Takes every identifier there is and names the record by the first of them that is not empty. */
export class IdentifierMapping {
  private readonly identifiers: readonly Identifier[];

  constructor(columns: readonly IdentifierColumn[], places: Places) {
    this.identifiers = columns.map(({ kind, column, prefixes }) => ({
      kind,
      column,
      index: places.indexOf(column),
      head: Buffer.from(`${kind}#`, 'latin1'),
      prefixes: prefixes.map((prefix) => Buffer.from(prefix, 'utf8')),
      text: FORMS[kind].text,
    }));
  }

  fill(row: Row, draft: RecordDraft): void {
    const { bytes, starts, ends, isPlain } = row;
    const { identifiers } = this;
    for (let i = 0; i < identifiers.length; i++) {
      const identifier = identifiers[i]!;
      const { index, text, prefixes } = identifier;
      let start = starts[index]!;
      let end = ends[index]!;
      while (start < end && bytes[start] === 0x20) start++;
      while (end > start && bytes[end - 1] === 0x20) end--;
      if (prefixes.length > 0) start = behindPrefix(bytes, start, end, prefixes);
      if (start >= end) continue;
      if (text >= 0) {
        if (isPlain && end - start <= LONGEST_UNSEEN) draft.share(text as TextField, start, end);
        else draft.refer(text as TextField, start, end, identifier.column);
      }
      if (!draft.isEmpty(TEXT.identifier)) continue;
      this.name(draft, identifier, bytes, start, end);
      if (text >= 0)
        draft.share(
          text as TextField,
          draft.start(TEXT.identifier) + identifier.head.length,
          draft.end(TEXT.identifier),
        );
    }
  }

  private name(
    draft: RecordDraft,
    { kind, column, head }: Identifier,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (kind === 'device') {
      draft.put(TEXT.identifier, head, 0, head.length, column);
      draft.extend(TEXT.identifier, bytes, from, to, column);
    } else {
      const own = draft.bytes;
      const begin = draft.begin(TEXT.identifier);
      let at = begin;
      for (let i = 0; i < head.length; i++) own[at++] = head[i]!;
      const until = Math.min(to, from + LONGEST_DIGITS);
      for (let i = from; i < until; i++) own[at++] = bytes[i]!;
      draft.finish(TEXT.identifier, at);
    }
    const { shortest, longest, expected } = FORMS[kind];
    if (to - from < shortest || to - from > longest || !hasForm(bytes, from, to, kind)) {
      draft.fail('INVALID_VALUE', column, textOf(bytes, from, to), `an ${kind} has ${expected}`);
    }
  }
}

/** Texts up to here need no second look if their row is plain. */
const LONGEST_UNSEEN = 256;
const LONGEST_DIGITS = 32;

/** Where the text begins behind the prefix it has; its end if it has none of them. */
function behindPrefix(bytes: Uint8Array, start: number, end: number, prefixes: readonly Uint8Array[]): number {
  for (const prefix of prefixes) if (beginsWith(bytes, start, end, prefix)) return start + prefix.length;
  return end;
}

function hasForm(bytes: Uint8Array, start: number, end: number, kind: IdentifierKind): boolean {
  if (kind === 'device') return true;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39) continue;
    const isFirstPlus = byte === 0x2b && i === start && kind === 'msisdn';
    const isFiller = (byte === 0x46 || byte === 0x66) && kind === 'iccid' && i > start + 17;
    if (!isFirstPlus && !isFiller) return false;
  }
  return true;
}
