/**
 * Which elements of a BER encoding are looked at. A node is a constructed element at its place in the structure; a key is a tag of the
 * structure's own class, or `universal(tag)`. For every node and key the table holds a child node (negative), the code of a primitive value
 * (positive), or 0 for an element that is passed over.
 */
export interface BerStructure {
  /** Class bits of the first octet whose tags are the structure's own: 0x40 APPLICATION, 0x80 context. */
  readonly ownClass: number;
  /** Indexed by node × KEYS + key. */
  readonly table: Int16Array;
  /** Node of constructed children the table does not name; 0 = they are passed over, −1 = there must be none. Indexed by node. */
  readonly fallback: Int16Array;
  /** 1 where beginning and end of a node are told, 2 for the node of segmented values. Indexed by node. */
  readonly told: Uint8Array;
}

/** Tags of the own class from here on are unknown to every structure; universal ones follow up to KEYS. */
export const OWN_KEYS = 512;
/** Keys of one node. */
export const KEYS = OWN_KEYS + 32;
/** The node above the outermost element. */
export const ROOT = 1;
/** The node of a value that comes in segments (X.690 §8.7.3); structures number their own nodes from 3 on. */
export const SEGMENTS = 2;
/** Key of elements no structure names: universal tag 31 does not exist. */
const NO_KEY = KEYS - 1;
/** Code of a segment of a value. */
export const SEGMENT = 32_767;

/** Universal types whose values may be cut into segments: octet and character strings. */
const STRINGS = [4, 12, 18, 19, 20, 22, 25, 26, 27, 28, 30];

/** Tags or universal keys, and what they mean: a node or a value's code. */
export type Meanings = Readonly<Record<number, number>>;

/** A node, its constructed children and its values. */
export type NodeElements = readonly [node: number, children: Meanings, values: Meanings];

/** The key of a universal tag, for elements without a tag of the structure's own class (16 SEQUENCE, 17 SET, 2 INTEGER). */
export function universal(tag: number): number {
  return OWN_KEYS + tag;
}

/** Makes the tables of a structure from its nodes. `told` names the nodes whose beginning and end are told to the handler. */
export function berStructure(
  ownClass: number,
  elements: readonly NodeElements[],
  fallbacks: Meanings,
  told: readonly number[],
): BerStructure {
  const nodes =
    1 + Math.max(SEGMENTS, ...elements.map(([node, children]) => Math.max(node, ...Object.values(children))));
  const structure = {
    ownClass,
    table: new Int16Array(nodes * KEYS),
    fallback: new Int16Array(nodes),
    told: new Uint8Array(nodes),
  };
  for (const [node, children, values] of elements) {
    for (const [key, child] of Object.entries(children)) structure.table[node * KEYS + Number(key)] = -child;
    for (const [key, code] of Object.entries(values)) structure.table[node * KEYS + Number(key)] = code;
  }
  for (const tag of STRINGS) structure.table[SEGMENTS * KEYS + universal(tag)] = SEGMENT;
  structure.fallback[ROOT] = -1;
  for (const [node, child] of Object.entries(fallbacks)) structure.fallback[Number(node)] = child;
  for (const node of told) structure.told[node] = 1;
  structure.told[SEGMENTS] = 2;
  return structure;
}

/** The key of an element by the first octet of its header and its tag, where it is not of the structure's own class. */
export function foreignKey(first: number, tag: number): number {
  return first < 0x40 && tag < KEYS - OWN_KEYS ? OWN_KEYS + tag : NO_KEY;
}
