import type { Measure, TextStyle } from './drawing.ts';

/** The style, made as much smaller as the text needs to fit `width`, but not below `least` points: for what must not be cut. */
export function scaledTo(measure: Measure, text: string, width: number, style: TextStyle, least: number): TextStyle {
  const reach = measure(text, style);
  return reach <= width
    ? style
    : { ...style, size: Math.max(least, Math.floor((style.size * width * 20) / reach) / 20) };
}

/** The text in one line of at most `width`; what does not fit is cut and an ellipsis says so. */
export function shorten(measure: Measure, text: string, width: number, style: TextStyle): string {
  if (measure(text, style) <= width) return text;
  return `${longestStart(measure, text, width - measure('…', style), style).trimEnd()}…`;
}

/**
 * The text in lines of at most `width`, broken at spaces, and inside words no line can hold. Past `maxLines` it is cut with an ellipsis.
 * Empty text has no lines.
 */
export function wrap(measure: Measure, text: string, width: number, style: TextStyle, maxLines: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    if (lines.length === maxLines - 1) return [...lines, shorten(measure, rest, width, style)];
    const line = firstLine(measure, rest, width, style);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return lines;
}

function firstLine(measure: Measure, text: string, width: number, style: TextStyle): string {
  let line = '';
  for (const word of text.match(/[^ ]+ */g) ?? []) {
    if (measure((line + word).trimEnd(), style) > width) break;
    line += word;
  }
  return line === '' ? longestStart(measure, text, width, style) : line;
}

/** The longest beginning that fits, at least one character; no pair of code units is torn. */
function longestStart(measure: Measure, text: string, width: number, style: TextStyle): string {
  const characters = [...text];
  let fits = 1;
  let tooLong = characters.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (measure(characters.slice(0, middle).join(''), style) <= width) fits = middle;
    else tooLong = middle;
  }
  return characters.slice(0, fits).join('');
}
