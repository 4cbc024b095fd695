import { describe, expect, test } from 'vitest';
import { box, type Command } from '#shared/invoicing/pdf/drawing.ts';
import { type Block, block, paginate } from '#shared/invoicing/pdf/pages.ts';

/** A block that draws one box of its own height, its width as a name. */
const named = (name: number, height: number, keepWithNext = false): Block =>
  block(height, 0, keepWithNext, [box(0, 0, name, height, 0, '#000000')]);

/** [name, y] of every box. */
const places = (pages: readonly (readonly Command[])[]) =>
  pages.map((page) => page.map((command) => (command.kind === 'box' ? [command.width, command.y] : [])));

const FIRST = { top: 100, bottom: 200 };
const NEXT = { top: 20, bottom: 220 };

describe('blocks on pages', () => {
  test('stand below one another, and break where they no longer fit', () => {
    expect(places(paginate([named(1, 60), named(2, 40), named(3, 40)], FIRST, NEXT))).toEqual([
      [
        [1, 100],
        [2, 160],
      ],
      [[3, 20]],
    ]);
  });

  test('space above a block counts, but not at the head of a page', () => {
    const spaced = (name: number) => ({ ...named(name, 50), before: 10 });
    expect(places(paginate([spaced(1), spaced(2)], FIRST, NEXT))).toEqual([[[1, 100]], [[2, 20]]]);
  });

  test('a heading moves with what it heads', () => {
    expect(places(paginate([named(1, 60), named(2, 20, true), named(3, 40)], FIRST, NEXT))).toEqual([
      [[1, 100]],
      [
        [2, 20],
        [3, 40],
      ],
    ]);
  });

  test('a chain longer than a page is broken where the page ends', () => {
    const chain = [1, 2, 3, 4, 5].map((name) => named(name, 60, name < 5));
    expect(places(paginate(chain, FIRST, NEXT)).map((page) => page.map(([name]) => name))).toEqual([
      [1],
      [2, 3, 4],
      [5],
    ]);
  });

  test('the head of a table stands above its rows again', () => {
    const head = [box(0, 5, 99, 10, 0, '#000000')];
    const row = (name: number): Block => ({ ...named(name, 60), head, headHeight: 15 });
    expect(places(paginate([row(1), row(2)], FIRST, NEXT))).toEqual([
      [[1, 100]],
      [
        [99, 25],
        [2, 35],
      ],
    ]);
  });

  test('nothing is one empty page', () => {
    expect(paginate([], FIRST, NEXT)).toEqual([[]]);
  });
});
