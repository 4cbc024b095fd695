import type * as z from 'zod';
import type { JsonSource, MappedSource, QuantityMeasure, QuantityUnit } from '../source.ts';
import { jsonPath, leadsInto, listOfPath } from './json-path.ts';

/** What must hold between the fields of a source definition, each with what to write instead. */

type Context = z.RefinementCtx;

function refuse(context: Context, path: readonly (string | number)[], expected: string, remedy: string): void {
  context.addIssue({ code: 'custom', message: expected, params: { remedy }, path: [...path] });
}

/** Whether a unit counts what a measure is of. */
export function unitFits(measure: QuantityMeasure, unit: QuantityUnit): boolean {
  if (measure === 'seconds') return unit === 'second' || unit === 'minute' || unit === 'hour';
  if (measure === 'count') return unit === 'piece';
  return unit.endsWith('B');
}

/** A time in the file's name is named in the pattern, and only then. */
export function checkFileName({ asOf, fileNamePattern }: MappedSource, context: Context): void {
  if ((asOf.from === 'fileName') === fileNamePattern.includes('{asOf}')) return;
  const expected = 'asOf from fileName and {asOf} in fileNamePattern together';
  refuse(context, ['asOf'], expected, 'Write both or neither.');
}

/** Rules are told apart: by the text of a column, or by the service and direction they make records of. */
export function checkService({ service }: MappedSource, context: Context): void {
  const seen = new Set<string>();
  service.rules.forEach((rule, at) => {
    const key = service.column === '' ? `${rule.service} ${rule.direction}` : rule.value;
    if (seen.has(key)) {
      const expected = service.column === '' ? 'each service and direction once' : 'each value once';
      refuse(context, ['service', 'rules', at], expected, 'Put their quantities under one rule.');
    }
    seen.add(key);
    if (service.column === '' && rule.service === 'value') {
      refuse(
        context,
        ['service', 'rules', at, 'service'],
        'a service, where no column says it',
        'Write data, sms or voice.',
      );
    }
  });
}

/** Only counters may go without a start of their own, and only they have cycles, but no sessions. */
export function checkReadings({ records, start, session, cycle }: MappedSource, context: Context): void {
  if (records === 'counters') {
    if (session.column !== '' || session.constant !== '')
      refuse(
        context,
        ['session'],
        'no session, which readings do not have',
        'Leave it out, or name it as cycle.column.',
      );
    return;
  }
  if (start.column === '') {
    refuse(
      context,
      ['start', 'column'],
      'where the start stands',
      'Name it; only counters take the time of their file.',
    );
  }
  if (cycle.column !== '' || cycle.monthlyOn !== 0) {
    refuse(context, ['cycle'], 'no cycle, which only counters have', 'Leave it out, or write records: counters.');
  }
}

/** Records of the network say nothing of money. */
export function checkNoAmounts({ amounts }: { readonly amounts: boolean }, context: Context): void {
  if (amounts) refuse(context, ['amounts'], 'no amounts: such records carry none', 'Leave it out.');
}

/** Amounts are kept of records that say what is charged for each of them, and in which currency: readings of counters do not. */
export function checkAmounts({ amounts, records, charge, currency }: MappedSource, context: Context): void {
  if (!amounts) return;
  const isSaid = ({ column, constant }: MappedSource['charge']) => column !== '' || constant !== '';
  if (records === 'counters')
    refuse(
      context,
      ['amounts'],
      'no amounts of counters',
      'Leave it out: what a reading adds has no charge of its own.',
    );
  for (const [field, text] of Object.entries({ charge, currency })) {
    if (!isSaid(text))
      refuse(context, [field], `the ${field}, since amounts are kept`, 'Name its column, or leave amounts out.');
  }
}

/** Paths lead to single values but for quantities, and those through one list at most; no path leads into another's value. */
export function checkPaths(source: JsonSource, context: Context): void {
  const places = placesOf(source);
  const list = listOfQuantities(source);
  if (listOfPath(jsonPath(source.recordsAt) ?? []).length > 0) {
    refuse(context, ['recordsAt'], 'a path without []', 'Name the list itself.');
  }
  for (const { at, path } of places) {
    const steps = jsonPath(path) ?? [];
    const through = listOfPath(steps);
    const isInside = through.length > 0 && through.every((step, i) => step === list[i]);
    const isEach = at.at(-1) === 'each';
    if (isEach && !isInside) {
      const expected = 'a path through the list of the quantities, or a list it is inside of';
      refuse(context, at, expected, 'Write the path with its [], or name as column what the record says once.');
    } else if (!isEach && through.length > 0 && at[0] !== 'service' && at[0] !== 'optional') {
      const remedy = 'Only quantities, which are added up, may lead through a list, and each of what divides them.';
      refuse(context, at, 'a path to one value', remedy);
    } else if (through.length > 0 && !(isInside && (through.length === list.length || at[0] !== 'service'))) {
      refuse(context, at, 'the same list as the other quantities', 'Quantities may lead through one list only.');
    }
    const inner = places.find((other) => leadsInto(steps, jsonPath(other.path) ?? []));
    if (inner !== undefined)
      refuse(context, at, 'a path to a value', `"${inner.path}" says that it is no value itself.`);
  }
}

/** What divides records is of events: an aggregate or a counter that is said anew need not be divided as it was before. */
export function checkSplitting(source: JsonSource, context: Context): void {
  if (source.records === 'events') return;
  for (const { at } of placesOf(source)) {
    if (at.at(-1) !== 'each') continue;
    refuse(context, at, `no each in ${source.records}`, 'Leave it out, or write records: events.');
  }
}

/** The list quantities lead through, as steps; empty when they lead through none. */
function listOfQuantities({ service }: JsonSource): ReturnType<typeof listOfPath> {
  const paths = service.rules.flatMap(({ quantities }) => quantities.map(({ column }) => jsonPath(column) ?? []));
  return listOfPath(paths.find((steps) => steps.includes(null)) ?? []);
}

interface NamedPlace {
  readonly at: readonly (string | number)[];
  readonly path: string;
}

/** Fields the items of a list may differ in, in the order identities have them. */
export const SPLITTING = ['ratingGroup', 'fiveQi', 'technology'] as const;

/** Every column or path a definition names, and where it names it. */
export function placesOf(source: MappedSource): NamedPlace[] {
  const { network, slice, service } = source;
  const columns = [
    'start',
    'end',
    'direction',
    'outcome',
    'apn',
    'technology',
    'session',
    'chargingId',
    'sequence',
  ] as const;
  const more = [
    'fiveQi',
    'ratingGroup',
    'recordType',
    'otherParty',
    'imei',
    'charge',
    'tax',
    'currency',
    'cycle',
  ] as const;
  const places: NamedPlace[] = [
    ...source.identifiers.map(({ column }, i) => ({ at: ['identifiers', i, 'column'], path: column })),
    ...source.identity.map((path, i) => ({ at: ['identity', i], path })),
    ...[...columns, ...more].map((field) => ({ at: [field, 'column'], path: source[field]?.column ?? '' })),
    ...SPLITTING.map((field) => ({ at: [field, 'each'], path: source[field]?.each ?? '' })),
    ...(['column', 'mcc', 'mnc'] as const).map((field) => ({ at: ['network', field], path: network[field] })),
    ...(['column', 'sst', 'sd'] as const).map((field) => ({ at: ['slice', field], path: slice[field] })),
    { at: ['service', 'column'], path: service.column },
    ...service.rules.flatMap((rule, i) =>
      rule.quantities.map(({ column }, j) => ({
        at: ['service', 'rules', i, 'quantities', j, 'column'],
        path: column,
      })),
    ),
    ...source.optional.map((path, i) => ({ at: ['optional', i], path })),
  ];
  return places.filter(({ path }) => path !== '');
}
