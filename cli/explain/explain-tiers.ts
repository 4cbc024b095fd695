import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { Charge } from '#shared/catalog/catalog.ts';
import type { CountedBeside } from '#shared/invoicing/use-cases/explain-counts.ts';
import type { ExplainedLine } from '#shared/invoicing/use-cases/explain-line.ts';
import { seasonOf } from '#shared/rating/charge-variant.ts';
import { baseText, grouped, price } from '../terminal/figures.ts';
import { figures, table, words } from '../terminal/table.ts';

/** Units that are words, of many. */
const UNITS: Readonly<Record<string, string>> = {
  second: 'seconds',
  minute: 'minutes',
  hour: 'hours',
  piece: 'pieces',
};

/** Over what a charge counts. */
const WHOSE = { record: 'each record', subscription: 'each subscription', pool: 'the pool', account: 'the account' };

/**
 * What of other versions, seasons and zones counts together with a line (pricing rules §5): "23,000,000 B under the version of 2026-01-01". Of an earlier version
 * it was counted before; all else as it was used, day by day.
 */
export function besideRows({ beside }: ExplainedLine, line: ChargeLine, unit: string): [string, string][] {
  return beside.map((part) => {
    const isBefore = part.version < line.version;
    const where = [
      part.version === line.version ? '' : `under the version of ${part.version}`,
      seasonOf(part.charge) === seasonOf(line.charge) ? '' : seasonText(part),
      part.zone === line.zone || part.zone === '' ? '' : `in ${part.zoneName}`,
    ].filter((text) => text !== '');
    const free = part.free === '0' ? '' : `, and ${baseText(part.free, unit)} free`;
    const text = `${baseText(part.quantity, unit)} ${where.join(', ')}${free}`;
    return isBefore ? ['counted before', text] : ['counted with it', `${text}, day by day`];
  });
}

function seasonText({ charge }: CountedBeside): string {
  return seasonOf(charge) === '' ? 'out of season' : `in season ${seasonOf(charge)}`;
}

/** What is free of what is left, and what is priced then; none where a charge has no usage discount. */
export function freeRows(
  { beside }: ExplainedLine,
  charge: Charge | null,
  free: string,
  priced: string,
  unit: string,
): [string, string][] {
  const text = freeText(charge, unit);
  if (text === '') return [];
  const together = beside.length > 0 ? ', all that counts together' : '';
  return [
    ['− free', `${baseText(free, unit)}: ${text}${together}`],
    ['= priced', baseText(priced, unit)],
  ];
}

/** "50 % and 30,000,000 B of what each subscription has left": the charge's usage discount; '' where it has none. */
function freeText(charge: Charge | null, unit: string): string {
  if (charge?.kind !== 'usage') return '';
  const { percent, quantity } = charge.usageDiscount;
  const parts = [percent === '0' ? '' : `${percent} %`, quantity === '0' ? '' : baseText(quantity, unit)];
  const free = parts.filter((part) => part !== '').join(' and ');
  return free === '' ? '' : `${free} of what ${WHOSE[charge.count]} has left`;
}

/** ": what each subscription used beyond 2 MB, up to 20 MB"; of fees ": what is counted beyond 2". */
export function tierText(charge: Charge | null, tier: number, beside: readonly CountedBeside[] = []): string {
  if (charge === null || !('tiers' in charge.price)) return '';
  const { tiers, model } = charge.price;
  const unit = charge.kind === 'usage' ? ` ${UNITS[charge.unit] ?? charge.unit}` : '';
  const from = tiers[tier - 2]?.upTo ?? '';
  const to = tiers[tier - 1]?.upTo ?? '';
  const bounds = [from === '' ? '' : `beyond ${grouped(from)}${unit}`, to === '' ? '' : `up to ${grouped(to)}${unit}`];
  const whole = model !== 'graduated';
  if (charge.kind !== 'usage')
    return `: ${whole ? 'all, as they are' : 'what is counted'} ${bounds.filter((part) => part !== '').join(', ')}`;
  const whose = WHOSE[charge.count];
  const inAll = beside.length > 0 ? ' in all' : '';
  const what = whole ? `all that ${whose} used, having used${inAll}` : `what ${whose} used${inAll}`;
  return `: ${what} ${bounds.filter((part) => part !== '').join(', ')}`;
}

/** The lines of the other tiers of the same charge, zone and period. */
export function otherTiersText({ otherTiers, document }: ExplainedLine): string {
  const rows = table(otherTiers, [
    words('other tiers', (line) => `tier ${line.tier}`),
    figures('quantity', (line) => `${grouped(line.quantity)} ${line.unit}`),
    figures('price', (line) => price(line.unitPrice, document.currency)),
    figures(document.currency, (line) => grouped(line.amount)),
  ]);
  return `\n${rows}`;
}
