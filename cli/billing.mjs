#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: it finds the Node the product needs and hands over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const file = fileURLToPath(import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // Compiled modules are kept, which halves the time to start.
  module.enableCompileCache();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  startAgain(ownNode());
}

/** The Node that is installed with the package, '' when it is not there. */
function ownNode() {
  const root = dirname(dirname(file));
  const places = [join(root, 'node_modules/.bin/node'), join(root, '../.bin/node')];
  return places.find((place) => existsSync(place)) ?? '';
}

function startAgain(node) {
  if (node === '' || process.env.BILLING_STARTED_AGAIN) {
    process.stderr.write(
      `billing needs Node ${NEEDED} and found ${process.version}. Run "npm ci" in ${dirname(dirname(file))}, which installs it, or install Node ${NEEDED}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const environment = { ...process.env, BILLING_STARTED_AGAIN: '1' };
  const child = spawn(node, [file, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  // Ctrl-C reaches the child as well, which decides when to end; what is sent to this process alone is handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}. Run "npm ci" again.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
