/** A limit of a part: how much it holds, and what each item takes of that. */
export type Limit<Item> = readonly [most: number, takes: (item: Item) => number];

/** Cuts a list into parts, in its order, each within all limits; an item that is beyond one by itself is a part of its own. */
export function cutBy<Item>(items: readonly Item[], limits: readonly Limit<Item>[]): Item[][] {
  const parts: Item[][] = [];
  let room: number[] = [];
  for (const item of items) {
    const left = limits.map(([most, takes], at) => (room[at] ?? most) - takes(item));
    const fits = left.every((each) => each >= 0);
    if (fits && parts.length > 0) parts.at(-1)?.push(item);
    else parts.push([item]);
    room = fits ? left : limits.map(([most, takes]) => most - takes(item));
  }
  return parts;
}
