import { agreedLines } from '#shared/billing/lines/agreed-lines.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { AgreedCommitment, Discount } from '#shared/catalog/agreement.ts';
import type { UsagePrice } from '#shared/catalog/price.ts';
import { type Amount, amount, sum } from '#shared/money/amount.ts';
import { formatMinor, roundToMinorUnit } from '#shared/money/currency.ts';
import { NO_ACCOUNT_POOLS } from '#shared/rating/pools/account-pools.ts';
import { noSums } from '#shared/rating/pools/partial-sums.ts';
import { prorated } from '#shared/rating/recurring/proration.ts';
import { pricedCount } from '#shared/rating/tier-parts.ts';
import { addDays } from '#shared/time/local-date.ts';
import { line } from '../billing/lines.ts';
import { NO_EXCHANGE } from '../rating/fleet.ts';
import { chargeAt, costBetween, inBase } from '../rating/price-in-steps.ts';
import type { Case, Compared } from './translate.ts';

const FROM = '2026-01-01';

/** What is agreed about some lines, by their names, in a period of so many days. */
interface Agreed {
  readonly lines: Readonly<Record<string, Amount>>;
  readonly days?: number;
  readonly commitments?: readonly Partial<AgreedCommitment>[];
  readonly discounts?: readonly Partial<Discount>[];
  readonly currency?: string;
}

/** Amounts of what follows from lines: "trueUp", "cap" and "discount" together, each as a sum. */
function follows({ lines, days = 31, commitments = [], discounts = [], currency = 'EUR' }: Agreed) {
  const period = { from: FROM, until: addDays(FROM, days) };
  const priced = Object.entries(lines).map(([name, value]): ChargeLine => {
    return line(name, '2026-01', formatMinor(value, currency), { period });
  });
  const commitment = { id: 'commitment', name: '', from: FROM, until: '', minimum: '', maximum: '', covers: [] };
  const terms = { ...commitment, proration: 'day', taxCategory: 'telecom' } as const;
  const discount: Discount = { id: '', name: '', from: FROM, until: '', periods: 0, percent: '', amount: '', on: [] };
  const agreement = {
    account: 'p',
    currency,
    overrides: [],
    commitments: commitments.map((each) => ({ ...terms, ...each })),
    discounts: discounts.map((each, place) => ({ ...discount, id: `discount${place}`, ...each })),
  };
  const scope = {
    period,
    plans: new Map(),
    currency,
    isOver: true,
    isDue: true,
    agreementOn: () => agreement,
    billingDay: 1,
  };
  const made = agreedLines({ ...scope, pools: NO_ACCOUNT_POOLS, exchange: NO_EXCHANGE }, priced, [], noSums());
  const of = (kind: string) =>
    sum(made.filter(({ arithmetic }) => arithmetic.kind === kind).map((each) => amount(each.amount)));
  const total = sum([...priced, ...made].map((each) => amount(each.amount)));
  return { trueUp: of('trueUp'), cap: of('cap').negated(), discount: of('discount').negated(), total };
}

const cents = (value: number | string) => amount(String(value)).div(100);
const rounded = (value: Amount) => roundToMinorUnit(value, 'EUR');
const compare = (what: string, ours: Amount, theirs: string | number): Compared => ({ what, ours, theirs });
const inCents = (what: string, ours: Amount, theirs: number) => compare(what, ours.times(100), theirs);

/** A minimum of some days of a period, over a prorated fee and usage. */
export function minimumCase({ input, expected }: Case): Compared[] {
  const { billed_days: billed, period_days: days } = input;
  const fees = (input.usage_fee_cents ?? []) as number[];
  const fee = rounded(prorated(cents(input.plan_amount_cents), billed, days));
  const lines = { fee, ...Object.fromEntries(fees.map((each, place) => [`usage${place}`, cents(each)])) };
  const minimum = { minimum: cents(input.commitment_cents).toFixed(), from: addDays(FROM, days - billed) };
  return [
    inCents('true-up', follows({ lines, days, commitments: [minimum] }).trueUp, expected.commitment_true_up_cents),
  ];
}

/** A charge's minimum over its lines, with tax on what they come to. */
export function spendingCase({ input, expected }: Case): Compared[] {
  const used: number[] = [input.used_cents].flat();
  const lines = Object.fromEntries(used.map((each, place) => [`used${place}`, cents(each)]));
  const from = addDays(FROM, input.period_days - input.days);
  const minimum = { minimum: cents(input.min_amount_cents).toFixed(), from };
  const { trueUp, total } = follows({ lines, days: input.period_days, commitments: [minimum] });
  const tax = rounded(total.times(input.tax_rate).div(100));
  const due = total.plus(tax).minus(cents(input.credit_note_cents ?? 0));
  return [
    inCents('true-up', trueUp, expected.true_up_cents),
    inCents('fees', total, expected.invoice_fees_cents ?? expected.fees_cents),
    inCents('tax', tax, expected.invoice_tax_cents ?? expected.tax_cents),
    inCents('total', due, expected.invoice_total_cents ?? expected.total_cents),
  ];
}

/** A price with a least or a most. */
export function boundedCase(priceOf: (input: Case['input']) => UsagePrice) {
  return ({ input, expected }: Case): Compared[] => {
    const quantity = amount(String(input.quantity ?? input.units));
    const cost = quantity.isZero() ? amount(0) : costBetween(priceOf(input), amount(0), quantity);
    const least = input.min_spend ? [{ minimum: String(input.min_spend) }] : [];
    const most = input.max_spend ?? input.tiers?.[0]?.flat_cap;
    const limits = most ? [...least, { id: 'most', maximum: String(most) }] : least;
    const { total, trueUp } = follows({ lines: quantity.isZero() ? {} : { usage: cost }, commitments: limits });
    const line = expected.minimum_spend_line;
    return [compare('total', total, expected.total), ...(line ? [compare('true-up', trueUp, line)] : [])];
  };
}

/** A most over a period that was billed in parts: the part is the difference. */
export function cappedInPartsCase({ input, expected }: Case): Compared[] {
  const percent = String(input.percent_discount ?? 0);
  const charge = {
    ...chargeAt({ model: 'unit', amount: input.unit_price }),
    usageDiscount: { percent, quantity: '0' },
  };
  const owedFor = (quantity: number) => {
    const priced = amount(pricedCount(charge, inBase(amount(quantity)))).div(1e9);
    const lines = { usage: priced.times(input.unit_price) };
    return follows({ lines, commitments: [{ maximum: input.max_spend }] });
  };
  const [before, now] = [input.previous_quantity, input.previous_quantity + input.quantity].map(owedFor);
  return [
    compare('billed before', before!.total, input.previous_billed),
    compare('billed', now!.total.minus(before!.total), expected.total),
    compare('taken off', now!.cap, expected.max_spend_discount ?? expected.discount),
  ];
}

/** Discounts on an amount, in the order they are listed. */
export function discountCase({ input, expected }: Case): Compared[] {
  const currency = (input.currency ?? 'eur').toUpperCase();
  const whole =
    input.subtotal_cents === undefined ? amount(input.price ?? input.subtotal) : cents(input.subtotal_cents);
  const percents = [input.percent_off ?? input.percents ?? []].flat() as string[];
  const amounts = [input.discount ?? []]
    .flat()
    .concat((input.fixed_cents ?? []).map((each: number) => cents(each).toFixed()));
  const discounts = [
    ...percents.map((percent) => ({ percent })),
    ...amounts.map((value) => ({ amount: String(value) })),
  ];
  const { discount, total } = follows({ lines: { fee: whole }, discounts, currency });
  if (expected.discount_cents !== undefined) return [inCents('discount', discount, expected.discount_cents)];
  if (expected.final !== undefined)
    return [compare('discount', discount, expected.discount), compare('final', total, expected.final)];
  const tax = rounded(total.times(input.rate).div(100));
  return [compare('tax', tax, expected.tax), compare('total', total.plus(tax), expected.total)];
}
