import type { Command, Measure, TextCommand } from '#shared/invoicing/pdf/drawing.ts';
import type { Typeface } from '#shared/invoicing/pdf/invoice-pages.ts';

/** Every character six tenths of its size wide, a little wider than real fonts run: layouts in it are easy to reckon by hand. */
export const SIX_TENTHS: Measure = (text, style) => [...text].length * style.size * 0.6;

/** A face with that measure that can draw Latin, Greek, Cyrillic and signs, and no other script. */
export const PLAIN_FACE: Typeface = {
  measure: SIX_TENTHS,
  has: (character) =>
    character !== '\uFFFD' &&
    /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{S}\p{M}\p{Zs}]$/u.test(character),
};

/** The texts of a page, in the order they are drawn. */
export function textsOf(page: readonly Command[]): TextCommand[] {
  return page.filter((command) => command.kind === 'text');
}

/** Pairs of texts that stand on one another: their boxes from cap height to descender meet. */
export function overlaps(page: readonly Command[]): string[] {
  const boxes = textsOf(page).map(({ x, y, width, text, style }) => ({
    text,
    left: x + 0.5,
    right: x + width - 0.5,
    top: y - style.size * 0.7,
    bottom: y + style.size * 0.18,
  }));
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `"${a.text}" and "${b.text}"`),
  );
}
