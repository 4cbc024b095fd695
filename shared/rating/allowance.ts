import { compareIds } from '#shared/money/allocate.ts';
import type { Instant, LocalDate } from '#shared/time/local-date.ts';

/** Usage of one charge on one local day, summed in base units after increments: what allowances are drawn on by. */
export interface UsageBucket {
  readonly day: LocalDate;
  /** Place of the charge in its plan version, from 0. */
  readonly chargeOrder: number;
  /** Start of the plan version whose price holds. */
  readonly version: LocalDate;
  readonly plan: string;
  readonly charge: string;
  readonly zone: string;
  /** Business unit the usage is charged to, '' = the account itself. */
  readonly businessUnit: string;
  /** When it began, for a record that is priced by itself: in a day they draw in order of time. */
  readonly at?: Instant;
  readonly quantity: bigint;
}

/** Some of an allowance, as it can be drawn on: what is left of it, in base units, and on which local days. */
export interface Holding {
  /** Where it comes from: '' = the period's own size, a top-up's name, or the start of the period it was carried over from. */
  readonly origin: string;
  readonly quantity: bigint;
  /** First day it covers, and the first it no longer does ('' = open). */
  readonly from: LocalDate;
  readonly until: LocalDate | '';
  /** Of what lasts so many periods, where its end comes from; absent = it is a day that was said, or there is none. */
  readonly lasts?: Lasting;
}

/** So many periods of an account, counted from the beginning of one of them. */
export interface Lasting {
  readonly since: LocalDate;
  readonly periods: number;
}

/** What usage came to when it had drawn on allowances, and what these have left. */
export interface Consumption<Bucket extends UsageBucket> {
  /** In order of consumption. */
  readonly buckets: readonly ConsumedBucket<Bucket>[];
  readonly left: ReadonlyMap<string, readonly Holding[]>;
}

/** What became of a bucket: how much each allowance took, in stack order, and what is left to be priced. Σ covered + over = quantity. */
export interface ConsumedBucket<Bucket extends UsageBucket = UsageBucket> {
  readonly bucket: Bucket;
  readonly covered: readonly { readonly allowance: string; readonly quantity: bigint }[];
  readonly over: bigint;
}

/**
 * Lets usage draw on allowances (pricing rules §4): buckets by local day, in a day by the plan's order of charges, then the earlier price, then
 * plan id, then zone, then business unit; each draws on the allowances of its own stack, in that order, and on what each holds in its order. Of an
 * allowance that `holdings` does not name there is nothing. The order the buckets come in changes nothing.
 * @throws RangeError for a negative quantity or holding.
 */
export function consume<Bucket extends UsageBucket>(
  holdings: ReadonlyMap<string, readonly Holding[]>,
  stackOf: (bucket: Bucket) => readonly string[],
  buckets: readonly Bucket[],
): Consumption<Bucket> {
  const left = openHoldings(holdings);
  const inOrder = [...buckets].sort(inOrderOfConsumption);
  return { buckets: inOrder.map((bucket) => draw(left, stackOf(bucket), bucket)), left };
}

/** An allowance's own size for a period: all it holds where nothing was carried over or bought. */
export function sizeOf(quantity: bigint): Holding[] {
  return [{ origin: '', quantity, from: '', until: '' }];
}

/** What allowances still have, while usage draws on them. */
export type OpenHoldings = ReadonlyMap<string, readonly OpenHolding[]>;

type OpenHolding = { -readonly [Key in keyof Holding]: Holding[Key] };

/** Holdings to be drawn on; those given stay as they are. @throws RangeError for a negative one. */
export function openHoldings(holdings: ReadonlyMap<string, readonly Holding[]>): OpenHoldings {
  const open = new Map<string, OpenHolding[]>();
  for (const [allowance, its] of holdings) {
    if (its.some(({ quantity }) => quantity < 0n)) throw new RangeError('an allowance is never smaller than zero');
    open.set(
      allowance,
      its.map((each) => ({ ...each })),
    );
  }
  return open;
}

/** Takes a bucket's quantity from its stack; `left` is what each allowance still has and is lowered. @throws RangeError for a negative quantity. */
export function draw<Bucket extends UsageBucket>(
  left: OpenHoldings,
  stack: readonly string[],
  bucket: Bucket,
): ConsumedBucket<Bucket> {
  let over = bucket.quantity;
  if (over < 0n) throw new RangeError(`usage of ${bucket.plan}/${bucket.charge} on ${bucket.day} is negative: ${over}`);
  const covered: { allowance: string; quantity: bigint }[] = [];
  for (const allowance of stack) {
    if (over === 0n) break;
    const before = over;
    for (const holding of left.get(allowance) ?? []) {
      if (bucket.day < holding.from || (holding.until !== '' && bucket.day >= holding.until)) continue;
      const taken = holding.quantity < over ? holding.quantity : over;
      holding.quantity -= taken;
      over -= taken;
    }
    if (over < before) covered.push({ allowance, quantity: before - over });
  }
  return { bucket, covered, over };
}

/** The order of consumption: by local day, in a day by the plan's order of charges, then the earlier price, then plan, then zone (pricing rules §4). */
export function inOrderOfConsumption(a: UsageBucket, b: UsageBucket): number {
  return (
    compareIds(a.day, b.day) ||
    a.chargeOrder - b.chargeOrder ||
    compareIds(a.version, b.version) ||
    compareIds(a.plan, b.plan) ||
    compareIds(a.zone, b.zone) ||
    compareIds(a.charge, b.charge) ||
    compareIds(a.businessUnit, b.businessUnit) ||
    (a.at ?? 0) - (b.at ?? 0) ||
    Number(a.quantity - b.quantity)
  );
}
