import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Result } from './measure.ts';

/** Every benchmark, each in a process of its own. Names given on the command line choose some of them. */
const BENCHMARKS = [
  'yardstick',
  'catalog',
  'mediation',
  'profile',
  'fold',
  'rate',
  'accounts',
  'pool',
  'requests',
  'memory',
  'bundles',
];

function run(name: string): Result[] {
  const script = join(import.meta.dirname, `${name}.ts`);
  const child = spawnSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`benchmark ${name} failed`);
  const results = child.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Result => ({ ...JSON.parse(line) }));
  for (const result of results) console.log(row(result));
  return results;
}

function row({ what, counted, value, unit, target, isMet }: Result): string {
  const text = Number.isNaN(value) || value === null ? '–' : Number(value.toPrecision(3)).toLocaleString('en-GB');
  return `| ${what} | ${counted} | ${text} ${unit} | ${target === '' ? '' : `${target}${isMet ? '' : ' — missed'}`} |`;
}

const chosen = process.argv.slice(2);
const names = chosen.length === 0 ? BENCHMARKS : BENCHMARKS.filter((name) => chosen.includes(name));
const [before] = loadavg();
const results = names.flatMap(run);
const [processor] = cpus();
const lines = [
  '# Benchmarks',
  '',
  `${new Date().toISOString().slice(0, 10)} · ${processor!.model.trim()} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.version} · load before ${before!.toFixed(1)}, after ${loadavg()[0]!.toFixed(1)}`,
  '',
  'Rates are for one core: records divided by processor time (user and system), the best of several runs. What was counted is the same on',
  'every machine; the rates are not, so read them beside the yardstick. `npm run bench` writes this file anew, and [where the time of mediation goes](PROFILE.md).',
  '',
  '| what | counted | measured | target |',
  '|---|---|---|---|',
  ...results.map(row),
  '',
];
if (chosen.length === 0) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), lines.join('\n'));
