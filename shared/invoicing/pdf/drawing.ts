/**
 * What is drawn on a page, as data. Points of 1/72 inch from the page's upper left corner; the painter draws the commands as they stand
 * and decides nothing.
 */
export type Command = TextCommand | BoxCommand | RuleCommand | QrCommand;

/** One line of text; `y` is its base line, `width` how far it reaches. */
export interface TextCommand {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly style: TextStyle;
}

/** A filled rectangle, with round corners where `radius` is above 0. */
export interface BoxCommand {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly colour: string;
}

/** A straight line of `thickness`. */
export interface RuleCommand {
  readonly kind: 'rule';
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
  readonly thickness: number;
  readonly colour: string;
}

/** A QR code of `payload`, `size` points square, without its quiet zone. */
export interface QrCommand {
  readonly kind: 'qr';
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly payload: string;
}

/** How text looks. Figures in columns are tabular: every digit is equally wide. */
export interface TextStyle {
  readonly size: number;
  readonly weight: 'regular' | 'bold';
  readonly colour: string;
  readonly figures: 'tabular' | 'proportional';
}

/** How far a text reaches in a style, in points: the only thing layout asks of the fonts. */
export type Measure = (text: string, style: TextStyle) => number;

/** Text from a left edge. */
export function leftText(measure: Measure, x: number, y: number, text: string, style: TextStyle): TextCommand {
  return { kind: 'text', x, y, width: measure(text, style), text, style };
}

/** Text that ends at a right edge. */
export function rightText(measure: Measure, right: number, y: number, text: string, style: TextStyle): TextCommand {
  const width = measure(text, style);
  return { kind: 'text', x: right - width, y, width, text, style };
}

/** Text around a middle. */
export function centredText(measure: Measure, middle: number, y: number, text: string, style: TextStyle): TextCommand {
  const width = measure(text, style);
  return { kind: 'text', x: middle - width / 2, y, width, text, style };
}

/** A filled box with rounded corners; lengths in points, from the page's upper left. */
export function box(x: number, y: number, width: number, height: number, radius: number, colour: string): BoxCommand {
  return { kind: 'box', x, y, width, height, radius, colour };
}

/** A line from `x` to `toX` at one height, points. */
export function horizontalRule(x: number, toX: number, y: number, thickness: number, colour: string): RuleCommand {
  return { kind: 'rule', x, y, toX, toY: y, thickness, colour };
}

/** The same commands, moved. */
export function moved(commands: readonly Command[], dx: number, dy: number): Command[] {
  return commands.map((c) =>
    c.kind === 'rule'
      ? { ...c, x: c.x + dx, y: c.y + dy, toX: c.toX + dx, toY: c.toY + dy }
      : { ...c, x: c.x + dx, y: c.y + dy },
  );
}
