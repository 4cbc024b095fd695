import type { PackagePrice, Tier, TieredPrice, UnitPrice } from '#shared/catalog/price.ts';
import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { roundToMinorUnit } from '#shared/money/currency.ts';
import { percentOf } from '#shared/rating/amounts.ts';
import { raiseToIncrement } from '#shared/rating/increment.ts';
import { intervalDays, prorated } from '#shared/rating/recurring/proration.ts';
import { addDays, daysBetween, instantOf, localDateOf } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period, periodFrom, periodOf } from '#shared/time/period.ts';
import { chargeAt, costBetween, inBase, pricedParts, tierOf } from '../rating/price-in-steps.ts';
import { boundedCase, cappedInPartsCase, discountCase, minimumCase, spendingCase } from './agreed.ts';
import { atZeroCase, blocksCase, connectedCallCase, intervalCase, windowsCase } from './by-record.ts';
import { inGroup } from './shared-balances.ts';

/** A case of another system: what goes in and what its own tests or documents say comes out. */
export interface Case {
  readonly id: string;
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: every source has its own form
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: every source has its own form
  readonly expected: any;
}

/** What we say beside what the source says, by name. `places` = the source gives only so many decimals. */
export interface Compared {
  readonly what: string;
  readonly ours: Amount | string;
  readonly theirs: string | number;
  readonly places?: number;
}

/** Puts a case to our functions. */
export type Translation = (oracle: Case, all: readonly Case[]) => Compared[];

export const text = (value: string | number) => amount(String(value));
const unitPrice = (value: string | number): UnitPrice => ({ model: 'unit', amount: String(value) });
export const compare = (what: string, ours: Amount | string, theirs: string | number): Compared => ({
  what,
  ours,
  theirs,
});

/** Tiers as any source writes them: an inclusive end, or the first unit of each; what is not said costs nothing. */
export function tiered(
  model: TieredPrice['model'],
  tiers: readonly Record<string, string | number | null>[],
): TieredPrice {
  const read = tiers.map((tier, index): Tier => {
    const end = tier.up_to ?? tier.to_value ?? (tiers[index + 1]?.first_unit as string | number | undefined) ?? '';
    const price = tier.unit ?? tier.per_unit_amount ?? tier.rate ?? '0';
    return tierOf(String(end), String(price), String(tier.flat ?? tier.flat_amount ?? '0'));
  });
  return { model, tiers: read };
}

const graduated = (tiers: readonly Record<string, string | number | null>[]) => tiered('graduated', tiers);

/** Everything at the price of the tier that the whole quantity reaches, of which perhaps only a part is charged. */
function volumeCase({ input, expected }: Case): Compared[] {
  const price = tiered('volume', input.tiers);
  const whole = text(input.full_units ?? input.units ?? input.quantity);
  const charged = text(input.prorated_units ?? whole.toFixed());
  const parts = pricedParts(price, text(0), charged, whole);
  const theirs = expected.per_unit_total_amount ?? expected.amount ?? expected.total;
  return [compare('amount', sum(parts.map((part) => part.amount)), theirs)];
}

/** So much for each package begun beyond what is free. */
function packageCase({ input, expected }: Case): Compared[] {
  const base = (units: number) => inBase(text(units)).toString();
  const size = base(input.package_size ?? input.block_size);
  const amountOfOne = input.package_price ?? input.price_per_block ?? '1';
  const price: PackagePrice = { model: 'package', size, free: base(input.free_units ?? 0), amount: amountOfOne };
  const total = (units: readonly number[]) => sum(units.map(text));
  if (input.period_1_units !== undefined) {
    return ([1, 2] as const).map((period) => {
      const owed = costBetween(price, text(0), total(input[`period_${period}_units`]));
      return compare(
        `period ${period}`,
        owed.minus(input[`period_${period}_billed`]),
        expected[`period_${period}_additional`],
      );
    });
  }
  const before = text(input.previous_quantity ?? 0);
  const after = before.plus(total([input.units ?? input.quantity].flat()));
  return [compare('cost', costBetween(price, before, after), expected.amount ?? expected.total ?? expected.packages)];
}

function graduatedCase({ input, expected }: Case): Compared[] {
  const price = graduated(input.tiers);
  const before = text(input.previous_quantity ?? 0);
  const after = before.plus(text(input.units ?? input.quantity));
  const total = compare('total', costBetween(price, before, after), expected.amount ?? expected.total);
  const parts = pricedParts(price, before, after, after);
  const lines: (string | { amount: string })[] = expected.lines ?? [];
  const same = lines.map((line, index) => {
    return compare(`line ${index + 1}`, parts[index]?.amount ?? '', typeof line === 'string' ? line : line.amount);
  });
  return [total, ...same];
}

/** A call or session at a price for so many seconds, in steps. */
function steppedCase({ input, expected }: Case): Compared[] {
  const unit = input.rate_unit_s ?? input.rate_unit ?? 1;
  const step = input.increment_s ?? input.increment ?? 1;
  const quantity = raiseToIncrement(input.usage_s ?? input.usage ?? input.units, step, step);
  const price = unitPrice(input.rate ?? input.rate_per_s ?? input.unit_price);
  const cost = costBetween(price, text(0), text(quantity).div(unit));
  return [compare('cost', cost, expected.cost ?? expected.total)];
}

function callGroupsCase({ input, expected }: Case): Compared[] {
  const [first, second] = input.groups;
  const raised = raiseToIncrement(input.usage_s, second.group_start_s, second.increment_s);
  const tiers = [
    { up_to: second.group_start_s, unit: first.rate },
    { up_to: null, unit: second.rate },
  ];
  const parts = pricedParts(graduated(tiers), text(0), text(raised), text(raised));
  return parts.flatMap((part, index) => [
    compare(`cost of group ${index + 1}`, part.amount, expected.group_costs[index]),
    compare(`seconds of group ${index + 1}`, part.quantity, expected.billed_s[index]),
  ]);
}

function sessionCase({ input, expected }: Case): Compared[] {
  const seconds = input.spans_s.reduce((all: number, span: number) => all + span, 0);
  return [
    compare('seconds', text(raiseToIncrement(seconds, input.increment_s, input.increment_s)), expected.billed_end_s),
  ];
}

function firstAndNextCase({ input, expected }: Case): Compared[] {
  const raised = raiseToIncrement(input.usage_s, input.first_block_s, input.next_block_s);
  return [compare('cost', costBetween(unitPrice(input.rate_per_min), text(0), text(raised).div(60)), expected.cost)];
}

/** One rate over a stretch of the volume; what lies beyond its end costs nothing. Numbers with one decimal are counted in tenths. */
function rateCase({ input, expected }: Case): Compared[] {
  const rate = input.rate ?? input.tiers[0];
  const width = text(rate.to).minus(rate.from);
  const tenths = (value: Amount) => value.times(10).toNumber();
  const interval = tenths(text(rate.interval));
  const volume = Math.min(tenths(text(input.volume)), tenths(width));
  const raised = rate.ceil === false ? volume : raiseToIncrement(volume, interval, interval);
  return [compare('charge', costBetween(unitPrice(rate.price), text(0), text(raised).div(interval)), expected.charge)];
}

/** Tiers of whole units, each as wide as it says; what lies beyond the last costs nothing. */
function widthsCase({ input, expected }: Case): Compared[] {
  let end = 0;
  const tiers = input.tiers.map((tier: { from: number; to: number; price: number }) => {
    end += tier.to - tier.from;
    return { up_to: end, unit: tier.price };
  });
  const price = graduated([...tiers, { up_to: null, unit: 0 }]);
  return [compare('charge', costBetween(price, text(0), text(input.volume)), expected.charge)];
}

function convertedCase({ input, expected }: Case): Compared[] {
  const raised = text(raiseToIncrement(input.raw, input.divide_by, input.divide_by)).div(input.divide_by);
  const price = input.tiers === undefined ? unitPrice(input.unit_price) : graduated(input.tiers);
  const units = expected.billed_units === undefined ? [] : [compare('units', raised, expected.billed_units)];
  return [...units, compare('total', costBetween(price, text(0), raised), expected.total)];
}

function ceilingCase({ input, expected }: Case): Compared[] {
  const step = text(1000).div(text(10).pow(input.precision)).toNumber();
  const raised = raiseToIncrement(text(input.units).times(1000).toNumber(), step, step);
  return [compare('units', text(raised).div(1000), expected.units)];
}

const euro = (cents: number) => amount(cents).div(100);
const cents = (value: Amount) => roundToMinorUnit(value, 'EUR').times(100);
const taxOf = (net: Amount, percent: string | number) => roundToMinorUnit(net.times(text(percent)).div(100), 'EUR');

/** A fee for some of an interval's days, rounded on its line, and the tax on that line. */
function dayFeeCase({ input, expected }: Case): Compared[] {
  const days = input.days ?? input.billed_days ?? input.unused_days;
  const exact = prorated(euro(input.plan_amount_cents), days, input.period_days);
  const net = roundToMinorUnit(exact, 'EUR');
  const tax = taxOf(net, input.tax_rate ?? 0);
  const compared: Compared[] = [];
  const add = (what: string, ours: Amount, theirs: string | number | undefined, places?: number) => {
    if (theirs !== undefined)
      compared.push(places === undefined ? { what, ours, theirs } : { what, ours, theirs, places });
  };
  add('net', cents(net), expected.amount_cents ?? expected.sub_total_cents);
  add('exact', exact.times(100), expected.precise_amount_cents, 13);
  add('tax', cents(tax), expected.tax_cents);
  add('total', cents(net.plus(tax)), expected.total_cents);
  return compared;
}

/** Periods that begin by the target day, clipped to [start, end). */
function periodsBilled(
  start: string,
  end: string | null,
  target: string,
  billingDay: number,
): { billed: Period; of: Period }[] {
  const found = [];
  for (let period = periodOf(start, billingDay); period.from <= target; period = periodFrom(period.until, billingDay)) {
    const from = period.from < start ? start : period.from;
    const until = end !== null && end < period.until ? end : period.until;
    if (from < until) found.push({ billed: { from, until }, of: period });
  }
  return found;
}

function cyclesOf(periods: readonly { billed: Period; of: Period }[]): Amount {
  return sum(periods.map(({ billed, of }) => prorated(amount(1), daysInPeriod(billed), daysInPeriod(of))));
}

function cyclesCase({ input, expected }: Case): Compared[] {
  const cycles = cyclesOf(periodsBilled(input.start, input.end, input.target, input.bill_cycle_day));
  return [compare('cycles', cycles.toDecimalPlaces(9), expected.cycles_round9)];
}

function partOfCycleCase({ input, expected }: Case): Compared[] {
  if (typeof input.fixed_days === 'number') {
    const days = intervalDays({ from: input.from, until: input.to }, '30');
    const part = prorated(amount(1), days, input.fixed_days).toDecimalPlaces(9);
    return [compare('days', amount(days), expected.days), compare('part', part, expected.proration)];
  }
  const billingDay = Number(input.to.slice(8));
  const cycles = cyclesOf(periodsBilled(input.from, input.to, input.to, billingDay));
  return [compare('part', cycles.toDecimalPlaces(9), expected.proration)];
}

function monthsCase({ input, expected }: Case): Compared[] {
  const from = input.from.replace(/-(\d)$/, '-0$1');
  const until = addDays(input.to_inclusive, 1);
  const months = cyclesOf(periodsBilled(from, until, input.to_inclusive, 1));
  return [
    { what: 'months', ours: months, theirs: expected.months, places: (expected.months.split('.')[1] ?? '').length },
  ];
}

function planChangeCase({ input, expected }: Case): Compared[] {
  const line = (side: { qty: number; unit: string } | null) => {
    return roundToMinorUnit(
      prorated(side === null ? amount(0) : text(side.unit).times(side.qty), input.days_left, input.days),
      'USD',
    );
  };
  const [credit, charge] = [line(input.old).negated(), line(input.new)];
  return [
    compare('credit', credit, expected.credit ?? '0'),
    compare('charge', charge, expected.charge ?? '0'),
    compare('net', credit.plus(charge), expected.net),
  ];
}

function amountChangeCase({ input, expected }: Case): Compared[] {
  const [from, until] = input.period;
  const left = daysBetween(input.change, until);
  const line = (whole: number) => roundToMinorUnit(prorated(amount(whole), left, daysBetween(from, until)), 'EUR');
  const [credit, charge] = [line(input.old).negated(), line(input.new)];
  const lines = [credit, charge].filter((one) => !one.isZero());
  if (expected.lines !== undefined)
    return [
      compare('lines', amount(lines.length), expected.lines),
      compare('net', cents(sum(lines)), expected.net_cents),
    ];
  return [
    compare('credit', cents(credit), expected.credit_cents),
    compare('charge', cents(charge), expected.charge_cents),
    compare('net', cents(sum(lines)), expected.net_cents),
  ];
}

function daysCase({ input, expected }: Case): Compared[] {
  const day = (instant: string) => localDateOf(instantOf(instant, 'UTC'), input.timezone);
  return [compare('days', amount(daysBetween(day(input.start), day(input.end))), expected.days)];
}

function billingDateCase({ input, expected }: Case): Compared[] {
  const period = periodOf(input.start, input.bill_cycle_day);
  if (expected.effective_end !== undefined) return [compare('end', period.until, expected.effective_end)];
  return [compare('first date', period.from === input.start ? period.from : period.until, expected.first_cycle_date)];
}

function periodsCase({ input, expected }: Case): Compared[] {
  const periods = periodsBilled(input.start, null, input.target, input.bill_cycle_day).map(({ billed }) => billed);
  const told = (list: readonly (readonly [string, string])[]) => list.map((one) => one.join('/')).join(' ');
  return [compare('periods', told(periods.map(({ from, until }) => [from, until])), told(expected.periods))];
}

function taxCase({ input, expected }: Case): Compared[] {
  const currency = (input.currency ?? 'eur').toUpperCase();
  const net = input.amount_cents === undefined ? text(input.taxable) : euro(input.amount_cents);
  const part = input.amount_cents === undefined ? text(input.rate).div(100) : text(input.rate);
  const tax = roundToMinorUnit(net.times(part), currency);
  return [compare('tax', expected.tax_cents === undefined ? tax : tax.times(100), expected.tax ?? expected.tax_cents)];
}

function spreadCase({ input, expected }: Case): Compared[] {
  const lines: number[] = input.lines_cents;
  const shares = lines.map((line, index) => ({ id: String(index), weight: amount(line) }));
  const parts = allocate(amount(input.discount_cents), shares, amount(1));
  return lines.map((line, index) => {
    return compare(`line ${index + 1}`, amount(line).minus(parts.get(String(index)) ?? 0), expected.net_cents[index]);
  });
}

/** What records carry, times a factor. */
function carriedCase({ input, expected }: Case): Compared[] {
  const { metered_amount, precise_total_amount_cents, multiplier = '1' } = input;
  const total = metered_amount === undefined ? text(precise_total_amount_cents).div(100) : text(metered_amount);
  const price = { model: 'percentage', percent: text(multiplier).times(100).toFixed() } as const;
  const ours = percentOf({ ...chargeAt(unitPrice(1)), measure: 'amount', price }, total);
  if (metered_amount === undefined) return [compare('amount', ours, expected.amount)];
  return [compare('total', roundToMinorUnit(ours, input.currency), expected.total)];
}

const fixed = (sameId: RegExp, translation: Translation): [RegExp, Translation] => [sameId, translation];

/** Which translation a case takes: the first whose pattern its id matches. */
const TRANSLATIONS: readonly [RegExp, Translation][] = [
  fixed(/^(lago|om)-dynamic$/, carriedCase),
  fixed(/^lago-mincommit/, minimumCase),
  fixed(/^lago-spending-min/, spendingCase),
  fixed(
    /^om-volume-commit/,
    boundedCase(({ tiers }) => tiered('volume', tiers)),
  ),
  fixed(
    /^om-package-0-0-100-None/,
    boundedCase(({ package_price }) => unitPrice(package_price)),
  ),
  fixed(
    /^mt-tier-cap/,
    boundedCase(({ tiers }) => graduated(tiers)),
  ),
  fixed(/^om-unit-(discount-)?max/, cappedInPartsCase),
  fixed(/^fp-(tax-discount|discount-)|^mt-coupon/, discountCase),
  fixed(/^om-(graduated-total|volume)-0$/, atZeroCase),
  fixed(/^cgr-tut-100\d-20s$/, connectedCallCase),
  fixed(/^br-tariff-(23|24|25|29|45|49)$/, intervalCase),
  fixed(/^kb-all-/, blocksCase),
  fixed(/^fp-bucket-(slab|volume|package)/, windowsCase),
  fixed(/^lago-graduated|^om-graduated|^fp-slab|^mt-tiered/, graduatedCase),
  fixed(/^(lago|om|fp|mt)-volume/, volumeCase),
  fixed(/^(lago|om|fp|mt|doc)-(package|chargebee)|^kb-(missing|usage-arrear)/, packageCase),
  fixed(/^cgr-(costs1|data|unique|interval-cost|maxcost|sms)|^mt-perunit/, (oracle) => {
    return steppedCase({
      ...oracle,
      input: { ...oracle.input, ...(oracle.id === 'cgr-sms' ? { usage: oracle.input.units } : {}) },
    });
  }),
  fixed(/^cgr-groups-incr/, callGroupsCase),
  fixed(/^cgr-expand/, sessionCase),
  fixed(/^doc-cgr118/, firstAndNextCase),
  fixed(/^br-tariff-(03|05|07|10|13|17|18)$/, widthsCase),
  fixed(/^br-rate|^br-tariff/, rateCase),
  fixed(/^om-unitconfig/, convertedCase),
  fixed(/^lago-unit-rounding-ceil/, ceilingCase),
  fixed(/^lago-(sub|subfee|termination|cn-rounding)/, dayFeeCase),
  fixed(/^kb-proration/, cyclesCase),
  fixed(/^kb-prorate/, partOfCycleCase),
  fixed(/^br-months/, monthsCase),
  fixed(/^fp-proration/, planChangeCase),
  fixed(/^mt-proration/, amountChangeCase),
  fixed(/^fp-days/, daysCase),
  fixed(/^kb-bcd/, billingDateCase),
  fixed(/^kb-items/, periodsCase),
  fixed(/^(fp|mt)-tax/, taxCase),
  fixed(/^mt-discount-spread/, spreadCase),
  fixed(/^br-allow|^cgr-account|^om-usage-discount|^doc-(eseye|digikey)/, inGroup),
];

/** The translation of a case, if there is one. */
export function translationOf(oracle: Case): Translation | undefined {
  return TRANSLATIONS.find(([ids]) => ids.test(oracle.id))?.[1];
}
