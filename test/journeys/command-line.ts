import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../../cli/billing.mjs');
const run = promisify(execFile);

/** The command line as somebody uses it, a process for each command, on the embedded cloud of a data directory: what it says as JSON. */
export function commandLine(dataDirectory: string, endpoint: string) {
  const place = ['--outputs', join(dataDirectory, 'outputs.json'), '--endpoint', endpoint];
  return async (who: string, ...command: string[]): Promise<unknown> => {
    const { stdout } = await run(process.execPath, [PROGRAM, '--json', '--as', who, ...place, ...command]);
    return JSON.parse(stdout);
  };
}
