import { parse } from 'yaml';
import * as z from 'zod';
import { isMapping } from '../files/schema-place.ts';
import { type FieldMeaning, type Meaning, meaningOf, type Part } from './part.ts';

/** A JSON Schema, or a part of one (draft 7, which editors of YAML know best). */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * The JSON Schema of a kind of file: its lists, and a definition of each part. It says what an editor can know of a file by itself: names, forms,
 * choices, what must be there. What depends on other places is found by reading the whole (`readCatalog`).
 */
export function jsonSchemaOf(title: string, file: Part, parts: readonly Part[]): JsonSchema {
  const definitions = Object.fromEntries(parts.map((part) => [part.name, definitionOf(part)]));
  const { title: _, ...top } = definitionOf(file);
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...top, definitions };
}

function definitionOf(part: Part): JsonSchema {
  return { title: part.title, description: part.says, ...withMeanings(formOf(part.schema), part.fields, part.name) };
}

/** The form of what a schema reads, as editors see it, without any meaning. */
export function formOf(schema: z.ZodType): JsonSchema {
  const { $schema, ...plain } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return asEditorsRead(plain) as JsonSchema;
}

/** The parts of a schema that map names to schemas. */
const MAPS: readonly string[] = ['properties', 'patternProperties', 'definitions'];

/**
 * A schema of values that are read as text, as one of values that YAML readers know: what looks like a number or a truth value is one to them.
 * References to parts become those of JSON Schema.
 */
function asEditorsRead(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asEditorsRead);
  if (!isMapping(schema)) return schema;
  if (typeof schema.part === 'string') return { $ref: `#/definitions/${schema.part}` };
  const inner = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'default' || key === 'enum' || key === 'const') return [key, value];
    if (key === 'propertyNames') return [key, without(asEditorsRead(value) as JsonSchema, 'type')];
    if (!MAPS.includes(key) || !isMapping(value)) return [key === 'oneOf' ? 'anyOf' : key, asEditorsRead(value)];
    return [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asEditorsRead(each)]))];
  });
  return scalar(Object.fromEntries(inner));
}

/** Texts that YAML takes for numbers. */
const NUMBERS: readonly string[] = ['0', '1', '12', '49', '26201', '0.5'];

function scalar(schema: Record<string, unknown>): JsonSchema {
  const { type, default: otherwise, ...rest } = schema;
  const kept = isPlain(otherwise) ? { default: value(otherwise) } : {};
  const said = typeof rest.description === 'string' ? { description: rest.description } : {};
  if (Array.isArray(rest.enum)) return { ...said, enum: rest.enum.map(value), ...kept };
  if ('const' in rest) return { ...said, const: value(rest.const), ...kept };
  if (type !== 'string') return { ...(type === undefined ? {} : { type }), ...rest, ...kept };
  if ('maximum' in rest) return { type: 'integer', ...rest, ...kept };
  const pattern = typeof rest.pattern === 'string' ? new RegExp(rest.pattern, 'u') : undefined;
  const isNumber = pattern === undefined || NUMBERS.some((text) => pattern.test(text));
  return { type: isNumber ? ['string', 'number'] : 'string', ...rest, ...kept };
}

function value(text: unknown): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return typeof text === 'string' && /^(0|[1-9]\d*)(\.\d*[1-9])?$/.test(text) ? Number(text) : text;
}

/** Whether a default is a value one could write; '' and empty lists stand for "none". */
function isPlain(otherwise: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof otherwise) && otherwise !== '';
}

function without(schema: JsonSchema, key: string): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/**
 * A schema of a mapping, each of its fields with what it means.
 * @throws when a field has no meaning, or a meaning no field: whoever adds a field says what it is for.
 */
function withMeanings(schema: JsonSchema, fields: Readonly<Record<string, Meaning>>, where: string): JsonSchema {
  if (!isMapping(schema.properties)) {
    if (Object.keys(fields).length === 0) return schema;
    return throughLists(schema, fields, where);
  }
  const { properties } = schema;
  for (const name of Object.keys(fields)) {
    if (!(name in properties)) throw new Error(`${where} has no field ${name}, which is said to mean something`);
  }
  const said = Object.entries(properties).map(([name, field]): [string, unknown] => {
    const meaning = fields[name];
    if (meaning === undefined) throw new Error(`${where}.${name}: say what it means`);
    return [name, withMeaning(field as JsonSchema, meaningOf(meaning), `${where}.${name}`)];
  });
  return { ...schema, properties: Object.fromEntries(said) };
}

/** A list's or a choice's mappings get the meanings. */
function throughLists(schema: JsonSchema, fields: Readonly<Record<string, Meaning>>, where: string): JsonSchema {
  if (isMapping(schema.items)) return { ...schema, items: withMeanings(schema.items, fields, where) };
  if (!Array.isArray(schema.anyOf)) throw new Error(`${where} has no fields, which are said to mean something`);
  const anyOf = schema.anyOf.map((option: JsonSchema) => {
    const isList = isMapping(option.items) && isMapping(option.items.properties);
    if (!isMapping(option.properties) && !isList) return option;
    const own = isList ? (option.items as JsonSchema).properties : option.properties;
    const its = Object.entries(fields).filter(([name]) => name in (own as JsonSchema));
    return withMeanings(option, Object.fromEntries(its), where);
  });
  return { ...schema, anyOf };
}

function withMeaning(schema: JsonSchema, meaning: FieldMeaning, where: string): JsonSchema {
  const { means, example, values, fields } = meaning;
  const form = typeof schema.description === 'string' ? ` (${schema.description})` : '';
  const inner = fields === undefined ? schema : withMeanings(schema, fields, where);
  return {
    description: `${means}${form}`,
    ...without(inner, 'description'),
    ...(example === undefined ? {} : { examples: [exampleValue(example)] }),
    ...(values === undefined ? {} : valuesSaid(schema, values, where)),
  };
}

/** An example as the value a YAML reader makes of it, so that an editor writes it as it stands; a number it would not keep, digit by digit, is text. */
function exampleValue(example: string): unknown {
  const read: unknown = parse(example);
  if (typeof read !== 'number') return read ?? example;
  return /^0\d/.test(example) || Math.abs(read) > Number.MAX_SAFE_INTEGER ? example : read;
}

/** What each choice means, in the order of the choices: some editors show it beside them. */
function valuesSaid(schema: JsonSchema, values: Readonly<Record<string, string>>, where: string): JsonSchema {
  const choices = choicesIn(schema);
  const unknown = Object.keys(values).find((name) => !choices.includes(name));
  if (unknown !== undefined) throw new Error(`${where} has no value ${unknown}`);
  return { enumDescriptions: choices.map((choice) => values[choice] ?? '') };
}

/** The values a schema takes, where they can be counted, as they are written. */
export function choicesIn(schema: JsonSchema): string[] {
  if (Array.isArray(schema.enum)) return schema.enum.map(String);
  if ('const' in schema) return [String(schema.const)];
  if (isMapping(schema.items)) return choicesIn(schema.items);
  if (!Array.isArray(schema.anyOf)) return [];
  return [...new Set(schema.anyOf.flatMap((option: JsonSchema) => choicesIn(option)))];
}
