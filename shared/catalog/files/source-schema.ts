import * as z from 'zod';
import { isTimeZone } from '#shared/time/local-date.ts';
import { isService } from '#shared/usage/usage-key-text.ts';
import { nearestName } from '../catalog-problem.ts';
import { readSchedule } from '../schedule.ts';
import { QUANTITY_MEASURES, QUANTITY_UNITS, type SourceDefinition } from '../source.ts';
import { flag, listOf, wholeNumber, written } from '../written.ts';
import { jsonPath } from './json-path.ts';
import {
  checkAmounts,
  checkFileName,
  checkNoAmounts,
  checkPaths,
  checkReadings,
  checkService,
  checkSplitting,
  unitFits,
} from './source-checks.ts';

const text = z.string().max(200);
const basics = {
  name: written(
    'a name of lower-case letters, digits and hyphens, such as emnify-csv',
    (found) => (/^[a-z0-9][a-z0-9-]{0,59}$/.test(found) ? found : undefined),
    () => 'Shorten or rewrite it.',
  ),
  carrier: written(
    'a carrier of letters, digits and hyphens, as its folder is named',
    (found) => (/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/.test(found) ? found : undefined),
    () => 'Write the name of its folder below incoming/.',
  ),
  fileNamePattern: written(
    'a file name in which * stands for any characters, such as usage_*.csv',
    (found) => (isFileNamePattern(found) ? found : undefined),
    () => 'Write at most three *, one {asOf}, no other braces and no folder.',
  ).default('*'),
  schedule: written(
    'when its files are due: hourly, daily by 06:00 (UTC), or daily by 06:00 Europe/Berlin',
    (found) => (readSchedule(found) === undefined ? undefined : found),
    () => 'Write hourly, or daily by HH:MM and a time zone; leave it out for files that come at any time.',
  ).default(''),
  amounts: flag.default(false),
};
const zone = written(
  'an IANA time zone, such as Europe/Berlin',
  (found) => (isTimeZone(found) ? found : undefined),
  () => 'Write area/city; an offset such as +02:00 has no summer time.',
).default('UTC');
/** How a time is written. */
export const timeFormat = written(
  'a time format: iso, epochSeconds, epochMilliseconds, or a pattern such as yyyy-MM-dd HH:mm:ss',
  (found) => (isTimeFormat(found) ? found : undefined),
  () => 'Write a pattern with yyyy and MM, and dd, HH, mm and ss as far as they are there.',
);
const direction = z.enum(['mo', 'mt', '']);
const ruleService = written(
  'data, sms, voice, supplementary, event:<name>, or value for what the column says',
  (found) => (found === 'value' || isService(found) ? found : undefined),
  (found) => {
    const near = nearestName(found, ['data', 'sms', 'voice', 'supplementary', 'value']);
    return near === '' ? `Write event:${found} if it is an event.` : `Did you mean ${near}?`;
  },
);
const prefixes = listOf(text.min(1)).default([]);
const NO_TEXT = { column: '', constant: '', prefixes: [] };

/** What a definition says of the values of a record; `place` is the schema of where a value stands. */
function mapping<Splitting extends z.ZodType>(place: z.ZodType<string>, splittingColumn: Splitting) {
  const optional = z.union([z.literal(''), place]).default('');
  const timeColumn = z.strictObject({
    column: optional,
    formats: z.array(timeFormat).min(1).max(5).default(['iso']),
    zone,
  });
  return {
    records: z.enum(['events', 'aggregates', 'counters']).default('events'),
    decimalSeparator: z.enum(['.', ',']).default('.'),
    optional: z.array(place).max(1000).default([]),
    identifiers: z
      .array(z.strictObject({ kind: z.enum(['imsi', 'iccid', 'msisdn', 'eid', 'device']), column: place, prefixes }))
      .min(1)
      .max(5),
    identity: z.array(place).min(1).max(20),
    start: timeColumn,
    end: timeColumn.default({ column: '', formats: ['iso'], zone: 'UTC' }),
    service: z.strictObject({ column: optional, rules: z.array(serviceRule(place)).min(1).max(50) }),
    direction: z
      .strictObject({ column: optional, values: z.record(text, direction) })
      .default({ column: '', values: {} }),
    outcome: z
      .strictObject({ column: optional, values: z.record(text, z.enum(['counts', 'failed'])) })
      .default({ column: '', values: {} }),
    network: z
      .strictObject({ column: optional, constant: text.default(''), prefixes, mcc: optional, mnc: optional })
      .refine((network) => (network.mcc === '') === (network.mnc === ''), 'mcc and mnc come together')
      .default({ ...NO_TEXT, mcc: '', mnc: '' }),
    ...texts(place, splittingColumn),
    asOf: z
      .discriminatedUnion('from', [
        z.strictObject({ from: z.literal('arrival') }),
        z.strictObject({ from: z.literal('fileName'), format: timeFormat, zone }),
      ])
      .default({ from: 'arrival' }),
    cycle: z
      .strictObject({ column: optional, monthlyOn: wholeNumber(28).default(0), zone })
      .refine(
        (cycle) => cycle.column === '' || cycle.monthlyOn === 0,
        'a cycle is named by a column or begins on a day',
      )
      .default({ column: '', monthlyOn: 0, zone: 'UTC' }),
  };
}

/** A text: the column it stands in, or more of it. */
function textOf(place: z.ZodType<string>) {
  return z.union([
    place.transform((column) => ({ ...NO_TEXT, column })),
    z.strictObject({ column: z.union([z.literal(''), place]).default(''), constant: text.default(''), prefixes }),
  ]);
}

/** A text that the items of a list may differ in. */
function splittingTextOf(place: z.ZodType<string>) {
  const split = z
    .strictObject({ column: z.union([z.literal(''), place]).default(''), each: place })
    .transform((found) => ({ ...NO_TEXT, ...found }));
  return z.union([...textOf(place).options, split]);
}

function texts<Splitting extends z.ZodType>(place: z.ZodType<string>, splittingColumn: Splitting) {
  const optional = z.union([z.literal(''), place]).default('');
  const textColumn = textOf(place).default(NO_TEXT);
  return {
    apn: textColumn,
    technology: splittingColumn,
    slice: z
      .union([
        place.transform((column) => ({ ...NO_TEXT, column, sst: '', sd: '' })),
        z.strictObject({ column: optional, constant: text.default(''), prefixes, sst: optional, sd: optional }),
      ])
      .default({ ...NO_TEXT, sst: '', sd: '' }),
    fiveQi: splittingColumn,
    ratingGroup: splittingColumn,
    session: textColumn,
    chargingId: textColumn,
    sequence: textColumn,
    recordType: textColumn,
    otherParty: textColumn,
    imei: textColumn,
    charge: textColumn,
    tax: textColumn,
    currency: textColumn,
  };
}

function serviceRule(place: z.ZodType<string>) {
  return z.strictObject({
    value: text.default(''),
    service: ruleService,
    direction: direction.default(''),
    quantities: z.array(quantityColumn(place)).min(1).max(20),
    withoutQuantity: z.enum(['reject', 'zero']).default('reject'),
  });
}

function quantityColumn(place: z.ZodType<string>) {
  return z
    .strictObject({
      measure: z.enum(QUANTITY_MEASURES),
      column: z.union([z.literal(''), place]),
      unit: z.enum(QUANTITY_UNITS),
      fraction: z.enum(['reject', 'up', 'down', 'nearest']).default('reject'),
      direction: direction.default(''),
    })
    .refine(
      (quantity) => unitFits(quantity.measure, quantity.unit),
      'the unit does not fit the measure: octets for bytes, time for seconds, piece for count',
    );
}

/** Name of a column. */
export const columnName = z.string().min(1).max(200).describe('the name of a column');
/** A path into JSON. */
export const path = written(
  'a path such as sim.iccid or units[].volume',
  (found) => (jsonPath(found) === undefined ? undefined : found),
  () => 'Write keys with a dot between them; a key with dots or brackets goes in double quotes.',
);
/** A source of TAP3 files. */
export const tap3Source = z.strictObject({
  ...basics,
  format: z.literal('tap3'),
  records: z.literal('events').default('events'),
});
/** A source of charging records of 3GPP. */
export const ts32298Source = z
  .strictObject({
    ...basics,
    format: z.literal('ts32298'),
    records: z.literal('events').default('events'),
  })
  .superRefine(checkNoAmounts);
/** A source of delimited text. */
export const delimitedSource = z
  .strictObject({
    ...basics,
    format: z.literal('delimited'),
    delimiter: z.enum([',', ';', '\t', '|']).default(','),
    quote: z.enum(['"', "'", '']).default('"'),
    columns: z.array(columnName).max(1000).default([]),
    skipLines: wholeNumber(1000).default(0),
    skipRows: listOf(text.min(1)).default([]),
    trailer: z
      .strictObject({ firstField: text.min(1), countField: wholeNumber(1000) })
      .default({ firstField: '', countField: 0 }),
    ...mapping(columnName, textOf(columnName).default(NO_TEXT)),
  })
  .superRefine(checkFileName)
  .superRefine(checkService)
  .superRefine(checkAmounts)
  .superRefine(checkReadings);
/** A source of JSON. */
export const jsonSource = z
  .strictObject({
    ...basics,
    format: z.literal('json'),
    recordsAt: z.union([z.literal(''), path]).default(''),
    ...mapping(path, splittingTextOf(path).default(NO_TEXT)),
  })
  .superRefine(checkFileName)
  .superRefine(checkService)
  .superRefine(checkAmounts)
  .superRefine(checkReadings)
  .superRefine(checkPaths)
  .superRefine(checkSplitting);

/** Reads a source definition as an operator writes it, with its defaults filled in. Unknown fields are errors. */
export const sourceDefinition: z.ZodType<SourceDefinition> = z.discriminatedUnion('format', [
  tap3Source,
  delimitedSource,
  jsonSource,
  ts32298Source,
]);

/** A pattern that is quick to match: few wildcards, one time at most. */
function isFileNamePattern(pattern: string): boolean {
  return (
    pattern.length <= 200 &&
    pattern !== '' &&
    (pattern.match(/\*/g) ?? []).length <= 3 &&
    pattern.split('{asOf}').length <= 2 &&
    !/[{}/]/.test(pattern.replace('{asOf}', ''))
  );
}

/** Whether a time format is one that can be read: a named one, or a pattern that has at least year and month and repeats nothing. */
function isTimeFormat(format: string): boolean {
  if (['iso', 'epochSeconds', 'epochMilliseconds'].includes(format)) return true;
  const tokens: readonly string[] = format.match(/yyyy|MM|dd|HH|mm|ss/g) ?? [];
  const order = ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'].filter((token) => tokens.includes(token));
  return (
    format.length <= 60 &&
    tokens.length >= 2 &&
    new Set(tokens).size === tokens.length &&
    order.every((token, i) => token === ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss'][i])
  );
}
