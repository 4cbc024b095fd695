import { type Amount, amount } from '#shared/money/amount.ts';
import type { PoolUsage } from '../invoice.ts';
import { box, type Command, leftText, rightText } from './drawing.ts';
import { type Block, block } from './pages.ts';
import { CONTENT_WIDTH, PAGE, type Sheet } from './sheet.ts';
import { shorten } from './text-fitting.ts';

const BAR_TOP = 17;
const BAR_HEIGHT = 9;

/** A bar for every pool: its size, what was used of it (this business unit's part in full colour), and what went over. */
export function poolBars(sheet: Sheet): Block[] {
  const { measure, styles, texts, invoice } = sheet;
  const { pools } = invoice.usage;
  if (pools.length === 0) return [];
  const heading = block(14, 12, true, [leftText(measure, PAGE.left, 11, texts.pools, styles.strong)]);
  return [heading, ...pools.map((pool) => poolBar(sheet, pool))];
}

/** Where the parts of a bar end, as parts of its length: this unit's usage, all usage inside the pool, the pool's size. */
export interface PoolShares {
  readonly thisUnit: number;
  readonly inside: number;
  readonly size: number;
}

/** The bar is as long as the greater of what the pool holds and what was used. */
export function poolShares(pool: PoolUsage): PoolShares {
  const size = amount(pool.size);
  const used = amount(pool.used);
  const length = size.gt(used) ? size : used;
  if (length.lte(0)) return { thisUnit: 0, inside: 0, size: 1 };
  const part = (value: Amount) => Math.min(1, Math.max(0, value.div(length).toNumber()));
  const inside = part(used.lt(size) ? used : size);
  return { thisUnit: Math.min(inside, part(amount(pool.usedByThisUnit))), inside, size: part(size) };
}

function poolBar(sheet: Sheet, pool: PoolUsage): Block {
  const { measure, styles, palette } = sheet;
  const shares = poolShares(pool);
  const at = (part: number) => PAGE.left + CONTENT_WIDTH * part;
  const stretch = (from: number, to: number, colour: string): Command[] =>
    to > from ? [box(at(from), BAR_TOP, CONTENT_WIDTH * (to - from), BAR_HEIGHT, 0, colour)] : [];
  const state = rightText(
    measure,
    PAGE.right,
    11,
    poolState(sheet, pool),
    amount(pool.over).gt(0) ? overStyle(sheet) : styles.small,
  );
  const name = shorten(measure, pool.name, CONTENT_WIDTH * 0.4, styles.body);
  const nameText = leftText(measure, PAGE.left, 11, name, styles.body);
  const usedLeft = PAGE.left + nameText.width + 10;
  const used = shorten(measure, poolUsed(sheet, pool), state.x - usedLeft - 10, styles.small);
  return block(BAR_TOP + BAR_HEIGHT + 5, 2, false, [
    nameText,
    leftText(measure, usedLeft, 11, used, styles.small),
    state,
    box(PAGE.left, BAR_TOP, CONTENT_WIDTH, BAR_HEIGHT, 0, palette.tint),
    ...stretch(0, shares.thisUnit, palette.accent),
    ...stretch(shares.thisUnit, shares.inside, palette.soft),
    ...stretch(shares.size, amount(pool.over).gt(0) ? 1 : shares.size, palette.warning),
  ]);
}

function overStyle({ styles, palette }: Sheet) {
  return { ...styles.small, weight: 'bold' as const, colour: palette.warning };
}

function poolState({ texts, formats }: Sheet, pool: PoolUsage): string {
  if (amount(pool.over).gt(0)) return texts.poolOver(inUnit(pool.over));
  return texts.poolLeft(inUnit(amount(pool.size).minus(amount(pool.used)).toFixed()));

  function inUnit(value: string): string {
    return `${formats.quantity(value)} ${texts.units[pool.unit]}`;
  }
}

function poolUsed({ invoice, texts, formats }: Sheet, pool: PoolUsage): string {
  const inUnit = (value: string) => `${formats.quantity(value)} ${texts.units[pool.unit]}`;
  const used = texts.poolUsed(inUnit(pool.used), inUnit(pool.size));
  return invoice.buyer.businessUnit === '' ? used : `${used} · ${texts.thisUnit(inUnit(pool.usedByThisUnit))}`;
}
