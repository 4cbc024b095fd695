import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { usageCsv } from './generate/usage-csv.ts';
import { type Result, report, thousands } from './measure.ts';

const RECORDS = 6_150_000;
const MOST_MEGABYTES = 250;
const FROM = Date.UTC(2026, 9, 7) / 1000;
const FILE = join(tmpdir(), `iot-billing-bench-${RECORDS}.csv.gz`);

/** Writes the file, once: about 1 GB of text, compressed as it is made. */
async function generate(): Promise<void> {
  if (existsSync(FILE)) return;
  const blocks = usageCsv({ records: RECORDS, subscriptions: 200_000, from: FROM, seconds: 86_400, seed: 4 });
  await pipeline(
    Readable.from(blocks),
    createGzip({ level: 1, chunkSize: 1 << 18 }),
    createWriteStream(`${FILE}.part`),
  );
  spawnSync('mv', [`${FILE}.part`, FILE]);
}

/** What bench/mediate-one-file.ts says of itself when it is done. */
interface Said {
  readonly records: number;
  readonly bytes: number;
  readonly octets: number;
  readonly maxRssKilobytes: number;
}

await generate();
const child = spawnSync(process.execPath, [join(import.meta.dirname, 'mediate-one-file.ts'), FILE], {
  encoding: 'utf8',
});
if (child.status !== 0) throw new Error(`mediating ${FILE} failed: ${child.stderr}`);
const said: Said = JSON.parse(child.stdout);
const megabytes = said.maxRssKilobytes / 1024;
const result: Result = {
  what: `memory: ${(said.bytes / 1e9).toFixed(2)} GB of CSV, gzipped (${(statSync(FILE).size / 1e6).toFixed(0)} MB)`,
  counted: `${thousands(said.records)} records, ${thousands(said.octets)} octets`,
  value: megabytes,
  unit: 'MB max RSS',
  target: `< ${MOST_MEGABYTES}`,
  isMet: megabytes < MOST_MEGABYTES,
};
rmSync(FILE);
report([result]);
