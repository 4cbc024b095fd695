import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, report, thousands } from './measure.ts';

/** How large the Lambda functions' bundles in cdk.out are, and how long a fresh process takes to import each (the core of a cold start). */
const OUT = join(import.meta.dirname, '..', 'cdk.out');

function bundles(): string[] {
  if (!existsSync(OUT)) return [];
  const folders = readdirSync(OUT).filter(
    (name) => name.startsWith('asset.') && statSync(join(OUT, name)).isDirectory(),
  );
  return folders.flatMap((folder) =>
    ['index.mjs', 'index.js'].map((file) => join(OUT, folder, file)).filter((file) => existsSync(file)),
  );
}

/** Milliseconds of the quickest of three imports in processes of their own; NaN if it cannot be imported outside of its place. */
function importTime(file: string): number {
  const script = `const before = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - before); process.exit(0)`;
  const times = [1, 2, 3].map(() => {
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    return child.status === 0 ? Number(child.stdout.trim().split('\n').at(-1)) : Number.NaN;
  });
  return Math.min(...times);
}

function measured(file: string): Result {
  const name =
    /functions\/[\w/-]+\.ts/.exec(readFileSync(file, 'utf8'))?.[0] ?? file.slice(OUT.length + 1, OUT.length + 19);
  const milliseconds = importTime(file);
  return {
    what: `bundle ${name}`,
    counted: `${thousands(statSync(file).size / 1024)} KiB`,
    value: milliseconds,
    unit: Number.isNaN(milliseconds) ? '(needs its environment)' : 'ms import',
    target: '',
    isMet: true,
  };
}

report(bundles().map(measured));
