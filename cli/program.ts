import { resolve } from 'node:path';
import { Command, Help, type Option } from 'commander';
import { accountCommands, invoiceCommands, runCommands } from './billing-commands.ts';
import { catalogCommands, inventoryCommands, usageCommands } from './data-commands.ts';
import { booksCommands, paymentCommands } from './money-commands.ts';
import { sourceCommands } from './source/source-commands.ts';
import { type Connected, example, type Run, type Work, wholeNumber } from './terminal/command-parts.ts';
import { failure } from './terminal/failure.ts';
import { suspenseCommands } from './usage/suspense-commands.ts';

/** Options every command takes. */
export interface GlobalOptions {
  readonly json: true | undefined;
  readonly quiet: true | undefined;
  readonly debug: true | undefined;
  readonly as: string | undefined;
  readonly outputs: string | undefined;
  readonly endpoint: string | undefined;
}

/** Who runs commands. */
export interface Runner {
  run(options: GlobalOptions, command: Work): Promise<void>;
}

/** The whole command line: what there is to say, and what it sets off. */
export function billingProgram(runner: Runner): Command {
  const program = new Command('billing')
    .description('Billing for IoT connectivity: catalogue, inventory, usage, bill runs and invoices of one deployment.')
    .option('--json', 'the result as JSON on stdout, and nothing else')
    .option('--quiet', 'no hints and no progress')
    .option('--as <name>', 'who decides; recorded with what is decided (default: the user of this machine)')
    .option(
      '--outputs <file>',
      'outputs of the deployed stacks (default: a running embedded cloud in .local, else outputs.json; or BILLING_OUTPUTS)',
    )
    .option('--endpoint <url>', 'endpoint instead of AWS (or AWS_ENDPOINT_URL)')
    .option('--debug', 'on an error, where in the program it came from')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false, optionDescription })
    .exitOverride()
    .showHelpAfterError('(say --help to see how it is used)')
    .addHelpText(
      'after',
      example(
        'billing local up',
        'billing catalog release catalog/',
        'billing run open --cycle 1 --month 2026-10 --wait',
      ),
    );

  const run: Run = (work) => runner.run(program.opts<GlobalOptions>(), work);
  const connected: Connected = (work) => run(async (connect, output) => work(await connect(), output));

  catalogCommands(program, run, connected);
  inventoryCommands(program, run, connected);
  sourceCommands(program, run);
  usageCommands(program, run, connected);
  suspenseCommands(program, connected);
  runCommands(program, connected);
  invoiceCommands(program, connected);
  accountCommands(program, connected);
  paymentCommands(program, connected);
  booksCommands(program, connected);
  localCommands(program, run);
  return program;
}

/** An option as the help says it: with its default, unless that is nothing, or its own words say it. */
function optionDescription(option: Option): string {
  const isNothing = ['""', '[]', '{}'].includes(JSON.stringify(option.defaultValue));
  const isSaid = option.description.includes('(default:');
  const shown = isNothing || isSaid ? Object.assign(Object.create(option), { defaultValue: undefined }) : option;
  return new Help().optionDescription(shown);
}

function localCommands(program: Command, run: Run): void {
  const local = program.command('local').description('the same service on this machine, without an AWS account');
  local
    .command('up')
    .description('start the embedded cloud; it stays up until Ctrl-C')
    .option('--data <folder>', 'where its data is kept', '.local')
    .option('--port <number>', 'port on 127.0.0.1; 0 is any free one', wholeNumber(0, 65_535), 0)
    .addHelpText('after', example('billing local up', 'billing local up --data /tmp/billing --port 4600'))
    .action(({ data, port }: { data: string; port: number }) =>
      run(async (_, output) => {
        const { localUp } = await import('./local.ts');
        await localUp(resolve(data), port, output);
      }),
    );
  program
    .command('demo')
    .description('two months of a fleet, from usage files to invoices, on the embedded cloud')
    .option('--keep', 'leave the embedded cloud up afterwards')
    .addHelpText('after', example('billing demo'))
    .action(({ keep }: { keep: true | undefined }) =>
      run(async (_connect, _output, json) => {
        const { demo } = await import('./demo/demo.ts');
        if (!(await demo({ keep: keep === true, json })))
          throw failure('the demonstration came to other results than expected', 'read above what differs');
      }),
    );
}
