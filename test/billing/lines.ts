import type { LineTax, RecordedLine } from '#shared/billing/draft.ts';
import type { Arithmetic, ChargeLine, RecurringArithmetic } from '#shared/billing/lines/charge-line.ts';
import { lineId } from '#shared/billing/lines/charge-line.ts';
import { periodOfMonth } from '#shared/time/period.ts';

const USAGE: Arithmetic = {
  kind: 'usage',
  model: 'unit',
  quantity: '0',
  baseUnits: '1000000',
  price: '0.02',
  flat: '0',
  entered: 0,
  subscriptions: 1,
  covered: '0',
  increment: '1/1',
  exact: '0',
};
const RECURRING: RecurringArithmetic = {
  kind: 'recurring',
  of: 'subscriptions',
  minimum: 0,
  model: 'unit',
  flat: '0',
  entered: 0,
  rounded: '',
  shares: [],
  days: 1,
  daysInPeriod: 30,
  subscriptions: 1,
  price: '1',
  due: 'arrears',
  exact: '0',
};

/** A charge line "charge", or "unit/charge", of a month. Quantity and amount follow one another unless said. */
export function line(name: string, month: string, amount: string, more: Partial<ChargeLine> = {}): ChargeLine {
  const [charge = '', businessUnit = ''] = name.split('/').reverse();
  const period = periodOfMonth(month, 1);
  const parts = { businessUnit, plan: 'a', version: '2020-01-01', charge, zone: '', tier: 0, period };
  return {
    id: lineId(parts),
    ...parts,
    planName: 'A',
    chargeName: charge,
    zoneName: '',
    quantity: amount,
    unit: 'MB',
    unitPrice: '1',
    amount,
    exchange: null,
    taxCategory: 'telecom',
    taxIncluded: false,
    refund: 'day',
    arithmetic: USAGE,
    ...more,
  };
}

/** The same for a recurring charge, due in arrears or in advance. */
export function fee(
  name: string,
  month: string,
  amount: string,
  due: 'advance' | 'arrears',
  more: Partial<ChargeLine> = {},
): ChargeLine {
  return line(name, month, amount, { arithmetic: { ...RECURRING, due }, ...more });
}

/** VAT of a whole period at one rate. */
export function standardTax(percent: string): LineTax {
  const parts = [{ taxPoint: '2026-03-31', days: 31, taxes: [{ name: '', on: 'net', percent }] }] as const;
  return { category: 'S', place: '', reason: '', basis: '', reasonCode: '', evidence: [], parts };
}

export const STANDARD = standardTax('19');

/** The line as a link recorded it. */
export function recorded(of: ChargeLine, billedBy: string, tax: RecordedLine['tax'] = STANDARD): RecordedLine {
  return { ...of, tax, bookRate: null, billedBy };
}
