import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LongFile, longCsv, longTap3 } from './generate/long-file.ts';
import { thousands } from './measure.ts';

/**
 * Files too long for one invocation, from their first byte to their manifest: `node bench/long-files.ts csv 10 tap3 2` mediates 10 GB of gzipped
 * CSV and 2 GB of TAP, and says what to write into LONG-FILES.md. Half an hour on a machine that does nothing else.
 */
const FROM = Date.UTC(2026, 9, 7) / 1000;
const KINDS: Readonly<Record<string, (bytes: number, from: number) => LongFile>> = { csv: longCsv, tap3: longTap3 };

/**
 * Half as much room for young objects as V8 takes by itself. It takes what it finds, whether or not it is needed: without this the same work
 * stands at 40 MB more.
 */
const YOUNG = '--max-semi-space-size=8';

/** What bench/mediate-long-file.ts says of itself when it is done. */
interface Said {
  readonly bytes: number;
  readonly decompressed: number;
  readonly records: number;
  readonly octets: number;
  readonly chunks: number;
  readonly invocations: number;
  readonly longestCpu: number;
  readonly longestClock: number;
  readonly cpu: number;
  readonly maxRssKilobytes: number;
}

function mediated(kind: string, gigabytes: number): Said {
  const make = KINDS[kind];
  if (make === undefined) throw new Error(`write one of ${Object.keys(KINDS).join(', ')}, and how many gigabytes`);
  const { head, part, tail, ...file } = make(gigabytes * 1e9, FROM);
  const folder = mkdtempSync(join(tmpdir(), 'long-file-'));
  for (const [name, bytes] of Object.entries({ head, part, tail })) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'file.json'), JSON.stringify(file));
  const script = join(import.meta.dirname, 'mediate-long-file.ts');
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
  const child = spawnSync(process.execPath, [YOUNG, script, folder], { encoding: 'utf8', stdio });
  rmSync(folder, { recursive: true });
  if (child.status !== 0)
    throw new Error(`mediating ${gigabytes} GB of ${kind} ended with ${child.signal ?? child.status}`);
  return JSON.parse(child.stdout);
}

function row(kind: string, said: Said): string {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  const size =
    gigabytes(said.bytes) + (said.decompressed > said.bytes ? ` (${gigabytes(said.decompressed)} of text)` : '');
  const cells = [
    ...[kind, size, thousands(said.records), thousands(said.octets), thousands(said.chunks), String(said.invocations)],
    ...[`${said.longestCpu.toFixed(0)} s, by the clock ${said.longestClock.toFixed(0)} s`, `${said.cpu.toFixed(0)} s`],
    `${(said.maxRssKilobytes / 1024).toFixed(0)} MB`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const asked = process.argv.slice(2);
const [processor] = cpus();
console.log(
  `${new Date().toISOString().slice(0, 10)} · ${processor!.model.trim()} × ${cpus().length} · Node ${process.version} · load ${loadavg()[0]!.toFixed(1)}\n`,
);
console.log(
  '| file | size | records | octets of usage | chunks | invocations | longest invocation, processor | all, processor | peak RSS |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (let i = 0; i < asked.length; i += 2) console.log(row(asked[i]!, mediated(asked[i]!, Number(asked[i + 1]))));
