import { create, type Font, type GlyphRun } from 'fontkit';

/** Texts of a font whose glyphs are kept: most of a document says the same on each, in labels, units and figures. */
const MOST_TEXTS = 5_000;

const parsed = new WeakMap<Uint8Array, Font>();

/**
 * The font some bytes hold, read once for all documents they are used in: reading its tables and shaping its texts is nine tenths of what a
 * document takes. A document that is drawn with it is the same, byte for byte, whatever was drawn before.
 * @throws when the bytes are no font.
 */
export function parsedFont(bytes: Uint8Array): Font {
  const known = parsed.get(bytes) ?? rememberingTexts(create(plainBytes(bytes)));
  parsed.set(bytes, known);
  return known;
}

/** The parser tells fonts by `instanceof Uint8Array`; bytes of another realm or a Buffer are given as what it knows. */
function plainBytes(font: Uint8Array): Uint8Array {
  return new Uint8Array(font.buffer, font.byteOffset, font.byteLength);
}

function rememberingTexts(font: Font): Font {
  const runs = new Map<string, GlyphRun>();
  const layout = (text: string, features: unknown): GlyphRun => {
    const key = `${JSON.stringify(features)} ${text}`;
    const run = runs.get(key) ?? shape(font, text, features);
    if (runs.size >= MOST_TEXTS) runs.clear();
    runs.set(key, run);
    return copyOf(run);
  };
  return Object.create(font, { layout: { value: layout } }) as Font;
}

/** A glyph keeps the characters it was first met for, and one may stand for several (\u2019 and \u02BC): every text starts with none met. */
function shape(font: Font, text: string, features: unknown): GlyphRun {
  font._glyphs = {};
  return font.layout(text, features);
}

/** A document scales the positions it is given in place. */
function copyOf({ glyphs, positions }: GlyphRun): GlyphRun {
  const own = positions.map((position) => ({ ...position }));
  return {
    glyphs,
    positions: own,
    get advanceWidth() {
      return own.reduce((width, { xAdvance }) => width + xAdvance, 0);
    },
  };
}
