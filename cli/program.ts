import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { checkCatalog, releaseFolder, showCatalog } from './catalog.ts';
import { failure } from './failure.ts';
import { changeOne, loadFiles, showInventory } from './inventory.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';
import { uploadUsage } from './usage-upload.ts';

/** Options every command takes. */
export interface GlobalOptions {
  readonly json: true | undefined;
  readonly quiet: true | undefined;
  readonly debug: true | undefined;
  readonly as: string | undefined;
  readonly outputs: string | undefined;
  readonly endpoint: string | undefined;
}

/** What a command does; it connects only if it needs the deployment. */
type Work = (connect: () => Promise<Session>, output: Output, json: boolean) => Promise<void>;

/** Who runs commands. */
export interface Runner {
  run(options: GlobalOptions, command: Work): Promise<void>;
}

/** A command's example, below its help. */
function example(...lines: readonly string[]): string {
  const [head, ...rest] = lines.map((line) => `  $ ${line}`);
  return ['', lines.length > 1 ? 'Examples:' : 'Example:', head, ...rest].join('\n');
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
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
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

  const run = (work: Work) => runner.run(program.opts<GlobalOptions>(), work);
  const connected = (work: (session: Session, output: Output) => Promise<void>) =>
    run(async (connect, output) => work(await connect(), output));

  catalogCommands(program, run, connected);
  inventoryCommands(program, connected);
  usageCommands(program, connected);
  localCommands(program, run);
  return program;
}

type Run = (work: Work) => Promise<void>;
type Connected = (work: (session: Session, output: Output) => Promise<void>) => Promise<void>;

function catalogCommands(program: Command, run: Run, connected: Connected): void {
  const catalog = program.command('catalog').description('what is sold and how: sellers, plans, prices, carriers');
  catalog
    .command('release <folder>')
    .description('let the catalogue in a folder (*.yaml) count from now on')
    .option('--check', 'only say what is wrong with it')
    .addHelpText('after', example('billing catalog release catalog/ --check', 'billing catalog release catalog/'))
    .action((folder: string, { check }: { check: true | undefined }) =>
      check
        ? run((_, output) => checkCatalog(folder, output))
        : connected((session, output) => releaseFolder(session, folder, output)),
    );
  catalog
    .command('show')
    .description('what counts now')
    .addHelpText('after', example('billing catalog show'))
    .action(() => connected(showCatalog));
}

interface ChangeOptions {
  readonly from: string;
  readonly state: string;
  readonly seller: string;
  readonly payer: string;
  readonly plan: string;
  readonly unit: string;
  readonly imsi: string;
  readonly iccid: string;
  readonly msisdn: string;
}

function inventoryCommands(program: Command, connected: Connected): void {
  const inventory = program.command('inventory').description('accounts and subscriptions: who has what, and from when');
  inventory
    .command('load <file...>')
    .description('record accounts (.yaml) and subscriptions (.csv), all of it or nothing')
    .addHelpText('after', example('billing inventory load accounts.yaml subscriptions.csv'))
    .action((files: string[]) => connected((session, output) => loadFiles(session, files, output)));
  inventory
    .command('change <subscription>')
    .description('record what becomes true of one subscription from a date on')
    .requiredOption('--from <date>', "2026-11-15 (the payer's local midnight) or 2026-11-15T10:00:00+01:00")
    .option('--state <state>', 'inventory, test, ready, active, suspended or terminated', '')
    .option('--payer <account>', 'who pays, together with --plan', '')
    .option('--plan <plan>', 'on which plan, together with --payer', '')
    .option('--unit <unit>', 'for which business unit of the payer', '')
    .option('--seller <seller>', 'whom they pay (default: the seller whose customer the payer is)', '')
    .option('--imsi <digits>', 'IMSI it has from then on; with a minus before it, no longer has', '')
    .option('--iccid <digits>', 'the same for an ICCID', '')
    .option('--msisdn <digits>', 'the same for an MSISDN', '')
    .addHelpText(
      'after',
      example(
        'billing inventory change NW-016 --from 2026-11-03 --state suspended',
        'billing inventory change NW-014 --from 2026-11-12 --payer nordwind --plan fleet-l --unit fuhrpark',
        'billing inventory change NW-017 --from 2026-11-12 --imsi=-001010000000017',
      ),
    )
    .action((subscription: string, { from, unit, state, seller, payer, plan, imsi, iccid, msisdn }: ChangeOptions) => {
      const change = {
        subscription,
        effectiveFrom: from,
        businessUnit: unit,
        state,
        seller,
        payer,
        plan,
        imsi,
        iccid,
        msisdn,
      };
      return connected((session, output) => changeOne(session, change, output));
    });
  inventory
    .command('show <id>')
    .description('everything ever recorded of an account or a subscription')
    .addHelpText('after', example('billing inventory show NW-017', 'billing inventory show nordwind'))
    .action((id: string) => connected((session, output) => showInventory(session, id, output)));
}

function usageCommands(program: Command, connected: Connected): void {
  const usage = program.command('usage').description("carriers' usage files: what came, what counts, what waits");
  usage
    .command('upload <carrier> <file...>')
    .description('drop usage files as the carrier would')
    .addHelpText('after', example('billing usage upload roamhub CDDEUD2UTOIO00041.gz CDDEUD2UTOIO00042.gz'))
    .action((carrier: string, files: string[]) =>
      connected((session, output) => uploadUsage(session, carrier, files, output)),
    );
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
        const { demo } = await import('./demo.ts');
        if (!(await demo({ keep: keep === true, json })))
          throw failure('the demonstration came to other results than expected', 'read above what differs');
      }),
    );
}

/** Reads an option's whole number. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}
