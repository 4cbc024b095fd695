import { compareIds } from '#shared/money/allocate.ts';
import type { LocalDate } from '#shared/time/local-date.ts';

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
  readonly quantity: bigint;
}

/** What became of a bucket: how much each allowance took, in stack order, and what is left to be priced. Σ covered + over = quantity. */
export interface ConsumedBucket<Bucket extends UsageBucket = UsageBucket> {
  readonly bucket: Bucket;
  readonly covered: readonly { readonly allowance: string; readonly quantity: bigint }[];
  readonly over: bigint;
}

/**
 * Lets usage draw on allowances (pricing rules §4): buckets by local day, in a day by the plan's order of charges, then the earlier price, then
 * plan id, then zone; each draws on the allowances of its own stack, in that order, and takes what is left of them. `sizes` says how much there
 * is of each in the period, in base units; of one it does not name there is nothing. The result is in order of consumption; the order the
 * buckets come in changes nothing.
 * @throws RangeError for a negative quantity or size.
 */
export function consume<Bucket extends UsageBucket>(
  sizes: ReadonlyMap<string, bigint>,
  stackOf: (bucket: Bucket) => readonly string[],
  buckets: readonly Bucket[],
): ConsumedBucket<Bucket>[] {
  const left = new Map(sizes);
  for (const size of left.values()) if (size < 0n) throw new RangeError('an allowance is never smaller than zero');
  return [...buckets].sort(inOrderOfConsumption).map((bucket) => draw(left, stackOf(bucket), bucket));
}

/** Takes a bucket's quantity from its stack; `left` is what each allowance still has and is lowered. */
function draw<Bucket extends UsageBucket>(
  left: Map<string, bigint>,
  stack: readonly string[],
  bucket: Bucket,
): ConsumedBucket<Bucket> {
  let over = bucket.quantity;
  if (over < 0n) throw new RangeError(`usage of ${bucket.plan}/${bucket.charge} on ${bucket.day} is negative: ${over}`);
  const covered: { allowance: string; quantity: bigint }[] = [];
  for (const allowance of stack) {
    if (over === 0n) break;
    const rest = left.get(allowance) ?? 0n;
    const taken = rest < over ? rest : over;
    if (taken === 0n) continue;
    left.set(allowance, rest - taken);
    over -= taken;
    covered.push({ allowance, quantity: taken });
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
    Number(a.quantity - b.quantity)
  );
}
