import { once } from 'node:events';
import { userInfo } from 'node:os';
import { styleText } from 'node:util';
import { CommanderError } from 'commander';
import { findDeployment } from './deployment.ts';
import { billingProgram, type GlobalOptions } from './program.ts';
import { openSession } from './session.ts';
import { type CommandFailure, failureOf } from './terminal/failure.ts';
import { streamOutput } from './terminal/output.ts';

/** Runs one command line and answers its exit code: 0 done, 1 it could not be done, 2 the command line is wrong. */
export async function main(words: readonly string[]): Promise<number> {
  process.stdout.on('error', endWhenUnread);
  let clear = () => {};
  let debug = false;
  const program = billingProgram({
    async run(options, command) {
      debug = options.debug === true;
      const output = open(options);
      await command(
        () => openSession(findDeployment(whereabouts(options)), nameOf(options)),
        output,
        options.json === true,
      );
    },
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    clear();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    tell(failureOf(error), debug ? error : undefined);
    return 1;
  }

  function open(options: GlobalOptions) {
    const output = streamOutput(
      {
        stdout: (text) => process.stdout.write(text),
        drained: async () => {
          if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
        },
        stderr: (text) => process.stderr.write(text),
        watched: process.stderr.isTTY,
        now: () => performance.now(),
      },
      { json: options.json === true, quiet: options.quiet === true },
    );
    clear = output.clear;
    return output;
  }
}

/** Whoever reads the result may stop reading, as `head` does: that is no error. */
function endWhenUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function whereabouts({ outputs, endpoint }: GlobalOptions) {
  return {
    outputs: outputs ?? process.env.BILLING_OUTPUTS ?? '',
    endpoint: endpoint ?? process.env.AWS_ENDPOINT_URL ?? '',
    folder: process.cwd(),
  };
}

function nameOf({ as }: GlobalOptions): string {
  return as ?? userInfo().username;
}

/** One clear sentence, every problem, and what to do; never a stack trace unless it is asked for. */
function tell({ message, details, remedy }: CommandFailure, cause: unknown): void {
  const lines = [
    `${styleText('red', 'error:', { stream: process.stderr })} ${message}`,
    ...details.map((detail) => `  ${detail}`),
  ];
  if (remedy !== '') lines.push(styleText('dim', `next: ${remedy}`, { stream: process.stderr }));
  process.stderr.write(`${lines.join('\n')}\n`);
  if (cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
}
