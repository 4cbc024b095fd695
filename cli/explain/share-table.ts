import type { SharedAmount } from '#shared/billing/lines/charge-line.ts';
import { rateText } from '#shared/catalog/exchange-rate.ts';
import { grouped } from '../terminal/figures.ts';
import { figures, table, words } from '../terminal/table.ts';

/** A business unit's part, and what it is shared by: decimal text. */
export interface ShownShare extends SharedAmount {
  readonly by: string;
  /** What it used and put into a pool, where these are not what it is shared by. */
  readonly used?: string;
  readonly putIn?: string;
}

/** What was shared over business units: by what, all that is shared, and whose line it is told beside. */
export interface ShownSharing {
  readonly heading: string;
  readonly together: ShownShare;
  readonly ofLine: string;
  readonly currency: string;
}

/** The parts of business units and what they come to; '' where it is all one's own. Where they have several rates, each is shown. */
export function shareTable(
  shares: readonly ShownShare[],
  { heading, together, ofLine, currency }: ShownSharing,
): string {
  if (shares.length < 2) return '';
  const rows = [
    ...shares.map((share) => ({ ...share, note: share.businessUnit === ofLine ? '← this line' : '' })),
    { ...together, note: '' },
  ];
  const rate = words<ShownShare>('at', ({ exchange }) => (exchange === undefined ? '' : rateText(exchange)));
  return table(rows, [
    words('business unit', (row) => row.businessUnit || '(the account)'),
    figures('used', ({ used = '' }) => grouped(used)),
    figures('put in', ({ putIn = '' }) => grouped(putIn)),
    figures(heading, (row) => grouped(row.by)),
    ...(shares.some(({ exchange }) => exchange !== undefined) ? [rate] : []),
    figures(currency, (row) => grouped(row.amount)),
    words('', (row) => row.note),
  ]);
}
