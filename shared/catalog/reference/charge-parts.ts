import * as z from 'zod';
import { matchSchema } from '../files/read-match.ts';
import { oneTimeSchema } from '../files/read-one-time.ts';
import { propertyValues } from '../files/read-properties.ts';
import { COUNTED, MOST_COUNTED, propertySchema, recurringSchema } from '../files/read-recurring.ts';
import { MOST_SEASONS, seasonalSchema } from '../files/read-seasonal.ts';
import { usageSchema } from '../files/read-usage-charge.ts';
import { id, wholeNumber } from '../written.ts';
import { is, listOfParts, type Meaning, type Part } from './part.ts';

const properties = z.record(id, propertyValues).optional();
const quantity = z.union([COUNTED, z.literal('one'), wholeNumber(MOST_COUNTED), propertySchema]).optional();

const CHARGE: Part = {
  name: 'charge',
  title: 'Charge',
  says: 'One of the three below, told apart by `kind`.',
  schema: z.union([is('recurringCharge'), is('oneTimeCharge'), is('usageCharge')]),
  fields: {},
  example: '',
};

const BASICS: Readonly<Record<string, Meaning>> = {
  id: { means: 'Once in its version; allowances, commitments, discounts and agreements name it.', example: 'fee' },
  name: { means: 'As it stands on invoices.', example: 'Monthly fee' },
  taxCategory: {
    means: 'What it is to the tax law.',
    values: { telecom: 'telecommunications', service: 'another service', goods: 'goods' },
  },
};
const STATES: Readonly<Record<string, string>> = {
  inventory: 'in stock',
  test: 'being tried',
  ready: 'handed out, not yet used',
  active: 'in use',
  suspended: 'barred for a while',
};

const RECURRING: Part = {
  name: 'recurringCharge',
  title: 'Recurring charge',
  says: "A fee for each interval. A suspended fee is another charge. Discounts of amounts count what is for the payer's periods alone; a percentage is let off intervals of subscriptions too, and commitments count what of them lies in a period.",
  schema: recurringSchema.extend({
    price: is('price'),
    properties,
    quantity,
    seasons: listOfParts('seasonalPrice').max(MOST_SEASONS).default([]),
  }),
  fields: {
    kind: 'Says that it is one.',
    ...BASICS,
    price: { means: 'Of one of the quantity for a whole interval; bounds and packages are numbers.', example: '2.00' },
    quantity: {
      means: 'What is counted.',
      example: '{ property: sensors }',
      otherwise: '`subscriptions`',
      fields: { property: { means: 'Name of the property of a subscription that says how many.', example: 'sensors' } },
      values: {
        subscriptions: 'by their chargeable days',
        peak: 'the day with most of them',
        atEnd: 'those of the last day',
        used: 'those with usage in the period',
        one: 'one, however many there are',
      },
    },
    minimum: {
      means: 'The quantity that is charged at least while any subscription counts.',
      example: '100',
      otherwise: '0',
    },
    count: {
      means: 'Over what it is counted.',
      values: { account: 'shared over business units by days', businessUnit: 'each by itself' },
    },
    months: { means: 'How many months an interval has.', example: '12', otherwise: '1' },
    startsOn: {
      means: 'When intervals of each subscription begin.',
      values: {
        billingDay: 'on the billing day at or before its start on the plan',
        anniversary: 'on the day of its start',
      },
    },
    due: {
      means:
        'When it is due. What is known only at the end (`peak`, `atEnd`, `used`, volume and stair-step prices) is in arrears.',
      otherwise: '`advance`, else `arrears`',
      values: { advance: "at the interval's start", arrears: 'at its end' },
    },
    proration: {
      means: 'Of an interval that is only in part chargeable.',
      values: { day: 'chargeable days ÷ days of the interval', none: 'whole if any day counts' },
    },
    days: {
      means: 'Days of a month.',
      values: { calendar: 'those it has', 30: '30E/360: the last day of a month is its thirtieth' },
    },
    states: {
      means: 'States whose days are charged.',
      example: '[active, suspended]',
      otherwise: '`active`',
      values: STATES,
    },
    dayRule: {
      means:
        'Which state of a day decides. A day of activation is active, whatever it ends in; the day of termination goes by `lastDay`.',
      values: { endOfDay: 'that at its end', anyTime: 'any it had' },
    },
    lastDay: {
      means:
        'The day of termination, whether it is terminated with its first moment or later. It is charged to whom it was until then, also where the assignment or an add-on ends with it.',
      values: { free: 'is not charged', counts: 'is charged' },
    },
    properties: {
      means:
        'Only days on which a subscription has them: its properties, its details `category`, `service`, `salesperson` and `reference`, and `tags.north: yes` where it has the tag north.',
      example: '{ tariff: [eco, night], sensors: 12 }',
      otherwise: 'all days',
    },
    seasons: {
      means:
        'What holds in seasons, day by day; of several the first. Only with `proration: day` of `subscriptions`, a number or a property, without `minimum`, at a price for each or volume tiers without flat fees; a price of its own is of the same model.',
      example: '[{ season: summer, factor: 2 }]',
      otherwise: 'none',
    },
    refund: {
      means: 'Of what was charged in advance and falls away.',
      values: { day: 'credited by days', none: 'kept; a lower price, another version or unit is credited' },
    },
  },
  example: `charges:
  - { kind: recurring, id: line, name: Line, price: { model: volume, tiers: [{ upTo: 99, price: 2.00 }, { price: 1.60 }] } }
  - { kind: recurring, id: year, name: Yearly fee, months: 12, price: 120.00 }
  - { kind: recurring, id: sensors, name: Sensors, quantity: { property: sensors }, price: 0.40 }
  - { kind: recurring, id: platform, name: Platform, quantity: one, price: 99.00 }
  - { kind: recurring, id: rest, name: Suspended, states: suspended, price: 0.50 }
`,
};

const ONE_TIME: Part = {
  name: 'oneTimeCharge',
  title: 'One-time charge',
  says: 'Due once of each subscription: at an event, or on a day. What is sold outside plans is an order of the inventory.',
  schema: oneTimeSchema.extend({ price: is('price'), properties }),
  fields: {
    kind: 'Says that it is one.',
    ...BASICS,
    at: {
      means: 'The event it is due at; this or `date`.',
      otherwise: 'none',
      values: {
        activation: 'the first',
        reactivation: 'every later one',
        suspension: 'each',
        termination: 'the end',
        planChange: 'onto this plan from another',
      },
    },
    date: {
      means: 'The day it is due, of every subscription that counts at its end.',
      example: '2026-07-01',
      otherwise: 'none',
    },
    states: { means: 'With `date`: states of a subscription that count.', otherwise: '`active`', values: STATES },
    properties: {
      means: 'Only of subscriptions that have them then, properties or details as of recurring charges.',
      example: '{ tariff: eco }',
      otherwise: 'all',
    },
    term: {
      means:
        'With `at: termination`: months a subscription is bound to the plan from its first active day on it. The price is then for the months that are left, begun ones too: an amount for each, or a table (`stairStep`); nothing after the term. Months end on the day of the month the term began on, or on the last of one that lacks it.',
      example: '24',
      otherwise: 'none',
    },
    price: { means: 'Of each subscription by itself.', example: '5.00' },
  },
  example: `charges:
  - { kind: oneTime, id: setup, name: Activation, at: activation, price: 5.00 }
  - { kind: oneTime, id: leave, name: Early termination, at: termination, term: 24, price: 3.00 }
  - kind: oneTime
    id: leave-table
    name: Early termination
    at: termination
    term: 24
    price: { model: stairStep, tiers: [{ upTo: 6, amount: 20 }, { upTo: 12, amount: 50 }, { amount: 100 }] }
`,
};

const USAGE: Part = {
  name: 'usageCharge',
  title: 'Usage charge',
  says: 'The price of usage. Of the charges of a version the first whose `match` fits prices a record; one that earlier ones always hide, alone or together, is refused. Where records are joined to sessions (`rounding`), a session is what counts as a record: a call of three partials has one connection fee, one minimum.',
  schema: usageSchema.extend({
    match: is('match').optional(),
    price: is('price'),
    seasons: listOfParts('seasonalPrice').max(MOST_SEASONS).default([]),
  }),
  fields: {
    kind: 'Says that it is one.',
    ...BASICS,
    match: { means: 'Which usage it is for.', example: '{ services: data, zones: [eu] }', otherwise: 'all' },
    measure: {
      means: 'What is counted of a record.',
      values: {
        bytes: 'octets both ways',
        bytesUp: 'octets sent',
        bytesDown: 'octets received',
        seconds: 'duration',
        records: 'the records',
        count: 'pieces, such as messages',
        property: 'as many as a property of its subscription says',
        amount:
          "what its carrier charges for it, net, in the plan's currency by the rate of its day; records without an amount go on to the next charge",
      },
    },
    property: { means: 'Name of the property, with `measure: property`.', example: 'sensors', otherwise: 'none' },
    unit: {
      means: 'What the price is for one of.',
      example: 'MB',
      otherwise: 'the only one that fits (`piece`), else needed',
    },
    increment: {
      means: 'What usage is raised to: first and next, or one for both.',
      example: '60 s/1 s',
      otherwise: 'each octet, second, piece',
    },
    rounding: {
      means:
        'What is summed before it is raised to increments, whatever version of the plan it is under. Each record is raised by the increment of its own version; what earlier ones were raised to counts.',
      otherwise: '`record`; of a charge of voice alone `session`',
      values: {
        record: 'nothing: each record',
        session:
          'partial records of one call: of one charging id, service and direction, each within a day of the end of those before it; what counts in two periods is two',
        day: 'a local day',
        period: 'a period',
      },
    },
    count: {
      means: 'Over what tiers count.',
      values: {
        record: 'anew in each',
        subscription: 'each subscription',
        pool: 'the pool that covers it',
        account: 'all of the account',
      },
    },
    price: { means: 'Of one unit, or of what is counted.', example: '0.10' },
    usageDiscount: {
      means: 'What is free of each count before it is priced.',
      example: '{ quantity: 10 MB }',
      otherwise: 'none',
      fields: {
        percent: { means: 'So much of it.', example: '50', otherwise: '0' },
        quantity: { means: 'So much.', example: '10 MB', otherwise: 'none' },
      },
    },
    seasons: {
      means: 'What holds in seasons, of several the first. Of a customer with an own price only factors hold.',
      example: '[{ season: summer, factor: 1.5 }]',
      otherwise: 'none',
    },
    connectionFee: {
      means: 'For each record of more than nothing, whatever covers it.',
      example: '0.05',
      otherwise: '0',
    },
    minimum: {
      means:
        'Least for each record of more than nothing, fee included, whatever covers it; not where tiers count over a pool or account.',
      example: '0.10',
      otherwise: '0',
    },
    maximum: { means: 'Most for each record; for charges no allowance covers.', example: '5.00', otherwise: 'none' },
    whenSuspended: {
      means: 'Usage while the subscription is suspended.',
      values: { charge: 'is charged', free: 'costs nothing', suspense: 'is listed until somebody decides' },
    },
    flatAtZero: {
      means:
        'Whether the flat amount, or that of the first tier, is due without usage too: of each subscription that could have used it, or once of what it counts over.',
      otherwise: '`false`',
    },
    hidden: { means: 'Of a charge at price 0: whether its lines are left off the invoice.', otherwise: '`false`' },
  },
  example: `charges:
  - kind: usage
    id: data-eu
    name: Data in Europe
    match: { services: data, zones: [eu] }
    measure: bytes
    unit: MB
    increment: 1 kB
    price: 0.10
`,
};

const MATCH: Part = {
  name: 'match',
  title: 'Match',
  says: 'Which usage a charge is for: all that is named must fit, and of each list one.',
  schema: matchSchema.extend({ properties }),
  fields: {
    services: {
      means: 'What a record is about: `data`, `sms`, `voice`, `supplementary`, or `event:` and a name.',
      example: '[data]',
      otherwise: 'all',
    },
    directions: { means: 'Who began it.', otherwise: 'both', values: { mo: 'the subscription', mt: 'somebody else' } },
    zones: { means: "Zones of the plan's zone model.", example: '[eu]', otherwise: 'all' },
    carriers: { means: 'Carriers of sources.', example: '[orbitsim]', otherwise: 'all' },
    networks: { means: 'Serving networks, or beginnings of them.', example: '[DEUD1, 262]', otherwise: 'all' },
    apns: { means: 'Access points.', example: '[iot.acme]', otherwise: 'all' },
    technologies: { means: 'Radio technologies as records name them.', example: '[NB-IoT]', otherwise: 'all' },
    slices: { means: '5G slices.', example: '[1-0000AB]', otherwise: 'all' },
    fiveQis: { means: 'Classes of quality: 5QI or QCI.', example: '[9]', otherwise: 'all' },
    ratingGroups: { means: 'Rating groups of the network.', example: '[100]', otherwise: 'all' },
    bands: { means: 'Time bands it starts in.', example: '[night]', otherwise: 'all' },
    properties: {
      means: 'Properties its subscription has then, each one of these values; its details as of recurring charges.',
      example: '{ model: [x1, x2] }',
      otherwise: 'any',
    },
  },
  example: '',
};

const SEASONAL: Part = {
  name: 'seasonalPrice',
  title: 'Price in a season',
  says: 'A factor, or a price of its own.',
  schema: seasonalSchema.extend({ price: is('price').optional() }),
  fields: {
    season: { means: 'Which.', example: 'summer' },
    factor: { means: 'What amounts are multiplied by.', example: '1.5', otherwise: 'none' },
    price: { means: 'Instead of the price of the charge.', otherwise: 'none' },
  },
  example: '',
};

/** What is charged, for what, and what is said of it. */
export const CHARGE_PARTS: readonly Part[] = [CHARGE, RECURRING, ONE_TIME, USAGE, MATCH, SEASONAL];
