import type { Allowance } from './catalog.ts';

/** What of a plan's stacks can only be drawn on when it is known whose usage pools leave (decision 61). */
export interface ToldApart {
  /** Ids of individual allowances behind pools, and of those behind such. */
  readonly allowances: ReadonlySet<string>;
  /** Names of pools behind those. */
  readonly pools: ReadonlySet<string>;
  /** Ids of charges that such an allowance covers in any version. */
  readonly charges: ReadonlySet<string>;
}

type InStack = Pick<Allowance, 'id' | 'kind' | 'pool' | 'covers'>;

const NOTHING: ToldApart = { allowances: new Set(), pools: new Set(), charges: new Set() };

/**
 * What stands behind pools in the stacks of a plan, over all its versions: an allowance that does in one of them is drawn on in the same way in all. Of
 * most plans it is nothing.
 */
export function toldApart(stacks: readonly (readonly InStack[])[]): ToldApart {
  const isOwn = ({ kind }: InStack) => kind === 'individual';
  if (!stacks.some((stack) => stack.some((each, place) => isOwn(each) && !stack.slice(0, place).every(isOwn))))
    return NOTHING;
  const [allowances, pools] = [new Set<string>(), new Set<string>()];
  const isBehind = (each: InStack) => (isOwn(each) ? allowances.has(each.id) : pools.has(each.pool));
  for (let found = -1; found < allowances.size + pools.size; ) {
    found = allowances.size + pools.size;
    for (const stack of stacks) {
      for (const [place, each] of stack.entries()) {
        const before = stack.slice(0, place).filter(({ covers }) => covers.some((id) => each.covers.includes(id)));
        if (!before.some((one) => isBehind(one) || (isOwn(each) && !isOwn(one)))) continue;
        if (isOwn(each)) allowances.add(each.id);
        else pools.add(each.pool);
      }
    }
  }
  const told = stacks.flat().filter((each) => isOwn(each) && allowances.has(each.id));
  return { allowances, pools, charges: new Set(told.flatMap(({ covers }) => covers)) };
}
