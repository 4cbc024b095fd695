import type { ContentReference } from '#shared/commit-log/entry.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { addTotals } from '../add-totals.ts';
import { openChunkedDecoder } from '../chunks/chunked-decoder.ts';
import type { DecodedFile } from '../decoder.ts';
import { type LineRange, lineRanges, RangeLines } from '../delimited/line-ranges.ts';
import { unreadable } from '../file-outcome.ts';
import { outcomeOf } from '../outcome.ts';
import { type Claim, fileKeys, filePartition, type Manifest, type ManifestChunk } from '../usage-file.ts';
import { arrivedFile, type DecodePorts, keepChunk, manifestOf } from './decode-step.ts';
import { UnreadableFile } from './decompress.ts';
import { guardedDecoder } from './guarded-decoder.ts';
import type { ReadableFile } from './readable-file.ts';
import { incomingFile, isPlain } from './usage-bytes.ts';

/** What a range of a long text file came to. */
interface RangeMade {
  readonly chunks: readonly ManifestChunk[];
  /** Nothing when no line begins in it. */
  readonly outcome: DecodedFile | null;
  /** Whether a quote occurs: a line break may then be inside of a field, and where the file was cut may be wrong. */
  readonly hasQuotes: boolean;
}

/** How the decoding of a file side by side stands: its manifest, which ranges are left, or the first that shows that it cannot be cut. */
export type RangesStand =
  | { readonly manifest: Manifest }
  | { readonly left: readonly number[] }
  | { readonly quotesIn: number };

/** Longest first line that is looked for, in bytes. */
const LONGEST_HEAD = 1 << 20;

/** The ranges a claimed file is decoded by, side by side; none when it is read as a whole. They follow from its bytes and its claim alone. */
export async function rangesOf({ objects }: DecodePorts, claim: Claim): Promise<LineRange[]> {
  const { source, settings, key, versionId } = claim;
  if (source.format !== 'delimited') return [];
  const file = incomingFile(objects, key, versionId);
  const bytes = await file.size();
  if (bytes < 2 * settings.stepBytes || !(await isPlain(file))) return [];
  return lineRanges(source, await headOf(file), bytes, settings.stepBytes);
}

/** Decodes one range of a claimed file, if nobody has. */
export async function decodeRange(
  ports: DecodePorts,
  claim: Claim,
  file: string,
  generation: number,
  ranges: readonly LineRange[],
  place: number,
): Promise<void> {
  const range = ranges[place];
  const key = fileKeys.range(file, generation, place);
  if (range === undefined || (await ports.decisions.get(key)) !== undefined) return;
  const made = await decodeOrGiveUp(ports, claim, `usage/${file}/${generation}/range-${place}`, range);
  const content = await writeContent(ports.objects, `usage/${file}/${generation}/range-${place}`, made);
  await ports.decisions.putIfAbsent(key, content);
}

/** What a file's ranges come to so far. */
export async function standOfRanges(
  ports: DecodePorts,
  claim: Claim,
  file: string,
  generation: number,
  ranges: readonly LineRange[],
): Promise<RangesStand> {
  const prefix = fileKeys.range(file, generation, 0).sort.slice(0, -'000000'.length);
  const decided = await ports.decisions.query<ContentReference>(filePartition(file), withPrefix(prefix));
  const made = new Map<number, RangeMade>();
  for (const { sort, value } of decided) {
    made.set(Number.parseInt(sort.slice(prefix.length), 10), (await readContent(ports.objects, value)) as RangeMade);
  }
  for (const [quotesIn, { hasQuotes }] of made) if (hasQuotes) return { quotesIn };
  const left = ranges.map((_, place) => place).filter((place) => !made.has(place));
  if (left.length > 0) return { left };
  const outcome = outcomeOfRanges([...made.values()], ranges.at(-1)?.end ?? 0);
  const chunks = outcome.status === 'accepted' ? [...made.values()].flatMap((each) => each.chunks) : [];
  return { manifest: manifestOf(claim, file, generation, outcome, chunks) };
}

async function decodeOrGiveUp(ports: DecodePorts, claim: Claim, folder: string, range: LineRange): Promise<RangeMade> {
  try {
    return await decode(ports, claim, folder, range);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { chunks: [], outcome: unreadable(error), hasQuotes: false };
  }
}

async function decode(ports: DecodePorts, claim: Claim, folder: string, range: LineRange): Promise<RangeMade> {
  const { source, settings } = claim;
  const file = incomingFile(ports.objects, claim.key, claim.versionId);
  const whole = { ...settings, stepBytes: Number.MAX_SAFE_INTEGER };
  const decoder = guardedDecoder(() => openChunkedDecoder(source, arrivedFile(claim), whole));
  const entry = range.start === 0 ? '' : `from byte ${range.start}`;
  const quote = 'quote' in source && source.quote !== '' ? source.quote.charCodeAt(0) : -1;
  const lines = new RangeLines(range);
  const chunks: ManifestChunk[] = [];
  const keep = async (decoded: ReturnType<typeof decoder.push>) => {
    for (const chunk of decoded) chunks.push(await keepChunk(ports.objects, claim, chunk, folder));
  };
  let hasLines = false;
  for await (const block of await file.stream(lines.firstByte)) {
    const its = lines.take(block);
    if (its.length > 0) {
      if (quote >= 0 && its.indexOf(quote) >= 0) return { chunks: [], outcome: null, hasQuotes: true };
      if (!hasLines && range.start > 0 && 'columns' in source && source.columns.length === 0)
        await keep(decoder.push(entry, await headOf(file)));
      hasLines = true;
      await keep(decoder.push(entry, its));
    }
    if (lines.isDone) break;
  }
  if (!hasLines) return { chunks, outcome: null, hasQuotes: false };
  const { chunks: last, outcome } = decoder.end();
  await keep(last);
  return { chunks, outcome, hasQuotes: false };
}

/** The first line of a file, with its line break; nothing when it has none that is short enough. */
async function headOf(file: ReadableFile): Promise<Uint8Array> {
  let head = Buffer.alloc(0);
  for await (const block of await file.stream(0)) {
    head = Buffer.concat([head, block]);
    const end = head.indexOf(0x0a);
    if (end >= 0) return head.subarray(0, end + 1);
    if (head.length > LONGEST_HEAD) break;
  }
  return head.subarray(0, 0);
}

/** One outcome of all ranges. Places count within each range; where it begins is said beside them. */
function outcomeOfRanges(ranges: readonly RangeMade[], bytes: number): DecodedFile {
  const outcomes = ranges.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  const [first] = outcomes;
  if (first === undefined) throw new Error('a file of several ranges has no line at all');
  const sum = (count: (outcome: DecodedFile) => number) => outcomes.reduce((total, each) => total + count(each), 0);
  const problems = outcomes.flatMap((each) => each.problems.filter(({ code }) => code !== 'RECORDS_REJECTED'));
  const { facts } = first;
  return outcomeOf(
    { status: 'accepted', problems, facts, bytes, trailer: [] },
    {
      records: sum((each) => each.read),
      accepted: addTotals(outcomes.map((each) => each.accepted)),
      duplicate: addTotals(outcomes.map((each) => each.duplicate)),
      rejections: sum((each) => each.rejected),
      zero: sum((each) => each.zero),
      made: sum((each) => each.chunks),
    },
  );
}
