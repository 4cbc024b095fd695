import * as z from 'zod';
import { type CatalogProblem, MOST_CATALOG_PROBLEMS, nearestName, type Path, pathText } from '../catalog-problem.ts';
import type { ParsedFile } from './catalog-file.ts';
import { choicesOf, contentAt, descriptionOf, fieldsOf, isMapping, schemaAt, unwrapped } from './schema-place.ts';

/** Where problems of one reading are gathered, each once. */
export interface Report {
  readonly problems: CatalogProblem[];
}

/** A place in a file, with what stands there. */
export interface Place {
  readonly file: ParsedFile;
  readonly path: Path;
  readonly content: unknown;
}

/** The place of a field or list item inside another. */
export function within(place: Place, ...steps: Path): Place {
  return { file: place.file, path: [...place.path, ...steps], content: contentAt(place.content, steps) };
}

/** The place of an item of a list that may also be written as a single value. */
export function itemOf(place: Place, field: string, index: number): Place {
  const list = within(place, field);
  return Array.isArray(list.content) ? within(list, index) : list;
}

/** Says that something is wrong at a place, once: a price list is read by every plan that names it. Beyond the cap, only the first problems are kept. */
export function refuse(report: Report, place: Place, found: string, expected: string, remedy: string): void {
  if (report.problems.length >= MOST_CATALOG_PROBLEMS) return;
  const { path: file } = place.file;
  const path = pathText(place.path);
  const isSame = (each: CatalogProblem) => each.path === path && each.found === found && each.expected === expected;
  if (report.problems.some((each) => each.file === file && isSame(each))) return;
  report.problems.push({ file, line: place.file.lineOf(place.path), path, found, expected, remedy });
}

/**
 * Reads the fields of a mapping. Every problem of every field is reported; the fields that are right are answered even when others are
 * not, so that what depends on them can still be checked. `complete` says whether all of them are there.
 */
export function readFields<Shape extends z.ZodRawShape>(
  report: Report,
  schema: z.ZodObject<Shape>,
  place: Place,
): { fields: Partial<z.output<z.ZodObject<Shape>>>; complete: z.output<z.ZodObject<Shape>> | undefined } {
  const result = schema.safeParse(place.content);
  if (result.success) return { fields: result.data as Partial<z.output<z.ZodObject<Shape>>>, complete: result.data };
  reportIssues(report, schema, place, result.error.issues);
  const fields: Record<string, unknown> = {};
  if (isMapping(place.content)) {
    for (const [name, field] of Object.entries(schema.shape)) {
      const part = (field as z.ZodType).safeParse(place.content[name]);
      if (part.success) fields[name] = part.data;
    }
  }
  return { fields: fields as Partial<z.output<z.ZodObject<Shape>>>, complete: undefined };
}

/** Reads a value of any schema; nothing when it has problems, which are reported. */
export function readValue<T>(report: Report, schema: z.ZodType<T>, place: Place): T | undefined {
  const result = schema.safeParse(place.content);
  if (result.success) return result.data;
  reportIssues(report, schema, place, result.error.issues);
  return undefined;
}

/** What stands at a place, short enough for a message: text in quotes, or what kind of thing it is. */
export function shown(content: unknown): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return 'a list';
  if (typeof content === 'object') return 'a mapping';
  const text = String(content);
  return `"${text.length <= 60 ? text : `${text.slice(0, 57)}…`}"`;
}

type Issue = z.core.$ZodIssue;

function reportIssues(report: Report, schema: z.ZodType, place: Place, issues: readonly Issue[]): void {
  for (const issue of issues) reportIssue(report, schema, place, issue);
}

function reportIssue(report: Report, schema: z.ZodType, place: Place, issue: Issue): void {
  const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const path = writtenPath(place.content, steps);
  const at = within(place, ...path);
  const inner = schemaAt(schema, path, place.content);
  const option = issue.code === 'invalid_union' ? optionMeant(issue.errors) : [];
  if (issue.code === 'unrecognized_keys') reportUnknownNames(report, inner, at, issue.keys);
  else if (inner !== undefined && option.length > 0) reportIssues(report, inner, at, option);
  else if (issue.code === 'invalid_union') reportValue(report, at, issue, inner, eitherOf(schema, path, place.content));
  else reportValue(report, at, issue, inner, wanted(inner, issue));
}

/** The steps of a path that are written: of a field written short, as a text where a mapping may stand, those inside are not. */
function writtenPath(content: unknown, path: Path): Path {
  const text = path.findIndex((_, at) => typeof contentAt(content, path.slice(0, at)) === 'string');
  return text < 0 ? path : path.slice(0, text);
}

/** Of a union, the problems of the option that was meant: the one whose kind (text, list, mapping) it is. */
function optionMeant(options: readonly (readonly Issue[])[]): readonly Issue[] {
  return options.find((issues) => !issues.some((e) => e.path.length === 0 && e.code === 'invalid_type')) ?? [];
}

function reportValue(report: Report, at: Place, issue: Issue, schema: z.ZodType | undefined, expected: string): void {
  const name = at.path.at(-1);
  const add = typeof name === 'string' ? `Add ${name}.` : 'Write it.';
  refuse(report, at, shown(at.content), expected, at.content === undefined ? add : remedyOf(issue, schema, at.content));
}

/** What to do about a name that is like none: some come from other files, or from a comma where a point was meant. */
function remedyOfUnknown(place: Place, name: string): string {
  if (/^\d+$/.test(name)) return 'A comma ends a value inside { }: write decimals with a point, such as 12.50.';
  if (place.path.length === 0 && (name === 'accounts' || name === 'subscriptions'))
    return 'This belongs to the inventory: give the file to `billing inventory load`.';
  return 'Leave it out.';
}

function reportUnknownNames(
  report: Report,
  schema: z.ZodType | undefined,
  place: Place,
  names: readonly string[],
): void {
  const known = fieldsOf(schema, place.content);
  const absent = known.filter((name) => !isMapping(place.content) || place.content[name] === undefined);
  for (const name of names) {
    const near = nearestName(name, absent) || nearestName(name, known);
    const remedy = near === '' ? remedyOfUnknown(place, name) : `Did you mean ${near}?`;
    refuse(report, within(place, name), `unknown field "${name}"`, `one of ${known.join(', ')}`, remedy);
  }
}

/** What a union accepts: the values of the field that tells its options apart, or each option in words. */
function eitherOf(schema: z.ZodType, path: Path, content: unknown): string {
  const at = schemaAt(schema, path, content);
  const parent = schemaAt(schema, path.slice(0, -1), content);
  const union = parent === undefined ? undefined : unwrapped(parent);
  if (union instanceof z.ZodDiscriminatedUnion && union.def.discriminator === path.at(-1)) {
    const fields = union.options.map((option) => schemaAt(option as z.ZodType, path.slice(-1), {}));
    return `one of ${fields
      .flatMap(choicesOf)
      .map((choice) => JSON.stringify(choice))
      .join(', ')}`;
  }
  return (at === undefined ? '' : kindOf(at)) || 'something else';
}

function eitherIn(union: z.ZodUnion): string {
  const kinds = union.options.map((option) => kindOf(option as z.ZodType));
  return kinds.filter((kind) => kind !== '').join(' or ');
}

/** What a schema accepts, in words. */
function kindOf(schema: z.ZodType): string {
  const bare = unwrapped(schema);
  const described = descriptionOf(schema);
  if (described !== '') return described;
  if (bare instanceof z.ZodString) return 'text';
  if (bare instanceof z.ZodArray) return 'a list';
  if (bare instanceof z.ZodDiscriminatedUnion) return `a mapping with ${bare.def.discriminator}`;
  if (bare instanceof z.ZodUnion) return eitherIn(bare);
  return bare instanceof z.ZodObject ? `a mapping with ${Object.keys(bare.shape).join(', ')}` : '';
}

function wanted(schema: z.ZodType | undefined, issue: Issue): string {
  if (issue.code === 'custom') return hasRemedy(issue) ? issue.message : descriptionOf(schema) || 'something else';
  const kind = schema === undefined ? '' : kindOf(schema);
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : choicesOf(schema);
  if (choices.length > 0) return `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  if (issue.code === 'too_big') return `${kind || 'less'}, at most ${issue.maximum} long`;
  if (issue.code === 'too_small') return `${kind || 'more'}, at least ${issue.minimum} long`;
  return kind || issue.message;
}

function remedyOf(issue: Issue, schema: z.ZodType | undefined, content: unknown): string {
  if (issue.code === 'custom') return hasRemedy(issue) ? String(issue.params?.remedy) : asSentence(issue.message);
  const list = schema === undefined ? undefined : unwrapped(schema);
  if (issue.code === 'invalid_type' && list instanceof z.ZodArray) return `Write ${exampleOf(list)}.`;
  const choices = issue.code === 'invalid_value' ? issue.values.map(String) : choicesOf(schema);
  const near = typeof content === 'string' ? nearestName(content, choices) : '';
  return near === '' ? 'Correct it.' : `Did you mean ${near}?`;
}

/** A list as it is written: "[{ currency: …, amount: … }]". */
function exampleOf(list: z.ZodArray): string {
  const fields = fieldsOf(list.element as z.ZodType, {}).map((name) => `${name}: …`);
  return fields.length === 0 ? '[…, …]' : `[{ ${fields.join(', ')} }]`;
}

/** Whether a check of our own says what to write instead; one that does not says in its message what is wrong. */
function hasRemedy(issue: z.core.$ZodIssueCustom): boolean {
  return typeof issue.params?.remedy === 'string';
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
