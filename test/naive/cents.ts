import { digitsOf } from './lines.ts';
import { inOrderOf, type World } from './world.ts';

/** An amount told in the invoice's currency, in its minor units. */
export const centsOf = (text: string) => BigInt(text.replace('.', ''));
/** So many minor units as an amount is told. */
export const textOf = (world: World, cents: bigint) => {
  const fraction = digitsOf(world);
  const digits = `${cents < 0n ? -cents : cents}`.padStart(fraction + 1, '0');
  const whole = digits.slice(0, digits.length - fraction);
  return `${cents < 0n ? '-' : ''}${whole}${fraction === 0 ? '' : `.${digits.slice(-fraction)}`}`;
};
/** Decimal text as a whole number of 10⁻¹². */
export const exactly = (text: string) => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};
/** What of 10⁻¹² the minor unit is: a cent, a yen. */
export const minorOf = (world: World) => 10n ** BigInt(12 - digitsOf(world));
/** ⌊x ÷ y + ½⌋: half away from zero, since nothing here is below zero. */
export const rounded = (x: bigint, y: bigint) => (2n * x + y) / (2n * y);

/** Whole cents by weight: each its part rounded down, then a cent each to those who lack most, the smaller id first. */
export function divided(
  cents: bigint,
  weights: readonly { readonly id: string; readonly of: bigint }[],
): Map<string, bigint> {
  const all = weights.reduce((sum, { of }) => sum + of, 0n);
  const parts = weights.map(({ id, of }) => ({ id, part: (cents * of) / all, rest: (cents * of) % all }));
  let over = cents - parts.reduce((sum, { part }) => sum + part, 0n);
  const given = new Map(parts.map(({ id, part }) => [id, part]));
  const inTurn = [...parts].sort(
    inOrderOf(
      ({ rest }) => -rest,
      ({ id }) => id,
    ),
  );
  for (const { id } of inTurn) {
    if (over === 0n) break;
    given.set(id, given.get(id)! + 1n);
    over -= 1n;
  }
  return given;
}
