import { allocate } from '#shared/money/allocate.ts';
import { type Amount, amount } from '#shared/money/amount.ts';
import type { Contribution, PoolUse, Rest } from './allowances.ts';
import { type LineHead, lineIn, sharesOf } from './lines.ts';
import { type Part, priced } from './prices.ts';
import type { Piece } from './usage.ts';
import type { NaiveLine, World } from './world.ts';

/** A pool's line, rounded once and shared over the business units of its members: quantity first, then money (pricing rules §4). */
export function sharedLines(
  world: World,
  head: LineHead,
  parts: readonly Part[],
  uses: readonly PoolUse[],
  contributions: readonly Contribution[],
): NaiveLine[] {
  const weights = weightsOf(parts[0]!.rest, uses, contributions);
  const over = parts.reduce((sum, part) => sum + part.quantity, 0n);
  const { quantity, exact } = priced(parts);
  const shares = allocate(
    amount(over),
    [...weights].map(([id, weight]) => ({ id, weight })),
    amount(1n),
  );
  const money = sharesOf(
    world,
    exact,
    [...shares].map(([id, weight]) => ({ id, weight })),
  );
  return [...weights.keys()].map((businessUnit) => {
    const part = shares.get(businessUnit)!;
    return lineIn(world, { ...head, businessUnit }, quantity.times(part).div(amount(over)), money.get(businessUnit)!);
  });
}

/**
 * The business units that used what the line is for. By usage: what each used of that; by excess: what each of its members used of the pool
 * beyond its contribution.
 */
function weightsOf(
  { piece, pool, share }: Rest,
  uses: readonly PoolUse[],
  contributions: readonly Contribution[],
): Map<string, Amount> {
  const ofPool = uses.filter((use) => use.pool === pool);
  const ofLine = ofPool.filter((use) => lineOfPiece(use.piece) === lineOfPiece(piece) && use.quantity > 0n);
  const units = [...new Set(ofLine.map((use) => use.piece.businessUnit))];
  const byUsage = units.map((unit) => [unit, amount(usedIn(ofLine, unit))] as const);
  const byExcess = units.map((unit) => [unit, amount(excessIn(ofPool, contributions, pool, unit))] as const);
  const nobody = byExcess.every(([, excess]) => excess.isZero());
  return new Map(share === 'byUsage' || nobody ? byUsage : byExcess);
}

function lineOfPiece({ plan, version, charge, season, zone }: Piece): string {
  return JSON.stringify([plan, version.from, charge.id, season, zone]);
}

function usedIn(uses: readonly PoolUse[], businessUnit: string): bigint {
  return uses
    .filter((use) => use.piece.businessUnit === businessUnit)
    .reduce((sum, { quantity }) => sum + quantity, 0n);
}

function excessIn(
  uses: readonly PoolUse[],
  contributions: readonly Contribution[],
  pool: string,
  businessUnit: string,
): bigint {
  const members = new Set(uses.map(({ piece }) => piece.subscription));
  return [...members].reduce((sum, subscription) => {
    const its = uses.filter(({ piece }) => piece.subscription === subscription && piece.businessUnit === businessUnit);
    const used = its.reduce((total, { came }) => total + came, 0n);
    const before = new Set(its.flatMap((use) => use.before));
    const brought = contributions
      .filter((each) => each.source === pool || before.has(each.source))
      .filter((each) => each.subscription === subscription && each.businessUnit === businessUnit)
      .reduce((total, { size }) => total + size, 0n);
    return used > brought ? sum + used - brought : sum;
  }, 0n);
}
