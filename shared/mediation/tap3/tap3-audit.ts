import type { TrailerTotal } from '../decoder.ts';
import type { ProblemCode } from '../problem.ts';
import type { ProblemList } from '../problem-list.ts';
import { VALUE } from './tap3-structure.ts';

/** A sum of whole numbers that may outgrow what a number holds exactly. */
class ExactSum {
  private small = 0;
  private large = 0n;

  add(value: number): void {
    this.small += value;
    if (this.small > 2 ** 52 || this.small < -(2 ** 52)) {
      this.large += BigInt(this.small);
      this.small = 0;
    }
  }

  addLarge(value: bigint): void {
    this.large += value;
  }

  get total(): bigint {
    return this.large + BigInt(this.small);
  }

  set total(value: bigint) {
    this.large = value;
    this.small = 0;
  }
}

/** What was read so far: plain JSON, sums and totals as decimal text. */
export interface AuditPoint {
  readonly events: number;
  readonly isUncertain: boolean;
  readonly charge: string;
  readonly tax: string;
  readonly discount: string;
  readonly said: readonly (readonly [number, string])[];
}

/** The trailer of a TAP file (AuditControlInfo) and what its events add up to. Rejected events count: they are in the sender's totals. */
export class Tap3Audit {
  events = 0;
  /** Whether something was met that may hold amounts in a form not known here; differences are then no proof of an error. */
  isUncertain = false;
  private readonly charge = new ExactSum();
  private readonly tax = new ExactSum();
  private readonly discount = new ExactSum();
  private readonly said = new Map<number, bigint>();

  /** What was read so far, for another to go on from. */
  get point(): AuditPoint {
    const { events, isUncertain, charge, tax, discount } = this;
    return {
      events,
      isUncertain,
      charge: String(charge.total),
      tax: String(tax.total),
      discount: String(discount.total),
      said: [...this.said].map(([code, value]) => [code, String(value)]),
    };
  }

  goOnFrom(point: AuditPoint): void {
    this.events = point.events;
    this.isUncertain = point.isUncertain;
    this.charge.total = BigInt(point.charge);
    this.tax.total = BigInt(point.tax);
    this.discount.total = BigInt(point.discount);
    for (const [code, value] of point.said) this.said.set(code, BigInt(value));
  }

  /** Adds an amount an event holds: its value, and the octets it stands in, in case it is no safe integer. */
  add(code: number, value: number, bytes: Uint8Array, start: number, end: number): void {
    const sum = code === VALUE.taxValue ? this.tax : code === VALUE.discountValue ? this.discount : this.charge;
    if (Number.isSafeInteger(value)) sum.add(value);
    else sum.addLarge(largeInteger(bytes, start, end));
  }

  /** Adds a discount an event refers to by code and does not say. */
  addDiscount(value: number): void {
    this.discount.add(value);
  }

  /** Takes a total of the trailer. */
  say(code: number, bytes: Uint8Array, start: number, end: number): void {
    this.said.set(code, largeInteger(bytes, start, end));
  }

  /** The trailer's totals beside those found, as decimal text. Refunds are in the sums of the events, so they are added here. */
  totals(decimals: number): TrailerTotal[] {
    const amount = (value: bigint) => decimalText(value, Math.max(0, decimals));
    const line = (name: TrailerTotal['name'], code: number, refund: number, found: bigint): TrailerTotal => {
      const said = this.said.get(code);
      const expected = said === undefined ? '' : amount(said + (this.said.get(refund) ?? 0n));
      return { name, expected, found: amount(found) };
    };
    return [
      { name: 'count', expected: this.said.get(VALUE.auditCount)?.toString() ?? '', found: String(this.events) },
      line('charge', VALUE.auditCharge, VALUE.auditChargeRefund, this.charge.total),
      line('tax', VALUE.auditTax, VALUE.auditTaxRefund, this.tax.total),
      line('discount', VALUE.auditDiscount, VALUE.auditDiscountRefund, this.discount.total),
    ];
  }

  /** Compares (TD.57 AuditControlInfo, CallEventDetailsCount, TotalCharge: fatal). A total that is not said must be nothing. */
  check(decimals: number, place: number, problems: ProblemList): void {
    const [count, ...amounts] = this.totals(decimals);
    if (count!.expected !== count!.found) {
      const text = `the trailer says ${count!.expected === '' ? 'no count' : `${count!.expected} events`}, the file holds ${count!.found}`;
      problems.add('AUDIT_COUNT_MISMATCH', 'fatal', text, place, 'callEventDetailsCount', count!.expected);
    } else if (this.events === 0) {
      const text = 'the file holds no event; a sender without usage sends a Notification';
      problems.add('AUDIT_COUNT_MISMATCH', 'fatal', text, place, 'callEventDetailsCount', '0');
    }
    for (const { name, expected, found } of amounts) {
      if (Number(expected) === 0 && Number(found) === 0) continue;
      if (expected !== found) this.noteMismatch(name as keyof typeof MISMATCHES, expected, found, place, problems);
    }
  }

  private noteMismatch(
    name: keyof typeof MISMATCHES,
    expected: string,
    found: string,
    place: number,
    problems: ProblemList,
  ): void {
    const { code, field } = MISMATCHES[name];
    const text = `the trailer says a total ${name} of ${expected || 'nothing'}, the events add up to ${found}`;
    if (this.isUncertain) {
      problems.add(
        'AUDIT_UNVERIFIED',
        'warning',
        `${text}; events of unknown kinds may hold the rest`,
        place,
        field,
        expected,
      );
    } else {
      problems.add(code, 'fatal', text, place, field, expected);
    }
  }
}

const MISMATCHES: Readonly<Record<'charge' | 'tax' | 'discount', { code: ProblemCode; field: string }>> = {
  charge: { code: 'AUDIT_CHARGE_MISMATCH', field: 'totalCharge' },
  tax: { code: 'AUDIT_TAX_MISMATCH', field: 'totalTaxValue' },
  discount: { code: 'AUDIT_DISCOUNT_MISMATCH', field: 'totalDiscountValue' },
};

/** A whole number of any length; 0 when empty. */
function largeInteger(bytes: Uint8Array, start: number, end: number): bigint {
  let value = start < end ? BigInt((bytes[start]! << 24) >> 24) : 0n;
  for (let i = start + 1; i < end; i++) value = value * 256n + BigInt(bytes[i]!);
  return value;
}

/** A whole number of 10^-decimals as decimal text with all its digits: 2203 of five → "0.02203". */
export function decimalText(value: bigint | number, decimals: number): string {
  const isNegative = value < 0;
  const digits = String(isNegative ? -value : value).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return isNegative ? `-${text}` : text;
}
