import { join, relative } from 'node:path';
import { startEmbeddedCloud } from './embedded-cloud.ts';
import { failure } from './terminal/failure.ts';
import type { Output } from './terminal/output.ts';

/** `local up`: the embedded cloud on this machine, until Ctrl-C. What is in it stays on disk. */
export async function localUp(dataDirectory: string, port: number, output: Output): Promise<void> {
  const { cloud, stop } = await startEmbeddedCloud(dataDirectory, port, true, (line) => output.progress(line)).catch(
    tellUsed,
  );
  const stopped = new Promise<void>((resolve, reject) => {
    let isEnding = false;
    const end = () => {
      if (!isEnding) stop().then(resolve, reject);
      isEnding = true;
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  });
  const outputs = relative('', join(dataDirectory, 'outputs.json'));
  const text = `The embedded cloud is up at ${cloud.endpoint}; its data is in ${relative('', dataDirectory) || '.'}. Ctrl-C ends it.`;
  output.result({ endpoint: cloud.endpoint, outputs, dataDirectory }, text);
  const named = dataDirectory === join(process.cwd(), '.local') ? '' : ` --outputs ${outputs}`;
  output.next(`in another terminal: billing${named} catalog release examples/fleet-month/catalog`);
  await stopped;
}

function tellUsed(error: Error): never {
  if (/ is in use by process /.test(error.message))
    throw failure(error.message.split(';')[0] ?? '', 'stop it there, or take another folder with --data');
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    throw failure('the port is taken', 'take another with --port, or leave it out');
  throw error;
}
