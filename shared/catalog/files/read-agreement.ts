import * as z from 'zod';
import type {
  AgreedCommitment,
  Agreement,
  AllowanceOverride,
  ChargeOverride,
  Discount,
  PlanOverride,
} from '../agreement.ts';
import { nearestName } from '../catalog-problem.ts';
import type { CountPrice } from '../price.ts';
import { kindOfUnit } from '../unit.ts';
import { currency, date, decimal, id, listOf, quantity, wholeBaseUnits, wholeNumber, words } from '../written.ts';
import { checkSeasonalModel } from './check-recurring-seasons.ts';
import type { ReadAllowance } from './read-allowance.ts';
import { readIncrementOf, readPriceOf } from './read-charge.ts';
import { checkLimits, commitmentShape, lineName, refuseGross, withLimits } from './read-commitment.ts';
import type { ReadPlan, ReadVersion } from './read-plan.ts';
import type { ReadCharge } from './read-usage-charge.ts';
import { itemOf, type Place, type Report, readFields, refuse, shown, within } from './report.ts';

/** What is written of an agreement. */
export const agreementSchema = z.strictObject({
  account: id,
  currency,
  overrides: z.array(z.unknown()).max(1_000).default([]),
  commitments: z.array(z.unknown()).max(100).default([]),
  discounts: z.array(z.unknown()).max(100).default([]),
});
/** What is written of the own terms of an account on a plan. */
export const overrideSchema = z.strictObject({
  plan: id,
  from: date,
  until: date.default(''),
  charges: z.array(z.unknown()).max(500).default([]),
  allowances: z.array(z.unknown()).max(100).default([]),
});
/** An account's own terms of a charge. */
export const chargeOverrideSchema = z.strictObject({
  charge: id,
  price: z.unknown().optional(),
  increment: z.unknown().optional(),
});
/** An account's own size of an allowance. */
export const allowanceOverrideSchema = z.strictObject({ allowance: id, size: quantity });
/** A commitment of an account. */
export const commitmentSchema = z.strictObject({ ...commitmentShape, from: date, until: date.default('') });
/** A discount of an account. */
export const discountSchema = z.strictObject({
  id,
  name: words,
  from: date,
  until: date.default(''),
  periods: wholeNumber(1_000).optional(),
  percent: decimal.optional(),
  amount: decimal.optional(),
  on: listOf(lineName).default([]),
});

/** Reads what was agreed with an account. All that it names exists; of two overrides of one thing, none holds while the other does. */
export function readAgreement(report: Report, place: Place, plans: readonly ReadPlan[]): Agreement | undefined {
  const { fields, complete } = readFields(report, agreementSchema, place);
  const each = <Read>(list: 'overrides' | 'commitments' | 'discounts', read: (at: Place) => Read) =>
    (fields[list] ?? []).map((_, index) => read(within(place, list, index)));
  const overrides = each('overrides', (at) => readOverride(report, at, plans));
  checkOverlaps(report, overrides);
  const commitments = each('commitments', (at) => readCommitment(report, at, plans));
  const names = commitments.flatMap((one) => one.id ?? []);
  const discounts = each('discounts', (at) => readDiscount(report, at, plans, names));
  checkIds(report, [...commitments, ...discounts], plans);
  const whole = {
    overrides: overrides.flatMap(({ override }) => override ?? []),
    commitments: commitments.flatMap(({ commitment }) => commitment ?? []),
    discounts: discounts.flatMap(({ discount }) => discount ?? []),
  };
  if (complete === undefined || whole.overrides.length < overrides.length) return undefined;
  if (whole.commitments.length < commitments.length || whole.discounts.length < discounts.length) return undefined;
  return { account: complete.account, currency: complete.currency, ...whole };
}

interface ReadOverride {
  readonly place: Place;
  readonly override: PlanOverride | undefined;
  /** "charge data", "allowance pool": what it replaces, each with where it is written. */
  readonly replaced: readonly { readonly what: string; readonly at: Place }[];
}

function readOverride(report: Report, place: Place, plans: readonly ReadPlan[]): ReadOverride {
  const { fields, complete } = readFields(report, overrideSchema, place);
  checkDates(report, place, fields);
  const plan = planNamed(report, within(place, 'plan'), fields.plan, plans);
  const versions = plan?.versions.filter((version) => overlaps(version, fields)) ?? [];
  if (plan !== undefined && versions.length === 0 && fields.from !== undefined)
    refuse(
      report,
      within(place, 'from'),
      `"${fields.from}"`,
      'a time in which the plan has a version',
      'Correct the dates.',
    );
  const charges = (fields.charges ?? []).map((_, index) =>
    readChargeOverride(report, within(place, 'charges', index), versions),
  );
  const allowances = (fields.allowances ?? []).map((_, index) =>
    readAllowanceOverride(report, within(place, 'allowances', index), versions),
  );
  if (fields.charges?.length === 0 && fields.allowances?.length === 0)
    refuse(
      report,
      place,
      'nothing of its own',
      'charges or allowances',
      'Say what is the account’s own, or leave it out.',
    );
  const replaced = [
    ...charges.map(({ charge, at }) => ({ what: `charge ${charge}`, at })),
    ...allowances.map(({ allowance, at }) => ({ what: `allowance ${allowance}`, at })),
  ];
  const read = {
    charges: charges.flatMap((one) => one.read ?? []),
    allowances: allowances.flatMap((one) => one.read ?? []),
  };
  const isWhole = read.charges.length === charges.length && read.allowances.length === allowances.length;
  return { place, replaced, override: complete && isWhole && plan ? { ...complete, ...read } : undefined };
}

function readChargeOverride(report: Report, at: Place, versions: readonly ReadVersion[]) {
  const { fields, complete } = readFields(report, chargeOverrideSchema, at);
  const listed = versions.flatMap((version) => version.charges.filter((one) => one.id === fields.charge));
  const [price, increment] = [within(at, 'price'), within(at, 'increment')];
  const none = { at, charge: fields.charge, read: undefined };
  if (complete === undefined) return none;
  if (listed.length === 0 && versions.length > 0) {
    refuseName(
      report,
      within(at, 'charge'),
      complete.charge,
      versions.flatMap((one) => one.charges.flatMap((each) => each.id ?? [])),
    );
    return none;
  }
  if (price.content === undefined && increment.content === undefined) {
    refuse(report, at, 'nothing of its own', 'a price or an increment', 'Add price: what the account pays.');
    return none;
  }
  const charge = listed.find((one) => one.charge !== undefined)?.charge;
  if (charge === undefined) return none;
  const own: ChargeOverride = {
    charge: complete.charge,
    price: price.content === undefined ? null : (readPriceOf(report, price, charge) ?? null),
    increment: increment.content === undefined ? null : (readIncrementOf(report, increment, charge) ?? null),
  };
  checkCount(report, price, own, listed, versions);
  const hasSeasons = listed.some((one) => one.charge?.kind === 'recurring' && one.charge.seasons !== undefined);
  if (hasSeasons && own.price !== null) checkSeasonalModel(report, price, own.price as CountPrice);
  return { at, charge: own.charge, read: own };
}

/** What a pool leaves over belongs to the pool, so a price by quantity must not count by subscription. */
function checkCount(
  report: Report,
  at: Place,
  { charge, price }: ChargeOverride,
  listed: readonly ReadCharge[],
  versions: readonly ReadVersion[],
): void {
  if (price === null || price.model === 'unit' || listed[0]?.count !== 'subscription') return;
  const isCovering = (one: ReadAllowance) => one.fields.covers?.includes(charge);
  const last = versions.map(({ allowances }) => allowances.findLast(isCovering));
  if (!last.some((one) => one !== undefined && one.fields.kind !== 'individual')) return;
  const expected = 'a price for each unit: the list counts per subscription, and a pool covers this charge';
  refuse(
    report,
    at,
    `a price of model ${price.model}`,
    expected,
    'Write count: pool in the plan, or a price for each unit.',
  );
}

function readAllowanceOverride(report: Report, at: Place, versions: readonly ReadVersion[]) {
  const { fields, complete } = readFields(report, allowanceOverrideSchema, at);
  const known = versions.flatMap((version) => version.allowances);
  const listed = known.filter((one) => one.fields.id === fields.allowance);
  const none = { at, allowance: fields.allowance, read: undefined };
  if (complete === undefined) return none;
  if (listed.length === 0 && versions.length > 0) {
    refuseName(
      report,
      within(at, 'allowance'),
      complete.allowance,
      known.flatMap((one) => one.fields.id ?? []),
    );
    return none;
  }
  const { unit } = complete.size;
  if (listed.some((one) => one.fields.kind === 'adaptive')) {
    const remedy = 'Offer its sizes in a plan of its own.';
    refuse(report, within(at, 'size'), 'a size of an adaptive pool', 'an allowance that has a size', remedy);
    return none;
  }
  const inList = listed.find((one) => one.allowance !== undefined)?.allowance?.unit;
  const whole = unit === undefined ? undefined : wholeBaseUnits(complete.size.number, unit);
  if (unit !== undefined && inList !== undefined && kindOfUnit(unit) !== kindOfUnit(inList)) {
    refuse(
      report,
      within(at, 'size'),
      shown(within(at, 'size').content),
      `a size of ${kindOfUnit(inList)}, as in the list`,
      `Write it in ${inList}.`,
    );
    return none;
  }
  if (whole === undefined) {
    const remedy = 'Use fewer decimals.';
    refuse(
      report,
      within(at, 'size'),
      shown(within(at, 'size').content),
      'a whole number of octets, seconds or pieces',
      remedy,
    );
    return none;
  }
  const read: AllowanceOverride = { allowance: complete.allowance, size: whole };
  return { at, allowance: read.allowance, read };
}

function readCommitment(report: Report, place: Place, plans: readonly ReadPlan[]) {
  const { fields, complete } = readFields(report, commitmentSchema, place);
  checkLimits(report, place, fields);
  checkDates(report, place, fields);
  for (const [index, name] of (fields.covers ?? []).entries())
    checkCovered(report, itemOf(place, 'covers', index), name, plans);
  const commitment: AgreedCommitment | undefined = complete && withLimits(complete);
  return { place, id: fields.id, commitment };
}

function readDiscount(report: Report, place: Place, plans: readonly ReadPlan[], commitments: readonly string[]) {
  const { fields, complete } = readFields(report, discountSchema, place);
  checkDates(report, place, fields);
  const [percent, value] = [within(place, 'percent'), within(place, 'amount')];
  if ((percent.content === undefined) === (value.content === undefined))
    refuse(
      report,
      place,
      percent.content === undefined ? 'neither percent nor amount' : 'percent and amount',
      'one of them',
      'Make two discounts of it, or write percent or amount.',
    );
  if (fields.percent !== undefined && Number(fields.percent) > 100)
    refuse(report, percent, `"${fields.percent}"`, 'at most 100', 'Write the percentage, such as 15.');
  for (const [index, name] of (fields.on ?? []).entries())
    checkLine(report, itemOf(place, 'on', index), name, plans, 'commitment', commitments);
  const discount: Discount | undefined = complete && {
    ...complete,
    periods: complete.periods ?? 0,
    percent: complete.percent ?? '',
    amount: complete.amount ?? '',
  };
  return { place, id: fields.id, discount };
}

function checkDates(
  report: Report,
  place: Place,
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
): void {
  if (from === undefined || until === undefined || until === '' || until > from) return;
  const expected = `a date after ${from}; it is the first day on which it no longer holds`;
  refuse(report, within(place, 'until'), `"${until}"`, expected, 'Leave it out for an open end.');
}

function planNamed(
  report: Report,
  at: Place,
  name: string | undefined,
  plans: readonly ReadPlan[],
): ReadPlan | undefined {
  const plan = plans.find((one) => one.id === name);
  if (plan === undefined && name !== undefined)
    refuseName(
      report,
      at,
      name,
      plans.flatMap((one) => one.id ?? []),
    );
  return plan;
}

function checkCovered(report: Report, at: Place, name: string, plans: readonly ReadPlan[]): void {
  checkLine(report, at, name, plans, 'charge', []);
  const [id] = name.split('/');
  if (plans.some((one) => one.id === id && one.plan?.prices === 'gross'))
    refuseGross(report, at, `"${name}", whose prices have tax in them`);
}

/** What commitments cover and discounts are on: a plan, a charge of it, and for a discount also what a commitment comes short. */
function checkLine(
  report: Report,
  at: Place,
  name: string,
  plans: readonly ReadPlan[],
  what: 'charge' | 'commitment',
  commitments: readonly string[],
): void {
  const [first = '', second] = name.split('/');
  if (second === undefined && commitments.includes(first)) return;
  const plan = plans.find((one) => one.id === first);
  if (plan === undefined) refuseName(report, at, first, [...plans.flatMap((one) => one.id ?? []), ...commitments]);
  if (plan === undefined || second === undefined) return;
  const known = plan.versions.flatMap((version) => [
    ...version.charges.flatMap((one) => one.id ?? []),
    ...(what === 'commitment' ? version.commitments.flatMap((one) => one.id ?? []) : []),
  ]);
  if (!known.includes(second)) refuseName(report, at, second, [...new Set(known)]);
}

function refuseName(report: Report, at: Place, name: string, known: readonly string[]): void {
  const near = nearestName(name, known);
  const some = known.slice(0, 20).join(', ');
  const remedy = near === '' ? 'Define it, or leave it out.' : `Did you mean ${near}?`;
  refuse(
    report,
    at,
    `"${name}"`,
    `one of ${some || 'what there is: nothing'}${known.length > 20 ? ', …' : ''}`,
    remedy,
  );
}

function overlaps(
  a: { readonly from?: string | undefined; readonly until?: string | undefined },
  b: { readonly from?: string | undefined; readonly until?: string | undefined },
): boolean {
  const isBefore = (end: string | undefined, start: string | undefined) =>
    (end ?? '') !== '' && (end ?? '') <= (start ?? '');
  return !isBefore(a.until, b.from) && !isBefore(b.until, a.from);
}

function checkOverlaps(report: Report, overrides: readonly ReadOverride[]): void {
  const parts = overrides.flatMap(({ override, replaced }) =>
    override === undefined ? [] : replaced.map((each) => ({ ...each, override })),
  );
  for (const [index, later] of parts.entries()) {
    const before = parts
      .slice(0, index)
      .find(
        (one) =>
          one.what === later.what &&
          one.override.plan === later.override.plan &&
          overlaps(one.override, later.override),
      );
    if (before === undefined) continue;
    const found = `${later.what} of ${later.override.plan} a second time`;
    const remedy = `Let one end where the other begins; the first is on line ${before.at.file.lineOf(before.at.path)}.`;
    refuse(report, later.at, found, 'one override of a thing at a time', remedy);
  }
}

function checkIds(
  report: Report,
  named: readonly { readonly place: Place; readonly id: string | undefined }[],
  plans: readonly ReadPlan[],
): void {
  const taken = new Set(plans.flatMap((plan) => plan.id ?? []));
  for (const { place, id: name } of named) {
    if (name === undefined) continue;
    if (taken.has(name))
      refuse(
        report,
        within(place, 'id'),
        `"${name}" a second time`,
        'an id no plan, commitment or discount of the agreement has',
        'Rename it.',
      );
    taken.add(name);
  }
}
