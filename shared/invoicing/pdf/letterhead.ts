import type { Address } from '#shared/catalog/catalog.ts';
import { amendedNames } from './amended.ts';
import { box, type Command, horizontalRule, leftText, rightText } from './drawing.ts';
import { groupedIban } from './epc-qr.ts';
import { CONTENT_WIDTH, MM, PAGE, type Sheet } from './sheet.ts';
import { scaledTo, shorten, wrap } from './text-fitting.ts';

/** Countries that write the postal code after the town. */
const CODE_AFTER_TOWN = new Set(['AU', 'CA', 'GB', 'IE', 'IN', 'NZ', 'US']);

/** Everything on the first page that stands in a fixed place: wordmark, address window, particulars, foot. */
export function firstPageFrame(sheet: Sheet): Command[] {
  return [
    box(0, 0, PAGE.width, 2 * MM, 0, sheet.palette.brand),
    ...wordmark(sheet),
    ...addressWindow(sheet),
    ...particulars(sheet),
    ...foldMarks(sheet),
    ...sellerFoot(sheet),
  ];
}

/** The head of further pages: who and what this is a page of. */
export function nextPageFrame(sheet: Sheet): Command[] {
  const { measure, styles, invoice, palette } = sheet;
  const y = 17 * MM;
  const title = `${documentName(sheet)} ${invoice.number}`;
  const right = rightText(measure, PAGE.right, y, title, styles.small);
  const name = shorten(measure, invoice.seller.name, right.x - PAGE.left - 12, {
    ...styles.strong,
    colour: palette.accent,
  });
  return [
    leftText(measure, PAGE.left, y, name, { ...styles.strong, colour: palette.accent }),
    right,
    horizontalRule(PAGE.left, PAGE.right, y + 7, 0.5, palette.hairline),
  ];
}

/** "Page 2 of 3", at the foot of every page; on the last one beside it what the document was computed from. */
export function pageFoot(sheet: Sheet, page: number, pages: number): Command[] {
  const { measure, styles, texts, invoice } = sheet;
  const y = PAGE.height - 8 * MM;
  const number = rightText(measure, PAGE.right, y, texts.pageOf(page, pages), styles.smallFigure);
  if (page < pages) return [number];
  const { run, position, usageCutOff, catalogRelease } = invoice.basis;
  const basis = texts.basis(run, position, usageCutOff, catalogRelease.slice(0, 12));
  const width = number.x - PAGE.left - 12;
  return [leftText(measure, PAGE.left, y, shorten(measure, basis, width, styles.fine), styles.fine), number];
}

/** What the document is called: invoice, credit note or debit note. */
export function documentName({ invoice, texts }: Pick<Sheet, 'invoice' | 'texts'>): string {
  return { 380: texts.invoice, 381: texts.creditNote, 383: texts.debitNote }[invoice.kind];
}

function wordmark({ measure, invoice, palette, styles }: Sheet): Command[] {
  const wish = { ...styles.title, size: 19, colour: palette.accent };
  const style = scaledTo(measure, invoice.seller.name, CONTENT_WIDTH, wish, 11);
  return [leftText(measure, PAGE.left, 26 * MM, shorten(measure, invoice.seller.name, CONTENT_WIDTH, style), style)];
}

/** DIN 5008 form B: sender in one line above, then the receiver, 20 mm to 105 mm across, down to 90 mm. */
function addressWindow({ measure, invoice, styles, palette, formats }: Sheet): Command[] {
  const { seller, buyer } = invoice;
  const width = 78 * MM;
  const sender = [seller.name, ...seller.address.lines, town(seller.address)].filter((part) => part !== '').join(' · ');
  const country =
    buyer.address.country === seller.address.country ? '' : formats.country(buyer.address.country).toUpperCase();
  const receiver = [buyer.name, buyer.businessUnitName, ...buyer.address.lines, town(buyer.address), country]
    .filter((part) => part !== '')
    .slice(0, 9);
  const leading = Math.min(13.2, (27.3 * MM) / Math.max(1, receiver.length));
  const style = { ...styles.body, size: Math.min(10, leading * 0.8) };
  const first = 62.7 * MM + leading * 0.75;
  return [
    leftText(measure, PAGE.left, 58 * MM, shorten(measure, sender, width, styles.fine), styles.fine),
    horizontalRule(PAGE.left, PAGE.left + width, 58 * MM + 3.5, 0.35, palette.hairline),
    ...receiver.map((line, i) =>
      leftText(
        measure,
        PAGE.left,
        first + i * leading,
        shorten(measure, line, width, style),
        i === 0 ? bold(style) : style,
      ),
    ),
  ];
}

function bold<S extends { weight: string }>(style: S): S & { weight: 'bold' } {
  return { ...style, weight: 'bold' };
}

/** Town and postal code in the order their country writes them. */
function town(address: Address): string {
  const parts = CODE_AFTER_TOWN.has(address.country)
    ? [address.city, address.postalCode]
    : [address.postalCode, address.city];
  return parts.filter((part) => part !== '').join(' ');
}

/** Number, dates, references: to the right of the window, labels left, values right. */
function particulars(sheet: Sheet): Command[] {
  const { measure, styles } = sheet;
  const left = 118 * MM;
  const commands: Command[] = [];
  let y = 48 * MM;
  for (const [label, value] of particularsOf(sheet)) {
    const name = leftText(measure, left, y, label, styles.small);
    const width = PAGE.right - left - name.width - 8;
    const style = commands.length === 0 ? styles.strong : { ...styles.body, size: 8.5 };
    const lines = wrap(measure, value, width, style, 2);
    commands.push(name, ...lines.map((line, i) => rightText(measure, PAGE.right, y + i * 10.5, line, style)));
    y += 13.4 + (lines.length - 1) * 10.5;
  }
  return commands;
}

function particularsOf(sheet: Sheet): (readonly [string, string])[] {
  const { invoice, texts, formats } = sheet;
  const { buyer } = invoice;
  const rows: (readonly [string, string])[] = [
    [texts.number, invoice.number],
    [texts.issueDate, formats.date(invoice.issueDate)],
    [texts.dueDate, invoice.kind === '381' ? '' : formats.date(invoice.dueDate)],
    [texts.period, formats.shortPeriod(invoice.period.from, invoice.period.to)],
    [texts.account, buyer.account],
    [texts.businessUnit, buyer.businessUnit],
    [texts.reference, buyer.reference],
    [texts.buyerVatId, buyer.vatId],
    [texts.amends, invoice.kind !== '380' ? amendedNames(sheet) : ''],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** Where the letter is folded for the envelope, and its middle for the punch. */
function foldMarks({ palette }: Sheet): Command[] {
  return [105, 148.5, 210].map((y) =>
    horizontalRule(5 * MM, (y === 148.5 ? 9 : 8) * MM, y * MM, 0.35, palette.hairline),
  );
}

/** Who the seller is in law, how to reach it, where it banks. */
function sellerFoot({ invoice, measure, styles, palette, texts }: Sheet): Command[] {
  const { seller } = invoice;
  const top = 273.5 * MM;
  const columns = [
    [seller.name, seller.address.lines.join(', '), `${town(seller.address)}, ${seller.address.country}`],
    [seller.contact.email, seller.contact.phone, seller.contact.web],
    [labelled(texts.vatId, seller.vatId), labelled(texts.registerNumber, seller.registerNumber)],
    [labelled('IBAN', groupedIban(seller.bank.iban)), labelled('BIC', seller.bank.bic)],
  ];
  const widths = [42 * MM, 36 * MM, 38 * MM, 49 * MM];
  const commands: Command[] = [horizontalRule(PAGE.left, PAGE.right, top - 10, 0.5, palette.hairline)];
  let x = PAGE.left;
  columns.forEach((lines, i) => {
    const width = widths[i]! - (i === columns.length - 1 ? 0 : 8);
    lines
      .filter((line) => line !== '')
      .forEach((line, row) => {
        const style = scaledTo(measure, line, width, styles.fine, 4.8);
        commands.push(leftText(measure, x, top + row * 8.6, shorten(measure, line, width, style), style));
      });
    x += widths[i]!;
  });
  return commands;
}

function labelled(label: string, value: string): string {
  return value === '' ? '' : `${label} ${value}`;
}
