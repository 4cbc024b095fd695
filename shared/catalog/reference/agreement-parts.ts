import {
  agreementSchema,
  allowanceOverrideSchema,
  chargeOverrideSchema,
  commitmentSchema,
  discountSchema,
  overrideSchema,
} from '../files/read-agreement.ts';
import { increment } from '../written.ts';
import { is, listOfParts, type Meaning, type Part } from './part.ts';
import { COMMITMENT_FIELDS } from './plan-parts.ts';

const VALIDITY: Readonly<Record<string, Meaning>> = {
  from: { means: 'The first day it holds.', example: '2026-03-01' },
  until: { means: 'The first day it no longer holds.', example: '2027-03-01', otherwise: 'open' },
};

const AGREEMENT: Part = {
  name: 'agreement',
  title: 'Agreement',
  says: "What one account has of its own, commits itself to, and is let off. Where an override begins or ends, the plan's version ends and another begins: it takes effect by the same rules, and has lines of its own. Commitments of plans are met first, then those of the account as listed; a true-up counts for those after it.",
  schema: agreementSchema.extend({
    overrides: listOfParts('planOverride').max(1_000).default([]),
    commitments: listOfParts('agreedCommitment').max(100).default([]),
    discounts: listOfParts('discount').max(100).default([]),
  }),
  fields: {
    account: { means: 'Whose it is; one agreement each.', example: 'nordwind' },
    currency: { means: 'Of its invoices, and so of the amounts in `commitments` and `discounts`.', example: 'EUR' },
    overrides: { means: 'What differs from list plans.', otherwise: 'none' },
    commitments: { means: 'What its lines must come to.', otherwise: 'none' },
    discounts: { means: 'What is taken off, in the order they are applied.', otherwise: 'none' },
  },
  example: `agreements:
  - account: nordwind
    currency: EUR
    overrides:
      - plan: iot
        from: 2026-03-01
        charges: [{ charge: data-eu, price: 0.08, increment: 10 kB }]
        allowances: [{ allowance: data, size: 200 MB }]
    commitments:
      - { id: volume, name: Minimum, from: 2026-03-01, minimum: 500.00, covers: [iot] }
    discounts:
      - { id: welcome, name: Welcome, from: 2026-03-01, periods: 3, percent: 10, on: [iot/fee] }
`,
};

const OVERRIDE: Part = {
  name: 'planOverride',
  title: 'Own terms on a plan',
  says: 'What differs for an account from a list plan; all else is as the plan says, also what it says later. Of two overrides of one thing, none holds while the other does.',
  schema: overrideSchema.extend({
    charges: listOfParts('chargeOverride').max(500).default([]),
    allowances: listOfParts('allowanceOverride').max(100).default([]),
  }),
  fields: {
    plan: { means: 'Which plan.', example: 'iot' },
    ...VALIDITY,
    charges: { means: 'Its own prices.', otherwise: 'none' },
    allowances: { means: 'Its own sizes.', otherwise: 'none' },
  },
  example: '',
};

const CHARGE_OVERRIDE: Part = {
  name: 'chargeOverride',
  title: 'Own price',
  says: 'A price, an increment, or both.',
  schema: chargeOverrideSchema.extend({ price: is('price').optional(), increment: increment.optional() }),
  fields: {
    charge: { means: 'Which charge of the plan.', example: 'data-eu' },
    price: {
      means: "Instead of its price, in all seasons: of the list's seasons only factors hold, and are of it.",
      example: '0.08',
      otherwise: "the plan's",
    },
    increment: { means: 'Instead of its increment.', example: '10 kB', otherwise: "the plan's" },
  },
  example: '',
};

const ALLOWANCE_OVERRIDE: Part = {
  name: 'allowanceOverride',
  title: 'Own size of an allowance',
  says: 'Not of an adaptive pool.',
  schema: allowanceOverrideSchema,
  fields: {
    allowance: { means: 'Which allowance of the plan.', example: 'data' },
    size: { means: 'Instead of its size.', example: '200 MB' },
  },
  example: '',
};

const COMMITMENT: Part = {
  name: 'agreedCommitment',
  title: 'Commitment of an account',
  says: 'What lines must come to for a whole period. A minimum that begins or ends within a period is measured against all lines of it, a maximum against what is for the days it holds on. Commitments that cover and limit the same, no two at once, follow one another: in a period that has days of several, what they come to adds up. It counts amounts without tax: an account is not billed while it covers a price with tax in it, and a name of such a plan is refused.',
  schema: commitmentSchema,
  fields: {
    ...COMMITMENT_FIELDS,
    ...VALIDITY,
    covers: {
      means: 'A plan, or a plan and a charge of it.',
      example: '[iot, fleet/fee]',
      otherwise: 'everything, orders too',
    },
  },
  example: '',
};

const DISCOUNT: Part = {
  name: 'discount',
  title: 'Discount',
  says: 'Taken off what is left, never below zero. It is for the service periods on whose last day it holds, the first of `periods` being the one that has `from`.',
  schema: discountSchema,
  fields: {
    id: { means: 'Once in the agreement.', example: 'welcome' },
    name: { means: 'As it stands on invoices.', example: 'Welcome' },
    ...VALIDITY,
    periods: { means: 'Only so many service periods.', example: '3', otherwise: 'all' },
    percent: { means: 'So much of it; this or `amount`.', example: '10', otherwise: 'none' },
    amount: { means: 'So much of each period; this or `percent`.', example: '25.00', otherwise: 'none' },
    on: {
      means: 'A plan, a plan and a charge of it, or a commitment to be let off its true-up.',
      example: '[iot/fee]',
      otherwise: 'everything but true-ups, orders too',
    },
  },
  example: '',
};

/** What was agreed with single accounts. */
export const AGREEMENT_PARTS: readonly Part[] = [
  AGREEMENT,
  OVERRIDE,
  CHARGE_OVERRIDE,
  ALLOWANCE_OVERRIDE,
  COMMITMENT,
  DISCOUNT,
];
