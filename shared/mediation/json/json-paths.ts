import { type JsonStep, jsonPath } from '#shared/catalog/files/json-path.ts';
import { placesOf } from '#shared/catalog/files/source-checks.ts';
import type { JsonSource } from '#shared/catalog/source.ts';
import type { Places } from '../chunks/row.ts';

/** Keys are found by length, first and last byte: so many groups of them for each node. */
const GROUPS = 64;
const NOTHING = -1;

/**
 * The paths of a source as a tree of numbered nodes, 1 the record itself; 0 stands for whatever no path leads to. Values of single paths are
 * numbered from 0 on, and so are those of the items of the list that paths go through.
 */
export class JsonPaths implements Places {
  /** Values of a record, and of an item. */
  readonly values: number;
  readonly width: number;
  /** By node: number of the value it is, number of the item's value it is, and the node of its items; −1 and 0 = none. */
  readonly valueOf: Int16Array;
  readonly itemValueOf: Int16Array;
  readonly itemsOf: Int16Array;
  /** By node: whether it has named parts, and whether each value of it begins an item. */
  readonly hasParts: Uint8Array;
  readonly isItem: Uint8Array;
  /** By node: how deep a list is whose items have values that hold for every item inside of them; 0 = it is none. */
  readonly outerOf: Uint8Array;
  /** By number of an item's value: the same, of the list whose item it is a value of; 0 = of the item's own. */
  readonly outerOfValue: Uint8Array;
  readonly hasOuter: boolean;
  private readonly nodes: Node[] = [nodeOf(null), nodeOf(null)];
  private readonly groups: Int16Array;
  private readonly single = new Map<string, number>();
  private readonly ofItems = new Map<string, number>();
  private readonly listsOfValues: number[] = [];
  private readonly optional: ReadonlySet<string>;

  constructor(source: JsonSource) {
    for (const { path } of placesOf(source)) this.add(path);
    this.optional = new Set([...source.optional, ...source.identifiers.map(({ column }) => column)]);
    const { nodes } = this;
    this.values = this.single.size;
    this.width = this.ofItems.size;
    this.valueOf = Int16Array.from(nodes, ({ value }) => value);
    this.itemValueOf = Int16Array.from(nodes, ({ itemValue }) => itemValue);
    this.itemsOf = Int16Array.from(nodes, ({ items }) => items);
    this.hasParts = Uint8Array.from(nodes, ({ parts }) => (parts.length > 0 ? 1 : 0));
    const deepest = Math.max(0, ...nodes.map(({ lists }) => lists));
    this.isItem = Uint8Array.from(nodes, ({ lists }) => (lists > 0 && lists === deepest ? 1 : 0));
    this.outerOf = Uint8Array.from(nodes, ({ lists }) => (lists < deepest ? lists : 0));
    this.outerOfValue = Uint8Array.from(this.listsOfValues, (lists) => (lists < deepest ? lists : 0));
    this.hasOuter = this.outerOfValue.some((lists) => lists > 0);
    this.groups = new Int16Array(nodes.length * GROUPS);
    nodes.forEach(({ parts }, node) => {
      for (const part of parts) this.group(node, part);
    });
  }

  get count(): number {
    return this.nodes.length;
  }

  indexOf(path: string): number {
    const index = this.single.get(path);
    if (index === undefined) throw new RangeError(`"${path}" is no path of the source`);
    return index;
  }

  itemIndexOf(path: string): number {
    return this.ofItems.get(path) ?? NOTHING;
  }

  mustBeNamed(path: string): boolean {
    return !this.optional.has(path);
  }

  /** The part of a node with this key; 0 = no path leads there. */
  part(node: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let found = this.groups[node * GROUPS + groupOf(length, bytes[start]!, bytes[end - 1]!)]!;
    while (found !== 0) {
      const { key, next } = this.nodes[found]!;
      if (key.length === length) {
        let i = 0;
        while (i < length && key[i] === bytes[start + i]) i++;
        if (i === length) return found;
      }
      found = next;
    }
    return 0;
  }

  private add(path: string): void {
    const steps = jsonPath(path) ?? [];
    const isThroughList = steps.includes(null);
    const numbers = isThroughList ? this.ofItems : this.single;
    if (numbers.has(path)) return;
    let at = 1;
    let lists = 0;
    for (const step of steps) {
      at = this.partOf(at, step);
      if (step === null) this.nodes[at]!.lists = ++lists;
    }
    if (isThroughList) this.listsOfValues.push(lists);
    const node = this.nodes[at]!;
    if (isThroughList) node.itemValue = numbers.size;
    else node.value = numbers.size;
    numbers.set(path, numbers.size);
  }

  private partOf(node: number, step: JsonStep): number {
    const parent = this.nodes[node]!;
    if (step === null && parent.items !== 0) return parent.items;
    const known = step === null ? undefined : parent.parts.find((part) => this.nodes[part]!.text === step);
    if (known !== undefined) return known;
    const made = this.nodes.push(nodeOf(step)) - 1;
    if (step === null) parent.items = made;
    else parent.parts.push(made);
    return made;
  }

  private group(node: number, part: number): void {
    const { key } = this.nodes[part]!;
    const at = node * GROUPS + groupOf(key.length, key[0]!, key[key.length - 1]!);
    this.nodes[part]!.next = this.groups[at]!;
    this.groups[at] = part;
  }
}

interface Node {
  readonly text: JsonStep;
  readonly key: Uint8Array;
  readonly parts: number[];
  items: number;
  value: number;
  itemValue: number;
  /** How many lists the way to it leads through, of a node that is the item of one. */
  lists: number;
  /** Next part of the same parent in the same group. */
  next: number;
}

function nodeOf(text: JsonStep): Node {
  const key = Buffer.from(text ?? '', 'utf8');
  return { text, key, parts: [], items: 0, value: NOTHING, itemValue: NOTHING, lists: 0, next: 0 };
}

function groupOf(length: number, first: number, last: number): number {
  return (length * 5 + first * 3 + last) & (GROUPS - 1);
}
