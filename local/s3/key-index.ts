/** Compares two keys as S3 lists them: by their UTF-8 bytes, which JavaScript's own order gets wrong above U+FFFF. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The first place in sorted keys whose key is not before `key`. */
export function lowerBound(keys: string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One page of a listing: keys, and the prefixes that stand for many keys behind a delimiter. */
export interface ListingPage {
  keys: string[];
  commonPrefixes: string[];
  /** Where the next page begins: after this key or prefix; undefined when this is the last page. */
  next: string | undefined;
}

/** What to list, as in ListObjectsV2; `after` excludes. */
export interface ListingQuestion {
  prefix: string;
  delimiter: string;
  after: string;
  maximum: number;
}

/** Lists sorted keys. A common prefix counts as one entry, and a page that ended with it goes on after all it stands for. */
export function listKeys(sorted: string[], question: ListingQuestion): ListingPage {
  const { prefix, delimiter, after, maximum } = question;
  const page: ListingPage = { keys: [], commonPrefixes: [], next: undefined };
  let last = '';
  const start = compareKeys(after, prefix) >= 0 && after !== '' ? after : prefix;
  for (let i = lowerBound(sorted, start); i < sorted.length; i++) {
    const key = sorted[i] ?? '';
    if (!key.startsWith(prefix)) break;
    if (after !== '' && compareKeys(key, after) <= 0) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const group = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (group !== undefined && (group === page.commonPrefixes.at(-1) || (group === after && delimiter !== '')))
      continue;
    if (page.keys.length + page.commonPrefixes.length >= maximum) {
      page.next = last;
      break;
    }
    if (group === undefined) page.keys.push(key);
    else page.commonPrefixes.push(group);
    last = group ?? key;
  }
  return page;
}
