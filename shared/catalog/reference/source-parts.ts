import * as z from 'zod';
import { delimitedSource, jsonSource, tap3Source, ts32298Source } from '../files/source-schema.ts';
import { PRESETS } from '../presets/presets.ts';
import { is, type Meaning, type Part } from './part.ts';

const SOURCE: Part = {
  name: 'source',
  title: 'Source of usage files',
  says: "What a carrier's usage files look like and what their records mean. One of the forms below, told apart by `format`, or a `preset` with what differs from it. `billing source list` tells the presets, `billing source test FILE` what a file is read as.",
  schema: z.union([is('presetSource'), is('tap3Source'), is('ts32298Source'), is('delimitedSource'), is('jsonSource')]),
  fields: {},
  example: `sources:
  - { name: roamhub-tap, carrier: roamhub, format: tap3 }
  - { name: orbitsim-daily, carrier: orbitsim, preset: emnify-csv, fileNamePattern: usage_*.csv, schedule: "daily by 06:00" }
`,
};

const BASICS: Readonly<Record<string, Meaning>> = {
  name: { means: 'Once in the catalogue; decisions about files name it.', example: 'orbitsim-daily' },
  carrier: { means: 'Its folder below `incoming/`.', example: 'orbitsim' },
  fileNamePattern: {
    means:
      "Which of the carrier's files it is for: `*` stands for any characters, `{asOf}` for the time the file speaks of.",
    example: 'usage_*.csv',
    otherwise: 'all',
  },
  schedule: {
    means: 'When its files are due: one that is missing is told.',
    example: 'daily by 06:00 Europe/Berlin',
    otherwise: 'at no time in particular',
  },
  amounts: {
    means:
      'Whether what the carrier charges is kept with each record, for plans that charge by it (`measure: amount`). What was loaded before has none: replay its files.',
    otherwise: '`false`',
  },
  format: 'How its files are written.',
  records: {
    means: 'What a record is.',
    values: {
      events: 'something that happened: sent twice it is one, the first stands',
      aggregates: 'a total that replaces itself: the latest of an identity stands',
      counters: 'how far a counter has come: usage is the difference to the reading before',
    },
  },
};
const { records: _records, ...FIXED } = BASICS;
const { format: _format, ...OF_PRESET } = FIXED;
const EVENTS: Meaning = 'Always events.';
const ZONE: Meaning = {
  means: 'Of times without an offset; a local time that comes twice is the earlier.',
  example: 'Europe/Berlin',
  otherwise: 'UTC',
};
const COLUMN: Meaning = {
  means: 'Where it stands: name of a column, or of JSON a path.',
  example: 'start_time',
  otherwise: 'none',
};
const PREFIXES: Meaning = { means: 'What stands before it and is taken off.', example: '[imsi-]', otherwise: 'none' };

const TIME: Readonly<Record<string, Meaning>> = {
  column: COLUMN,
  formats: {
    means: 'Tried in order: `iso`, `epochSeconds`, `epochMilliseconds`, or a pattern; one without hours is a day.',
    example: '[yyyy-MM-dd HH:mm:ss]',
    otherwise: '[iso]',
  },
  zone: ZONE,
};
const TEXT: Readonly<Record<string, Meaning>> = {
  column: COLUMN,
  constant: { means: 'The same for every record.', otherwise: 'none' },
  prefixes: PREFIXES,
};
const text = (means: string): Meaning => ({ means, otherwise: 'not said', fields: TEXT });
/** A text that the items of a JSON record's list may differ in. */
const splitting = (means: string): Meaning => ({
  means: `${means} Items of a record that differ in it are records of their own.`,
  otherwise: 'not said',
  fields: {
    ...TEXT,
    each: {
      means:
        'Where an item says it, in the list quantities come from or one around it; an item that does not has what `column` says.',
      example: 'units[].ratingGroup',
    },
  },
});
const DIRECTION: Meaning = {
  means: 'Who began it.',
  otherwise: 'not said',
  values: { mo: 'the subscription', mt: 'somebody else' },
};

const TECHNOLOGY = 'The radio technology.';
const FIVE_QI = 'Class of quality: 5QI or QCI.';
const RATING_GROUP = 'The rating group.';

const MAPPING: Readonly<Record<string, Meaning>> = {
  decimalSeparator: 'Between whole and decimals.',
  optional: { means: 'Columns that may be missing: they then count as empty.', otherwise: 'none' },
  identifiers: {
    means: 'Identifiers in order of preference; a record belongs to the first that is not empty.',
    fields: {
      kind: {
        means: 'What it is.',
        values: {
          imsi: 'of a SIM profile',
          iccid: 'of a card',
          msisdn: 'a number',
          eid: 'of an eSIM',
          device: "the platform's",
        },
      },
      column: COLUMN,
      prefixes: PREFIXES,
    },
  },
  identity: {
    means:
      "Columns that together are the carrier's identity of a record: equal in two of one UTC month only if they are the same.",
    example: '[id]',
  },
  start: { means: 'When the usage began; of a counter, when it was read.', fields: TIME },
  end: {
    means: 'When it ended; without a quantity of seconds it gives the duration.',
    otherwise: 'not said',
    fields: TIME,
  },
  service: {
    means: 'What a record is about, and which quantities it has.',
    fields: {
      column: COLUMN,
      rules: {
        means: "By the column's text; without a column one rule is for all, and several make a record each.",
        fields: {
          value: { means: "The column's text; `prefix*` by its beginning.", otherwise: 'none' },
          service: { means: 'What it is then; `value` takes the text itself.', example: 'data' },
          direction: DIRECTION,
          quantities: {
            means: 'What is counted; two of one measure add up.',
            fields: {
              measure: {
                means: 'As what.',
                values: {
                  bytesUp: 'octets sent',
                  bytesDown: 'octets received',
                  bytesUnsplit: 'octets beside those',
                  bytesTotal: 'all octets: what is not given as up or down is added',
                  seconds: 'duration',
                  count: 'pieces',
                },
              },
              column: { means: 'Where it stands; empty is one for each record.', example: 'bytes' },
              unit: 'What it is in.',
              fraction: {
                means: 'A part of an octet, second or piece.',
                values: { reject: 'the record is rejected', up: 'up', down: 'down', nearest: 'half up' },
              },
              direction: DIRECTION,
            },
          },
          withoutQuantity: {
            means: 'A record whose quantities are all empty.',
            values: { reject: 'is rejected', zero: 'is of nothing' },
          },
        },
      },
    },
  },
  direction: {
    means: 'Where it says who began it; values not listed are rejected.',
    otherwise: 'the rules say it',
    fields: {
      column: COLUMN,
      values: { means: 'What its texts mean: `mo`, `mt` or nothing.', example: '{ OUT: mo, IN: mt }' },
    },
  },
  outcome: {
    means: 'Where it says whether it came about; values not listed are as `*` says.',
    otherwise: 'everything counts',
    fields: {
      column: COLUMN,
      values: { means: 'What its texts mean: `counts` or `failed`.', example: '{ ANSWERED: counts, "*": failed }' },
    },
  },
  network: {
    means: 'The serving network: TADIG code, or MCC and MNC.',
    otherwise: 'not said',
    fields: {
      ...TEXT,
      mcc: { means: 'Where the MCC stands.', otherwise: 'none' },
      mnc: { means: 'Where the MNC stands.', otherwise: 'none' },
    },
  },
  apn: text('The access point.'),
  technology: text(TECHNOLOGY),
  slice: {
    means: 'The 5G slice.',
    otherwise: 'not said',
    fields: {
      ...TEXT,
      sst: { means: 'Where its type stands.', otherwise: 'none' },
      sd: { means: 'Where its differentiator stands.', otherwise: 'none' },
    },
  },
  fiveQi: text(FIVE_QI),
  ratingGroup: text(RATING_GROUP),
  session: text('What joins partial records of one session.'),
  chargingId: text('The number the network gave the session.'),
  sequence: text('Number of the record in its session or at its sender.'),
  recordType: text('What the carrier calls such a record.'),
  otherParty: text('The other party; only its first digits are rated.'),
  imei: text('The device.'),
  charge: text('What the carrier charges for it.'),
  tax: text('The tax on that.'),
  currency: text('In which currency.'),
  asOf: {
    means: 'When aggregates were true, and counters read: the latest stands.',
    otherwise: 'the arrival of the file',
    fields: {
      from: "`arrival`, or `fileName`: the time in the file's name.",
      format: 'How that is written.',
      zone: ZONE,
    },
  },
  cycle: {
    means: 'When a counter begins anew.',
    otherwise: 'when a reading is below the one before',
    fields: {
      column: COLUMN,
      monthlyOn: { means: 'Local midnight of this day of each month.', otherwise: 'none' },
      zone: ZONE,
    },
  },
};

const PRESET: Part = {
  name: 'presetSource',
  title: 'Source from a preset',
  says: 'A field takes the place of that of the preset; of `start`, `end`, `service`, `direction`, `outcome`, `network`, `slice` and `cycle` each field inside does. All fields of delimited text and JSON may stand here.',
  schema: z.looseObject({
    preset: z.enum(Object.keys(PRESETS) as [string, ...string[]]),
    ...tap3Source.omit({ format: true, records: true }).shape,
  }),
  fields: {
    ...OF_PRESET,
    preset: {
      means: 'Which.',
      values: Object.fromEntries(Object.entries(PRESETS).map(([name, { about }]) => [name, about])),
    },
  },
  example: '',
};

const TAP3: Part = {
  name: 'tap3Source',
  title: 'TAP3',
  says: 'GSMA TAP 3.10 to 3.12. The format says all there is to know.',
  schema: tap3Source,
  fields: { ...FIXED, records: EVENTS },
  example: '',
};

const TS32298: Part = {
  name: 'ts32298Source',
  title: '3GPP charging records',
  says: 'TS 32.298, bare or in files of TS 32.297. The format says all there is to know.',
  schema: ts32298Source,
  fields: { ...FIXED, records: EVENTS },
  example: '',
};

const DELIMITED: Part = {
  name: 'delimitedSource',
  title: 'Delimited text',
  says: 'CSV and its like, column by column.',
  schema: delimitedSource,
  fields: {
    ...BASICS,
    delimiter: 'Between columns.',
    quote: {
      means: 'Around fields that hold delimiters, line breaks, and the quote doubled; empty: quotes mean nothing.',
    },
    columns: { means: 'Names by position, for files without a header line.', otherwise: 'the first line names them' },
    skipLines: { means: 'Lines before the header line, or before the first record.', otherwise: '0' },
    skipRows: { means: 'First fields of lines that are no records; `#*` by their beginning.', otherwise: 'none' },
    trailer: {
      means: 'The line that ends a file.',
      otherwise: 'none',
      fields: {
        firstField: 'Its first field.',
        countField: 'Which of its fields, from 1, says how many records there are.',
      },
    },
    ...MAPPING,
  },
  example: '',
};

const JSON_LINES: Part = {
  name: 'jsonSource',
  title: 'JSON',
  says: 'One document, an array of records, or one object a line; which, is seen from the content. A path names keys from the record on, `sim.iccid`; `units[].volume` goes through a list, for quantities and `each` of what divides them. A key with a dot or bracket is written in double quotes.',
  schema: jsonSource,
  fields: {
    ...BASICS,
    recordsAt: {
      means: 'Where in a document the list of records stands.',
      example: 'data.items',
      otherwise: 'the document is a record or a list of them',
    },
    ...MAPPING,
    technology: splitting(TECHNOLOGY),
    fiveQi: splitting(FIVE_QI),
    ratingGroup: splitting(RATING_GROUP),
  },
  example: '',
};

/** What carriers' files look like. */
export const SOURCE_PARTS: readonly Part[] = [SOURCE, PRESET, TAP3, TS32298, DELIMITED, JSON_LINES];
