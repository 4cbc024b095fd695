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
  blocks.forEach((each, i) => {
    const needed = fresh ? 0 : each.before + chainHeight(blocks, i);
    if (!fresh && y + needed > bottom && breaksHere(blocks, i, each, y, bottom, next)) {
      pages.push(moved(each.head, 0, next.top));
      y = next.top + each.headHeight;
      bottom = next.bottom;
      fresh = true;
    }
    if (!fresh) y += each.before;
    pages.at(-1)?.push(...moved(each.commands, 0, y));
    y += each.height;
    fresh = false;
  });
  return pages;
}

/** Height of a block and of all that must stay below it. */
function chainHeight(blocks: readonly Block[], start: number): number {
  let height = 0;
  for (let i = start; i < blocks.length; i++) {
    const each = blocks[i]!;
    height += each.height + (i === start ? 0 : each.before);
    if (!each.keepWithNext) break;
  }
  return height;
}

/** A chain that fits no page is not moved for its own sake: only the block itself must fit where it stands. */
function breaksHere(blocks: readonly Block[], i: number, each: Block, y: number, bottom: number, next: Area): boolean {
  const fitsAPage = chainHeight(blocks, i) + each.headHeight <= next.bottom - next.top;
  return fitsAPage || y + each.before + each.height > bottom;
}
