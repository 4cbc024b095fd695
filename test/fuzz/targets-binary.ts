import { readdirSync, readFileSync } from 'node:fs';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { FileReading, RecordSink, ResumableDecoder, ResumePoint } from '#shared/mediation/decoder.ts';
import { openDecoder } from '#shared/mediation/open-decoder.ts';
import { usageTap3 } from '../../bench/generate/usage-tap3.ts';
import { usageTs32298 } from '../../bench/generate/usage-ts32298.ts';
import { ARRIVED, decodedTwice, FILE, SETTINGS } from './decoded-twice.ts';
import type { FuzzTarget } from './fuzz.ts';
import { edited, type Mutation, pick, type Random, spliced } from './mutate.ts';

const SAMPLES = new URL('../mediation/samples/', import.meta.url);
const samplesIn = (folder: string) =>
  readdirSync(new URL(`${folder}/`, SAMPLES))
    .filter((name) => !name.endsWith('.json'))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, SAMPLES)));
const FROM = ARRIVED - 10 * 86_400;
const HEADERS = ['a080', '7f8e0080', '3080', 'b480', '6180', '7f8e0086ffffffffffff', 'bf4f84ffffffff', 'a084fffffffe'];
const LENGTHS = [
  '80',
  '81ff',
  '82ffff',
  '84ffffffff',
  '8480000000',
  '86ffffffffffff',
  '8700000000000001',
  'ff',
  '00',
  '7f',
];

const MUTATIONS: readonly Mutation[] = [
  // Elements in elements, and headers that promise much.
  (bytes, _, random) =>
    spliced(bytes, random(bytes.length + 1), 0, Buffer.from(pick(HEADERS, random).repeat(1 + random(60)), 'hex')),
  // Another length.
  (bytes, _, random) => spliced(bytes, random(bytes.length + 1), 1, Buffer.from(pick(LENGTHS, random), 'hex')),
  // Ends where none are, padding.
  (bytes, _, random) =>
    spliced(bytes, random(bytes.length + 1), 0, Buffer.alloc(1 + random(300), pick([0, 0xff, 0x0a, 0x20], random))),
  // One off: lengths, counts and amounts most of all.
  (bytes, _, random) => edited(bytes, random, (copy, at) => (copy[at] = copy[at]! + (random(2) === 0 ? 1 : 255))),
  (bytes, _, random) => edited(bytes, random, (copy, at) => (copy[at] = copy[at]! ^ 0x20)),
];

interface Told {
  readonly records: string;
  readonly reading: FileReading;
}

/** What a decoder says, in steps that end at these places, each by a decoder that knows only the point of the last, as JSON. */
function inSteps(of: SourceDefinition, bytes: Buffer, stops: readonly number[], blockBytes: number): Told {
  const records: unknown[] = [];
  const sink: RecordSink = {
    add: (draft, place) =>
      records.push([place, Buffer.from(draft.identity()).toString('hex'), draft.bytesUp, draft.count, draft.seconds]),
    reject: ({ code, field, value, reason }, place) => records.push([place, code, field, value, reason]),
  };
  let point: ResumePoint | undefined;
  for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
    const decoder = openDecoder(of, FILE, SETTINGS, sink, point) as ResumableDecoder;
    decoder.stopAfter(stop);
    for (let at = point?.offset ?? 0; at < bytes.length && decoder.resumePoint === undefined; at += blockBytes)
      decoder.push(bytes.subarray(at, at + blockBytes));
    if (decoder.resumePoint === undefined) {
      const reading = decoder.end();
      return { records: JSON.stringify(records), reading };
    }
    point = JSON.parse(JSON.stringify(decoder.resumePoint)) as ResumePoint;
  }
  throw new Error('a decoder stops that is not to stop');
}

/** Steps that end anywhere make no difference. Answers what is said of the file. */
function decodedInSteps(of: SourceDefinition, bytes: Buffer, random: Random): FileReading {
  const whole = inSteps(of, bytes, [], bytes.length);
  const stops = Array.from({ length: 1 + random(5) }, () => random(bytes.length + 1)).sort((a, b) => a - b);
  const steps = inSteps(of, bytes, stops, 1 + random(Math.max(1, bytes.length)));
  if (steps.records !== whole.records) throw new Error(`the steps matter for the records: ${stops}`);
  if (JSON.stringify(steps.reading) !== JSON.stringify(whole.reading)) throw new Error(`the steps matter: ${stops}`);
  return whole.reading;
}

/** A file with a trailer counts only if its trailer is right, also for another reader of its count. */
function agreesWithTrailer({ status, problems, trailer }: FileReading, bytes: Buffer): void {
  if (status === 'notification' || problems.some(({ severity }) => severity === 'fatal')) return;
  const found = eventsAndCount(bytes);
  if (found.events !== found.count) throw new Error(`accepted with ${found.events} events of ${found.count}`);
  const isUncertain = problems.some(({ code }) => code === 'AUDIT_UNVERIFIED');
  const wrong = trailer.filter((total) => Number(total.expected || '0') !== Number(total.found));
  if (trailer.length !== 4 || (wrong.length > 0 && !isUncertain))
    throw new Error(`accepted with totals ${JSON.stringify(trailer)}`);
}

/** How many events a transfer batch holds, and how many it says it holds: naively, one element in the other. */
function eventsAndCount(bytes: Buffer): { events: number; count: number } {
  let [events, count] = [0, Number.NaN];
  for (const group of childrenOf(childrenOf(bytes)[0]!.content)) {
    if (group.tag === 3) events += childrenOf(group.content).length;
    if (group.tag !== 15) continue;
    for (const { tag, content } of childrenOf(group.content))
      if (tag === 43) count = Number(BigInt.asIntN(content.length * 8, BigInt(`0x0${content.toString('hex')}`)));
  }
  return { events, count };
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** Octets it takes. */
  readonly size: number;
}

/** The elements of a content, up to its end or its end-of-contents; elements of other classes have negative tags. */
function childrenOf(content: Buffer): Element[] {
  const children: Element[] = [];
  for (let at = 0; at < content.length && content[at] !== 0; ) {
    const child = elementAt(content.subarray(at));
    children.push(child);
    at += child.size;
  }
  return children;
}

function elementAt(bytes: Buffer): Element {
  const first = bytes[0]!;
  let at = 1;
  let tag = first & 31;
  if (tag === 31) {
    for (tag = 0; ; ) {
      const octet = bytes[at++] ?? 0;
      tag = tag * 128 + (octet & 127);
      if (octet < 128) break;
    }
  }
  const named = (first & 0xc0) === 0x40 ? tag : -1;
  const short = bytes[at++]!;
  if (short === 128) {
    const from = at;
    while (at < bytes.length && bytes[at] !== 0) at += elementAt(bytes.subarray(at)).size;
    return { tag: named, content: bytes.subarray(from, at), size: at + 2 };
  }
  const octets = short < 128 ? 0 : short & 127;
  const length = octets === 0 ? short : bytes.readUIntBE(at, octets);
  at += octets;
  return { tag: named, content: bytes.subarray(at, at + length), size: at + length };
}

const tap3 = presetSource('tap3', 'source', 'demo', '*');
const ts32298 = presetSource('ts32298', 'source', 'demo', '*');

/** What reads BER. */
export const BINARY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'tap3',
    seeds: [
      ...samplesIn('tap3'),
      Buffer.from(usageTap3(40, 7, FROM, 5, false)),
      Buffer.from(usageTap3(40, 7, FROM, 6, true)),
    ],
    mutations: MUTATIONS,
    check(bytes, random) {
      if (random(4) === 0) decodedTwice(tap3, bytes, random);
      agreesWithTrailer(decodedInSteps(tap3, bytes, random), bytes);
    },
  },
  {
    name: 'ts32298',
    seeds: [
      ...['ts32298-pgw', 'ts32298-chf', 'ts32298-raw'].flatMap(samplesIn),
      Buffer.from(usageTs32298(40, 7, FROM, 5)),
    ],
    mutations: MUTATIONS,
    check(bytes, random) {
      if (random(4) === 0) decodedTwice(ts32298, bytes, random);
      decodedInSteps(ts32298, bytes, random);
    },
  },
];
