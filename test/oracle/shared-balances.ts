import type { TieredPrice, UsagePrice } from '#shared/catalog/price.ts';
import { amount } from '#shared/money/amount.ts';
import type { UsageBucket } from '#shared/rating/allowance.ts';
import { addDays } from '#shared/time/local-date.ts';
import { consumeListed, type ListedAllowance } from '../rating/listed-allowance.ts';
import { costBetween, tierOf } from '../rating/price-in-steps.ts';
import type { Case, Compared } from './translate.ts';

/** Quantities are counted in tenths: some sources use half units. */
const tenths = (value: string | number) => BigInt(amount(String(value)).times(10).toFixed());
const fromTenths = (value: bigint) => amount(value).div(10);

const bucketOn = (day: string, charge: string, quantity: bigint): UsageBucket => ({
  day,
  chargeOrder: 0,
  version: '2020-01-01',
  plan: 'plan',
  charge,
  zone: '',
  businessUnit: '',
  quantity,
});
const allowanceOf = (id: string, size: bigint, charges: readonly string[]): ListedAllowance => ({
  id,
  size,
  covers: new Set(charges.map((charge) => `plan/${charge}`)),
});

/** Cases of usage drawn from what is included, each by the form of its source. */
export function inGroup(oracle: Case, all: readonly Case[]): Compared[] {
  if (oracle.id.startsWith('br-allow')) return sequenceCase(oracle, all);
  const { input, expected } = oracle;
  if (oracle.id.startsWith('om-')) return freeUnitsCase(input, expected);
  if (oracle.id.startsWith('doc-')) return poolCase(input, expected);
  const size = tenths(input.bundle_s ?? input.sms_bundle ?? input.data_bundle);
  const used = tenths(input.call_s ?? input.sms ?? input.usage);
  const [drawn] = consumeListed([allowanceOf('bundle', size, ['usage'])], [bucketOn('2026-01-01', 'usage', used)]);
  const left = size - (drawn?.covered[0]?.quantity ?? 0n);
  return [
    { what: 'left', ours: fromTenths(left), theirs: expected.bundle_left_s ?? expected.sms_left ?? expected.data_left },
    { what: 'money', ours: amount(input.money).minus(fromTenths(drawn?.over ?? 0n)), theirs: expected.money_left },
  ];
}

function freeUnitsCase(input: Case['input'], expected: Case['expected']): Compared[] {
  const buckets = [
    bucketOn('2026-01-01', 'usage', tenths(input.previous_quantity)),
    bucketOn('2026-01-02', 'usage', tenths(input.quantity)),
  ];
  const [before, now] = consumeListed([allowanceOf('free', tenths(input.free_units), ['usage'])], buckets);
  return [
    { what: 'billed before', ours: fromTenths(before?.over ?? -1n), theirs: expected.previous_billed },
    { what: 'billed', ours: fromTenths(now?.over ?? -1n), theirs: expected.billed },
    { what: 'free now', ours: fromTenths(now?.covered[0]?.quantity ?? -1n), theirs: expected.free_used_now },
  ];
}

function poolCase(input: Case['input'], expected: Case['expected']): Compared[] {
  const size = BigInt(input.sims) * tenths(input.per_sim_sms ?? input.per_sim_mb);
  const usage: (string | number)[] = input.usage ?? input.usage_mb;
  const drawn = consumeListed(
    [allowanceOf('pool', size, ['usage'])],
    usage.map((one) => bucketOn('2026-01-01', 'usage', tenths(one))),
  );
  const over = drawn.reduce((all, one) => all + one.over, 0n);
  return [
    { what: 'pool', ours: fromTenths(size), theirs: expected.pool ?? expected.pool_mb },
    { what: 'over', ours: fromTenths(over), theirs: expected.overage ?? expected.overage_mb },
  ];
}

/** All steps of a sequence up to this one draw on the same balances, each on a day of its own; this one's part is compared. */
function sequenceCase(oracle: Case, all: readonly Case[]): Compared[] {
  const ofSequence = (one: Case) => one.id.startsWith('br-allow') && one.input.sequence === oracle.input.sequence;
  const ofBalance = (one: Case) => one.input.account === oracle.input.account;
  const steps = all.filter((one) => ofSequence(one) && ofBalance(one) && one.input.step <= oracle.input.step);
  const stack = new Map(steps.flatMap((one) => groupsOf(one)));
  const buckets = steps.map((one) =>
    bucketOn(addDays('2026-01-01', one.input.step), chargeOf(one), tenths(one.input.usage)),
  );
  const consumed = consumeListed([...stack.values()], buckets);
  const mine = consumed.at(-1);
  const overBefore = consumed
    .slice(0, -1)
    .filter((one) => one.bucket.charge === chargeOf(oracle))
    .reduce((sum, one) => sum + one.over, 0n);
  const over = mine?.over ?? -1n;
  const price = costBetween(priceOf(oracle.input), fromTenths(overBefore), fromTenths(overBefore + over));
  return [
    { what: 'in group', ours: fromTenths(tenths(oracle.input.usage) - over), theirs: oracle.expected.in_group },
    { what: 'over group', ours: fromTenths(over), theirs: oracle.expected.over_group },
    { what: 'price', ours: price, theirs: oracle.expected.price },
  ];
}

/** A rate prices each type of usage on its own; what is included is of one type. */
const chargeOf = ({ input }: Case) => `${input.rate_key} ${input.usage_type}`;

interface Group {
  readonly value?: number;
  readonly rates: string[];
  readonly account_pool?: boolean;
}

/** What a step's services and plan include, in the order they are drawn on: services as listed, then the plan. */
function groupsOf({ input }: Case): [string, ListedAllowance][] {
  const lines: { services: string[]; plan: string }[] = input.account_lines;
  const owners = [...input.services, input.plan];
  return owners.flatMap((owner: { name: string; include: Record<string, Group & Record<string, unknown>> | null }) => {
    return Object.entries(owner.include ?? {}).map(([name, group]): [string, ListedAllowance] => {
      const members = lines.filter((line) => line.services.includes(owner.name) || line.plan === owner.name).length;
      const size =
        tenths((group.value ?? group[input.usage_type] ?? 0) as number) * BigInt(group.account_pool ? members : 1);
      const id = group.account_pool ? name : `${input.subscriber} ${owner.name} ${name}`;
      return [
        id,
        allowanceOf(
          id,
          size,
          group.rates.map((rate) => `${rate} ${input.usage_type}`),
        ),
      ];
    });
  });
}

function priceOf(input: Case['input']): UsagePrice {
  const rates: { to: number | string; price: string }[] = (
    input.plan.price_override?.[input.usage_type] ?? input.base_rate
  ).rate;
  const interval = (rates[0] as { interval?: number } | undefined)?.interval ?? 1;
  const tiers: TieredPrice['tiers'] = rates.map(({ to, price }, index) =>
    tierOf(index === rates.length - 1 ? '' : String(to), amount(price).div(interval).toFixed(), '0'),
  );
  return { model: 'graduated', tiers };
}
