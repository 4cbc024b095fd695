import { type Command, moved } from './drawing.ts';

/** A part of the document that stays in one piece; its commands count `y` from its own upper edge, `x` from the page's left edge. */
export interface Block {
  readonly height: number;
  /** Space above it, left away at the head of a page. */
  readonly before: number;
  /** Whether it must not be the last on its page: headings, and the last line of a table before the totals. */
  readonly keepWithNext: boolean;
  /** What stands above it again where it begins a new page: the head of its table. */
  readonly head: readonly Command[];
  readonly headHeight: number;
  readonly commands: readonly Command[];
}

/** Where blocks may stand on a page, from `top` to `bottom`. */
export interface Area {
  readonly top: number;
  readonly bottom: number;
}

/** A block that stands alone, without a table's head. */
export function block(height: number, before: number, keepWithNext: boolean, commands: readonly Command[]): Block {
  return { height, before, keepWithNext, head: [], headHeight: 0, commands };
}

/**
 * Puts blocks on pages, in order. Blocks kept with the next move together; a chain longer than a page is broken where the page ends.
 * @returns the commands of every page, at least one.
 */
export function paginate(blocks: readonly Block[], first: Area, next: Area): Command[][] {
  const pages: Command[][] = [[]];
  let y = first.top;
  let bottom = first.bottom;
  let fresh = true;
  const beginPage = (each: Block) => {
    pages.push(moved(each.head, 0, next.top));
    y = next.top + each.headHeight;
    bottom = next.bottom;
    fresh = true;
  };
  for (const chain of chainsOf(blocks)) {
    const height = heightOf(chain);
    const fitsAPage = height + chain[0]!.headHeight <= next.bottom - next.top;
    if (!fresh && fitsAPage && y + chain[0]!.before + height > bottom) beginPage(chain[0]!);
    for (const each of chain) {
      if (!fresh && y + each.before + each.height > bottom) beginPage(each);
      if (!fresh) y += each.before;
      pages.at(-1)?.push(...moved(each.commands, 0, y));
      y += each.height;
      fresh = false;
    }
  }
  return pages;
}

/** Blocks that must stay together, in order. */
function chainsOf(blocks: readonly Block[]): Block[][] {
  const chains: Block[][] = [];
  let joins = false;
  for (const each of blocks) {
    if (joins) chains.at(-1)!.push(each);
    else chains.push([each]);
    joins = each.keepWithNext;
  }
  return chains;
}

/** Height of a chain, without the space above its first block. */
function heightOf(chain: readonly Block[]): number {
  return chain.reduce((height, each, i) => height + each.height + (i === 0 ? 0 : each.before), 0);
}
