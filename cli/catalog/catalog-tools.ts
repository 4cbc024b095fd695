import { readFile, stat } from 'node:fs/promises';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { chargeOfLine } from '#shared/billing/lines/charge-of-line.ts';
import { type SimulatedUse, simulateMonth } from '#shared/billing/simulate-month.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { catalogChanges } from '#shared/catalog/catalog-changes.ts';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import type { CatalogFile } from '#shared/catalog/files/catalog-file.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { kindOfUnit } from '#shared/catalog/unit.ts';
import { bound, wholeBaseUnits } from '#shared/catalog/written.ts';
import { currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { amount, sum } from '#shared/money/amount.ts';
import { formatMinor } from '#shared/money/currency.ts';
import type { Direction, Service } from '#shared/usage/usage-key.ts';
import { computation } from '../explain/explain-computation.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, grouped, money } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, table, words } from '../terminal/table.ts';
import { todayBy, yamlFiles } from './catalog.ts';
import { missingIn } from './missing-terms.ts';
import { unknownAccounts } from './unknown-accounts.ts';

/** `catalog validate FILES`: everything that is wrong with a catalogue in files and folders, each with file, line and what to write instead. */
export async function validateCatalog(paths: readonly string[], output: Output): Promise<void> {
  const catalog = await catalogAt(paths);
  const counts = { plans: catalog.plans.length, agreements: catalog.agreements.length };
  const found = `${counted(counts.plans, 'plan', 'plans')}, ${counted(counts.agreements, 'agreement', 'agreements')}`;
  output.result({ valid: true, ...counts }, `The catalogue is right: ${found}.`);
}

/** `catalog diff FILES`: what releasing them would change, and from when it matters. */
export async function diffCatalog(session: Session, paths: readonly string[], output: Output): Promise<void> {
  const catalog = await catalogAt(paths);
  const { catalog: current, position } = await currentCatalog(session.world);
  const changes = catalogChanges(current, catalog);
  const text =
    changes.length === 0
      ? `Nothing: release would come to what counts since position ${position}.`
      : `${counted(changes.length, 'change', 'changes')} of what counts since position ${position}:\n\n${table(
          changes,
          [
            words('from', (change) => change.from || 'at once'),
            words('what', (change) => change.what),
            words('is', (change) => change.before || '–'),
            words('would be', (change) => change.after || '–'),
          ],
        )}`;
  const { warning, ...unknown } = await unknownAccounts(session, catalog);
  const { missing, told } = await missingIn(session, catalog);
  const lacks =
    missing.length === 0
      ? ''
      : `\n\nIt lacks what accounts are billed by, and is not released without --accept-missing:\n${told}`;
  output.result({ position, changes, ...unknown, missing }, `${text}${lacks}${warning}`);
}

/** What `catalog simulate` is asked. */
export interface SimulateOptions {
  readonly plan: string;
  readonly account: string;
  readonly month: string;
  readonly sims: number;
  /** "25 MB", "25 MB, 10 in zone2", "10 x 5 MB in zone2", "30 sms", "20 min voice mo", "5 MB for 3.20 USD" (what the carrier charges for it). */
  readonly use: readonly string[];
}

/** `catalog simulate FILES`: what a made-up month would be billed, line by line with its arithmetic. */
export async function simulate(paths: readonly string[], wanted: SimulateOptions, output: Output): Promise<void> {
  const catalog = await catalogAt(paths);
  const uses = wanted.use.flatMap(readUses);
  const { plan, account, month, sims } = wanted;
  const bill = priced(() => simulateMonth(catalog, { plan, account, month, subscriptions: sims, uses }));
  const { currency, lines, apart } = bill;
  const total = formatMinor(sum(lines.map((line) => amount(line.amount))), currency);
  const text = [
    `${counted(sims, 'subscription', 'subscriptions')} on ${plan}, ${bill.period.from} to ${bill.period.until}${account === '' ? '' : `, as agreed with ${account}`}`,
    table(lines, [
      words('charge', nameOf),
      figures(currency, (line) => grouped(line.amount)),
      words('', (line) => computation({ line, charge: chargeOfLine(catalog, account, line) }, currency)),
    ]),
    `${money(total, currency)} before tax`,
    ...Object.entries(apart).map(([word, records]) => `${counted(records, 'record', 'records')} not charged: ${word}`),
  ].join('\n\n');
  output.result({ ...bill, total }, text);
}

function priced<Bill>(work: () => Bill): Bill {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw failure(error.message, 'correct --plan, --month or --use');
    throw error;
  }
}

function nameOf(line: ChargeLine): string {
  const tier = line.tier === 0 || line.arithmetic.kind === 'poolPrice' ? '' : `tier ${line.tier}`;
  return [line.chargeName, line.zoneName, tier].filter((part) => part !== '').join(', ');
}

const USE =
  /^(?:(\d{1,9})\s*x\s+)?(\d+(?:\.\d+)?(?:\s*[A-Za-z]+)??)(?:\s+(data|voice|sms|event:\S+))?(?:\s+(mo|mt))?(?:\s+in\s+(\S+))?(?:\s+for\s+(\d{1,9}(?:\.\d{1,6})?)\s+([A-Z]{3}))?$/;

/**
 * Reads what each of the subscriptions uses, and where some of them do: of "25 MB, 10 in zone2" ten use it in that zone, the others where no zone is
 * named.
 */
export function readUses(text: string): SimulatedUse[] {
  const [first = '', ...parts] = text.split(',').map((part) => part.trim());
  const whole = readUse(first);
  let without = 0;
  const elsewhere = parts.map((part): SimulatedUse => {
    const [, count = '0', zone = ''] = ELSEWHERE.exec(part) ?? [];
    if (zone === '') throw failure(`"${part}" of "${text}" says no part`, 'write for example --use "25 MB, 10 in eu"');
    const before = without;
    without += Number(count);
    return { ...whole, zone, without: before, subscriptions: without };
  });
  if (whole.subscriptions > 0 && without > whole.subscriptions)
    throw failure(`"${text}" has ${without} in zones, of ${whole.subscriptions}`, 'write fewer, or more in all');
  return [...elsewhere, { ...whole, without }];
}

const ELSEWHERE = /^(\d{1,9})\s+in\s+(\S+)$/;

/** Reads "[COUNT x] QUANTITY [SERVICE] [mo|mt] [in ZONE] [for AMOUNT CURRENCY]", the amount being what the carrier charges. */
function readUse(text: string): SimulatedUse {
  const said = USE.exec(text.trim());
  const quantity = bound.safeParse(said?.[2] ?? '').data;
  const unit = quantity?.unit ?? 'piece';
  const whole = quantity && wholeBaseUnits(quantity.number, unit);
  const misspelt = said === null || quantity !== undefined ? '' : remedyOf(said[2] ?? '');
  const wrong = () =>
    failure(
      `"${text}" says no use${misspelt === '' ? '' : `: ${misspelt}`}`,
      'write for example --use "25 MB", --use "25 MB, 10 in eu", --use "10 x 5 MB in eu", --use "3 sms mo" or --use "20 min voice"',
    );
  if (said === null || whole === undefined) throw wrong();
  const kind = kindOfUnit(unit);
  const service = said[3] ?? { octets: 'data', time: 'voice', pieces: '', amounts: '' }[kind];
  const fits = {
    octets: service === 'data',
    time: service === 'voice',
    pieces: !['', 'data', 'voice'].includes(service),
    amounts: false,
  };
  if (!fits[kind]) throw wrong();
  return {
    subscriptions: Number(said[1] ?? 0),
    without: 0,
    service: service as Service,
    direction: (said[4] ?? '') as Direction,
    zone: said[5] ?? '',
    quantity: BigInt(whole),
    carrierCharge: BigInt(
      amount(said[6] ?? '0')
        .times(1_000_000)
        .toFixed(),
    ),
    currency: said[7] ?? '',
  };
}

/** What to write instead of a quantity that is none. */
function remedyOf(quantity: string): string {
  const [issue] = bound.safeParse(quantity).error?.issues ?? [];
  return issue?.code === 'custom' ? String(issue.params?.remedy ?? '') : '';
}

async function catalogAt(paths: readonly string[]): Promise<Catalog> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  const reading = readCatalog(files, todayBy(Date.now() / 1000));
  if ('catalog' in reading) return reading.catalog;
  const message = `the catalogue has ${counted(reading.problems.length, 'problem', 'problems')}`;
  throw new CommandFailure(
    message,
    reading.problems.map(catalogProblemText),
    'mend them all, then give the command again',
  );
}

/** A file, or the YAML files below a folder. */
async function filesAt(path: string): Promise<CatalogFile[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw failure(`${path} is not there`, 'name files of the catalogue, or the folder that holds them');
  return found.isDirectory() ? yamlFiles(path) : [{ path, text: await readFile(path, 'utf8') }];
}
