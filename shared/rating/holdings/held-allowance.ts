import type { Period } from '#shared/time/period.ts';
import { type Holding, sizeOf } from '../allowance.ts';
import { type BoughtHolding, isBought, offerOf } from './bought.ts';
import { type CarryOverTerms, carriedOver } from './carry-over.ts';
import { type Holdings, NOTHING_HELD, totalHeld } from './holdings.ts';

/** What an allowance of a subscription that moves on what it leaves, or a top-up, had in a period, and has left. In base units. */
export interface HeldAllowance {
  readonly plan: string;
  readonly allowance: string;
  /** Its own for the period, or what was bought in it. */
  readonly size: bigint;
  /** What was carried into the period. */
  readonly carried: bigint;
  readonly left: bigint;
  /** What of that moves on. */
  readonly moved: bigint;
}

/** What a period leaves of a subscription's own allowances. */
export interface LeftAllowances {
  /** Those that carry something, or may; of most subscriptions there is none. */
  readonly held: readonly HeldAllowance[];
  /** What moves into the next period; nothing while this one is not over. */
  readonly left: Holdings;
}

/** Where nothing is carried. */
export const NOTHING_LEFT: LeftAllowances = { held: [], left: NOTHING_HELD };

/** A subscription's own allowances in a period. */
interface OwnSizes {
  readonly sizes: ReadonlyMap<string, bigint>;
  /** How they move on what they leave; of most there is none. */
  readonly carryOver: ReadonlyMap<string, CarryOverTerms>;
}

/** What a subscription has: of each allowance the rest of earlier periods, oldest first, and then the period's own; and top-ups. What it has no more is lost. */
export function withCarried(
  sizes: ReadonlyMap<string, bigint>,
  opening: Holdings,
  bought: readonly BoughtHolding[],
): Holdings {
  const own = [...sizes].map(([name, size]) => [name, [...(opening.get(name) ?? []), ...sizeOf(size)]] as const);
  const topUps = [...opening].filter(([name]) => isBought(name));
  return new Map([...own, ...topUps, ...bought.map(({ name, holding }) => [name, [holding]] as const)]);
}

/** What is left when the usage of a period has drawn, and what of it moves on: of a top-up all, until it ends. */
export function whatIsLeft(
  { sizes, carryOver }: OwnSizes,
  opening: Holdings,
  bought: readonly BoughtHolding[],
  left: Holdings,
  period: Period,
  isOver: boolean,
): LeftAllowances {
  const gained = new Map(bought.map(({ name, holding }) => [name, holding.quantity]));
  const names = new Set([...opening.keys(), ...carryOver.keys(), ...gained.keys()]);
  const moving = new Map<string, readonly Holding[]>();
  const held: HeldAllowance[] = [];
  for (const name of names) {
    if (!sizes.has(name) && !isBought(name)) continue;
    const [rest, terms] = [left.get(name) ?? [], carryOver.get(name)];
    const kept = isBought(name) ? rest.filter((each) => each.quantity > 0n && each.until > period.until) : [];
    const moved = !isOver ? [] : terms === undefined ? kept : carriedOver(rest, terms);
    if (moved.length > 0) moving.set(name, moved);
    const [plan = '', allowance = ''] = (isBought(name) ? offerOf(name) : name).split('/');
    const [size, carried] = [gained.get(name) ?? sizes.get(name) ?? 0n, totalHeld(opening.get(name) ?? [])];
    held.push({ plan, allowance, size, carried, left: totalHeld(rest), moved: totalHeld(moved) });
  }
  return { held, left: moving };
}
