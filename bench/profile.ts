import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { usageTap3 } from './generate/usage-tap3.ts';
import { usageTs32298 } from './generate/usage-ts32298.ts';
import { cpuSeconds } from './measure.ts';
import { FROM, inBlocks, mediate } from './mediate.ts';

/** Where the time of mediation goes, for the formats whose target is the highest: writes PROFILE.md beside the results. */
const RECORDS = 100_000;
const RUNS = 12;
const TARGET = 500_000;
/** Functions named of each format. */
const TOP = 15;

/** Stages of mediation, by what the files of their functions are called; the first that fits counts. */
const STAGES: readonly (readonly [string, RegExp])[] = [
  ['BER elements found and told', /\/ber\/ber-|byte-window|ts32298-frames/],
  [
    'values read, records made of them',
    /\/(ber|tap3|ts32298|mapping)\/|record-draft|record-rules|problem-list|fixed-texts|kept-text\.ts/,
  ],
  ['fingerprints: identities laid down, SHA-256', /fingerprint\.ts|sha256-lanes|wasm/],
  ['usage keys and sessions', /chunk-keys|chunk-builder/],
  ['rows gathered, duplicates found, identifiers numbered', /chunk-rows|interner|byte-view/],
  ['usage items packed, with their index', /usage-item|items-object/],
  ['records kept in columns', /kept-texts|record-columns/],
  ['records compressed (zstd)', /^writeSync|node:zlib|node:buffer/],
  ['garbage collection', /^\(garbage collector\)/],
  ['all else: compiling, loading, the harness', /^/],
];

interface Shares {
  readonly stages: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, number>;
  readonly nanoseconds: number;
}

async function sharesOf(preset: 'tap3' | 'ts32298', name: string, bytes: Uint8Array): Promise<Shares> {
  const source = presetSource(preset, preset, 'demo', '*');
  for (let run = 0; run < 3; run++) await mediate(source, name, inBlocks(bytes));
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  let read = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const before = cpuSeconds();
    ({ read } = (await mediate(source, name, inBlocks(bytes))).outcome);
    best = Math.min(best, cpuSeconds() - before);
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { ...summed(profile), nanoseconds: (best / read) * 1e9 };
}

/** Time a function was itself at work, by stage and by function, as part of the whole. */
function summed({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Omit<Shares, 'nanoseconds'> {
  const calls = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const stages = new Map<string, number>(STAGES.map(([stage]) => [stage, 0]));
  const functions = new Map<string, number>();
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  samples.forEach((id, i) => {
    const { functionName, url } = calls.get(id)!;
    const file = url.split('/').slice(-2).join('/');
    const share = timeDeltas[i]! / total;
    const [stage] = STAGES.find(([, pattern]) => pattern.test(url === '' ? functionName : `/${file}`))!;
    const called = `${functionName || '(anonymous)'} ${file}`.trim();
    stages.set(stage, stages.get(stage)! + share);
    functions.set(called, (functions.get(called) ?? 0) + share);
  });
  return { stages, functions };
}

function section(title: string, { stages, functions, nanoseconds }: Shares): string[] {
  const row = ([what, share]: readonly [string, number]) =>
    `| ${what} | ${(100 * share).toFixed(1)} % | ${Math.round(share * nanoseconds)} |`;
  const top = [...functions].sort((a, b) => b[1] - a[1]).slice(0, TOP);
  return [
    `## ${title}`,
    '',
    `${Math.round(nanoseconds)} ns a record while it was profiled; the target allows ${1e9 / TARGET}.`,
    '',
    '| stage | share | ns a record |',
    '|---|---|---|',
    ...[...stages].map(row),
    '',
    '| function itself | share | ns a record |',
    '|---|---|---|',
    ...top.map(row),
    '',
  ];
}

const LIMIT = `# Where the time of mediation goes

Made by \`node bench/profile.ts\`, which \`npm run bench\` runs too: a sample every 0.2 ms, self time, after the code was compiled. Shares hold on a
busy machine; nanoseconds are processor time of the machine while it ran, and go with those of RESULTS.md only where both were quiet.

**The limit.** 500,000 records a second and core are 2,000 ns a record. About half of what a record costs goes into reading it, half into what is made of it,
and the second half alone is nearly as much for every format: a fingerprint, a place among the rows of its subscriber, a packed item, an entry in every
column that is kept, zstd. The profile is flat. The walk over BER elements is its largest function, with an eighth of the time or less: a TAP event has
36 elements, each of which takes ten to fifteen nanoseconds to be told from others. Behind it come dozens of functions with less than seven hundredths
each: what a record costs is how many things are done for it. The second block of SHA-256, decimal digits in identities, the garbage collector's
work for dead blocks and a third pass over quantities on their way into columns have been taken out (decisions 45 and 46).

Tried without gain, each against the code as it is, in one process: to foresee an element by the one that came last (every 65th is another, and the walk
takes as long); to count texts that are the same as in the record before instead of laying them down again; to write a record's texts one behind the
other and bring them to their columns a hundred records at a time. Half of what zstd takes goes into columns of decimal digits. Kept as numbers, they
halve its time and make records an eighth to a sixth smaller in these formats, but to make numbers of them took longer than that saved. A decoder
that hands on the numbers it has read, instead of writing digits that are read again, has not been tried. To be below 2,000 ns for certain takes
leaving out a product of mediation, such as the records kept for itemised usage (a sixth, with zstd), or reading in WebAssembly, at the price of decoders
few people can read.
`;

const sections = [
  section('TAP3', await sharesOf('tap3', 'CDDEUD2UTOIO00001', usageTap3(RECORDS, 40_000, FROM, 3, false))),
  section('TS 32.298', await sharesOf('ts32298', 'PGW-1', usageTs32298(RECORDS, 40_000, FROM, 5))),
];
writeFileSync(join(import.meta.dirname, 'PROFILE.md'), [LIMIT, ...sections.flat()].join('\n'));
