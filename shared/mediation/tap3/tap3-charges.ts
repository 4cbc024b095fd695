/** Exchange rates the charges of one event may have; what goes beyond has no amount in local currency. */
const MOST_RATES = 8;

/**
 * What an event of a TAP file is charged with, in whole units of the file's decimal places: charges of type 00 and CAMEL fees, less the discounts
 * on them; taxes. Each ChargeInformation names its exchange rate before its amounts. NaN = not said.
 */
export class Tap3Charges {
  charge = Number.NaN;
  tax = Number.NaN;
  discount = Number.NaN;
  /** Codes of the exchange rates, and what is charged at each, discounts taken off. */
  readonly rateCodes = new Float64Array(MOST_RATES);
  readonly rateSums = new Float64Array(MOST_RATES);
  rates = 0;
  hasTooManyRates = false;
  /** Of the discount that is being told. */
  discountCode = Number.NaN;
  discountable = Number.NaN;
  isDiscountSaid = false;
  private rateCode = Number.NaN;
  /** What was charged since the exchange rate was named: the charge a discount is on. */
  private own = 0;

  begin(): void {
    this.charge = Number.NaN;
    this.tax = Number.NaN;
    this.discount = Number.NaN;
    this.rates = 0;
    this.hasTooManyRates = false;
    this.rateCode = Number.NaN;
    this.own = 0;
    this.endDiscount();
  }

  /** Begins a charge, at an exchange rate. */
  nameRate(code: number): void {
    this.rateCode = code;
    this.own = 0;
  }

  addCharge(amount: number): void {
    this.charge = (this.charge || 0) + amount;
    this.own += amount;
    this.addAtRate(amount);
  }

  addTax(amount: number): void {
    this.tax = (this.tax || 0) + amount;
  }

  addDiscount(amount: number): void {
    this.discount = (this.discount || 0) + amount;
    this.isDiscountSaid = true;
    this.addAtRate(-amount);
  }

  /** The amount the discount that is being told is a part of: what it says, else the charge it stands in. */
  get discounted(): number {
    return this.discountable >= 0 ? this.discountable : this.own;
  }

  /** Forgets what the last discount said. */
  endDiscount(): void {
    this.discountCode = Number.NaN;
    this.discountable = Number.NaN;
    this.isDiscountSaid = false;
  }

  private addAtRate(amount: number): void {
    const { rateCode, rateCodes, rates } = this;
    if (Number.isNaN(rateCode)) return;
    let at = 0;
    while (at < rates && rateCodes[at] !== rateCode) at++;
    if (at === MOST_RATES) {
      this.hasTooManyRates = true;
      return;
    }
    if (at === rates) {
      rateCodes[at] = rateCode;
      this.rateSums[at] = 0;
      this.rates++;
    }
    this.rateSums[at]! += amount;
  }
}
