declare module 'fontkit' {
  /** A text as glyphs of a font, each with where it stands, in units of the font. */
  export interface GlyphRun {
    readonly glyphs: readonly unknown[];
    readonly positions: readonly { readonly xAdvance: number }[];
    readonly advanceWidth: number;
  }

  /** A font whose tables are read when they are first asked for, and kept. */
  export interface Font {
    /** Glyphs met so far, by id. */
    _glyphs: Record<number, unknown>;
    layout(text: string, features: unknown): GlyphRun;
    hasGlyphForCodePoint(codePoint: number): boolean;
  }

  export function create(bytes: Uint8Array): Font;
}
