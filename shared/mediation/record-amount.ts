import { type RecordDraft, TEXT, type TextField, textOf } from './record-draft.ts';

/** Decimal places amounts are kept with; more are rounded, half away from zero: floating point leaves them behind in JSON. */
const PLACES = [0, 3, 6, 9, 12] as const;
const MOST_PLACES = 12;
const AMOUNT = /^(\d{1,40})(?:[.,](\d{1,60}))?$/;
const CURRENCY = /^[A-Za-z]{3}$/;

/**
 * Takes what the carrier charges for a finished record as a whole number, and what that counts into its usage key: "0.02203" EUR are 22,030 of
 * EUR/6, with the exchange rate of the file where it gives one (pricing rules §3.8). A record that names no charge or no currency has none, nor has one that failed. Charges are decimal numbers with `separator`, not negative
 * (pricing rules §3.8), of fifteen digits at most. Where several rates of the file lead to one amount in its sender's currency, that is taken.
 */
export function takeAmount(draft: RecordDraft, separator: '.' | ','): void {
  draft.amount = 0;
  const isLocal = !draft.isEmpty(TEXT.localCharge);
  const said = saidIn(draft, isLocal ? TEXT.localCharge : TEXT.charge);
  const currency = saidIn(draft, isLocal ? TEXT.localCurrency : TEXT.currency);
  if (draft.outcome === 1 || said === '' || currency === '') return;
  const found = AMOUNT.exec(said);
  if (found === null || (found[2] !== undefined && !said.includes(separator))) {
    const isNegative = /^-\d/.test(said);
    const text = isNegative ? 'a charge is not negative' : `a charge is a decimal number such as 1${separator}5`;
    draft.fail(isNegative ? 'VALUE_OUT_OF_RANGE' : 'INVALID_VALUE', 'charge', said, text);
    return;
  }
  if (!CURRENCY.test(currency)) {
    draft.fail('INVALID_VALUE', 'currency', currency, 'a currency has three letters (ISO 4217)');
    return;
  }
  const [, whole = '', fraction = ''] = found;
  const { places, value } = kept(whole, fraction);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    draft.fail('VALUE_OUT_OF_RANGE', 'charge', said, 'a charge has fifteen digits at most');
    return;
  }
  draft.amount = Number(value);
  const at = draft.begin(TEXT.amountUnit);
  const unit = `${currency.toUpperCase()}/${places}${isLocal ? '' : rateText(draft)}`;
  draft.finish(TEXT.amountUnit, at + draft.bytes.write(unit, at, 'latin1'));
}

/** " EUR 1.19857": what one of the charge's currency is worth by the file; '' = it says nothing. */
function rateText(draft: RecordDraft): string {
  const [to, rate] = [saidIn(draft, TEXT.localCurrency), saidIn(draft, TEXT.exchangeRate)];
  return to === '' || rate === '' ? '' : ` ${to.toUpperCase()} ${rate}`;
}

function saidIn(draft: RecordDraft, field: TextField): string {
  return draft.isEmpty(field) ? '' : textOf(draft.bytes, draft.start(field), draft.end(field)).trim();
}

/** The amount in the coarsest unit that holds it. */
function kept(whole: string, fraction: string): { places: number; value: bigint } {
  const digits = fraction.slice(0, MOST_PLACES).padEnd(MOST_PLACES, '0');
  const up = (fraction[MOST_PLACES] ?? '0') >= '5' ? 1n : 0n;
  const exact = BigInt(whole + digits) + up;
  const places = PLACES.find((each) => exact % 10n ** BigInt(MOST_PLACES - each) === 0n) ?? MOST_PLACES;
  return { places, value: exact / 10n ** BigInt(MOST_PLACES - places) };
}
