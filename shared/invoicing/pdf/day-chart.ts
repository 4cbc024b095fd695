import { amount } from '#shared/money/amount.ts';
import type { Formats } from '../formats.ts';
import { box, type Command, centredText, horizontalRule, leftText, rightText } from './drawing.ts';
import { type Block, block } from './pages.ts';
import { PAGE, type Sheet } from './sheet.ts';

const TOP = 24;
const PLOT_HEIGHT = 68;
const BASE = TOP + PLOT_HEIGHT;
const HEIGHT = BASE + 15;

/** Decimal multiples of the octet, as catalogue units and charts name them. */
const MULTIPLES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** Ticks of a scale from 0: `step` apart, in `unit`, `octets` of which make one. */
export interface Scale {
  readonly unit: string;
  readonly octets: number;
  readonly step: number;
  readonly ticks: number;
}

/** Data by local day as bars, the highest in full colour. No chart where there is no data. */
export function dataByDay(sheet: Sheet): Block[] {
  const { measure, styles, texts, formats, invoice } = sheet;
  const days = invoice.usage.dataByDay.map((day) => ({ date: day.date, bytes: BigInt(day.bytes) }));
  const peak = days.reduce((most, day) => (day.bytes > most.bytes ? day : most), { date: '', bytes: 0n });
  if (peak.bytes <= 0n) return [];
  const total = days.reduce((sum, day) => sum + day.bytes, 0n);
  const summary = [
    texts.dataTotal(dataAmount(total, formats)),
    texts.dataPeak(dataAmount(peak.bytes, formats), formats.day(peak.date)),
  ].join(' · ');
  const scale = scaleFor(peak.bytes);
  return [
    block(HEIGHT, 4, false, [
      leftText(measure, PAGE.left, 11, texts.dataByDay, styles.strong),
      rightText(measure, PAGE.right, 11, summary, styles.small),
      ...gridLines(sheet, scale),
      ...bars(sheet, days, peak.bytes, scale),
    ]),
  ];
}

/** A scale whose two to four ticks are round numbers and whose last lies at or above the peak. */
export function scaleFor(peak: bigint): Scale {
  const power = Math.min(MULTIPLES.length - 1, Math.floor((peak.toString().length - 1) / 3));
  const octets = 1000 ** power;
  const value = Number(peak) / octets;
  const rough = value / 3;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const round = [1, 2, 2.5, 5, 10].find((each) => each * magnitude >= rough * 0.999) ?? 10;
  const step = Number((round * magnitude).toPrecision(3));
  return { unit: MULTIPLES[power]!, octets, step, ticks: Math.max(1, Math.ceil(value / step - 1e-9)) };
}

/** "48.2 GB": octets in the multiple that reads best, one decimal. */
export function dataAmount(bytes: bigint, formats: Formats): string {
  const power = Math.min(MULTIPLES.length - 1, Math.floor((bytes.toString().length - 1) / 3));
  const value = amount(bytes).div(amount(10).pow(3 * power));
  return `${formats.quantity(value.toDecimalPlaces(power === 0 ? 0 : 1).toFixed())} ${MULTIPLES[power]}`;
}

const PLOT_LEFT = PAGE.left + 40;

function gridLines({ measure, styles, palette, formats }: Sheet, scale: Scale): Command[] {
  return Array.from({ length: scale.ticks + 1 }, (_, i) => {
    const y = BASE - (PLOT_HEIGHT * i) / scale.ticks;
    const value = formats.quantity(amount(String(Number((scale.step * i).toPrecision(6)))).toFixed());
    return [
      horizontalRule(PLOT_LEFT, PAGE.right, y, i === 0 ? 0.6 : 0.35, i === 0 ? palette.muted : palette.hairline),
      rightText(measure, PLOT_LEFT - 6, y + 2.4, i === 0 ? '0' : `${value} ${scale.unit}`, {
        ...styles.label,
        figures: 'tabular',
      }),
    ];
  }).flat();
}

function bars(sheet: Sheet, days: readonly { date: string; bytes: bigint }[], peak: bigint, scale: Scale): Command[] {
  const { measure, styles, palette, formats } = sheet;
  const pitch = (PAGE.right - PLOT_LEFT) / days.length;
  const widest = Math.max(...days.map((day) => measure(formats.day(day.date), styles.label)));
  const every = Math.max(1, Math.ceil((widest * 1.5 + 6) / pitch));
  return days.flatMap((day, i) => {
    const middle = PLOT_LEFT + (i + 0.5) * pitch;
    const height = (Number(day.bytes) / scale.octets / (scale.step * scale.ticks)) * PLOT_HEIGHT;
    const width = Math.min(14, pitch * 0.7);
    const colour = day.bytes === peak ? palette.accent : palette.soft;
    const label = i % every === 0 ? [dayLabel(sheet, middle, formats.day(day.date))] : [];
    return day.bytes <= 0n ? label : [box(middle - width / 2, BASE - height, width, height, 0, colour), ...label];
  });
}

/** Under its bar, but never past the edge of the page's content. */
function dayLabel({ measure, styles }: Sheet, middle: number, text: string): Command {
  const label = centredText(measure, middle, BASE + 10.5, text, styles.label);
  return { ...label, x: Math.min(label.x, PAGE.right - label.width) };
}
