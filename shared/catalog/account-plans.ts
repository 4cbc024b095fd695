import type { LocalDate } from '#shared/time/local-date.ts';
import type { BillingDays } from '#shared/time/period.ts';
import type { Agreement, PlanOverride } from './agreement.ts';
import type { Catalog, Charge, Plan, PlanVersion } from './catalog.ts';
import { type MaximumBorder, maximumBorders } from './commitment-terms.ts';
import { isFree, type UsagePrice } from './price.ts';

/** What was agreed with an account; nothing when it has the list alone. */
export function agreementOf(catalog: Catalog, account: string): Agreement | undefined {
  return catalog.agreements.find((each) => each.account === account);
}

/**
 * The plans as they hold for an account (pricing rules §5): the list's, with the parts that are the account's own in their place. Where an
 * override begins or ends within a version, another version begins, so that both take effect by the same rules; and likewise, for who is billed on these days,
 * where a maximum of the account begins or ends within a period (decision 28). Plans without either are the list's own values.
 */
export function accountPlans(catalog: Catalog, account: string, billingDay?: BillingDays): readonly Plan[] {
  const agreement = agreementOf(catalog, account);
  const borders = billingDay === undefined ? [] : maximumBorders(agreement, billingDay);
  const overrides = agreement?.overrides ?? [];
  if (overrides.length === 0 && borders.length === 0) return catalog.plans;
  return catalog.plans.map((plan) => {
    const own = overrides.filter((each) => each.plan === plan.id);
    const dates = borders.filter((border) => isOf(border, plan)).map(({ date }) => date);
    const cuts = [...dates, ...own.flatMap(({ from, until }) => [from, until])];
    return cuts.length === 0
      ? plan
      : { ...plan, versions: plan.versions.flatMap((version) => cut(version, own, cuts)) };
  });
}

function isOf({ covers }: MaximumBorder, { id }: Plan): boolean {
  return covers.length === 0 || covers.some((name) => name.split('/')[0] === id);
}

/** A version in pieces, each with what is the account's own then. */
function cut(
  version: PlanVersion,
  overrides: readonly PlanOverride[],
  cuts: readonly (LocalDate | '')[],
): PlanVersion[] {
  const inside = (date: LocalDate) => date > version.from && (version.until === '' || date < version.until);
  const starts = [...new Set([version.from, ...cuts.filter((date) => date !== '' && inside(date))])].sort();
  return starts.map((from, place) => {
    const until = starts[place + 1] ?? version.until;
    const inForce = overrides.filter((each) => each.from <= from && (each.until === '' || from < each.until));
    return { ...withOwnParts(version, inForce), from, until };
  });
}

function withOwnParts(version: PlanVersion, overrides: readonly PlanOverride[]): PlanVersion {
  if (overrides.length === 0) return version;
  const charges = overrides.flatMap((each) => each.charges);
  const allowances = overrides.flatMap((each) => each.allowances);
  return {
    ...version,
    charges: version.charges.map((charge) => {
      const { price = null, increment = null } = charges.find((each) => each.charge === charge.id) ?? {};
      return { ...charge, ...(price && atOwnPrice(charge, price)), ...(increment && { increment }) } as Charge;
    }),
    allowances: version.allowances.map((allowance) => {
      const own = allowances.find((each) => each.allowance === allowance.id);
      return own === undefined ? allowance : { ...allowance, size: own.size };
    }),
  };
}

/**
 * What an own price changes of a charge: it holds all year, so that the list's prices for seasons do not, while its factors are of the own price too; and
 * what is free and hidden in the list is neither.
 */
function atOwnPrice(charge: Charge, price: UsagePrice) {
  const seasons = 'seasons' in charge ? charge.seasons?.filter((each) => 'factor' in each) : undefined;
  if (charge.kind === 'usage') return { price, seasons, hidden: charge.hidden && isFree(price) };
  return { price, ...(seasons !== undefined && { seasons: seasons.length === 0 ? undefined : seasons }) };
}
