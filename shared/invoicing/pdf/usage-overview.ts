import { amount, ZERO } from '#shared/money/amount.ts';
import type { ServiceUsage } from '../invoice.ts';
import { dataByDay } from './day-chart.ts';
import { box, type Command, horizontalRule, leftText, rightText } from './drawing.ts';
import { type Block, block } from './pages.ts';
import { poolBars } from './pool-bars.ts';
import { MM, PAGE, type Sheet } from './sheet.ts';
import { shorten } from './text-fitting.ts';

/** What the buyer used: data by day, pools, zones. Nothing here is an amount owed; parts without figures are left out. */
export function usageOverview(sheet: Sheet): Block[] {
  const parts = [...dataByDay(sheet), ...poolBars(sheet), ...zoneTable(sheet)];
  return parts.length === 0 ? [] : [overviewHead(sheet), ...parts];
}

function overviewHead({ measure, styles, texts }: Sheet): Block {
  return block(20, 20, true, [leftText(measure, PAGE.left, 14, texts.usage, styles.heading)]);
}

const COLUMNS = {
  zone: PAGE.left + 30 * MM,
  records: PAGE.left + 92 * MM,
  quantity: PAGE.left + 120 * MM,
  bar: PAGE.left + 136 * MM,
};
const HEAD_HEIGHT = 19;

function zoneTable(sheet: Sheet): Block[] {
  const { measure, styles, texts, palette, invoice } = sheet;
  const { services } = invoice.usage;
  if (services.length === 0) return [];
  const heading = block(15, 12, true, [leftText(measure, PAGE.left, 11, texts.usageByZone, styles.strong)]);
  const head = [
    leftText(measure, PAGE.left, 8, texts.service, styles.label),
    leftText(measure, COLUMNS.zone, 8, texts.zone, styles.label),
    rightText(measure, COLUMNS.records, 8, texts.records, styles.label),
    rightText(measure, COLUMNS.quantity, 8, texts.quantity, styles.label),
    leftText(measure, COLUMNS.bar, 8, texts.share, styles.label),
    horizontalRule(PAGE.left, PAGE.right, 13.5, 0.5, palette.hairline),
  ];
  const rows = services.map((usage, i) => ({
    ...zoneRow(sheet, usage, shareOf(usage, services)),
    head,
    headHeight: HEAD_HEIGHT,
    keepWithNext: services.length > 1 && (i === 0 || i === services.length - 2),
  }));
  return [heading, block(HEAD_HEIGHT, 0, true, head), ...rows];
}

function zoneRow(sheet: Sheet, usage: ServiceUsage, share: number): Block {
  const { measure, styles, texts, formats, palette } = sheet;
  const names: Readonly<Record<string, string>> = texts.services;
  const service = names[usage.service] ?? usage.service.replace(/^event:/, '');
  const records = rightText(measure, COLUMNS.records, 8, formats.quantity(String(usage.records)), styles.figure);
  const barWidth = PAGE.right - COLUMNS.bar;
  const commands: Command[] = [
    leftText(measure, PAGE.left, 8, shorten(measure, service, COLUMNS.zone - PAGE.left - 8, styles.body), styles.body),
    leftText(
      measure,
      COLUMNS.zone,
      8,
      shorten(measure, usage.zone, records.x - COLUMNS.zone - 8, styles.body),
      styles.body,
    ),
    records,
    rightText(measure, COLUMNS.quantity, 8, formats.quantity(usage.quantity), styles.figure),
    leftText(measure, COLUMNS.quantity + 3.5, 8, texts.units[usage.unit], styles.small),
  ];
  if (share < 1) commands.push(box(COLUMNS.bar, 2, barWidth, 6, 0, palette.tint));
  if (share > 0 && share < 1) commands.push(box(COLUMNS.bar, 2, Math.max(1, barWidth * share), 6, 0, palette.accent));
  return block(14.5, 0, false, commands);
}

/** A zone's part of all usage of its service in its unit, 0 to 1; 1 is the only zone there was, and needs no bar. */
export function shareOf(usage: ServiceUsage, services: readonly ServiceUsage[]): number {
  const alike = services.filter((each) => each.service === usage.service && each.unit === usage.unit);
  const total = alike.reduce((whole, each) => whole.plus(amount(each.quantity)), ZERO);
  return total.lte(0) ? 0 : Math.min(1, Math.max(0, amount(usage.quantity).div(total).toNumber()));
}
