import * as z from 'zod';
import type { Path } from '../catalog-problem.ts';

/** What a schema says of a place inside it: for messages about what was expected there. */

/** Whether it is a mapping of names to values. */
export function isMapping(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}

/** The texts a field may be, where they can be counted. */
export function choicesOf(schema: z.ZodType | undefined): string[] {
  const bare = schema === undefined ? undefined : unwrapped(schema);
  if (bare instanceof z.ZodEnum) return bare.options.map(String);
  if (bare instanceof z.ZodLiteral) return [...bare.values].map(String);
  if (bare instanceof z.ZodUnion) {
    const options = bare.options.map((option) => choicesOf(option as z.ZodType));
    return options.every((choices) => choices.length > 0) ? options.flat() : [];
  }
  return [];
}

/** Names of the fields of a mapping, of the option it is where there are several. */
export function fieldsOf(schema: z.ZodType | undefined, content: unknown): string[] {
  const bare = schema === undefined ? undefined : unwrapped(schema);
  if (bare instanceof z.ZodObject) return Object.keys(bare.shape);
  if (!(bare instanceof z.ZodUnion)) return [];
  const fields = optionsThatFit(bare, bare.options as z.ZodType[], content).map((option) => fieldsOf(option, content));
  return fields.find((names) => names.length > 0) ?? [];
}

/** The schema of a place inside another's, following the content where there are several; nothing when it leads nowhere. */
export function schemaAt(schema: z.ZodType, path: Path, content: unknown): z.ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const bare = unwrapped(schema);
  const inner = contentAt(content, [step]);
  if (bare instanceof z.ZodObject) {
    const field = bare.shape[String(step)] as z.ZodType | undefined;
    return field === undefined ? undefined : schemaAt(field, rest, inner);
  }
  if (bare instanceof z.ZodArray) return schemaAt(bare.element as z.ZodType, rest, inner);
  if (bare instanceof z.ZodRecord) return schemaAt(bare.valueType as z.ZodType, rest, inner);
  if (bare instanceof z.ZodUnion) {
    const options = bare.options as z.ZodType[];
    const found = optionsThatFit(bare, options, content).map((option) => schemaAt(option, path, content));
    return found.find((option) => option !== undefined);
  }
  return undefined;
}

/** Of a union told apart by a field, the options of that field's value; else all. */
function optionsThatFit(union: z.ZodUnion, options: z.ZodType[], content: unknown): z.ZodType[] {
  if (!(union instanceof z.ZodDiscriminatedUnion)) return options;
  const name = union.def.discriminator;
  const value = isMapping(content) ? String(content[name]) : '';
  const fitting = options.filter((option) => {
    const bare = unwrapped(option);
    return bare instanceof z.ZodObject && choicesOf(bare.shape[name] as z.ZodType).includes(value);
  });
  return fitting.length > 0 ? fitting : options;
}

/** What a schema says of itself, on whatever layer it says it. */
export function descriptionOf(schema: z.ZodType | undefined): string {
  if (schema === undefined) return '';
  if (schema.description !== undefined) return schema.description;
  const under = oneLayerUnder(schema);
  return under === undefined ? '' : descriptionOf(under);
}

/** The schema under its defaults and conversions. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const under = oneLayerUnder(schema);
  return under === undefined ? schema : unwrapped(under);
}

function oneLayerUnder(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodPrefault) return schema.unwrap() as z.ZodType;
  if (schema instanceof z.ZodPipe) return schema.in as z.ZodType;
  return undefined;
}

/** What stands at a path inside lists and mappings; nothing when it leads nowhere. */
export function contentAt(content: unknown, path: Path): unknown {
  let at = content;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step];
    else if (isMapping(at)) at = at[String(step)];
    else return undefined;
  }
  return at;
}
