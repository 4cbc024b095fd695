import type { Draft } from '#shared/billing/draft.ts';
import type { ChargeLine, PoolArithmetic } from '#shared/billing/lines/charge-line.ts';
import type { Charge } from '#shared/catalog/catalog.ts';
import { idInPlan, recordPartOf } from '#shared/rating/charge-variant.ts';
import type { CountedPart } from './explain-details.ts';

/** Usage that counts together with a line's, and its zone by name. */
export interface CountedBeside extends CountedPart {
  readonly zoneName: string;
}

/** Whether what a charge prices depends on what else counts together with it (pricing rules §5: one count over all versions of a charge id). */
export function isCountedTogether(charge: Charge | null, { charge: id }: ChargeLine): boolean {
  if (charge?.kind !== 'usage' || charge.count === 'record' || recordPartOf(id) !== '') return false;
  const { percent, quantity } = charge.usageDiscount;
  return percent !== '0' || quantity !== '0' || !['unit', 'percentage'].includes(charge.price.model);
}

/** Whether usage of a version moves what a charge's price comes to under another: what came later does only where the period's total decides. */
export function countsFor({ version }: ChargeLine, charge: Charge | null): (part: CountedPart) => boolean {
  const { model = '' } = charge?.kind === 'usage' ? charge.price : {};
  return (part) => part.version <= version || model === 'volume' || model === 'stairStep';
}

/** Usage that counts together with a line's, added up by version, season and zone; earlier versions first. */
export function countedBeside(parts: readonly CountedPart[], draft: Draft): CountedBeside[] {
  const byTerms = Map.groupBy(parts, ({ version, charge, zone }) => [version, zone, charge].join('|'));
  const summed = [...byTerms].map(([key, of]) => {
    const { version, charge, zone } = of[0] as CountedPart;
    const zoneName = draft.lines.find((line) => line.zone === zone && line.zoneName !== '')?.zoneName ?? zone;
    const [quantity, free] = [total(of.map((each) => each.quantity)), total(of.map((each) => each.free))];
    return { key, version, charge, zone, zoneName, quantity, free };
  });
  summed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return summed.map(({ key: _, ...each }) => each).filter(({ quantity, free }) => quantity !== '0' || free !== '0');
}

/** What of other versions, seasons and zones counts together with the overage of a line, over its pool or the account. `unit`: the business unit whose own the pool is. */
export function overageBeside(draft: Draft, line: ChargeLine, unit: string): CountedPart[] {
  const { arithmetic: own } = line;
  if (own.kind !== 'pool') return [];
  const found = new Map<string, CountedPart>();
  for (const each of draft.lines) {
    const { arithmetic: its, version, charge, zone } = each;
    if (its.kind !== 'pool' || each.period.from !== line.period.from || !isOneCount(line, each)) continue;
    if (unit !== '' && each.businessUnit !== unit) continue;
    const key = overageKey(each, its);
    if (key === overageKey(line, own) || found.has(`${key}|${each.tier}`)) continue;
    const isFirst = ![...found.keys()].some((name) => name.startsWith(`${key}|`));
    const free = isFirst && its.left !== undefined ? BigInt(its.left) - pricedOf(draft, each, its) : 0n;
    found.set(`${key}|${each.tier}`, { version, charge, zone, quantity: its.over, free: free.toString() });
  }
  return [...found.values()];
}

function isOneCount(line: ChargeLine, each: ChargeLine): boolean {
  return each.plan === line.plan && idInPlan(each.charge) === idInPlan(line.charge);
}

/** What overage is one: of a pool, and in it of a version, charge and zone, whoever it is shared by. */
function overageKey({ version, charge, zone }: ChargeLine, { pool, shares }: PoolArithmetic): string {
  return [pool, shares.map(({ businessUnit }) => businessUnit).join(' '), version, charge, zone].join('|');
}

/** What of an overage is priced, in all tiers: each is told on the lines of all who share it. */
function pricedOf(draft: Draft, line: ChargeLine, arithmetic: PoolArithmetic): bigint {
  const tiers = new Map<number, string>();
  for (const { arithmetic: its, tier, ...each } of draft.lines) {
    if (its.kind !== 'pool' || each.period.from !== line.period.from || each.plan !== line.plan) continue;
    if (overageKey({ ...each, arithmetic: its, tier }, its) === overageKey(line, arithmetic)) tiers.set(tier, its.over);
  }
  return BigInt(total([...tiers.values()]));
}

function total(quantities: readonly string[]): string {
  return quantities.reduce((sum, each) => sum + BigInt(each), 0n).toString();
}
