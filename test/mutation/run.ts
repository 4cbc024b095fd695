import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Mutates the code of a capability, or of single files of it, and says which mutants its tests let live. */
const [capability = '', ...files] = process.argv.slice(2);
if (!['money', 'rating', 'billing', 'invoicing'].includes(capability)) {
  console.error('npm run mutate -- money|rating|billing|invoicing [shared/…/file.ts …]');
  process.exit(2);
}
const mutated =
  files.length > 0 ? files : [`shared/${capability}/**/*.ts`, '!shared/*/use-cases/**', '!shared/*/ports.ts'];
const root = join(import.meta.dirname, '../..');
const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', join(root, 'test/mutation/stryker.config.json'), '--mutate', mutated.join(',')],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATED: capability, NAIVE_RUNS: process.env.NAIVE_RUNS ?? '40' },
  },
);
process.exit(status ?? 1);
