import type { FixedTaxProfile, Tax, TaxPointRule } from '#shared/catalog/tax-profile.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays, type LocalDate } from '#shared/time/local-date.ts';
import { daysInPeriod, type Period } from '#shared/time/period.ts';
import { type ChargeLine, dueOf } from './charge-line.ts';
import type { ChargedTax, LineTax, TaxedPart } from './draft.ts';

/**
 * How a fixed profile taxes a line when it is first billed (pricing rules §7).
 * @throws RangeError when a tax has no rate on a day it is needed for: the account cannot be billed.
 */
export function fixedTax(profile: FixedTaxProfile, line: ChargeLine, invoiceDate: LocalDate): LineTax {
  const { category, reason, reasonCode, taxPoint, taxes } = profile;
  const parts = taxedParts(taxPoint, taxes, line, invoiceDate, `tax profile "${profile.id}"`);
  return { category, place: '', reason, reasonCode, parts };
}

/**
 * The day that decides the treatment of a line: the last of its period or the date of the document, by the jurisdiction's rule; of what is
 * charged in advance the invoice date, if that is earlier (Directive 2006/112/EC, Article 65: what is paid before it is supplied).
 */
function taxPointOf(rule: TaxPointRule, line: ChargeLine, invoiceDate: LocalDate): LocalDate {
  const lastDay = addDays(line.period.until, -1);
  if (dueOf(line) === 'advance') return invoiceDate < lastDay ? invoiceDate : lastDay;
  return rule === 'invoiceDate' ? invoiceDate : lastDay;
}

/** The parts of a line's period that are taxed alike: one, unless the rule splits it and a rate changes inside. `whose` names the table in a refusal. */
function taxedParts(
  rule: TaxPointRule,
  taxes: readonly Tax[],
  line: ChargeLine,
  invoiceDate: LocalDate,
  whose: string,
): TaxedPart[] {
  const periods = rule === 'split' ? stretches(line.period, taxes) : [];
  if (periods.length < 2) {
    const taxPoint = taxPointOf(rule, line, invoiceDate);
    return [{ taxPoint, days: daysInPeriod(line.period), taxes: taxesAt(taxes, taxPoint, whose) }];
  }
  return periods.map((period) => {
    const taxPoint = addDays(period.until, -1);
    return { taxPoint, days: daysInPeriod(period), taxes: taxesAt(taxes, taxPoint, whose) };
  });
}

/** The period, cut where any rate begins inside it. */
function stretches({ from, until }: Period, taxes: readonly Tax[]): Period[] {
  const inside = taxes
    .flatMap(({ rates }) => rates.map((rate) => rate.from))
    .filter((day) => day > from && day < until);
  const borders = [from, ...new Set(inside.sort()), until];
  return borders.slice(1).map((end, place) => ({ from: borders[place] as LocalDate, until: end }));
}

/** Each tax at the last of its rates that began on or before a day. A percent has no trailing zeros, so that one rate has one name. */
function taxesAt(taxes: readonly Tax[], day: LocalDate, whose: string): ChargedTax[] {
  return taxes.map(({ name, on, rates }) => {
    let inForce = { from: '', percent: '' };
    for (const rate of rates) if (rate.from <= day && rate.from >= inForce.from) inForce = rate;
    if (inForce.percent === '') {
      const first = rates.map((rate) => rate.from).sort()[0] ?? 'none';
      const of = name === '' ? '' : ` of ${name}`;
      throw new RangeError(`${whose} has no rate${of} on ${day}; its first begins ${first}: add an earlier one`);
    }
    return { name, on, percent: amount(inForce.percent).toFixed() };
  });
}
