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

/** An allowance as it stands in a period: how much there is of it, in base units, and what it covers. */
export interface AllowanceSize {
  readonly id: string;
  readonly size: bigint;
  /** Charges it covers, each "plan/charge". */
  readonly covers: ReadonlySet<string>;
}

/** What became of a bucket: how much each allowance took, in stack order, and what is left to be priced. Σ covered + over = quantity. */
export interface ConsumedBucket<Bucket extends UsageBucket = UsageBucket> {
  readonly bucket: Bucket;
  readonly covered: readonly { readonly allowance: string; readonly quantity: bigint }[];
  readonly over: bigint;
}

/**
 * Lets usage draw on a stack of allowances (pricing rules §4): buckets by local day, in a day by the plan's order of charges, then the
 * earlier price, then plan id, then zone; each takes from the stack as listed what the allowances before left. The result is in order of
 * consumption; the order the buckets come in changes nothing.
 * @throws RangeError for a negative quantity or size.
 */
export function consume<Bucket extends UsageBucket>(
  stack: readonly AllowanceSize[],
  buckets: readonly Bucket[],
): ConsumedBucket<Bucket>[] {
  const left = stack.map((allowance) => allowance.size);
  if (left.some((size) => size < 0n)) throw new RangeError('an allowance is never smaller than zero');
  return [...buckets].sort(inOrderOfConsumption).map((bucket) => draw(stack, left, bucket));
}

/** Takes a bucket's quantity from the stack; `left` is what each allowance still has and is lowered. */
function draw<Bucket extends UsageBucket>(
  stack: readonly AllowanceSize[],
  left: bigint[],
  bucket: Bucket,
): ConsumedBucket<Bucket> {
  let over = bucket.quantity;
  if (over < 0n) throw new RangeError(`usage of ${bucket.plan}/${bucket.charge} on ${bucket.day} is negative: ${over}`);
  const covered: { allowance: string; quantity: bigint }[] = [];
  const key = `${bucket.plan}/${bucket.charge}`;
  for (const [place, allowance] of stack.entries()) {
    if (over === 0n) break;
    if (!allowance.covers.has(key)) continue;
    const rest = left[place] ?? 0n;
    const taken = rest < over ? rest : over;
    if (taken === 0n) continue;
    left[place] = rest - taken;
    over -= taken;
    covered.push({ allowance: allowance.id, quantity: taken });
  }
  return { bucket, covered, over };
}

function inOrderOfConsumption(a: UsageBucket, b: UsageBucket): number {
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
