import * as z from 'zod';
import {
  flatSchema,
  packageSchema,
  percentageSchema,
  stairSchema,
  tieredSchema,
  tierSchema,
  unitSchema,
} from '../files/read-price.ts';
import { decimal } from '../written.ts';
import { is, type Part } from './part.ts';

const PRICE: Part = {
  name: 'price',
  title: 'Price',
  says: 'A number is so much for each unit; the rest are mappings, told apart by `model`. Quantities without a unit of their own are in the unit of the price.',
  schema: z.union([
    decimal,
    is('unitPrice'),
    is('tieredPrice'),
    is('stairStepPrice'),
    is('packagePrice'),
    is('flatPrice'),
    is('percentagePrice'),
  ]),
  fields: {},
  example: '',
};

const UNIT: Part = {
  name: 'unitPrice',
  title: 'Price for each unit',
  says: 'The number in full.',
  schema: unitSchema,
  fields: {
    model: 'May be left out.',
    amount: { means: 'For one unit.', example: '0.10' },
  },
  example: 'price: { model: unit, amount: 0.10 }\n',
};

const BOUNDS = {
  from: { means: 'For readers: must be where the tier before ends.', example: '100', otherwise: 'there' },
  upTo: { means: 'Where it ends, inclusive; left out on the last tier alone.', example: '5 GB', otherwise: 'open' },
} as const;

const TIERED: Part = {
  name: 'tieredPrice',
  title: 'Price in tiers',
  says: '`graduated`: each part of the count at the price of its own tier. `volume`: everything at the price of the tier the total reaches.',
  schema: tieredSchema.extend({
    model: z.enum(['graduated', 'volume']).default('graduated'),
    tiers: z.array(tierSchema).min(1).max(100),
  }),
  fields: {
    model: {
      means: 'How tiers count.',
      values: { graduated: 'each part at its own price', volume: 'everything at one price' },
    },
    tiers: {
      means: 'In ascending order, without gaps.',
      fields: {
        ...BOUNDS,
        price: { means: 'For one unit.', example: '0.05' },
        flat: { means: 'Due once when the tier is entered.', example: '1', otherwise: '0' },
        increment: {
          means: 'With `count: record`: what of a record lies in the tier is raised to it.',
          example: '60 s/1 s',
          otherwise: 'none',
        },
      },
    },
  },
  example: `price:
  tiers:
    - { upTo: 100, price: 0.05, flat: 1 }
    - { upTo: 1 GB, price: 0.02 }
    - { price: 0.01 }
`,
};

const STAIR: Part = {
  name: 'stairStepPrice',
  title: 'Stair step',
  says: 'The amount of the tier the total reaches.',
  schema: tieredSchema.extend({ model: z.literal('stairStep'), tiers: z.array(stairSchema).min(1).max(100) }),
  fields: {
    model: 'Says that it is one.',
    tiers: {
      means: 'In ascending order, without gaps.',
      fields: { ...BOUNDS, amount: { means: 'For all of it.', example: '20' } },
    },
  },
  example: 'price: { model: stairStep, tiers: [{ upTo: 1 GB, amount: 20 }, { amount: 50 }] }\n',
};

const PACKAGE: Part = {
  name: 'packagePrice',
  title: 'Packages',
  says: 'So much for each package begun.',
  schema: packageSchema,
  fields: {
    model: 'Says that it is one.',
    size: { means: 'What a package holds.', example: '10 MB' },
    free: { means: 'What is free before the first.', example: '5 MB', otherwise: '0' },
    amount: { means: 'For each package.', example: '0.50' },
  },
  example: 'price: { model: package, size: 10 MB, free: 5 MB, amount: 0.50 }\n',
};

const FLAT: Part = {
  name: 'flatPrice',
  title: 'Flat amount',
  says: 'An amount if there is any.',
  schema: flatSchema,
  fields: { model: 'Says that it is one.', amount: { means: 'For all of it.', example: '3.00' } },
  example: 'price: { model: flat, amount: 3.00 }\n',
};

const PERCENTAGE: Part = {
  name: 'percentagePrice',
  title: 'Percentage',
  says: 'Of the amounts that carriers charge: of charges with `measure: amount`, which have no other price. A fee for each record is their `connectionFee`.',
  schema: percentageSchema,
  fields: {
    model: 'Says that it is one.',
    percent: { means: 'Of each amount; above 100 it is a markup.', example: '110' },
  },
  example: 'price: { model: percentage, percent: 110 }\n',
};

/** What things cost. */
export const PRICE_PARTS: readonly Part[] = [PRICE, UNIT, TIERED, STAIR, PACKAGE, FLAT, PERCENTAGE];
