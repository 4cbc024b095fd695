import type { RecordedLine } from '../draft.ts';
import type { ChargeLine } from './charge-line.ts';

/**
 * Names lines apart from what was posted by their ids, where one has the tax in its price and the other has not: of a price list that was corrected so, what was
 * posted is taken back as it was billed, and billed as it is now, though the numbers may be the same (pricing rules §10, decision 34). It keeps that name.
 */
export function apartByTax(posted: readonly RecordedLine[]): (line: ChargeLine) => ChargeLine {
  const included = new Map(posted.map(({ id, taxIncluded }) => [id, taxIncluded]));
  return (line) => {
    const id = `${line.id}|${line.taxIncluded ? 'gross' : 'net'}`;
    const isOther = included.get(line.id) === !line.taxIncluded;
    return isOther || included.has(id) ? { ...line, id } : line;
  };
}
