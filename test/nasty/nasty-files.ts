import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { sourceDefinition } from '#shared/catalog/files/source-schema.ts';
import { PRESETS, type PresetName } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import { readItemIdentifiers } from '#shared/mediation/chunks/items-object.ts';
import { seeded } from '../../bench/generate/random.ts';
import { mutated } from '../fuzz/mutate.ts';
import { decode } from '../mediation/decode.ts';
import { zipOf } from '../mediation/zip-writer.ts';
import { SECOND_RELEASE } from '../simulation/world.ts';

/** A file as a carrier drops it. */
export interface NastyFile {
  readonly carrier: string;
  readonly name: string;
  readonly body: Uint8Array;
}

/** What reads the samples of a format: each format has a carrier of its own. */
const FORMATS: Readonly<Record<string, PresetName>> = {
  tap3: 'tap3',
  'ts32298-pgw': 'ts32298',
  'ts32298-chf': 'ts32298',
  'ts32298-raw': 'ts32298',
  'csv-asterisk': 'asterisk-csv',
  'csv-eiot': 'eiotclub-csv',
  'csv-emnify': 'emnify-csv',
  'csv-freeswitch': 'freeswitch-csv',
  'csv-soracom': 'soracom-air-csv',
  'csv-telnyx': 'telnyx-csv',
  'json-1nce': '1nce-json',
  'json-controlcenter': 'control-center-json',
  'json-supersim': 'super-sim-json',
  'json-ts32291': 'ts32291-json',
  'ndjson-emnify': 'emnify-json',
};
const MUTANTS_OF_EACH = 2;
const mutantOf = (format: string, number: number) => `${format}-m${number}`;

function sourceOf(carrier: string, preset: PresetName): SourceDefinition {
  return sourceDefinition.parse({ fileNamePattern: '*', ...PRESETS[preset].definition, name: carrier, carrier });
}

/** Sources of everything that is dropped. */
const SOURCES: readonly SourceDefinition[] = [
  sourceOf('plain', 'plain-csv'),
  ...Object.entries(FORMATS).flatMap(([format, preset]) => [
    sourceOf(format, preset),
    ...Array.from({ length: MUTANTS_OF_EACH }, (_, at) => sourceOf(mutantOf(format, at), preset)),
  ]),
];

/** The small operator's catalogue, with a source for every carrier here. */
export const NASTY_RELEASE: Catalog = { ...SECOND_RELEASE, sources: SOURCES };

const SAMPLES = new URL('../mediation/samples/', import.meta.url);
const samples: readonly NastyFile[] = Object.keys(FORMATS).flatMap((carrier) =>
  readdirSync(new URL(carrier, SAMPLES))
    .filter((name) => !name.endsWith('.expected.json'))
    .map((name) => ({ carrier, name, body: readFileSync(new URL(`${carrier}/${name}`, SAMPLES)) })),
);

const sample = (carrier: string, name: string) =>
  samples.find((each) => each.carrier === carrier && each.name === name)?.body as Buffer;
const TAP = sample('tap3', 'CDDEUD2UTOIO00101');
const EMNIFY = sample('csv-emnify', 'usage_data_2026-10-07.csv');
const LINES = sample('ndjson-emnify', 'usage-2026-10-06.ndjson');
const header = 'record_id,imsi,start,service,network,bytes,count';
const row = (id: string) => `${id},262010000000001,2026-10-05T08:00:00Z,data,DEUD1,1000000,`;
const PLAIN = Buffer.from([header, row('n1'), row('n2'), row('n3'), ''].join('\n'));

const plain = (name: string, body: string | Uint8Array): NastyFile => ({
  carrier: 'plain',
  name,
  body: typeof body === 'string' ? Buffer.from(body) : body,
});

/** Cut off, empty, misnamed, packed with malice, or nothing at all. */
const hostile: readonly NastyFile[] = [
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00101', body: TAP.subarray(0, Math.floor(TAP.length * 0.6)) },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00999', body: sample('tap3', 'CDDEUD2UTOIO00104') },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00101.gz', body: gzipSync(TAP) },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00201', body: Buffer.concat([TAP, TAP]) },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00202', body: EMNIFY },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00203', body: Buffer.alloc(0) },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00204', body: Buffer.from('6180'.repeat(5000), 'hex') },
  { carrier: 'tap3', name: 'CDDEUD2UTOIO00205', body: Buffer.from('6184ffffffff', 'hex') },
  { carrier: 'ts32298-pgw', name: 'PGW-UTO-1_-_0009.20261009_-_0100+0200', body: TAP },
  { carrier: 'csv-emnify', name: 'usage_data.csv', body: TAP },
  { carrier: 'csv-emnify', name: 'bom.csv', body: Buffer.concat([Buffer.from('\ufeff'), EMNIFY]) },
  { carrier: 'csv-emnify', name: 'crlf.csv', body: Buffer.from(EMNIFY.toString().replaceAll('\n', '\r\n')) },
  { carrier: 'csv-emnify', name: 'utf16.csv', body: Buffer.from(EMNIFY.toString(), 'utf16le') },
  { carrier: 'ndjson-emnify', name: 'cut.ndjson', body: LINES.subarray(0, LINES.length - 40) },
  { carrier: 'json-1nce', name: 'deep.json', body: Buffer.from('['.repeat(200_000)) },
  { carrier: 'json-1nce', name: 'page.json', body: Buffer.from('<!doctype html><title>502 Bad Gateway</title>') },
  plain('good.csv', PLAIN),
  plain('empty.csv', ''),
  plain('header-only.csv', `${header}\n`),
  plain('garbage.csv', garbage(40_000)),
  plain('garbage.csv.gz', Buffer.concat([Buffer.from('1f8b0800', 'hex'), garbage(4000)])),
  plain('nuls.csv', Buffer.alloc(100_000)),
  plain('columns.csv', `${Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(',')}\n`),
  plain('line.csv', `${header}\n${'x'.repeat(3_000_000)}\n${row('n4')}\n`),
  plain('quotes.csv', `${header}\n"${'a,b\n'.repeat(50_000)}`),
  plain('cut.csv.gz', gzipSync(PLAIN).subarray(0, 60)),
  plain('trailing.csv.gz', Buffer.concat([gzipSync(PLAIN), Buffer.from('more')])),
  plain('cut.csv.zst', zstdCompressSync(PLAIN).subarray(0, 40)),
  plain('bomb.csv.gz', gzipSync(Buffer.alloc(40_000_000))),
  plain('bomb.csv.zst', zstdCompressSync(Buffer.alloc(400_000_000))),
  plain('up.zip', zipOf([{ name: '../../up.csv', bytes: PLAIN }])),
  plain('root.zip', zipOf([{ name: '/etc/root.csv', bytes: PLAIN }])),
  plain('two.zip', zipOf(['a.csv', 'b.csv'].map((name) => ({ name, bytes: PLAIN })))),
  plain('same.zip', zipOf(['a.csv', 'a.csv'].map((name) => ({ name, bytes: PLAIN })))),
  plain('lies.zip', zipOf([{ name: 'a.csv', bytes: PLAIN, says: { size: 10 } }])),
  plain('bomb.zip', zipOf([{ name: 'a.csv', bytes: Buffer.alloc(40_000_000) }])),
  plain('secret.zip', zipOf([{ name: 'a.csv', bytes: PLAIN, says: { flags: 1 } }])),
  plain('zip-in-zip.zip', zipOf([{ name: 'a.zip', bytes: zipOf([{ name: 'a.csv', bytes: PLAIN }]) }])),
  plain('cut.zip', zipOf([{ name: 'a.csv', bytes: PLAIN }]).subarray(0, 80)),
  plain('..%2f..%2fname.csv', Buffer.concat([PLAIN, Buffer.from(row('n5'))])),
  plain(`${'long'.repeat(50)}.csv`, Buffer.concat([PLAIN, Buffer.from(row('n6'))])),
];

/** Samples with something wrong somewhere. Each is a carrier's only file, so that it cannot matter which of two says the same otherwise. */
const mutants: readonly NastyFile[] = Object.keys(FORMATS).flatMap((format, at) =>
  Array.from({ length: MUTANTS_OF_EACH }, (_, number) => {
    const of = samples.filter(({ carrier }) => carrier === format);
    const random = seeded(1000 * at + number + 1);
    const { name, body } = of[random(of.length)] as NastyFile;
    const all = of.map((each) => Buffer.from(each.body));
    return { carrier: mutantOf(format, number), name, body: mutated(Buffer.from(body), all, random) };
  }),
);

/** Everything that is dropped. */
export const NASTY_FILES: readonly NastyFile[] = [...samples, ...hostile, ...mutants];

/** The order a seed drops everything in, twice: the second time in another folder. */
export function droppedTwice(seed: number): { readonly key: string; readonly body: Uint8Array }[] {
  const drops = ['', 'again/'].flatMap((folder) =>
    NASTY_FILES.map(({ carrier, name, body }, at) => {
      const key = `incoming/${carrier}/${folder}${at}/${name}`;
      return { key, body, rank: createHash('sha256').update(`${seed} ${key}`).digest('hex') };
    }),
  );
  return drops.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ key, body }) => ({ key, body }));
}

/** Whoever the samples tell of is somebody's: in turn of two accounts, on two plans; every fifth is nobody's. */
export function nastyInventory(): { readonly name: string; readonly text: string } {
  const sourceNamed = new Map(SOURCES.map((source) => [source.carrier, source]));
  const identifiers = new Set(
    samples.flatMap(({ carrier, name, body }) => {
      const source = sourceNamed.get(carrier) as SourceDefinition;
      return decode(source, name, body).chunks.flatMap(({ items }) => readItemIdentifiers(items));
    }),
  );
  const rows = [...identifiers].sort().flatMap((identifier, at) => {
    const [kind = '', value = ''] = identifier.split('#');
    if (at % 5 === 4 || !['imsi', 'iccid', 'msisdn'].includes(kind)) return [];
    const [payer, plan, unit] = at % 2 === 0 ? ['alpha', 'flex', 'east'] : ['beta', 'sensor', ''];
    const columns = ['imsi', 'iccid', 'msisdn'].map((each) => (each === kind ? value : ''));
    return [`N${at},2026-10-01,active,${payer},${plan},${unit},${columns.join(',')}`];
  });
  const head = 'subscription,effectiveFrom,state,payer,plan,businessUnit,imsi,iccid,msisdn';
  return { name: 'nasty.csv', text: [head, ...rows].join('\n') };
}

function garbage(length: number): Buffer {
  const random = seeded(99);
  return Buffer.from(Array.from({ length }, () => random(256)));
}
