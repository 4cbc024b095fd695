/** Chance that can be played again: the same seed gives the same draws, whatever machine it runs on. */
export interface Random {
  /** A whole number from 0 to below n. */
  below(n: number): number;
  /** Whether something of a probability from 0 to 1 happens. */
  chance(probability: number): boolean;
  pick<Thing>(of: readonly Thing[]): Thing;
}

/** The generator "splitmix32": a counter, mixed. */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed ^ 0x5bf03635, 0x9e3779b1) | 0;
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: <Thing>(of: readonly Thing[]) => of[below(of.length)] as Thing,
  };
}
