import { readItems } from '#shared/mediation/chunks/items-object.ts';
import { fold } from '#shared/usage/fold.ts';
import type { Decoded } from './decode.ts';

/** Amount and unit of each record of a decoded file, as the fold of its identifier says. */
export function amountsIn({ chunks }: Decoded): (readonly [number, string])[] {
  const items = chunks.flatMap(({ items: object }, chunk) =>
    readItems(object).map(({ packed, part }) => ({ packed, position: 1, file: 'f', chunk, part })),
  );
  const { length, amount, keys, keyIndex } = fold(items);
  return Array.from({ length }, (_, row) => [amount[row]!, keys[keyIndex[row]!]!.amountUnit]);
}
