import * as z from 'zod';
import type { Currency } from '#shared/money/currency.ts';
import type { Commitment } from '../agreement.ts';
import type { Allowance, Charge, Plan, PlanVersion, TimeBand, TopUp, ZoneModel } from '../catalog.ts';
import { nearestName } from '../catalog-problem.ts';
import { currency, date, id, listOf, words } from '../written.ts';
import { checkPools } from './check-pools.ts';
import { checkToldApart } from './check-told-apart.ts';
import { hiddenCharges, type MatchUniverse } from './hidden-charges.ts';
import { type ReadAllowance, readAllowance } from './read-allowance.ts';
import { readCharge } from './read-charge.ts';
import { type ReadCommitment, readPlanCommitment, refuseGross } from './read-commitment.ts';
import { chargesOf } from './read-price-list.ts';
import { readTopUp } from './read-top-up.ts';
import type { ChargeSurroundings, ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Place, type Report, readFields, refuse, within } from './report.ts';

/** What is written of a plan. */
export const planSchema = z.strictObject({
  id,
  name: words,
  currency,
  prices: z.enum(['net', 'gross']).default('net'),
  zoneModel: id,
  kind: z.enum(['plan', 'addOn']).default('plan'),
  unmatched: z.enum(['suspense', 'free']).default('suspense'),
  versions: z.array(z.unknown()).min(1).max(500),
});
/** What is written of a version of a plan. */
export const versionSchema = z.strictObject({
  from: date,
  until: date.default(''),
  charges: z.array(z.unknown()).max(500).default([]),
  priceLists: listOf(id).default([]),
  allowances: z.array(z.unknown()).max(100).default([]),
  topUps: z.array(z.unknown()).max(100).optional(),
  commitments: z.array(z.unknown()).max(100).default([]),
  late: z.enum(['rerate', 'current']).default('rerate'),
  whenTest: z.enum(['free', 'charge']).default('free'),
});

/** What a plan may refer to. */
export interface PlanSurroundings {
  /** Every zone model that could be read, by its id. */
  readonly models: ReadonlyMap<string, ZoneModel>;
  /** Ids of all zone models, readable or not. */
  readonly zoneModels: ReadonlySet<string>;
  readonly carriers: ReadonlySet<string> | undefined;
  readonly timeBands: ReadonlySet<string>;
  /** All of them, where all could be read. */
  readonly bands: readonly TimeBand[] | undefined;
  readonly seasons: ReadonlySet<string>;
  /** Places of the price lists, by their ids. */
  readonly priceLists: ReadonlyMap<string, Place>;
}

/** A plan as far as it could be read. */
export interface ReadPlan {
  readonly place: Place;
  readonly id: string | undefined;
  readonly kind: Plan['kind'] | undefined;
  readonly currency: Currency | undefined;
  readonly versions: readonly ReadVersion[];
  readonly allowances: readonly ReadAllowance[];
  readonly plan: Plan | undefined;
}

/** A plan version as far as it could be read. */
export interface ReadVersion {
  readonly place: Place;
  readonly from: string | undefined;
  readonly until: string | undefined;
  readonly charges: readonly ReadCharge[];
  readonly allowances: readonly ReadAllowance[];
  readonly commitments: readonly ReadCommitment[];
  readonly version: PlanVersion | undefined;
}

/** Reads a plan with all its versions. */
export function readPlan(report: Report, place: Place, surroundings: PlanSurroundings): ReadPlan {
  const { fields, complete } = readFields(report, planSchema, place);
  checkZoneModel(report, within(place, 'zoneModel'), fields.zoneModel, surroundings.zoneModels);
  const zoneModel = surroundings.models.get(fields.zoneModel ?? '');
  const zones = zoneModel && new Set(zoneModel.zones.map((zone) => zone.id));
  const universe = { zoneModel, timeBands: surroundings.bands };
  const versions = (fields.versions ?? []).map((_, index) => {
    const at = within(place, 'versions', index);
    return readVersion(report, at, fields, { ...surroundings, zones, universe }, surroundings.priceLists);
  });
  const ordered = inOrder(report, versions);
  checkMeaning(report, versions);
  checkToldApart(report, versions);
  const allowances = versions.flatMap((version) => version.allowances);
  const whole = complete !== undefined && ordered.every((version) => version !== undefined);
  const plan = whole ? { ...complete, versions: ordered as PlanVersion[] } : undefined;
  return { place, id: fields.id, kind: fields.kind, currency: fields.currency, versions, allowances, plan };
}

function checkZoneModel(report: Report, place: Place, name: string | undefined, known: ReadonlySet<string>): void {
  if (name === undefined || known.has(name)) return;
  const near = nearestName(name, known);
  const remedy = near === '' ? 'Define it under zoneModels.' : `Did you mean ${near}?`;
  refuse(report, place, `"${name}"`, `a zone model: ${[...known].join(', ') || 'there is none'}`, remedy);
}

function readVersion(
  report: Report,
  place: Place,
  { id: plan = '', kind = 'plan', prices }: Partial<Pick<z.output<typeof planSchema>, 'id' | 'kind' | 'prices'>>,
  surroundings: ChargeSurroundings & { readonly universe: MatchUniverse },
  priceLists: ReadonlyMap<string, Place>,
): ReadVersion {
  const { fields, complete } = readFields(report, versionSchema, place);
  const own = (fields.charges ?? []).map((_, index) => within(place, 'charges', index));
  const shared = sharedCharges(report, place, fields.priceLists ?? [], priceLists);
  const charges = [...own, ...shared].map((at) => readCharge(report, at, surroundings));
  const allowances = (fields.allowances ?? []).map((_, index) =>
    readAllowance(report, within(place, 'allowances', index), charges, kind),
  );
  const topUps = (fields.topUps ?? []).map((_, index) =>
    readTopUp(report, within(place, 'topUps', index), charges, allowances),
  );
  const named = charges.flatMap((one) => one.id ?? []);
  const commitments = (fields.commitments ?? []).map((_, index) =>
    readPlanCommitment(report, within(place, 'commitments', index), plan, named),
  );
  if (prices === 'gross') {
    for (const { place: at } of commitments)
      refuseGross(report, at, 'a commitment of a plan whose prices have tax in them');
  }
  checkOnce(report, charges, 'charge');
  checkOnce(report, commitments, 'commitment');
  checkOnce(
    report,
    allowances.map((one) => ({ place: one.place, id: one.fields.id })),
    'allowance',
  );
  checkOnce(report, topUps, 'top-up');
  checkHidden(report, charges, surroundings.universe);
  checkPools(report, charges, allowances);
  const { from, until } = fields;
  checkDates(report, place, from, until);
  if (kind === 'addOn') checkAddOn(report, place, fields);
  const known = { place, from, until, charges, allowances, commitments };
  const read = {
    charges: charges.map((one) => one.charge),
    allowances: allowances.map((one) => one.allowance),
    commitments: commitments.map((one) => one.commitment),
    topUps: topUps.map((one) => one.topUp),
  };
  if (!complete || Object.values(read).some((list) => list.some((one) => one === undefined)))
    return { ...known, version: undefined };
  const version = {
    from: complete.from,
    until: complete.until,
    charges: read.charges as Charge[],
    allowances: read.allowances as Allowance[],
    commitments: read.commitments as Commitment[],
    ...(topUps.length > 0 && { topUps: read.topUps as TopUp[] }),
    ...(complete.late === 'current' && { late: complete.late }),
    ...(complete.whenTest === 'charge' && { whenTest: complete.whenTest }),
  };
  return { ...known, version };
}

/** What only a plan says: its add-ons follow it. */
function checkAddOn(report: Report, place: Place, fields: Partial<z.output<typeof versionSchema>>): void {
  for (const field of ['late', 'whenTest'] as const) {
    if (within(place, field).content !== undefined)
      refuse(report, within(place, field), `"${fields[field]}"`, 'none in an add-on', 'Write it in the plan.');
  }
}

function checkDates(report: Report, place: Place, from: string | undefined, until: string | undefined): void {
  if (from === undefined || until === undefined || until === '' || until > from) return;
  const expected = `a date after ${from}; it is the first day on which the version no longer holds`;
  refuse(report, within(place, 'until'), `"${until}"`, expected, 'Leave it out for an open end.');
}

/** The charges of the price lists a version names: they come after its own, as if they were written there. */
function sharedCharges(
  report: Report,
  place: Place,
  names: readonly string[],
  priceLists: ReadonlyMap<string, Place>,
): Place[] {
  return names.flatMap((name, index) => {
    const list = priceLists.get(name);
    if (list !== undefined) return chargesOf(list);
    const near = nearestName(name, priceLists.keys());
    const expected = `a price list: ${[...priceLists.keys()].join(', ') || 'there is none'}`;
    const remedy = near === '' ? 'Define it under priceLists.' : `Did you mean ${near}?`;
    refuse(report, itemOf(place, 'priceLists', index), `"${name}"`, expected, remedy);
    return [];
  });
}

function checkOnce(
  report: Report,
  named: readonly { readonly place: Place; readonly id: string | undefined }[],
  what: string,
): void {
  const seen = new Set<string>();
  for (const { place, id: name } of named) {
    if (name !== undefined && seen.has(name)) {
      refuse(
        report,
        within(place, 'id'),
        `"${name}" a second time`,
        `${what} ids unique in a version`,
        'Rename one of them.',
      );
    }
    if (name !== undefined) seen.add(name);
  }
}

/** Every charge is reached by some usage. */
function checkHidden(report: Report, charges: readonly ReadCharge[], universe: MatchUniverse): void {
  const usage = charges.flatMap((one) => (one.match === undefined ? [] : [{ ...one, match: one.match }]));
  for (const [place, by] of hiddenCharges(usage, universe)) {
    const names = by.map((at) => `"${usage[at]?.id ?? 'an earlier one'}"`);
    const found =
      names.length === 1
        ? `a charge that ${names[0]} always hides`
        : `a charge that ${names.slice(0, -1).join(', ')} and ${names.at(-1)} together always hide`;
    refuse(
      report,
      (usage[place] as ReadCharge).place,
      found,
      'usage no earlier charge takes: the first that matches prices it',
      names.length === 1 ? 'Put it before that charge, or narrow the other.' : 'Put it before them, or leave it out.',
    );
  }
}

/** Versions by date, none overlapping another; one without an end holds until the next begins. */
function inOrder(report: Report, versions: readonly ReadVersion[]): (PlanVersion | undefined)[] {
  const dated = versions.filter((version) => version.from !== undefined);
  const sorted = [...dated].sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  for (const [index, version] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before === undefined) continue;
    const overlap = before.until !== undefined && before.until !== '' && before.until > (version.from ?? '');
    if (!overlap && before.from !== version.from) continue;
    const found =
      before.from === version.from
        ? `a second version from ${version.from}`
        : `a version from ${version.from}, while the one from ${before.from} holds until ${before.until}`;
    refuse(
      report,
      within(version.place, 'from'),
      found,
      'versions that do not overlap',
      'Let the earlier end where the later begins, or leave its until out.',
    );
  }
  const order = dated.length === versions.length ? sorted : versions;
  return order.map(
    (one, index) => one.version && { ...one.version, until: one.version.until || order[index + 1]?.from || '' },
  );
}

/** A charge id keeps its meaning over the versions of a plan: what is counted under it stays comparable. */
function checkMeaning(report: Report, versions: readonly ReadVersion[]): void {
  checkCounted(report, versions);
  const first = new Map<string, ReadCharge>();
  for (const charge of versions.flatMap((version) => version.charges)) {
    const before = first.get(charge.id ?? '');
    if (charge.id !== undefined && before === undefined) first.set(charge.id, charge);
    if (before === undefined || charge.kind === undefined || before.kind === undefined) continue;
    for (const field of ['kind', 'measure', 'count'] as const) {
      if (before[field] === charge[field] || before[field] === undefined || charge[field] === undefined) continue;
      const expected = `${before[field]}, as in the version that has "${charge.id}" first`;
      refuse(report, within(charge.place, field), `"${charge[field]}"`, expected, 'Give the charge an id of its own.');
    }
  }
}

/** What a recurring charge counts, and the interval it is for, stay over the versions of a plan. */
function checkCounted(report: Report, versions: readonly ReadVersion[]): void {
  const first = new Map<string, string>();
  for (const { place, charge } of versions.flatMap((version) => version.charges)) {
    if (charge?.kind !== 'recurring') continue;
    const { of, property, number, count } = charge.quantity;
    const said = JSON.stringify([of, property, number, count, charge.interval, charge.days]);
    const before = first.get(charge.id);
    if (before === undefined) first.set(charge.id, said);
    if (before === undefined || before === said) continue;
    const expected = `quantity, count, months, startsOn and days as in the version that has "${charge.id}" first`;
    refuse(report, place, 'another quantity or interval', expected, 'Give the charge an id of its own.');
  }
}
