import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { type CatalogProblem, catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import type { CatalogFile } from '#shared/catalog/files/catalog-file.ts';
import { placeOfSeller } from '#shared/catalog/files/place-of-seller.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { type CurrentCatalog, currentCatalog } from '#shared/commit-log/use-cases/current-catalog.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { type Instant, type LocalDate, localDateOf } from '#shared/time/local-date.ts';
import type { Session } from '../session.ts';
import { CommandFailure, failure } from '../terminal/failure.ts';
import { counted, minute } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { figures, pairs, table, words } from '../terminal/table.ts';
import { missingIn } from './missing-terms.ts';
import { unknownAccounts } from './unknown-accounts.ts';

/** `catalog release FOLDER --check`: reads the folder's files and says what is wrong with them, if anything is. */
export async function checkCatalog(folder: string, output: Output): Promise<void> {
  const catalog = await catalogIn(folder, todayBy(Date.now() / 1000));
  output.result({ valid: true, ...countsOf(catalog) }, `The catalogue is right: ${contents(catalog)}.`);
  output.next(`billing catalog release ${folder}`);
}

/**
 * `catalog release FOLDER`: the catalogue counts from now on. Refused with every problem, not only the first; and where it lacks what accounts are
 * billed by, unless a person accepts that.
 */
export async function releaseFolder(
  session: Session,
  folder: string,
  output: Output,
  acceptMissing = false,
): Promise<void> {
  const catalog = await catalogIn(folder, todayBy(session.world.clock.now()));
  const { missing, told } = await missingIn(session, catalog);
  if (missing.length > 0 && !acceptMissing) throw lacking(folder, told);
  const result = await releaseCatalog(session.world, catalog, session.by);
  if (result.outcome === 'refused') {
    const files = await yamlFiles(folder);
    const problems = result.problems.map(({ seller, field, ...problem }) => {
      return { ...placeOfSeller(files, seller, field), ...problem };
    });
    throw catalogFailure(folder, problems);
  }
  const { outcome, position, sha256 } = result;
  const short = sha256.slice(0, 12);
  const text =
    outcome === 'released'
      ? `Released ${short} at position ${position}: ${contents(catalog)}.`
      : `Release ${short} counts already, since position ${position}; there is nothing to do.`;
  const { warning, ...unknown } = await unknownAccounts(session, catalog);
  const accepted = missing.length === 0 ? '' : `\n\nAccepted as missing:\n${told}`;
  output.result(
    { outcome, position, sha256, ...countsOf(catalog), ...unknown, missing },
    `${text}${accepted}${warning}`,
  );
  output.next('billing inventory load ACCOUNTS.yaml SUBSCRIPTIONS.csv');
}

function lacking(folder: string, told: string): CommandFailure {
  const message = `the catalogue in ${folder} lacks what accounts are billed by; nothing is released`;
  const what = 'what their open periods owe by it would be credited, or could not be billed:';
  const remedy =
    'put it back (a version with an end is sold no longer behind it; a new price is a version of its own beside the ones before), or move who has it first; if it is meant, give the command with --accept-missing';
  return new CommandFailure(message, [what, ...told.split('\n')], remedy);
}

/** `catalog show`: what counts now. */
export async function showCatalog(session: Session, output: Output): Promise<void> {
  const current = await currentCatalog(session.world);
  output.result(current, catalogText(current));
}

/** The day of an instant, in UTC: rates are published once a day, and those of the day before count until then. */
export function todayBy(now: Instant): LocalDate {
  return localDateOf(Math.floor(now), 'UTC');
}

/** Reads the catalogue of a folder, at any depth, as released on a day. @throws CommandFailure with every problem. */
export async function catalogIn(folder: string, today: LocalDate): Promise<Catalog> {
  const reading = readCatalog(await yamlFiles(folder), today);
  if ('catalog' in reading) return reading.catalog;
  throw catalogFailure(folder, reading.problems);
}

function catalogFailure(folder: string, problems: readonly CatalogProblem[]): CommandFailure {
  const message = `the catalogue in ${folder} has ${counted(problems.length, 'problem', 'problems')}; nothing is released`;
  return new CommandFailure(message, problems.map(catalogProblemText), 'mend them all, then give the command again');
}

/** The YAML files below a folder, and CSV files of exchange rates; their paths are as the shell would take them. */
export async function yamlFiles(folder: string): Promise<CatalogFile[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === 'ENOTDIR' ? 'is a file, not a folder' : 'is not there';
    throw failure(`the folder ${folder} ${what}`, 'name the folder that holds the catalogue');
  });
  const paths = names.filter((name) => /\.(ya?ml|csv)$/.test(name)).sort();
  return Promise.all(
    paths.map(async (name) => ({ path: join(folder, name), text: await readFile(join(folder, name), 'utf8') })),
  );
}

function countsOf(catalog: Catalog) {
  const { sellers, plans, zoneModels, taxProfiles, sources } = catalog;
  return {
    sellers: sellers.length,
    plans: plans.length,
    zoneModels: zoneModels.length,
    taxProfiles: taxProfiles.length,
    sources: sources.length,
  };
}

function contents(catalog: Catalog): string {
  const counts = countsOf(catalog);
  return [
    counted(counts.sellers, 'seller', 'sellers'),
    counted(counts.plans, 'plan', 'plans'),
    counted(counts.zoneModels, 'zone model', 'zone models'),
    counted(counts.taxProfiles, 'tax profile', 'tax profiles'),
    counted(counts.sources, 'source of usage files', 'sources of usage files'),
  ].join(', ');
}

function catalogText({ catalog, position, sha256, releasedAt, releasedBy }: CurrentCatalog): string {
  const head = pairs([
    ['release', sha256],
    ['counts since', `position ${position}, ${minute(releasedAt)}, by ${releasedBy}`],
  ]);
  const sellers = table(catalog.sellers, [
    words('seller', (seller) => seller.id),
    words('name', (seller) => seller.name),
    words('time zone', (seller) => seller.timeZone),
    words('numbers', (seller) => `${seller.numbering.invoice.prefix} / ${seller.numbering.creditNote.prefix}`),
  ]);
  const plans = table(
    catalog.plans.flatMap((plan) => plan.versions.map((version) => ({ plan, version }))),
    [
      words('plan', ({ plan }) => plan.id),
      words('name', ({ plan }) => plan.name),
      words('currency', ({ plan }) => plan.currency),
      words('from', ({ version }) => version.from),
      words('until', ({ version }) => version.until || 'open'),
      figures('charges', ({ version }) => `${version.charges.length}`),
      figures('allowances', ({ version }) => `${version.allowances.length}`),
    ],
  );
  const sources = table(catalog.sources, [
    words('carrier', (source) => source.carrier),
    words('source', (source) => source.name),
    words('format', (source) => source.format),
    words('files', (source) => source.fileNamePattern),
    words('records', (source) => source.records),
    words('due', (source) => source.schedule),
  ]);
  return [head, sellers, plans, sources].join('\n\n');
}
