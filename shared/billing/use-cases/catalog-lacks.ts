import type { Catalog } from '#shared/catalog/catalog.ts';
import { nearestName } from '#shared/catalog/catalog-problem.ts';
import { exchangeRate } from '#shared/catalog/exchange-rate.ts';
import type { Projections } from '#shared/commit-log/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import type { AccountFact, AssignmentsFact, Fact } from '#shared/inventory/fact.ts';
import { type Instant, localDateOf } from '#shared/time/local-date.ts';

const LOOKUPS_AT_ONCE = 32;

/**
 * What the catalogue lacks to bill what facts say: plans that pools of accounts are on the terms of, and rates between a plan and the invoices of
 * who is put on it, on the first day it may be invoiced: `now`, or when it is put on it. Each with what to do.
 */
export async function catalogLacks(
  projections: Projections,
  catalog: Catalog,
  facts: readonly Fact[],
  now: Instant,
): Promise<string[]> {
  const accounts = facts.filter((fact): fact is AccountFact => fact.kind === 'account');
  const written = new Map(accounts.toReversed().map((fact) => [fact.account, fact]));
  const rates: string[][] = [];
  await inParallel([...firstOnPlan(facts)].entries(), LOOKUPS_AT_ONCE, async ([place, [pair, from]]) => {
    const [payer = '', plan = ''] = pair.split('/');
    const account =
      written.get(payer) ??
      (await accountFacts(projections, payer))
        .map(({ fact }) => fact)
        .find((fact): fact is AccountFact => fact.kind === 'account');
    rates[place] = account === undefined ? [] : lacksRate(catalog, account, plan, Math.max(from, now));
  });
  return [...accounts.flatMap((account) => lacksPlans(catalog, account)), ...rates.flat()];
}

/** Every "payer/plan" of assignments, with the first instant it is from. */
function firstOnPlan(facts: readonly Fact[]): Map<string, Instant> {
  const first = new Map<string, Instant>();
  for (const { effectiveFrom, assignments } of facts.filter(
    (fact): fact is AssignmentsFact => fact.kind === 'assignments',
  )) {
    for (const { payer, plan } of assignments) {
      const pair = `${payer}/${plan}`;
      first.set(pair, Math.min(effectiveFrom, first.get(pair) ?? effectiveFrom));
    }
  }
  return first;
}

function lacksPlans({ plans }: Catalog, { account, pools }: AccountFact): string[] {
  return pools.flatMap(({ pool, plan: name }) => {
    const plan = plans.find((each) => each.id === name);
    if (plan === undefined) {
      const near = nearestName(
        name,
        plans.map(({ id }) => id),
      );
      return [
        `account ${account}: the catalogue has no plan ${name}, on whose terms its pool ${pool} is${near === '' ? '' : `; did you mean ${near}?`}`,
      ];
    }
    const known = [...new Set(plan.versions.flatMap(({ allowances }) => allowances.flatMap((one) => one.pool || [])))];
    if (known.includes(pool)) return [];
    return [`account ${account}: plan ${name} has no pool ${pool}; it has ${known.join(', ') || 'none'}`];
  });
}

function lacksRate({ plans, exchangeRates }: Catalog, account: AccountFact, name: string, from: Instant): string[] {
  const plan = plans.find((each) => each.id === name);
  const day = localDateOf(from, account.timeZone);
  if (plan === undefined || exchangeRate(exchangeRates, plan.currency, account.currency, day)) return [];
  const pair = `from ${plan.currency} to ${account.currency}`;
  return [
    `account ${account.account}: plan ${name} is in ${plan.currency}, its invoices are in ${account.currency}, and the catalogue has no rate ${pair} on ${day} or before: add exchangeRates, and release it first`,
  ];
}
