import { allowanceSchema } from '../files/read-allowance.ts';
import { planCommitmentSchema } from '../files/read-commitment.ts';
import { planSchema, versionSchema } from '../files/read-plan.ts';
import { priceListSchema } from '../files/read-price-list.ts';
import { topUpSchema } from '../files/read-top-up.ts';
import { listOfParts, type Meaning, type Part } from './part.ts';

const PLAN: Part = {
  name: 'plan',
  title: 'Plan',
  says: 'What a subscription is put on. A charge id means the same in every version of its plan: kind, measure and count stay, and of a recurring charge quantity, interval and `days`.',
  schema: planSchema.extend({ versions: listOfParts('planVersion').min(1).max(500) }),
  fields: {
    id: { means: 'Subscriptions and agreements name it.', example: 'iot' },
    name: { means: 'As it stands on invoices.', example: 'IoT' },
    currency: { means: 'Of its prices.', example: 'EUR' },
    prices: { means: 'Whether tax is in its prices.', values: { net: 'tax comes on top', gross: 'tax is in them' } },
    zoneModel: { means: 'From networks to the zones its charges name.', example: 'world' },
    kind: {
      means: 'What it is to a subscription.',
      values: {
        plan: 'a subscription has one',
        addOn:
          "stands beside the plan: its fees come on top, its usage charges match first, its individual allowances are drawn on first, its pool allowances add to the plan's pools; its one-time charges are due by its own life, which begins each time it is given; its commitments hold on its days; it covers charges of its own or of plans",
      },
    },
    unmatched: {
      means: 'What becomes of usage no charge matches.',
      values: { suspense: 'it is listed until a charge is there', free: 'it costs nothing' },
    },
    versions: 'What holds from when.',
  },
  example: `plans:
  - id: iot
    name: IoT
    currency: EUR
    zoneModel: world
    versions:
      - from: 2026-01-01
        charges:
          - { kind: recurring, id: fee, name: Monthly fee, price: 2.00 }
          - { kind: usage, id: data-eu, name: Data in Europe, match: { services: data, zones: [eu] }, measure: bytes, unit: MB, price: 0.10 }
        allowances:
          - { id: data, name: 100 MB each, kind: flexible, pool: eu-data, size: 100 MB, covers: [data-eu] }
`,
};

const VERSION: Part = {
  name: 'planVersion',
  title: 'Version of a plan',
  says: "What a plan is from local midnight of one day to local midnight of another, in the payer's time zone. Versions do not overlap.",
  schema: versionSchema.extend({
    charges: listOfParts('charge').max(500).default([]),
    allowances: listOfParts('allowance').max(100).default([]),
    commitments: listOfParts('planCommitment').max(100).default([]),
    topUps: listOfParts('topUp').max(100).optional(),
  }),
  fields: {
    from: { means: 'The first day it holds.', example: '2026-01-01' },
    until: {
      means: 'The first day it no longer holds.',
      example: '2027-01-01',
      otherwise: 'when the next begins, else open',
    },
    charges: { means: 'What is charged. Usage is priced by the first usage charge that matches.', otherwise: 'none' },
    priceLists: {
      means: 'Price lists whose charges come after its own, as if they were written here.',
      example: '[data-2026]',
      otherwise: 'none',
    },
    allowances: { means: 'What is covered: a stack, drawn on in this order.', otherwise: 'none' },
    topUps: { means: 'What can be bought for a subscription beside its allowances.', otherwise: 'none' },
    commitments: { means: 'What lines of this plan must come to.', otherwise: 'none' },
    late: {
      means: 'What becomes of usage that comes when its period is billed already.',
      values: {
        rerate: 'its period is rated again, and the difference billed',
        current:
          'it counts in the period that is open then: on its first day, in its tiers and allowances; who pays, plan, price version, zone, time band, season and the day whose rate converts what a carrier charges stay those of its instant. A call of which some was billed before begins anew there',
      },
    },
    whenTest: {
      means: 'Of a plan: what a subscription in test comes to. Fees go by the states they list.',
      values: {
        free: 'its usage is free',
        charge: 'its usage is charged, and its days count for allowances and commitments, as if it were active',
      },
    },
  },
  example: '',
};

const PRICE_LIST: Part = {
  name: 'priceList',
  title: 'Price list',
  says: 'Charges that several plans have, written once. Each plan reads them with its own zones.',
  schema: priceListSchema.extend({ charges: listOfParts('charge').min(1).max(500) }),
  fields: {
    id: { means: 'Plan versions name it.', example: 'data-2026' },
    charges: 'As of a plan.',
  },
  example: `priceLists:
  - id: data-2026
    charges:
      - { kind: usage, id: data-eu, name: Data in Europe, match: { services: data, zones: [eu] }, measure: bytes, unit: MB, price: 0.10 }
plans:
  - { id: iot-2026, name: IoT 2026, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01, priceLists: [data-2026] }] }
`,
};

const ALLOWANCE: Part = {
  name: 'allowance',
  title: 'Allowance',
  says: 'A quantity that covers usage charges for a period. A pool stands as long as it has members; an account that names it in its accounts file has it on the days it says, with or without members. Allowances are drawn on in the order they are listed, and may be mixed: pools stand in the same order in all plans, an adaptive pool last, and a pool with a cap is the only one of its charges. What the last of a charge leaves belongs to it: tiers count over the `pool` or the `account` where that is a pool, by `subscription` or over the `account` where it is an individual allowance. What a pool leaves on the day it runs dry is shared to its members by what they came with. An individual allowance behind a pool moves nothing on, and stands there in all versions; its charges have no `minimum`, no `flatAtZero` and no tiers by the `record`, and a pool behind it no `cap` and no `byExcess`.',
  schema: allowanceSchema,
  fields: {
    id: { means: 'Agreements name it.', example: 'data' },
    name: { means: 'As it stands on invoices.', example: '100 MB each' },
    kind: {
      means: 'Whose it is, and how large.',
      values: {
        individual: 'each subscription has its own',
        flexible: 'contributions of its members make up a pool',
        static: 'a pool of one quantity at one price, however many members',
        adaptive: 'a pool of the size that comes out cheapest',
      },
    },
    pool: {
      means:
        'Name of the pool. Plans that name it share it, and agree on `kind`, `scope`, `share` and kind of unit; of an adaptive pool they are in one currency.',
      example: 'eu-data',
      otherwise: 'none (individual)',
    },
    scope: {
      means: 'Who shares a pool.',
      otherwise: '`account`',
      values: { subscription: 'of an individual allowance', account: 'the account', businessUnit: 'each of its units' },
    },
    size: {
      means: 'For a whole period: of each subscription (`0 MB` draws without adding), or of a static pool.',
      example: '100 MB',
      otherwise: 'none (adaptive)',
    },
    proration: {
      means: 'Whether sizes, and a static pool with its price, go by days.',
      otherwise: '`day`; of a static pool `whole`',
      values: { day: 'by chargeable days', whole: 'whole for any day' },
    },
    covers: { means: 'Usage charges of this version that count what the size is in.', example: '[data-eu]' },
    share: {
      means: "How a pool's overage is shared back to business units and subscriptions.",
      values: { byUsage: 'by what each used', byExcess: 'by what each used above its contribution' },
    },
    cap: {
      means: 'Of a pool: most that one subscription may draw in a period; what is above is overage.',
      example: '500 MB',
      otherwise: 'none',
    },
    price: { means: 'Of a static pool for a period.', example: '5.00', otherwise: 'none' },
    carryOver: {
      means:
        'For how many periods what is unused moves on, the oldest used first. Not of an adaptive pool; of a pool the same in all plans.',
      example: '{ periods: 2, cap: 500 MB }',
      otherwise: 'none',
      fields: {
        periods: { means: 'For how many.', example: '1' },
        cap: { means: 'Most that moves into one.', example: '500 MB', otherwise: 'none' },
      },
    },
    sizes: {
      means: 'Of an adaptive pool: what is on offer, each larger and dearer than the one before.',
      example: '[{ size: 1 GB, price: 10 }, { size: 5 GB, price: 40 }]',
      otherwise: 'none',
      fields: { size: { means: 'How much.', example: '1 GB' }, price: { means: 'For a period.', example: '10' } },
    },
  },
  example: `allowances:
  - { id: own, name: 40 MB each, kind: individual, size: 40 MB, covers: [data-eu] }
  - { id: data, name: 100 MB each, kind: flexible, pool: eu-data, size: 100 MB, covers: [data-eu] }
  - { id: more, name: 10 GB for all, kind: static, pool: eu-more, size: 10 GB, price: 50.00, covers: [data-eu] }
`,
};

const TOP_UP: Part = {
  name: 'topUp',
  title: 'Top-up',
  says: 'A quantity that is bought for one subscription, as often as wanted: each purchase is a change of the inventory with an id of its own. Top-ups are drawn on before allowances, of several the one that ends first. What is left of one lasts over the edges of periods until it ends: exactly one of `days`, `periods` and `until` says when.',
  schema: topUpSchema,
  fields: {
    id: { means: 'Purchases name it. No allowance of the version has it.', example: 'boost' },
    name: { means: 'As it stands on invoices.', example: '1 GB extra' },
    size: { means: 'How much it is.', example: '1 GB' },
    price: { means: 'For each purchase, due then.', example: '5.00' },
    covers: {
      means: 'Usage charges of this version that count what the size is in.',
      example: '[data-eu]',
      otherwise: 'what its pool covers',
    },
    pool: {
      means:
        'The flexible or static pool of this version it is bought for: all that draws on the pool draws on it, before what the pool has of its own.',
      example: 'eu-data',
      otherwise: "the subscription's own",
    },
    from: {
      means: 'What it covers first.',
      values: { purchase: 'the local day of the purchase', period: 'the whole period of the purchase' },
    },
    days: { means: 'So many local days, that of the purchase among them.', example: '30', otherwise: 'none' },
    periods: {
      means: 'So many periods, that of the purchase among them: 1 is until its end.',
      example: '1',
      otherwise: 'none',
    },
    until: { means: 'The first day it no longer counts.', example: '2026-12-31', otherwise: 'none' },
  },
  example: `topUps:
  - { id: boost, name: 1 GB extra, size: 1 GB, price: 5.00, covers: [data-eu], days: 30 }
  - { id: rest, name: 100 MB for this month, size: 100 MB, price: 1.00, covers: [data-eu], periods: 1, from: period }
  - { id: fleet, name: 10 GB for the fleet, size: 10 GB, price: 40.00, pool: eu-data, days: 30 }
`,
};

/** What every commitment says. */
export const COMMITMENT_FIELDS: Readonly<Record<string, Meaning>> = {
  id: { means: 'Discounts name it.', example: 'volume' },
  name: { means: 'As it stands on invoices.', example: 'Minimum' },
  minimum: {
    means: 'What the lines come to at least, for a whole period: a true-up is charged.',
    example: '500.00',
    otherwise: 'none',
  },
  maximum: { means: 'What they come to at most: what exceeds it is taken off.', example: '2000.00', otherwise: 'none' },
  proration: { means: 'Of a period that is only in part within it.', values: { day: 'by days', none: 'whole' } },
  taxCategory: {
    means: 'What its line is to the tax law.',
    values: { telecom: 'telecommunications', service: 'another service', goods: 'goods' },
  },
};

const PLAN_COMMITMENT: Part = {
  name: 'planCommitment',
  title: 'Commitment of a plan',
  says: "What lines of a plan must come to; with one charge alone it is that charge's minimum and maximum. It holds for each payer, on the days it has an active subscription on the plan. Commitments of plans are met first, in order of plans and as listed. They count amounts without tax: a plan whose prices have tax in them has none.",
  schema: planCommitmentSchema,
  fields: {
    ...COMMITMENT_FIELDS,
    covers: { means: 'Charges of this version.', example: '[data-eu]', otherwise: 'all' },
  },
  example: '',
};

/** Plans and what they hold but for charges. */
export const PLAN_PARTS: readonly Part[] = [PLAN, VERSION, PRICE_LIST];
/** What a plan version holds beside charges. */
export const VERSION_PARTS: readonly Part[] = [ALLOWANCE, TOP_UP, PLAN_COMMITMENT];
