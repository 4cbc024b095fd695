import type { Charge } from '#shared/catalog/catalog.ts';
import type { ExplainedLine } from '#shared/invoicing/use-cases/explain-line.ts';
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

/** "50 % and 30,000,000 B of what each subscription has left": the charge's usage discount; '' where it has none. */
export function freeText(charge: Charge | null, unit: string): string {
  if (charge?.kind !== 'usage') return '';
  const { percent, quantity } = charge.usageDiscount;
  const parts = [percent === '0' ? '' : `${percent} %`, quantity === '0' ? '' : baseText(quantity, unit)];
  const free = parts.filter((part) => part !== '').join(' and ');
  return free === '' ? '' : `${free} of what ${WHOSE[charge.count]} has left`;
}

/** ": what each subscription used beyond 2 MB, up to 20 MB"; of fees ": what is counted beyond 2". */
export function tierText(charge: Charge | null, tier: number): string {
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
  const what = whole ? `all that ${whose} used, having used` : `what ${whose} used`;
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
