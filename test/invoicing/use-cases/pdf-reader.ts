import { inflateSync } from 'node:zlib';

/** What a test reads back from the bytes of a PDF: its objects, and its texts as a reader would copy them. */
export interface ReadPdf {
  readonly pages: number;
  /** PostScript names of the fonts, with the tag of their subset. */
  readonly fonts: readonly string[];
  /** How many font programmes lie inside. */
  readonly embedded: number;
  /** Texts in the order they are drawn, through the fonts' own tables back to Unicode. */
  readonly texts: readonly string[];
  readonly metadata: string;
  /** The whole file as Latin-1, for what stands in it uncompressed. */
  readonly raw: string;
}

/** Reads a PDF our renderer wrote; it knows no more of the format than that renderer uses. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const raw = Buffer.from(bytes).toString('latin1');
  const objects = new Map(
    [...raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map((match) => [Number(match[1]), match[2]!]),
  );
  const bodies = [...objects.values()];
  const unicode = fontTables(raw, objects);
  const contents = bodies.flatMap((body) =>
    /\/Type \/Page\n/.test(body) ? [streamOf(objects.get(reference(body, 'Contents'))!)] : [],
  );
  return {
    pages: contents.length,
    fonts: [...new Set([...raw.matchAll(/\/BaseFont \/(\S+)/g)].map((match) => match[1]!))].sort(),
    embedded: bodies.filter((body) => body.includes('/FontFile2')).length,
    texts: contents.flatMap((content) => textsOf(content, unicode)),
    metadata: bodies.find((body) => body.includes('/Subtype /XML')) ?? '',
    raw,
  };
}

function reference(body: string, key: string): number {
  return Number(new RegExp(`/${key} (\\d+) 0 R`).exec(body)?.[1]);
}

function streamOf(body: string): string {
  const stream = /stream\n([\s\S]*)\nendstream/.exec(body)?.[1] ?? '';
  const bytes = Buffer.from(stream, 'latin1');
  return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
}

/** For each font's name in the pages ("F1"), the text of every glyph. */
function fontTables(raw: string, objects: ReadonlyMap<number, string>): Map<string, string[]> {
  const names = new Map([...raw.matchAll(/\/(F\d+) (\d+) 0 R/g)].map((match) => [match[1]!, Number(match[2])]));
  return new Map(
    [...names].map(([name, id]) => {
      const table = streamOf(objects.get(reference(objects.get(id)!, 'ToUnicode'))!);
      const ranges = [...table.matchAll(/^<[0-9a-f]+> <[0-9a-f]+> \[(.*)\]$/gm)].map((match) => match[1]!);
      const entries = ranges.flatMap((range) =>
        [...range.matchAll(/<([0-9a-f ]*)>/g)].map((match) => fromHex(match[1]!)),
      );
      return [name, entries];
    }),
  );
}

function fromHex(units: string): string {
  return String.fromCharCode(
    ...units
      .split(' ')
      .filter((unit) => unit !== '')
      .map((unit) => Number.parseInt(unit, 16)),
  );
}

function textsOf(content: string, unicode: ReadonlyMap<string, string[]>): string[] {
  return [...content.matchAll(/BT\n([\s\S]*?)ET/g)].map((match) => {
    const table = unicode.get(/\/(F\d+) /.exec(match[1]!)?.[1] ?? '') ?? [];
    const glyphs = [...match[1]!.matchAll(/<([0-9a-f]+)>/g)].flatMap((hex) => hex[1]!.match(/.{4}/g) ?? []);
    return glyphs.map((glyph) => table[Number.parseInt(glyph, 16)] ?? '\uFFFD').join('');
  });
}
