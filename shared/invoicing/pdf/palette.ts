/** The colours of a seller's documents: neutral ones, and what follows from the seller's own. */
export interface Palette {
  readonly ink: string;
  readonly muted: string;
  readonly hairline: string;
  readonly warning: string;
  /** The seller's colour as it is, for areas. */
  readonly brand: string;
  /** The seller's colour, darkened until it can be read on white (WCAG contrast 4.5). */
  readonly accent: string;
  /** The seller's colour, pale: bars beside the one that matters. */
  readonly soft: string;
  /** The seller's colour, nearly white: grounds. */
  readonly tint: string;
}

type Rgb = readonly [number, number, number];

const NEUTRAL: Rgb = [0x33, 0x41, 0x55];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** The palette of a colour "#RRGGBB"; anything else gives a slate one. */
export function paletteOf(colour: string): Palette {
  const brand = parse(colour);
  let accent = brand;
  for (let step = 1; step <= 20 && contrastOnWhite(accent) < 4.5; step++) accent = mix(brand, BLACK, step / 20);
  return {
    ink: '#17202B',
    muted: '#5A6675',
    hairline: '#D5DAE1',
    warning: '#B4410E',
    brand: hex(brand),
    accent: hex(accent),
    soft: hex(mix(accent, WHITE, 0.62)),
    tint: hex(mix(accent, WHITE, 0.93)),
  };
}

function parse(colour: string): Rgb {
  if (!/^#[0-9a-fA-F]{6}$/.test(colour)) return NEUTRAL;
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const channel = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [channel(0), channel(1), channel(2)];
}

function contrastOnWhite(colour: Rgb): number {
  const linear = colour.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 1.05 / (0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]! + 0.05);
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}
