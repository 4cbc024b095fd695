import * as yaml from 'yaml';
import * as z from 'zod';
import { vatIdProblem } from '#shared/catalog/vat-id.ts';
import { country, currency, date, id, timeZone, words } from '#shared/catalog/written.ts';
import { instantOf } from '#shared/time/local-date.ts';
import type { AccountFact, BusinessUnitFact } from './fact.ts';
import { type InventoryProblem, MOST_PROBLEMS, shortened } from './inventory-problem.ts';

/** Largest accounts file taken, in characters: some forty thousand accounts. */
const MOST_CHARACTERS = 20_000_000;

/** A fact of an accounts file and the line it begins on. */
interface AccountEntry {
  readonly line: number;
  readonly fact: AccountFact | BusinessUnitFact;
}

/** What an accounts file says, and what is wrong with it; entries count only when nothing is. */
export interface AccountsReading {
  readonly entries: readonly AccountEntry[];
  readonly problems: readonly InventoryProblem[];
}

const optionalText = z.union([z.literal(''), words]).default('');
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);

const address = z.strictObject({
  lines: z.array(words).min(1, 'at least one line of address').max(4, 'at most four lines of address'),
  postalCode: optionalText,
  city: words,
  country,
});
const businessUnit = z.strictObject({
  businessUnit: id,
  name: words,
  address: address.optional(),
  reference: optionalText,
});
const pool = z.strictObject({ pool: id, plan: id, from: date, until: z.union([z.literal(''), date]).default('') });
const certificate = z.strictObject({
  kind: z.enum(['reseller', 'exemption']),
  number: words,
  country,
  from: date,
  until: z.union([z.literal(''), date]).default(''),
  basis: optionalText,
  reasonCode: optionalText,
});
const account = z.strictObject({
  account: id,
  effectiveFrom: date,
  seller: id,
  name: words,
  address,
  vatId: z
    .string()
    .regex(/^([A-Z]{2}[A-Z0-9+*]{2,12})?$/, 'a VAT id, e.g. DE123456788')
    .refine((text) => vatIdProblem(text) === '', {
      error: 'a VAT id with the right form and check digits',
      params: { remedy: 'Compare it with what the customer wrote: a digit or letter is wrong.' },
    })
    .default(''),
  email: z
    .string()
    .regex(/^([^\s@]{1,64}@[^\s@]{1,190})?$/, 'an e-mail address')
    .default(''),
  language: z.string().regex(/^[a-z]{2}$/, 'a language of two small letters (ISO 639-1), e.g. de'),
  currency,
  timeZone,
  billingDay: wholeNumber(1, 31),
  taxProfile: id,
  paymentTermDays: wholeNumber(0, 365),
  reference: optionalText,
  businessUnits: z.array(businessUnit).default([]),
  pools: z.array(pool).max(100).default([]),
  certificates: z.array(certificate).max(20).default([]),
});
const accountsFile = z.strictObject({ accounts: z.array(account) });
type AccountInput = z.output<typeof account>;

/**
 * Reads accounts and their business units from YAML, every scalar as the text it is written as (a postal code keeps its zeros). A unit
 * without an address has its account's; a unit holds from when its account's entry does. One account may have several entries of
 * different dates: its history.
 */
export function readAccounts(file: string, source: string): AccountsReading {
  if (source.length > MOST_CHARACTERS) return refused(tooLarge(file));
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) return refused(...document.errors.map((error) => syntaxProblem(file, error, lines)));
  const content = plainContent(document);
  if (content === undefined) return refused(tooEntangled(file));
  const parsed = accountsFile.safeParse(content.value);
  if (parsed.success) return { entries: entriesOf(parsed.data.accounts, document, lines), problems: [] };
  const problems = parsed.error.issues
    .slice(0, MOST_PROBLEMS)
    .flatMap((issue) => issueProblems(file, issue, content.value, document, lines));
  return refused(...problems);
}

function refused(...problems: InventoryProblem[]): AccountsReading {
  return { entries: [], problems };
}

function entriesOf(
  accounts: readonly AccountInput[],
  document: yaml.Document,
  lines: yaml.LineCounter,
): AccountEntry[] {
  return accounts.flatMap((input, index) => {
    const { businessUnits, ...own } = input;
    const effectiveFrom = instantOf(input.effectiveFrom, input.timeZone);
    const accountFact: AccountFact = { kind: 'account', ...own, effectiveFrom };
    const units = businessUnits.map((unit, place): AccountEntry => {
      const where = ['accounts', index, 'businessUnits', place];
      const unitAddress = unit.address ?? input.address;
      const fact: BusinessUnitFact = {
        kind: 'businessUnit',
        account: input.account,
        effectiveFrom,
        ...unit,
        address: unitAddress,
      };
      return { line: placeOf(document, lines, where).line, fact };
    });
    return [{ line: placeOf(document, lines, ['accounts', index]).line, fact: accountFact }, ...units];
  });
}

/** The document as plain values; undefined when it nests or repeats itself (aliases) beyond what a list of accounts could need. */
function plainContent(document: yaml.Document): { value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return undefined;
  }
}

function issueProblems(
  file: string,
  issue: z.core.$ZodIssue,
  content: unknown,
  document: yaml.Document,
  lines: yaml.LineCounter,
): InventoryProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      file,
      ...placeOf(document, lines, [...path, key]),
      field: fieldOf([...path, key]),
      found: shortened(key),
      expected: 'a field this file knows',
      remedy: 'Correct its name or take it out.',
    }));
  }
  const found = path.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], content);
  const missing = found === undefined;
  const expected =
    issue.code === 'invalid_type' ? `a ${issue.expected === 'string' ? 'text' : issue.expected}` : issue.message;
  return [
    {
      file,
      ...placeOf(document, lines, path),
      field: fieldOf(path),
      found: typeof found === 'string' ? shortened(found) : missing ? '' : shortened(JSON.stringify(found)),
      expected: issue.code === 'invalid_union' ? 'one line of at most 200 characters, or nothing' : expected,
      remedy: missing ? 'Add the field.' : remedyOf(issue),
    },
  ];
}

function remedyOf(issue: z.core.$ZodIssue): string {
  const remedy: unknown = issue.code === 'custom' ? issue.params?.remedy : undefined;
  return typeof remedy === 'string' ? remedy : 'Correct the value.';
}

/** "accounts[0].address.city": where in the document a field stands. */
function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

/** Line and column of the node at a path, or of the nearest one around it. */
function placeOf(
  document: yaml.Document,
  lines: yaml.LineCounter,
  path: readonly (string | number)[],
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (yaml.isNode(node) && node.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

function syntaxProblem(file: string, error: yaml.YAMLError, lines: yaml.LineCounter): InventoryProblem {
  const { line, col } = lines.linePos(error.pos[0]);
  const remedy = `Mend the text here: ${error.message}.`;
  return { file, line, column: col, field: '', found: error.code, expected: 'YAML', remedy };
}

function tooLarge(file: string): InventoryProblem {
  const expected = `at most ${MOST_CHARACTERS} characters`;
  return {
    file,
    line: 0,
    column: 0,
    field: '',
    found: 'a larger file',
    expected,
    remedy: 'Divide it into several files.',
  };
}

function tooEntangled(file: string): InventoryProblem {
  const expected = 'a plain list of accounts';
  const remedy = 'Write repeated parts out instead of using aliases.';
  return { file, line: 0, column: 0, field: '', found: 'deep nesting or many aliases', expected, remedy };
}
