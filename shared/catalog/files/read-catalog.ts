import * as z from 'zod';
import { compareIds } from '#shared/money/allocate.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Catalog, Plan } from '../catalog.ts';
import type { CatalogProblem } from '../catalog-problem.ts';
import { kindOfUnit } from '../unit.ts';
import { type CatalogFile, type ParsedFile, parseCatalogFile } from './catalog-file.ts';
import { checkAddOns } from './check-add-ons.ts';
import { checkAmounts } from './check-amounts.ts';
import { checkCarryOver } from './check-carry-over.ts';
import { checkCurrencies } from './check-currencies.ts';
import { readToldApart } from './check-told-apart.ts';
import { parseRatesFile } from './rates-file.ts';
import { readAgreement } from './read-agreement.ts';
import type { ReadAllowance } from './read-allowance.ts';
import { readSeason, readTimeBand } from './read-calendar.ts';
import { readExchangeRates } from './read-exchange-rates.ts';
import { type ReadPlan, readPlan } from './read-plan.ts';
import { checkPriceList } from './read-price-list.ts';
import { readProduct } from './read-product.ts';
import { readSeller } from './read-seller.ts';
import { readSource } from './read-source.ts';
import { readTaxJurisdiction } from './read-tax-jurisdiction.ts';
import { readTaxProfile } from './read-tax-profile.ts';
import { readZoneModel } from './read-zone-model.ts';
import { type Place, type Report, readFields, refuse, within } from './report.ts';
import { isMapping } from './schema-place.ts';

const MOST_FILES = 1_000;
/** The lists a file of the catalogue may have. */
export const LISTS = [
  'sellers',
  'zoneModels',
  'timeBands',
  'seasons',
  'products',
  'priceLists',
  'plans',
  'taxProfiles',
  'taxJurisdictions',
  'sources',
  'agreements',
  'exchangeRates',
] as const;
type List = (typeof LISTS)[number];
const list = z.array(z.unknown()).max(10_000).default([]);
const fileSchema = z.strictObject(Object.fromEntries(LISTS.map((name) => [name, list])) as Record<List, typeof list>);
/** What tells the things of a list apart. */
const NAMED_BY: Readonly<Record<List, string>> = {
  sellers: 'id',
  zoneModels: 'id',
  timeBands: 'id',
  seasons: 'id',
  products: 'id',
  priceLists: 'id',
  plans: 'id',
  taxProfiles: 'id',
  taxJurisdictions: 'country',
  sources: 'name',
  agreements: 'account',
  exchangeRates: 'source',
};

/**
 * Reads a catalogue from the files of its folder, in order of their paths; how things are divided among files means nothing. It is taken
 * whole or refused whole, with every problem listed. What comes out is plain JSON in base units and decimal text, the same for every
 * way of writing the same catalogue down, so that its hash names it: defaults are filled in, plans stand by id, versions by date. `today`
 * is the day it is released on, where it is: what is sold then or later needs rates by then.
 */
export function readCatalog(
  files: readonly CatalogFile[],
  today: LocalDate | '' = '',
): { catalog: Catalog } | { problems: readonly CatalogProblem[] } {
  if (files.length === 0 || files.length > MOST_FILES) return { problems: [wrongNumberOfFiles(files.length)] };
  const report: Report = { problems: [] };
  const parsed = [...files].sort((a, b) => compareIds(a.path, b.path)).flatMap((file) => parsedOr(report, file));
  const places = placesOf(report, parsed);
  const sellers = places.sellers.map((place) => readSeller(report, place));
  const taxProfiles = places.taxProfiles.map((place) => readTaxProfile(report, place));
  const taxJurisdictions = places.taxJurisdictions.map((place) => readTaxJurisdiction(report, place));
  const sources = places.sources.map((place) => readSource(report, place));
  const models = places.zoneModels.map((place) => readZoneModel(report, place));
  const timeBands = places.timeBands.map((place) => readTimeBand(report, place));
  const seasons = places.seasons.map((place) => readSeason(report, place));
  const products = places.products.map((place) => readProduct(report, place));
  const namesOf = (what: List) => new Set(places[what].map((place) => nameAt(place, 'id')));
  const carriers = sources.includes(undefined) ? undefined : new Set(sources.map((source) => source?.carrier ?? ''));
  const plans = places.plans.map((place) => {
    return readPlan(report, place, {
      models: new Map(models.flatMap((model) => (model ? [[model.id, model] as const] : []))),
      zoneModels: namesOf('zoneModels'),
      carriers,
      timeBands: namesOf('timeBands'),
      bands: timeBands.includes(undefined) ? undefined : whole(timeBands),
      seasons: namesOf('seasons'),
      priceLists: new Map(places.priceLists.map((list) => [nameAt(list, 'id'), list])),
    });
  });
  for (const place of places.priceLists) checkPriceList(report, place, places.plans);
  const agreements = places.agreements.map((place) => readAgreement(report, place, plans));
  const exchangeRates = places.exchangeRates.map((place) => readExchangeRates(report, place));
  for (const what of LISTS) checkNamedOnce(report, places[what], NAMED_BY[what]);
  checkTogether(report, plans);
  checkCurrencies(report, {
    plans: plans.map(({ plan }) => plan),
    agreements: places.agreements.map((place, index) => ({ place, agreement: agreements[index] })),
    sellers: places.sellers.map((place, index) => ({ place, seller: sellers[index] })),
    rates: exchangeRates.filter((one) => one !== undefined),
    today,
  });
  checkAmounts(report, plans, sources, exchangeRates);
  if (report.problems.length > 0) return { problems: report.problems };
  return {
    catalog: {
      sellers: whole(sellers),
      zoneModels: whole(models),
      timeBands: whole(timeBands),
      seasons: whole(seasons),
      ...(products.length > 0 && { products: whole(products).sort((a, b) => compareIds(a.id, b.id)) }),
      plans: whole<Plan>(plans.map((one) => one.plan)).sort((a, b) => compareIds(a.id, b.id)),
      taxProfiles: whole(taxProfiles),
      taxJurisdictions: whole(taxJurisdictions),
      sources: whole(sources),
      agreements: whole(agreements).sort((a, b) => compareIds(a.account, b.account)),
      exchangeRates: whole(exchangeRates).sort((a, b) => compareIds(a.source, b.source)),
    },
  };
}

/** What plans say of one another: pools they share, and what stands on top of them. */
function checkTogether(report: Report, plans: readonly ReadPlan[]) {
  checkPoolsAgree(report, plans);
  checkPoolOrder(report, plans);
  checkAddOns(report, plans);
  checkCarryOver(report, plans);
}

function wrongNumberOfFiles(found: number): CatalogProblem {
  const what = { file: 'catalogue', line: 0, path: '', found: found === 0 ? '' : `${found} files` };
  return {
    ...what,
    expected: `1 to ${MOST_FILES} files named *.yaml (or *.csv of exchange rates)`,
    remedy: 'Name the folder that holds the catalogue.',
  };
}

function parsedOr(report: Report, file: CatalogFile): ParsedFile[] {
  const result = file.path.endsWith('.csv') ? parseRatesFile(file) : parseCatalogFile(file);
  if ('parsed' in result) return [result.parsed];
  report.problems.push(...result.problems);
  return [];
}

/** The places of all sellers, plans and so on, file by file. */
function placesOf(report: Report, files: readonly ParsedFile[]): Record<List, Place[]> {
  const places = Object.fromEntries(LISTS.map((name): [List, Place[]] => [name, []])) as Record<List, Place[]>;
  for (const file of files) {
    if (file.content === undefined) continue;
    const top: Place = { file, path: [], content: file.content };
    const { fields } = readFields(report, fileSchema, top);
    for (const name of LISTS) places[name].push(...(fields[name] ?? []).map((_, index) => within(top, name, index)));
  }
  return places;
}

function nameAt(place: Place, field: string): string {
  return isMapping(place.content) && typeof place.content[field] === 'string' ? place.content[field] : '';
}

function checkNamedOnce(report: Report, places: readonly Place[], field: string): void {
  const seen = new Map<string, Place>();
  for (const place of places) {
    const name = nameAt(place, field);
    const before = seen.get(name);
    if (before !== undefined && name !== '') {
      const first = `${before.file.path} line ${before.file.lineOf(before.path)}`;
      refuse(
        report,
        within(place, field),
        `"${name}" a second time`,
        `each ${field} once`,
        `Rename it; the first is in ${first}.`,
      );
    }
    if (before === undefined) seen.set(name, place);
  }
}

/** Plans that name one pool share it, so they must agree on what it holds, who shares it and how what is over is shared back. */
function checkPoolsAgree(report: Report, plans: readonly ReadPlan[]): void {
  const first = new Map<string, { readonly plan: ReadPlan; readonly allowance: ReadAllowance }>();
  for (const plan of plans) {
    for (const allowance of plan.allowances) {
      const pool = allowance.fields.pool ?? '';
      if (pool === '' || allowance.allowance === undefined) continue;
      const before = first.get(pool);
      if (before === undefined) first.set(pool, { plan, allowance });
      else {
        checkSamePool(report, before.plan.id ?? '', before.allowance, allowance);
        if (allowance.allowance.kind === 'adaptive') checkSameCurrency(report, before.plan, plan, allowance);
      }
    }
  }
}

/** Pools, and individual allowances behind them, stand in one order in all stacks: of two, one is always drawn on before the other. */
function checkPoolOrder(report: Report, plans: readonly ReadPlan[]): void {
  const after = new Map<string, Map<string, string>>();
  const reaches = (from: string, to: string, seen: Set<string> = new Set()): boolean => {
    if (from === to) return true;
    seen.add(from);
    return [...(after.get(from)?.keys() ?? [])].some((next) => !seen.has(next) && reaches(next, to, seen));
  };
  for (const { id = '', versions } of plans) {
    const own = readToldApart(versions).allowances;
    for (const { allowances } of versions) {
      const steps = allowances.flatMap(({ fields: { kind, id: name = '', pool = '' }, place: at }) => {
        if (pool !== '') return [{ name: pool, said: pool, at: within(at, 'pool') }];
        return kind === 'individual' && own.has(name)
          ? [{ name: `${id}/${name}`, said: name, at: within(at, 'id') }]
          : [];
      });
      for (const [place, { name, said, at }] of steps.entries()) {
        const before = steps[place - 1];
        if (before === undefined || before.name === name) continue;
        if (!reaches(name, before.name)) {
          after.set(before.name, (after.get(before.name) ?? new Map<string, string>()).set(name, id));
          continue;
        }
        const found = `"${said}" behind "${before.said}"`;
        const expected = 'pools in one order in all plans: another stack draws on them the other way round';
        refuse(report, at, found, expected, 'List them in the same order everywhere.');
      }
    }
  }
}

function checkSamePool(report: Report, plan: string, before: ReadAllowance, after: ReadAllowance): void {
  const [a, b] = [before.allowance, after.allowance];
  if (a === undefined || b === undefined) return;
  const as = `as plan "${plan}" says of pool "${a.pool}"`;
  if (kindOfUnit(a.unit) !== kindOfUnit(b.unit)) {
    const remedy = 'Name another pool.';
    refuse(
      report,
      within(after.place, 'size'),
      `a contribution in ${b.unit}`,
      `one of ${kindOfUnit(a.unit)}, ${as}`,
      remedy,
    );
  }
  for (const field of ['kind', 'scope', 'share'] as const) {
    if (a[field] === b[field]) continue;
    refuse(
      report,
      within(after.place, field),
      `"${b[field]}"`,
      `${a[field]}, ${as}`,
      'Let them agree, or name another pool.',
    );
  }
}

/** The sizes of an adaptive pool are compared by price and overage (pricing rules §4), so that all of it is in one currency; other pools compare nothing. */
function checkSameCurrency(report: Report, before: ReadPlan, plan: ReadPlan, { place, fields }: ReadAllowance): void {
  if (before.currency === undefined || plan.currency === undefined || before.currency === plan.currency) return;
  const found = `pool "${fields.pool}" in a plan in ${plan.currency}`;
  const expected = `plans in ${before.currency}, as plan "${before.id}" is: the sizes of an adaptive pool are compared by price and overage`;
  refuse(report, within(place, 'pool'), found, expected, 'Name another pool, or let the plans be in one currency.');
}

function whole<T>(read: readonly (T | undefined)[]): T[] {
  return read.map((one) => {
    if (one === undefined) throw new Error('a catalogue without a problem was not read whole');
    return one;
  });
}
