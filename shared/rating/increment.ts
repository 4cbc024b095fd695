/** Below 2^52 a quotient of whole numbers never comes nearer to the next whole number than a double can tell, so dividing is exact, and fast. */
const DIVIDES_EXACTLY = 2 ** 52;

/**
 * Raises a quantity to the increments it is charged in (pricing rules §3.5): zero stays zero, up to `first` is `first`, beyond it every
 * started `next` counts whole. 30/6: 32 → 36, 57 → 60, 75 → 78. All in whole base units; `first` and `next` are at least 1.
 * @throws RangeError when the quantity is no whole number ≥ 0, or the result exceeds what a number holds exactly (2^53 − 1).
 */
export function raiseToIncrement(quantity: number, first: number, next: number): number {
  if (quantity > first && quantity + next < DIVIDES_EXACTLY && Math.floor(quantity) === quantity)
    return first + Math.ceil((quantity - first) / next) * next;
  return raiseExactly(quantity, first, next);
}

/**
 * Raises each of the quantities `[from, end)` of a column, whole numbers ≥ 0, and adds them up. A sum this small says that each of them was
 * divided exactly, so that it is asked once of all.
 * @throws RangeError as raiseToIncrement does.
 */
export function sumRaised(quantities: Float64Array, from: number, end: number, first: number, next: number): number {
  let sum = 0;
  for (let i = from; i < end; i++) {
    const quantity = quantities[i] as number;
    if (quantity > first) sum += first + Math.ceil((quantity - first) / next) * next;
    else if (quantity > 0) sum += first;
  }
  if (sum < DIVIDES_EXACTLY / 2) return sum;
  sum = 0;
  for (let i = from; i < end; i++) sum += raiseToIncrement(quantities[i] as number, first, next);
  return sum;
}

/** The same for what a division does not do: nothing, what the first increment holds, and what is very large. */
function raiseExactly(quantity: number, first: number, next: number): number {
  if (quantity === 0) return 0;
  const raised = quantity <= first ? first : Number(raiseSumToIncrement(BigInt(quantity), BigInt(first), BigInt(next)));
  if (!(quantity > 0) || !Number.isSafeInteger(raised) || !Number.isSafeInteger(quantity)) {
    throw new RangeError(`${quantity} cannot be raised to increments of ${first}/${next} in whole numbers`);
  }
  return raised;
}

/** The same for sums that may exceed what a number holds exactly: quantities of a day or a period over many records. */
export function raiseSumToIncrement(quantity: bigint, first: bigint, next: bigint): bigint {
  if (quantity < 0n) throw new RangeError(`a quantity is never negative: ${quantity}`);
  if (quantity === 0n) return 0n;
  if (quantity <= first) return first;
  const rest = (quantity - first) % next;
  return rest === 0n ? quantity : quantity + (next - rest);
}
