/** What a record is about. An event of any name is "event:<name>", e.g. "event:door-opened". */
export type Service = 'data' | 'sms' | 'voice' | 'supplementary' | `event:${string}`;

/** Who began it, seen from the device: mobile originated, mobile terminated, or not said. */
export type Direction = 'mo' | 'mt' | '';

/**
 * What the record's start means: an instant, or a calendar day or month of the payer, whose first UTC second then stands for it
 * (daily and monthly aggregates, pricing rules §1).
 */
export type StartPrecision = 'instant' | 'day' | 'month';

/**
 * The dimensions of a usage record that can matter to its price, as the carrier said them; '' = not said. Many records of one subscription
 * share one key, so that zone, charge and price are looked up once a key and not once a record.
 */
export interface UsageKey {
  readonly service: Service;
  readonly direction: Direction;
  /** Name of the carrier the file came from: the folder of the incoming store it was dropped in. */
  readonly carrier: string;
  /** Serving network: TADIG code ("DEUD2") or MCC and MNC ("26201"), whichever the carrier sends. */
  readonly network: string;
  /** Access point name, network identifier only, lower case. */
  readonly apn: string;
  /** Radio technology or class of traffic in the carrier's words, e.g. "LTE-M", "s1.fast". */
  readonly technology: string;
  /** 5G slice, "SST" or "SST-SD". */
  readonly slice: string;
  /** Class of quality, 5QI or QCI, decimal digits. */
  readonly fiveQi: string;
  /** Rating group the network counted it under (TS 32.299), decimal digits. */
  readonly ratingGroup: string;
  /** First digits of the number called, at most seven; never a whole number. */
  readonly calledPrefix: string;
  readonly startPrecision: StartPrecision;
  /**
   * What the record's amount counts: currency and decimal places, "EUR/6" for millionths of a euro; behind them, where its file says one, the
   * rate to another currency, "XDR/3 EUR 1.19857". '' = its source keeps no amounts, or the record carries none.
   */
  readonly amountUnit: string;
}
