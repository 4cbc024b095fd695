import type { TaxEvidence } from '#shared/billing/draft.ts';
import { rateText } from '#shared/catalog/exchange-rate.ts';
import { amount } from '#shared/money/amount.ts';
import { addDays } from '#shared/time/local-date.ts';
import type { InvoiceTax } from '../invoice.ts';
import { box, type Command, horizontalRule, leftText, rightText } from './drawing.ts';
import { epcPayload, groupedIban } from './epc-qr.ts';
import { type Block, block } from './pages.ts';
import { CONTENT_WIDTH, PAGE, type Sheet } from './sheet.ts';
import { scaledTo, shorten, wrap } from './text-fitting.ts';

/** Where the totals begin; payment stands to their left. */
const TOTALS_LEFT = PAGE.left + CONTENT_WIDTH * 0.53;
const PAYMENT_WIDTH = CONTENT_WIDTH * 0.47;
const QR_SIZE = 74;

/** Totals with the taxes on the right, how to pay on the left: one piece that follows the last line. */
export function closing(sheet: Sheet): Block[] {
  const totals = totalsPart(sheet);
  const payment = paymentPart(sheet);
  const height = Math.max(totals.height, payment.height);
  return [block(height, 12, false, [...totals.commands, ...payment.commands])];
}

interface Part {
  readonly height: number;
  readonly commands: readonly Command[];
}

function totalsPart(sheet: Sheet): Part {
  const { invoice, measure, styles, texts, formats, palette } = sheet;
  const { totals } = invoice;
  const commands: Command[] = [horizontalRule(TOTALS_LEFT, PAGE.right, 0, 0.9, palette.ink)];
  let y = 15;
  const row = (label: string, value: string) => {
    const figure = rightText(measure, PAGE.right, y, formats.amount(value), styles.figure);
    commands.push(
      leftText(measure, TOTALS_LEFT, y, shorten(measure, label, figure.x - TOTALS_LEFT - 8, styles.body), styles.body),
      figure,
    );
    y += 14;
  };
  row(texts.netTotal, totals.net);
  for (const tax of invoice.taxes) {
    row(texts.taxOn(taxName(sheet, tax), formats.percent(tax.percent), formats.amount(tax.net)), tax.tax);
    for (const text of [tax.reason, ...tax.evidence.map((each) => evidenceText(sheet, each))]) {
      for (const line of wrap(measure, text, PAGE.right - TOTALS_LEFT, styles.small, 3)) {
        commands.push(leftText(measure, TOTALS_LEFT, y - 3, line, styles.small));
        y += 9.5;
      }
    }
  }
  const settled = amount(totals.gross).minus(amount(totals.due));
  if (!settled.isZero()) {
    row(texts.grossTotal, totals.gross);
    row(texts.settled, settled.neg().toFixed());
  }
  commands.push(...totalBanner(sheet, y - 6));
  let below = y - 6 + BANNER_HEIGHT;
  for (const text of exchangeTexts(sheet)) {
    for (const line of wrap(measure, text, PAGE.right - TOTALS_LEFT, styles.small, 3)) {
      commands.push(leftText(measure, TOTALS_LEFT, below + 12, line, styles.small));
      below += 9.5;
    }
  }
  return { height: below + (below > y - 6 + BANNER_HEIGHT ? 6 : 0), commands };
}

/** Every rate the document was made with, and its totals in the seller's books. */
function exchangeTexts({ invoice, texts, formats }: Sheet): string[] {
  const { book, lines } = invoice;
  const used = lines.flatMap((line) => (line.exchange === null ? [] : [line.exchange.rate]));
  const rates = [...used, ...(book?.rates ?? [])].map((rate) => {
    return texts.exchangeRate(rateText(rate), rate.source, formats.date(rate.date));
  });
  if (book === null) return [...new Set(rates)];
  const money = (value: string) => `${value} ${book.currency}`;
  return [...new Set(rates), texts.inBooks(money(book.net), money(book.tax), money(book.gross))];
}

/** What a treatment rests on, in a line: a VAT id with who confirmed it, a certificate with its validity. */
function evidenceText({ texts, formats }: Sheet, { kind, id, source, from, until, reference }: TaxEvidence): string {
  const day = (date: string) => (date === '' ? '' : formats.date(date));
  if (kind !== 'vatId')
    return `${texts.evidence[kind]} ${id}, ${texts.validFrom(day(from), until === '' ? '' : day(addDays(until, -1)))}`;
  const confirmed = from === '' ? '' : `, ${texts.checkedBy(source, day(from), reference)}`;
  return `${texts.evidence.vatId} ${id}${confirmed}`;
}

/** A tax by its name; of a country that is not the seller's, with the country. */
function taxName({ invoice, texts, formats }: Sheet, { name, place }: InvoiceTax): string {
  const called = name === '' ? texts.tax : name;
  return place === '' || place === invoice.seller.address.country ? called : `${called} ${formats.country(place)}`;
}

const BANNER_HEIGHT = 32;

function totalBanner({ invoice, measure, styles, texts, formats, palette }: Sheet, y: number): Command[] {
  const label = invoice.kind === '381' ? texts.creditTotal : texts.amountDue;
  const due = formats.money(invoice.totals.due);
  const room = PAGE.right - TOTALS_LEFT - 26 - measure(label, styles.strong);
  return [
    box(TOTALS_LEFT, y, PAGE.right - TOTALS_LEFT, BANNER_HEIGHT, 3, palette.tint),
    leftText(measure, TOTALS_LEFT + 9, y + 20.5, label, styles.strong),
    rightText(measure, PAGE.right - 9, y + 21, due, scaledTo(measure, due, room, styles.accentFigure, 7)),
  ];
}

function paymentPart(sheet: Sheet): Part {
  const { invoice, measure, styles, texts, formats } = sheet;
  const payable = invoice.kind !== '381' && amount(invoice.totals.due).gt(0);
  const sentence = payable
    ? texts.payBy(formats.money(invoice.totals.due), formats.date(invoice.dueDate), invoice.number)
    : texts.nothingToPay;
  const lines = wrap(measure, sentence, PAYMENT_WIDTH, styles.body, 4);
  const commands: Command[] = [
    leftText(measure, PAGE.left, 7, texts.payment, styles.strong),
    ...lines.map((line, i) => leftText(measure, PAGE.left, 20 + i * 11.5, line, styles.body)),
  ];
  const height = 20 + lines.length * 11.5;
  if (!payable) return { height, commands };
  const account = bankPart(sheet, height);
  return { height: account.height, commands: [...commands, ...account.commands] };
}

/** The QR code where there is one, and the account beside it. */
function bankPart(sheet: Sheet, top: number): Part {
  const { invoice, measure, styles, texts } = sheet;
  const payload = epcPayload(invoice);
  const left = payload === '' ? PAGE.left : PAGE.left + QR_SIZE + 14;
  const width = TOTALS_LEFT - 10 - left;
  const { bank, name } = invoice.seller;
  const rows = [
    [texts.accountHolder, bank.accountHolder === '' ? name : bank.accountHolder],
    ['IBAN', groupedIban(bank.iban)],
    ['BIC', bank.bic],
  ].filter(([, value]) => value! !== '');
  const commands: Command[] = [];
  let y = top;
  for (const [label, value] of rows) {
    const lines = wrap(measure, value!, width, styles.figure, 3);
    commands.push(leftText(measure, left, y + 6, label!, styles.label));
    commands.push(...lines.map((line, i) => leftText(measure, left, y + 17 + i * 11, line, styles.figure)));
    y += 14 + lines.length * 11;
  }
  if (payload !== '') {
    commands.push({ kind: 'qr', x: PAGE.left, y: top, size: QR_SIZE, payload });
    commands.push(leftText(measure, PAGE.left, top + QR_SIZE + 13, texts.scanToPay, styles.label));
  }
  return { height: Math.max(y, payload === '' ? 0 : top + QR_SIZE + 15), commands };
}
