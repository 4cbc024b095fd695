import { amount, sum } from '#shared/money/amount.ts';
import type { Formats } from '../formats.ts';
import type { InvoiceLine } from '../invoice.ts';
import type { Texts } from '../texts/texts.ts';
import { amendedName } from './amended.ts';
import { type Command, horizontalRule, leftText, rightText } from './drawing.ts';
import { type Block, block } from './pages.ts';
import { CONTENT_WIDTH, PAGE, type Sheet } from './sheet.ts';
import { shorten, wrap } from './text-fitting.ts';

/** What lines are shown under, in this order. Lines that amend an earlier period stand apart from those of their kind. */
const SECTIONS = ['recurring', 'usage', 'adjustment', 'difference'] as const;
type SectionName = (typeof SECTIONS)[number];

/** Lines of one section, in the invoice's order. */
export interface Section {
  readonly name: SectionName;
  readonly lines: readonly InvoiceLine[];
}

/** Edges of the columns: left edges of text, right edges of figures. */
interface Columns {
  readonly description: number;
  readonly descriptionWidth: number;
  readonly quantity: number;
  readonly unit: number;
  readonly unitPrice: number;
  /** 0 when all lines are taxed alike: then the totals say it. */
  readonly tax: number;
  readonly net: number;
}

const HEAD_HEIGHT = 20;
const AGAIN_HEIGHT = 17;
const GAP = 12;

/** The lines by section; sections without lines are left out. */
export function sectionsOf(lines: readonly InvoiceLine[]): Section[] {
  const nameOf = (line: InvoiceLine): SectionName => (line.reason === '' ? line.kind : 'difference');
  return SECTIONS.map((name) => ({ name, lines: lines.filter((line) => nameOf(line) === name) })).filter(
    (s) => s.lines.length > 0,
  );
}

/**
 * The table of charges, a block for every row. Where a page begins inside a section, the head of the table and the section's name stand
 * above again. The last row keeps with what follows, so that totals never stand alone.
 */
export function chargeTable(sheet: Sheet): Block[] {
  const columns = columnsOf(sheet);
  const head = tableHead(sheet, columns);
  const rows = sectionsOf(sheet.invoice.lines).flatMap((section) => {
    const again = [...head, ...sectionAgain(sheet, section)];
    const lines = section.lines.map((line, i) => chargeRow(sheet, columns, line, i === section.lines.length - 1));
    return [
      { ...sectionHead(sheet, section), head, headHeight: HEAD_HEIGHT },
      ...lines.map((row) => ({ ...row, head: again, headHeight: HEAD_HEIGHT + AGAIN_HEIGHT })),
    ];
  });
  const last = rows.length - 1;
  return [
    block(HEAD_HEIGHT, 16, true, head),
    ...rows.map((row, i) => (i === last ? { ...row, keepWithNext: true } : row)),
  ];
}

function sectionAgain({ measure, styles, texts, palette }: Sheet, { name }: Section): Command[] {
  const text = shorten(measure, texts.continued(texts.sections[name]), CONTENT_WIDTH, styles.strong);
  return [
    leftText(measure, PAGE.left, HEAD_HEIGHT + 9, text, { ...styles.strong, colour: palette.accent }),
    horizontalRule(PAGE.left, PAGE.right, HEAD_HEIGHT + AGAIN_HEIGHT - 2, 0.5, palette.hairline),
  ];
}

function columnsOf({ invoice, measure, styles, texts, formats }: Sheet): Columns {
  const widest = (head: string, values: readonly string[]) =>
    Math.max(measure(head, styles.label), ...values.map((value) => measure(value, styles.figure)));
  const { lines } = invoice;
  const netWidth = widest(
    `${texts.net} ${invoice.currency}`,
    lines.map((line) => formats.amount(line.net)),
  );
  const taxWidth =
    new Set(lines.map((line) => `${line.taxCategory} ${line.taxPercent}`)).size > 1
      ? widest(
          texts.tax,
          lines.map((line) => formats.percent(line.taxPercent)),
        )
      : 0;
  const priceWidth = widest(
    `${texts.unitPrice} ${invoice.currency}`,
    lines.map((line) => priceOf(line, formats.unitPrice)),
  );
  const unitWidth = Math.max(...lines.map((line) => measure(texts.units[line.unit], styles.small)), 8);
  const quantityWidth =
    widest(
      texts.quantity,
      lines.map((line) => formats.quantity(line.quantity)),
    ) + 2;
  const net = PAGE.right;
  const tax = taxWidth === 0 ? 0 : net - netWidth - GAP;
  const unitPrice = taxWidth === 0 ? net - netWidth - GAP : tax - taxWidth - GAP;
  const unit = unitPrice - priceWidth - GAP - unitWidth;
  const quantity = unit - 3.5;
  const description = PAGE.left + 21;
  const descriptionWidth = Math.max(90, quantity - quantityWidth - GAP - description);
  return { description, descriptionWidth, quantity, unit, unitPrice, tax, net };
}

function priceOf(line: InvoiceLine, format: (value: string) => string): string {
  return line.unitPrice === '' ? '' : format(line.unitPrice);
}

function tableHead({ invoice, measure, styles, texts, palette }: Sheet, columns: Columns): Command[] {
  const y = 9;
  return [
    leftText(measure, columns.description, y, texts.description, styles.label),
    rightText(measure, columns.quantity, y, texts.quantity, styles.label),
    rightText(measure, columns.unitPrice, y, `${texts.unitPrice} ${invoice.currency}`, styles.label),
    ...(columns.tax === 0 ? [] : [rightText(measure, columns.tax, y, texts.tax, styles.label)]),
    rightText(measure, columns.net, y, `${texts.net} ${invoice.currency}`, styles.label),
    horizontalRule(PAGE.left, PAGE.right, 15, 0.9, palette.ink),
  ];
}

function sectionHead({ measure, styles, texts, formats, palette }: Sheet, section: Section): Block {
  const net = sum(section.lines.map((line) => amount(line.net)));
  const total = rightText(measure, PAGE.right, 12, formats.amount(net.toFixed()), styles.strongFigure);
  const name = shorten(measure, texts.sections[section.name], total.x - PAGE.left - GAP, styles.strong);
  return block(20, 4, true, [
    leftText(measure, PAGE.left, 12, name, { ...styles.strong, colour: palette.accent }),
    { ...total, style: { ...total.style, colour: palette.accent } },
    horizontalRule(PAGE.left, PAGE.right, 18, 0.5, palette.hairline),
  ]);
}

function chargeRow(sheet: Sheet, columns: Columns, line: InvoiceLine, last: boolean): Block {
  const { measure, styles, texts, formats, palette } = sheet;
  const y = 11.5;
  const description = wrap(measure, line.description, columns.descriptionWidth, styles.body, 6);
  const second = wrap(measure, secondRow(sheet, line), columns.quantity - columns.description, styles.small, 4);
  const secondTop = y + Math.max(0, description.length - 1) * 11 + (description.length === 0 ? -10 : 0);
  const height = secondTop + second.length * 9.5 + 6.5;
  const rule = last ? [] : [horizontalRule(columns.description, PAGE.right, height, 0.35, palette.hairline)];
  const price = priceOf(line, formats.unitPrice);
  return block(height, 0, false, [
    leftText(measure, PAGE.left, y, String(line.place), styles.smallFigure),
    ...description.map((text, i) => leftText(measure, columns.description, y + i * 11, text, styles.body)),
    ...second.map((text, i) =>
      leftText(measure, columns.description, secondTop + (i + 1) * 9.5 + 0.5, text, styles.small),
    ),
    rightText(measure, columns.quantity, y, formats.quantity(line.quantity), styles.figure),
    leftText(measure, columns.unit, y, texts.units[line.unit], styles.small),
    ...(price === '' ? [] : [rightText(measure, columns.unitPrice, y, price, styles.figure)]),
    ...(columns.tax === 0 ? [] : [rightText(measure, columns.tax, y, formats.percent(line.taxPercent), styles.figure)]),
    rightText(measure, columns.net, y, formats.amount(line.net), styles.figure),
    ...rule,
  ]);
}

function listPriceOf({ exchange }: InvoiceLine, texts: Texts): string {
  return exchange === null || exchange.listPrice === ''
    ? ''
    : texts.listPrice(`${exchange.listPrice} ${exchange.rate.from}`);
}

/** "now 10 mo. × 1.50 = 15.00, billed before 20.00": what a corrected line follows from. */
function correctionOf({ corrected }: InvoiceLine, texts: Texts, formats: Formats): string {
  if (corrected === undefined) return '';
  const { owed, billed, quantity, unit, unitPrice } = corrected;
  const isPriced = quantity !== undefined && unit !== undefined && unitPrice !== undefined;
  const times = isPriced
    ? `${formats.quantity(quantity)} ${texts.units[unit]} × ${formats.unitPrice(unitPrice)} = `
    : '';
  return texts.corrected(`${times}${formats.amount(owed)}`, formats.amount(billed));
}

/** Detail and period; before them why a line of an earlier period moved, after them the invoice it amends. */
function secondRow(sheet: Sheet, line: InvoiceLine): string {
  const { texts, formats, invoice } = sheet;
  const amended = invoice.amends.find(({ number }) => number === line.amends);
  return [
    line.reason === '' ? '' : texts.reasons[line.reason],
    line.detail,
    correctionOf(line, texts, formats),
    listPriceOf(line, texts),
    line.gross === '' ? '' : texts.grossIncluded(formats.amount(line.gross)),
    formats.shortPeriod(line.period.from, line.period.to),
    amended === undefined ? '' : texts.amendsInvoice(amendedName(sheet, amended)),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
