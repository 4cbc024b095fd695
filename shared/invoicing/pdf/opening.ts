import { amount } from '#shared/money/amount.ts';
import { amendedNames } from './amended.ts';
import { box, type Command, leftText } from './drawing.ts';
import { documentName } from './letterhead.ts';
import { type Block, block } from './pages.ts';
import { CONTENT_WIDTH, PAGE, type Sheet } from './sheet.ts';
import { scaledTo, shorten } from './text-fitting.ts';

/** Title, what it is for, and the strip with the figures everybody looks for first. */
export function opening(sheet: Sheet): Block[] {
  return [title(sheet), strip(sheet)];
}

function title(sheet: Sheet): Block {
  const { measure, styles, invoice, texts, formats } = sheet;
  const name = `${documentName(sheet)} ${invoice.number}`;
  const style = scaledTo(measure, name, CONTENT_WIDTH, styles.title, 9);
  const services = texts.servicesIn(formats.period(invoice.period.from, invoice.period.to));
  const unit = invoice.buyer.businessUnitName;
  const subtitle = shorten(
    measure,
    unit === '' ? services : `${services} · ${unit}`,
    CONTENT_WIDTH,
    subtitleStyle(sheet),
  );
  return block(38, 0, true, [
    leftText(measure, PAGE.left, 17, shorten(measure, name, CONTENT_WIDTH, style), style),
    leftText(measure, PAGE.left, 33, subtitle, subtitleStyle(sheet)),
  ]);
}

function subtitleStyle({ styles, palette }: Sheet) {
  return { ...styles.body, size: 9.5, colour: palette.muted };
}

const STRIP_PADDING = 15;

function strip(sheet: Sheet): Block {
  const { measure, styles, palette } = sheet;
  const height = 48;
  const commands: Command[] = [box(PAGE.left, 0, CONTENT_WIDTH, height, 3, palette.tint)];
  commands.push(box(PAGE.left, 0, 3, height, 0, palette.brand));
  const shown = facts(sheet).map((fact, i) => ({
    ...fact,
    style: i === 0 ? styles.amount : { ...styles.strong, size: 10 },
  }));
  const natural = shown.map((fact) => Math.max(measure(fact.label, styles.label), measure(fact.value, fact.style)));
  const room = CONTENT_WIDTH - STRIP_PADDING * 2;
  const gap = Math.max(10, (room - natural.reduce((sum, width) => sum + width, 0)) / shown.length);
  let x = PAGE.left + STRIP_PADDING;
  shown.forEach((fact, i) => {
    const width = Math.max(0, Math.min(natural[i]!, PAGE.right - STRIP_PADDING - x)) + 0.01;
    commands.push(leftText(measure, x, 16, shorten(measure, fact.label, width, styles.label), styles.label));
    commands.push(leftText(measure, x, 35, shorten(measure, fact.value, width, fact.style), fact.style));
    x += natural[i]! + gap;
  });
  return block(height, 10, false, commands);
}

interface Fact {
  readonly label: string;
  readonly value: string;
}

function facts(sheet: Sheet): Fact[] {
  const { invoice, texts, formats } = sheet;
  const credit = invoice.kind === '381';
  const list = [{ label: credit ? texts.amountCredited : texts.amountDue, value: formats.money(invoice.totals.due) }];
  if (!credit && amount(invoice.totals.due).gt(0))
    list.push({ label: texts.dueDate, value: formats.date(invoice.dueDate) });
  if (credit && invoice.amends.length > 0) list.push({ label: texts.amends, value: amendedNames(sheet) });
  const subscriptions = invoice.usage.activeSubscriptions;
  if (subscriptions > 0)
    list.push({ label: texts.activeSubscriptions, value: formats.quantity(String(subscriptions)) });
  const change = credit ? '' : changeSince(invoice.usage.previousNet, invoice.totals.net);
  if (change !== '') list.push({ label: texts.sinceLastInvoice, value: formats.change(change) });
  return list;
}

/**
 * By how many percent the net changed, one decimal: "4.2"; '' where there was nothing to change from, and past a thousand percent, which
 * says no more than that the last invoice was a small one.
 */
export function changeSince(previousNet: string, net: string): string {
  if (previousNet === '' || amount(previousNet).lte(0)) return '';
  const change = amount(net).minus(amount(previousNet)).times(100).div(amount(previousNet));
  return change.abs().gt(1000) ? '' : change.toFixed(1);
}
