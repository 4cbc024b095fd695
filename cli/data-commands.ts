import type { Command } from 'commander';
import { DETAIL_COLUMNS } from '#shared/inventory/said-details.ts';
import { checkCatalog, releaseFolder, showCatalog } from './catalog/catalog.ts';
import { diffCatalog, type SimulateOptions, simulate, validateCatalog } from './catalog/catalog-tools.ts';
import { type Written, writeReference, writeSchema } from './catalog/reference.ts';
import { changeOne, loadFiles, orderOne, saidOf, showInventory } from './inventory.ts';
import { type Connected, date, example, instant, month, type Run, wholeNumber } from './terminal/command-parts.ts';
import { decodeUsage } from './usage/decode.ts';
import { showMissing } from './usage/missing.ts';
import { replayMany, replayOne } from './usage/replay.ts';
import { showSuspense } from './usage/suspense.ts';
import { backOut, showFile, showFiles } from './usage/usage.ts';
import { proveAll } from './usage/usage-proof.ts';
import { uploadUsage } from './usage/usage-upload.ts';

/** `billing catalog …` */
export function catalogCommands(program: Command, run: Run, connected: Connected): void {
  const catalog = program.command('catalog').description('what is sold and how: sellers, plans, prices, carriers');
  catalog
    .command('release <folder>')
    .description('let the catalogue in a folder (*.yaml) count from now on')
    .option('--check', 'only say what is wrong with it')
    .option('--accept-missing', 'also if it lacks plans or other things that accounts are billed by')
    .addHelpText('after', example('billing catalog release catalog/ --check', 'billing catalog release catalog/'))
    .action((folder: string, { check, acceptMissing }: { check: true | undefined; acceptMissing: true | undefined }) =>
      check
        ? run((_, output) => checkCatalog(folder, output))
        : connected((session, output) => releaseFolder(session, folder, output, acceptMissing === true)),
    );
  catalog
    .command('validate <path...>')
    .description('say everything that is wrong with files and folders of a catalogue, and what to write instead')
    .addHelpText('after', example('billing catalog validate catalog/', 'billing catalog validate catalog/ plans.yaml'))
    .action((paths: string[]) => run((_, output) => validateCatalog(paths, output)));
  catalog
    .command('diff <path...>')
    .description('what releasing them would change of what counts now, and from when it matters')
    .addHelpText('after', example('billing catalog diff catalog/'))
    .action((paths: string[]) => connected((session, output) => diffCatalog(session, paths, output)));
  catalog
    .command('simulate <path...>')
    .description('price a made-up month before it is sold: every line with its arithmetic')
    .requiredOption('--plan <plan>', 'what the subscriptions are on')
    .requiredOption('--month <month>', 'the month, 2026-10', month)
    .option('--sims <number>', 'subscriptions, active all month', wholeNumber(1, 100_000), 1)
    .option(
      '--use <use...>',
      'what each uses: "25 MB", "25 MB, 10 in eu" (10 of them there, not here), "10 x 5 MB in eu" (10 of them, beside what else they use), "3 sms mo", "20 min voice", "5 MB for 3.20 USD" (what the carrier charges)',
      [],
    )
    .option('--account <account>', 'as agreed with an account', '')
    .addHelpText(
      'after',
      example('billing catalog simulate catalog/ --plan iot --month 2026-10 --sims 100 --use "25 MB, 10 in eu"'),
    )
    .action((paths: string[], wanted: SimulateOptions) => run((_, output) => simulate(paths, wanted, output)));
  catalog
    .command('show')
    .description('what counts now')
    .addHelpText('after', example('billing catalog show'))
    .action(() => connected(showCatalog));
  referenceCommands(catalog, 'catalog', run);
}

/** `schema` and `reference` of what is written in files. */
function referenceCommands(parent: Command, of: Written, run: Run): void {
  parent
    .command('schema')
    .description('the JSON Schema by which an editor completes and checks its files while they are written')
    .option('--to <file>', 'where to write it (default: the terminal)', '')
    .addHelpText('after', example(`billing ${of} schema --to ${of}.schema.json`))
    .action(({ to }: { to: string }) => run((_, output) => writeSchema(of, to, output)));
  parent
    .command('reference')
    .description('everything that may be written in its files: field, type, default, meaning, example (Markdown)')
    .option('--to <file>', 'where to write it (default: the terminal)', '')
    .addHelpText('after', example(`billing ${of} reference --to ${of}-reference.md`))
    .action(({ to }: { to: string }) => run((_, output) => writeReference(of, to, output)));
}

interface ChangeOptions {
  readonly from: string;
  readonly state: string;
  readonly readyDays: string;
  readonly seller: string;
  readonly payer: string;
  readonly plan: string;
  readonly unit: string;
  readonly addOn: string;
  readonly topUp: string;
  readonly imsi: string;
  readonly iccid: string;
  readonly msisdn: string;
  readonly eid: string;
  readonly device: string;
  readonly property: readonly string[];
  readonly detail: readonly string[];
}

interface OrderOptions {
  readonly order: string;
  readonly date: string;
  readonly product: string;
  readonly quantity: string;
  readonly price: string;
  readonly unit: string;
  readonly reference: string;
  readonly tax: string;
}

/** `billing inventory …` */
export function inventoryCommands(program: Command, run: Run, connected: Connected): void {
  const inventory = program.command('inventory').description('accounts and subscriptions: who has what, and from when');
  inventory
    .command('load <file...>')
    .description(
      'record accounts (.yaml) and subscriptions (.csv or .yaml), all of it or nothing; what is known already is not recorded again',
    )
    .addHelpText('after', example('billing inventory load accounts.yaml subscriptions.csv'))
    .action((files: string[]) => connected((session, output) => loadFiles(session, files, output)));
  changeCommand(inventory, connected);
  orderCommand(inventory, connected);
  showCommand(inventory, connected);
  referenceCommands(inventory, 'inventory', run);
}

/** `billing inventory change` */
function changeCommand(inventory: Command, connected: Connected): void {
  inventory
    .command('change <subscription>')
    .description('record what becomes true of one subscription from a date on')
    .requiredOption('--from <date>', "2026-11-15 (the payer's local midnight) or 2026-11-15T10:00:00+01:00")
    .option('--state <state>', 'inventory, test, ready, active, suspended or terminated', '')
    .option('--ready-days <days>', 'with --state ready: after so many days it is active, though nothing was used', '')
    .option('--payer <account>', 'who pays, together with --plan', '')
    .option('--plan <plan>', 'on which plan, together with --payer', '')
    .option('--unit <unit>', 'for which business unit of the payer', '')
    .option('--seller <seller>', 'whom they pay (default: the seller whose customer the payer is)', '')
    .option(
      '--add-on <plan>',
      'an add-on it has from then on beside its plan; with a minus before it, no longer has',
      '',
    )
    .option(
      '--top-up <id:order>',
      'a top-up bought for it then, and the id of the purchase; with a minus before it, it was not',
      '',
    )
    .option('--imsi <digits>', 'IMSI it has from then on; with a minus before it, no longer has', '')
    .option('--iccid <digits>', 'the same for an ICCID', '')
    .option('--msisdn <digits>', 'the same for an MSISDN', '')
    .option('--eid <digits>', 'the same for the EID of an eSIM', '')
    .option('--device <id>', 'the same for the id a platform has for it', '')
    .option('--property <name=value...>', 'a property, which charges may match and count; name=- takes it away', [])
    .option('--detail <name=value...>', `${DETAIL_COLUMNS.join(', ')}; name=- takes it away`, [])
    .addHelpText(
      'after',
      example(
        'billing inventory change NW-016 --from 2026-11-03 --state suspended',
        'billing inventory change NW-014 --from 2026-11-12 --payer nordwind --plan fleet-l --unit fuhrpark',
        'billing inventory change NW-014 --from 2026-11-12 --add-on roaming-pack',
        'billing inventory change NW-014 --from 2026-11-14 --top-up boost:A-4711',
        'billing inventory change NW-017 --from 2026-11-12 --imsi=-001010000000017',
        'billing inventory change NW-018 --from 2026-11-12 --property sensors=12 tariff=eco --detail salesperson=Kim',
      ),
    )
    .action((subscription: string, options: ChangeOptions) => {
      const { from, unit, property, detail, ...said } = options;
      const change = {
        ...said,
        subscription,
        effectiveFrom: from,
        businessUnit: unit,
        said: { ...saidOf(property, 'property.'), ...saidOf(detail, '') },
      };
      return connected((session, output) => changeOne(session, change, output));
    });
}

function showCommand(inventory: Command, connected: Connected): void {
  inventory
    .command('show <id>')
    .description('everything ever recorded of an account or a subscription')
    .addHelpText('after', example('billing inventory show NW-017', 'billing inventory show nordwind'))
    .action((id: string) => connected((session, output) => showInventory(session, id, output)));
}

/** `billing inventory order` */
function orderCommand(inventory: Command, connected: Connected): void {
  inventory
    .command('order <account>')
    .description('sell something to an account once: a line of its next invoice')
    .requiredOption('--order <id>', 'id of the order line; the same id and date again replace it')
    .requiredOption('--date <date>', 'day of the delivery')
    .requiredOption(
      '--product <words>',
      'what is sold: a product of the catalogue by its id, or as the invoice says it',
    )
    .requiredOption('--quantity <number>', 'how many; 0 takes the order back')
    .option('--price <amount>', "of one, in the account's currency (default: the product's)", '')
    .option('--unit <unit>', 'for which business unit of the account', '')
    .option('--reference <words>', "the customer's order reference", '')
    .option(
      '--tax <category>',
      "what it is to the tax law: telecom, service or goods (default: the product's, else service)",
      '',
    )
    .addHelpText(
      'after',
      example(
        'billing inventory order nordwind --order A-4711 --date 2026-11-12 --product "GPS tracker" --quantity 25 --price 89.00 --tax goods --reference PO-2026-118',
      ),
    )
    .action((account: string, { unit, tax, ...rest }: OrderOptions) =>
      connected((session, output) =>
        orderOne(session, { account, businessUnit: unit, taxCategory: tax, ...rest }, output),
      ),
    );
}

/** `billing usage …` */
export function usageCommands(program: Command, run: Run, connected: Connected): void {
  const usage = program.command('usage').description("carriers' usage files: what came, what counts, what waits");
  usage
    .command('upload <carrier> <file...>')
    .description('drop usage files as the carrier would')
    .addHelpText('after', example('billing usage upload roamhub CDDEUD2UTOIO00041.gz CDDEUD2UTOIO00042.gz'))
    .action((carrier: string, files: string[]) =>
      connected((session, output) => uploadUsage(session, carrier, files, output)),
    );
  decodeCommand(usage, run);
  usage
    .command('files')
    .description('what came, and what has become of it: waiting, loading, loaded, quarantined, duplicate, backed out')
    .option(
      '--month <month>',
      'files that arrived in it (UTC) or hold usage of it (default: the last 31 days)',
      month,
      '',
    )
    .option('--carrier <carrier>', 'of one carrier', '')
    .option(
      '--missing',
      "files that should be there by the numbers of the others or their source's schedule, and are not",
    )
    .addHelpText(
      'after',
      example('billing usage files --month 2026-10 --carrier roamhub', 'billing usage files --missing'),
    )
    .action(({ missing, ...query }: { month: string; carrier: string; missing: true | undefined }) =>
      connected((session, output) =>
        missing ? showMissing(session, query.carrier, output) : showFiles(session, query, output),
      ),
    );
  usage
    .command('show <file>')
    .description('everything known of one file, by name, carrier/name or id: totals, problems, rejected records')
    .option('--rejected <number>', 'at most so many rejected records', wholeNumber(0, 1_000_000), 50)
    .addHelpText('after', example('billing usage show roamhub/CDDEUD2UTOIO00044'))
    .action((file: string, { rejected }: { rejected: number }) =>
      connected((session, output) => showFile(session, file, rejected, output)),
    );
  usage
    .command('back-out <file>')
    .description('take a loaded file back: its usage no longer counts, the next invoice carries the difference')
    .requiredOption('--reason <text>', 'why; recorded with it')
    .addHelpText(
      'after',
      example('billing usage back-out orbitsim/usage_data_2026-10-20.csv.gz --reason "sent by mistake"'),
    )
    .action((file: string, { reason }: { reason: string }) =>
      connected((session, output) => backOut(session, file, reason, output)),
    );
  replayCommand(usage, connected);
  suspenseAlias(usage, connected);
  proofCommand(usage, connected);
}

function suspenseAlias(usage: Command, connected: Connected): void {
  usage
    .command('suspense')
    .description('the same as `suspense list`, without what was written off')
    .option('--month <month>', 'usage of one UTC month (default: every month)', month, '')
    .option('--all', 'every identifier, not only the first ten of each reason')
    .addHelpText('after', example('billing usage suspense --month 2026-10'))
    .action((options: { month: string; all: true | undefined }) =>
      connected((session, output) => showSuspense(session, options.month, options.all === true, output)),
    );
}

function replayCommand(usage: Command, connected: Connected): void {
  const replay = usage
    .command('replay [file]')
    .description(
      'read a file anew under the source definition that counts now; the new reading takes the place of the old',
    )
    .option('--source <name>', 'instead of one file: all that were read under another definition of this source', '')
    .option('--since <date>', 'with --source: files that arrived on this UTC day or later', date, '')
    .addHelpText(
      'after',
      example(
        'billing usage replay orbitsim/usage_data_2026-10-20.csv.gz',
        'billing usage replay --source orbitsim-daily --since 2026-10-01',
      ),
    );
  replay.action((file: string | undefined, { source, since }: { source: string; since: string }) => {
    const isOne = file !== undefined && source === '' && since === '';
    const isMany = file === undefined && source !== '' && since !== '';
    if (!isOne && !isMany)
      replay.error('error: say either a file, or --source and --since', { exitCode: 2, code: 'billing.fileOrSource' });
    return connected((session, output) =>
      file === undefined ? replayMany(session, source, since, output) : replayOne(session, file, output),
    );
  });
}

function proofCommand(usage: Command, connected: Connected): void {
  usage
    .command('proof')
    .description(
      'where every record and unit of usage went, by month and source; fails when anything is unaccounted for',
    )
    .option('--month <month>', 'usage of one UTC month (default: every month); all usage is read either way', month, '')
    .addHelpText('after', example('billing usage proof --month 2026-10'))
    .action((options: { month: string }) => connected((session, output) => proveAll(session, options.month, output)));
}

interface DecodeOptions {
  readonly source: string;
  readonly arrived: number;
  readonly rejected: number;
}

function decodeCommand(usage: Command, run: Run): void {
  usage
    .command('decode <file>')
    .description('what a usage file says, record by record, without a deployment; fails if it would be quarantined')
    .option(
      '--source <source>',
      'a preset (tap3, plain-csv …) or a catalogue file with the source (default: as it looks)',
      '',
    )
    .option('--arrived <time>', 'when it is taken to have arrived (default: now)', instant, 0)
    .option('--rejected <number>', 'at most so many rejected records are listed', wholeNumber(0, 1_000_000), 50)
    .addHelpText(
      'after',
      example(
        'billing usage decode CDDEUD2UTOIO00101',
        'billing usage decode usage.csv.gz --source catalog/carriers.yaml --json',
      ),
    )
    .action((path: string, { source, arrived, rejected }: DecodeOptions) =>
      run((_, output, json) => {
        const arrivedAt = arrived === 0 ? Math.floor(Date.now() / 1000) : arrived;
        return decodeUsage({ path, source, arrivedAt, rejected }, output, json);
      }),
    );
}
