import * as z from 'zod';

/**
 * A kind of thing an operator writes in a file: the schema it is read by, with what people are told of it. Editors and the reference page are
 * made from it.
 */
export interface Part {
  /** Name other parts refer to it by, once in a file's parts. */
  readonly name: string;
  readonly title: string;
  /** What it is for, in a sentence or some. Markdown. */
  readonly says: string;
  readonly schema: z.ZodType;
  /** What each field means; of a part that is one of several others, none. */
  readonly fields: Readonly<Record<string, Meaning>>;
  /** YAML of one, as it stands in a file: it is read by a test. '' = shown where it is used. */
  readonly example: string;
}

/** What a field means: in a sentence, or with what more there is to say of it. */
export type Meaning = string | FieldMeaning;

/** All there is to say of a field. */
export interface FieldMeaning {
  readonly means: string;
  /** How its value may be written. */
  readonly example?: string;
  /** What holds without it, where its default is no value to write. */
  readonly otherwise?: string;
  /** What each of its values means, if not plain. */
  readonly values?: Readonly<Record<string, string>>;
  /** What its own fields mean, if it is a mapping (or a list of them) with no part of its own. */
  readonly fields?: Readonly<Record<string, Meaning>>;
}

/** All that is said of a field, however short it is written. */
export function meaningOf(said: Meaning): FieldMeaning {
  return typeof said === 'string' ? { means: said } : said;
}

/** Stands in a schema for another part. */
export function is(part: string): z.ZodType {
  return z.unknown().meta({ part });
}

/** Stands in a schema for a list of another part. */
export function listOfParts(part: string): z.ZodArray {
  return z.array(is(part));
}
