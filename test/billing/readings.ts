import type { Catalog } from '#shared/catalog/catalog.ts';
import type { DelimitedSource } from '#shared/catalog/source.ts';
import { FIRST_RELEASE, inKilobytes } from '../simulation/world.ts';

/** A file, and definitions its carrier's files may be read under. */

const HEADER = 'record_id,imsi,iccid,start,service,network,bytes';
const row = (id: number, imsi: number, at: string, bytes: number) =>
  `r${id},26201000000000${imsi},8988001000000001609,2026-${at}Z,data,DEUD1,${bytes}`;
/** Ten and two megabytes in October, one in November. */
export const FILE = {
  name: 'usage.csv',
  body: Buffer.from(
    [
      HEADER,
      row(1, 1, '10-05T08:00:00', 10_000_000),
      row(2, 5, '10-06T08:00:00', 2_000_000),
      row(3, 5, '11-02T08:00:00', 1_000_000),
    ].join('\n'),
  ),
};

/** The catalogue with another reading of the carrier's files. */
export function reading(change: (source: DelimitedSource) => DelimitedSource): Catalog {
  return { ...FIRST_RELEASE, sources: FIRST_RELEASE.sources.map((source) => change(source as DelimitedSource)) };
}

/** Takes octets for kilobytes: a thousand times too much. */
export const IN_KILOBYTES = reading(inKilobytes);
/** Takes the ICCID for who it is. */
export const BY_ICCID = reading((source) => ({
  ...source,
  identifiers: source.identifiers.filter(({ kind }) => kind === 'iccid'),
}));
/** Asks for a column the file does not have. */
export const UNREADABLE = reading((source) => ({
  ...source,
  optional: [],
  network: { ...source.network, column: 'visited' },
}));
