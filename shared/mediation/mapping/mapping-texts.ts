import type { MappedSource, NetworkColumn, SliceColumn, TextColumn } from '#shared/catalog/source.ts';
import { beginsWith, isBlank, type Places, type Row } from '../chunks/row.ts';
import { type RecordDraft, TEXT, type TextField } from '../record-draft.ts';
import { decimalText } from './decimal-text.ts';

/** Fills one text of a draft, whatever it takes. */
type Fill = (row: Row, draft: RecordDraft) => void;

/** Takes the texts of a record. Those that stand in the file as they are needed are only referred to. */
export class TextMapping {
  private readonly fields: TextField[] = [];
  private readonly indices: number[] = [];
  private readonly columns: string[] = [];
  private readonly others: Fill[] = [];

  constructor(source: MappedSource, places: Places) {
    this.add(TEXT.apn, source.apn, places);
    this.add(TEXT.technology, source.technology, places);
    this.addSlice(source.slice, places);
    if (source.fiveQi !== undefined) this.add(TEXT.fiveQi, source.fiveQi, places);
    if (source.ratingGroup !== undefined) this.add(TEXT.ratingGroup, source.ratingGroup, places);
    this.add(TEXT.session, source.session, places);
    this.add(TEXT.chargingId, source.chargingId, places);
    this.add(TEXT.sequence, source.sequence, places);
    this.add(TEXT.recordType, source.recordType, places);
    this.add(TEXT.otherParty, source.otherParty, places);
    this.add(TEXT.imei, source.imei, places);
    this.add(TEXT.charge, source.charge, places);
    this.add(TEXT.tax, source.tax, places);
    this.add(TEXT.currency, source.currency, places);
    this.addNetwork(source.network, places);
  }

  fill(row: Row, draft: RecordDraft): void {
    const { fields, indices, columns, others } = this;
    const { bytes, starts, ends, isPlain } = row;
    for (let i = 0; i < fields.length; i++) {
      const index = indices[i]!;
      let start = starts[index]!;
      let end = ends[index]!;
      if (start === end) continue;
      if (!isPlain || end - start > LONGEST_UNSEEN) {
        draft.refer(fields[i]!, start, end, columns[i]!);
        continue;
      }
      while (start < end && bytes[start] === 0x20) start++;
      while (end > start && bytes[end - 1] === 0x20) end--;
      draft.share(fields[i]!, start, end);
    }
    for (let i = 0; i < others.length; i++) others[i]!(row, draft);
  }

  private add(field: TextField, { column, constant, prefixes }: TextColumn, places: Places): void {
    const index = column === '' ? -1 : places.indexOf(column);
    if (index < 0) this.addConstant(field, constant);
    else if (field === TEXT.imei) this.others.push(imei(index, column, bytesOf(prefixes)));
    else if (field === TEXT.charge || field === TEXT.tax) this.others.push(decimal(field, index, column));
    else if (prefixes.length > 0) this.others.push(prefixed(field, index, column, bytesOf(prefixes)));
    else {
      this.fields.push(field);
      this.indices.push(index);
      this.columns.push(column);
    }
  }

  private addConstant(field: TextField, constant: string): void {
    if (constant === '') return;
    const bytes = Buffer.from(constant, 'utf8');
    this.others.push((_, draft) => draft.put(field, bytes, 0, bytes.length, 'constant'));
  }

  private addNetwork(network: NetworkColumn, places: Places): void {
    if (network.mcc === '' && (network.column === '' || network.prefixes.length > 0))
      this.add(TEXT.network, network, places);
    else if (network.mcc === '') this.others.push(networkCode(places.indexOf(network.column), network.column));
    else this.others.push(mccAndMnc(network, places));
  }

  private addSlice(slice: SliceColumn, places: Places): void {
    if (slice.sst === '') this.add(TEXT.slice, slice, places);
    else this.others.push(sstAndSd(slice, places));
  }
}

/** Texts up to here need no second look if their row is plain. */
const LONGEST_UNSEEN = 256;
const ZERO = Buffer.from('0', 'latin1');
const HYPHEN = Buffer.from('-', 'latin1');

function bytesOf(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => Buffer.from(text, 'utf8'));
}

function prefixed(field: TextField, index: number, column: string, prefixes: readonly Uint8Array[]): Fill {
  return (row, draft) => {
    const start = row.starts[index]!;
    const end = row.ends[index]!;
    draft.refer(field, behindPrefix(row.bytes, start, end, prefixes), end, column);
  };
}

/** Where the text begins, behind the prefix if it has one of these. */
function behindPrefix(bytes: Uint8Array, start: number, end: number, prefixes: readonly Uint8Array[]): number {
  for (const prefix of prefixes) if (beginsWith(bytes, start, end, prefix)) return start + prefix.length;
  return start;
}

/** An IMEI without the filler that some leave behind it. */
function imei(index: number, column: string, prefixes: readonly Uint8Array[]): Fill {
  return (row, draft) => {
    const { bytes, starts, ends } = row;
    let start = starts[index]!;
    let end = ends[index]!;
    if (start === end) return;
    start = behindPrefix(bytes, start, end, prefixes);
    if (end - start > 14 && (bytes[end - 1] === 0x66 || bytes[end - 1] === 0x46)) end--;
    draft.refer(TEXT.imei, start, end, column);
  };
}

/** An amount as decimal text, without exponent. */
function decimal(field: TextField, index: number, column: string): Fill {
  return (row, draft) => {
    const { bytes, starts, ends } = row;
    const start = starts[index]!;
    const end = ends[index]!;
    if (start === end) return;
    for (let i = start; i < end; i++) {
      if (bytes[i] !== 0x65 && bytes[i] !== 0x45) continue;
      const written = Buffer.from(decimalText(bytes.toString('latin1', start, Math.min(end, start + 300))), 'latin1');
      draft.put(field, written, 0, written.length, column);
      return;
    }
    draft.refer(field, start, end, column);
  };
}

/** A serving network in one column: "262-01" and "262 01" are 26201. */
function networkCode(index: number, column: string): Fill {
  return (row, draft) => {
    const { bytes, starts, ends } = row;
    const start = starts[index]!;
    const end = ends[index]!;
    const isDivided = end - start > 5 && end - start < 8 && isDivider(bytes[start + 3]!);
    if (!isDivided || !areDigits(bytes, start, start + 3) || !areDigits(bytes, start + 4, end)) {
      draft.refer(TEXT.network, start, end, column);
      return;
    }
    let at = draft.begin(TEXT.network);
    for (let i = start; i < end; i++) if (i !== start + 3) bytes[at++] = bytes[i]!;
    draft.finish(TEXT.network, at);
  };
}

function isDivider(byte: number): boolean {
  return byte === 0x2d || byte === 0x20 || byte === 0x2f || byte === 0x2e || byte === 0x5f;
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! < 0x30 || bytes[i]! > 0x39) return false;
  return true;
}

/** An MNC names a network in its country alone: without an MCC there is none. */
function mccAndMnc({ mcc, mnc }: NetworkColumn, places: Places): Fill {
  const mccIndex = places.indexOf(mcc);
  const mncIndex = places.indexOf(mnc);
  return (row, draft) => {
    const { bytes, starts, ends, isPlain } = row;
    const start = starts[mncIndex]!;
    const end = ends[mncIndex]!;
    const mccStart = starts[mccIndex]!;
    const isUsual = ends[mccIndex]! - mccStart === 3 && (end - start === 2 || end - start === 3);
    if (isPlain && isUsual && areDigits(bytes, mccStart, mccStart + 3) && areDigits(bytes, start, end)) {
      let at = draft.begin(TEXT.network);
      for (let i = 0; i < 3; i++) bytes[at++] = bytes[mccStart + i]!;
      for (let i = start; i < end; i++) bytes[at++] = bytes[i]!;
      draft.finish(TEXT.network, at);
      return;
    }
    if (isBlank(bytes, mccStart, ends[mccIndex]!)) return;
    draft.put(TEXT.network, bytes, mccStart, ends[mccIndex]!, mcc);
    if (end - start === 1) draft.extend(TEXT.network, ZERO, 0, 1, mnc);
    draft.extend(TEXT.network, bytes, start, end, mnc);
  };
}

function sstAndSd({ sst, sd }: SliceColumn, places: Places): Fill {
  const sstIndex = places.indexOf(sst);
  const sdIndex = sd === '' ? -1 : places.indexOf(sd);
  return (row, draft) => {
    const { bytes, starts, ends } = row;
    if (starts[sstIndex] === ends[sstIndex]) return;
    draft.put(TEXT.slice, bytes, starts[sstIndex]!, ends[sstIndex]!, sst);
    if (sdIndex < 0 || starts[sdIndex] === ends[sdIndex]) return;
    draft.extend(TEXT.slice, HYPHEN, 0, 1, sd);
    draft.extend(TEXT.slice, bytes, starts[sdIndex]!, ends[sdIndex]!, sd);
  };
}
