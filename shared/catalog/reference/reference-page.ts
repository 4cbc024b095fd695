import { isMapping } from '../files/schema-place.ts';
import { choicesIn, formOf, type JsonSchema } from './json-schema.ts';
import { type FieldMeaning, type Meaning, meaningOf, type Part } from './part.ts';
import { SCALARS } from './scalars.ts';

/** A page of the reference: what comes first, then every part. */
export interface ReferencePage {
  readonly title: string;
  /** Markdown. */
  readonly opening: string;
  readonly file: Part;
  readonly parts: readonly Part[];
}

/** The page as Markdown: of each part what it is, an example, and a table of its fields. */
export function referencePage({ title, opening, file, parts }: ReferencePage): string {
  const titles = new Map(parts.map((part) => [part.name, part.title]));
  const told: Telling['told'] = new Map();
  const sections = [file, ...parts].map((part) => sectionOf(part, titles, told));
  return [`# ${title}`, opening, valuesTable(), ...sections].join('\n\n').concat('\n');
}

function valuesTable(): string {
  const rows = SCALARS.map(({ name, expected, examples }) => [name, expected, examples]);
  return `## How values are written\n\n${table(['value', 'written', 'for example'], rows)}`;
}

/** What a section is written with: titles of all parts, and where the fields of a mapping were told already. */
interface Telling {
  readonly section: string;
  readonly titles: ReadonlyMap<string, string>;
  readonly told: Map<FieldMeaning['fields'], { readonly section: string; readonly path: string }>;
}

function sectionOf(part: Part, titles: Telling['titles'], told: Telling['told']): string {
  const form = formOf(part.schema);
  const example = part.example === '' ? [] : [`\`\`\`yaml\n${part.example.trimEnd()}\n\`\`\``];
  const rows = rowsOf(form, part.fields, '', { section: part.title, titles, told });
  const fields =
    rows.length === 0 ? [] : [table(['field', 'what it is', 'without it', 'meaning', 'for example'], rows)];
  const options = Array.isArray(form.anyOf) ? [`It is ${typeText(form, titles)}.`] : [];
  return [`## ${part.title}`, part.says, ...options, ...example, ...fields].join('\n\n');
}

function rowsOf(
  form: JsonSchema,
  fields: Readonly<Record<string, Meaning>>,
  above: string,
  telling: Telling,
): string[][] {
  const mappings = mappingsIn(form);
  const needed = mappings.flatMap(({ required }) => (Array.isArray(required) ? required : []));
  const names = new Set(mappings.flatMap(({ properties }) => Object.keys(properties as JsonSchema)));
  return [...names].flatMap((name) => {
    const forms = mappings.flatMap(({ properties }) => (properties as JsonSchema)[name] ?? []) as JsonSchema[];
    const field: JsonSchema = forms.length === 1 ? (forms[0] as JsonSchema) : { anyOf: forms };
    const meaning = meaningOf(fields[name] ?? '');
    const path = `${above}${name}`;
    const before = meaning.fields && telling.told.get(meaning.fields);
    const cells = (more: string) => rowOf(path, field, meaning, needed.includes(name), telling.titles, more);
    if (before !== undefined) return [cells(` ${asBefore(before, telling.section)}`)];
    if (meaning.fields === undefined) return [cells('')];
    telling.told.set(meaning.fields, { section: telling.section, path });
    return [cells(''), ...rowsOf(field, meaning.fields, `${path}.`, telling)];
  });
}

function asBefore(before: { readonly section: string; readonly path: string }, section: string): string {
  const where = before.section === section ? '' : ` of [${before.section.toLowerCase()}](#${anchorOf(before.section)})`;
  return `Its fields are those of \`${before.path}\`${where}.`;
}

/** The mappings a form may be: itself, those of its list, or of its choices. */
function mappingsIn(form: JsonSchema): JsonSchema[] {
  if (isMapping(form.properties)) return [form];
  if (isMapping(form.items)) return mappingsIn(form.items);
  return Array.isArray(form.anyOf) ? form.anyOf.flatMap((option: JsonSchema) => mappingsIn(option)) : [];
}

function rowOf(
  path: string,
  form: JsonSchema,
  meaning: FieldMeaning,
  isNeeded: boolean,
  titles: ReadonlyMap<string, string>,
  more: string,
): string[] {
  const { means, example, otherwise, values = {} } = meaning;
  const without = otherwise ?? ('default' in form ? `\`${form.default}\`` : isNeeded ? '**needed**' : '');
  if (without === '') throw new Error(`${path}: say what holds without it`);
  const said = choicesIn(form).flatMap((choice) => (values[choice] ? [`\`${choice}\`: ${values[choice]}`] : []));
  const all = said.length === 0 ? means : `${means} ${said.join('; ')}.`;
  return [
    `\`${path}\``,
    typeText(form, titles),
    without,
    `${all}${more}`,
    example === undefined ? '' : `\`${example}\``,
  ];
}

/** What a form is, in words, with links to parts. */
function typeText(form: JsonSchema, titles: ReadonlyMap<string, string>): string {
  if (typeof form.$ref === 'string') {
    const title = titles.get(form.$ref.replace('#/definitions/', '')) ?? '';
    return `[${title.toLowerCase()}](#${anchorOf(title)})`;
  }
  if (Array.isArray(form.enum) || 'const' in form) {
    return choicesIn(form)
      .map((choice) => `\`${choice === '' ? '""' : choice}\``)
      .join(', ');
  }
  if (isMapping(form.items)) return `list of ${typeText(form.items, titles)}`;
  if (Array.isArray(form.anyOf)) return eitherText(form.anyOf, titles);
  if (form.type === 'object') return isMapping(form.properties) ? 'mapping' : `mapping to ${innerText(form, titles)}`;
  return SCALARS.find(({ expected }) => expected === form.description)?.name ?? String(form.description ?? 'text');
}

function innerText(form: JsonSchema, titles: ReadonlyMap<string, string>): string {
  return isMapping(form.additionalProperties) ? typeText(form.additionalProperties, titles) : 'text';
}

/** One of several; one thing or a list of them is said as such. */
function eitherText(options: readonly JsonSchema[], titles: ReadonlyMap<string, string>): string {
  const [first, second] = options.map((option) => typeText(option, titles));
  if (options.length === 2 && second === `list of ${first}`) return `${first}, or a list`;
  return [...new Set(options.map((option) => typeText(option, titles)))].filter((text) => text !== '`""`').join(' or ');
}

/** The anchor of a heading, as Markdown is shown by the usual forges. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => escaped(cell)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text for a cell: what Markdown would take for a tag or the end of the cell stays what it is. */
function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replace(/<(?=[a-z])/g, '&lt;');
}
