import { describe, expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

function problemsOf(text: string) {
  const result = readCatalog([{ path: 'c.yaml', text }]);
  return 'problems' in result ? result.problems : [];
}

const VERSION = 'plans[0].versions[0]';
const FEE = `${VERSION}.charges[0]`;
const EU = `${VERSION}.charges[1]`;
const VOICE = `${VERSION}.charges[2]`;
const ALLOWANCE = `${VERSION}.allowances[0]`;
const USAGE = '- kind: usage\n            ';
const SECOND_PLAN = `  - { id: q, name: Q, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01,
      charges: [{ kind: usage, id: d, name: D, measure: seconds, unit: s, price: 1 }],
      allowances: [{ id: a, name: A, kind: flexible, pool: eu-data, scope: businessUnit, size: 5 min, covers: d }] }] }
`;

/** What is written, what instead; then where (path, and a text of the line), and what the message says. */
const mistakes: [string, string, string, string, string, string][] = [
  [
    'an unknown field',
    'measure: bytes',
    'measure: bytes\n            pirce: 1',
    `${EU}.pirce`,
    'pirce',
    'unknown field "pirce"|one of kind, id',
  ],
  ['a mistyped field', 'increment: 1 kB', 'incremnt: 1 kB', `${EU}.incremnt`, 'incremnt', 'Did you mean increment?'],
  [
    'an unknown field inside',
    'services: data,',
    'service: data,',
    `${EU}.match.service`,
    'service:',
    'Did you mean services?',
  ],
  [
    'an unknown field of a tier',
    'flat: 1 }',
    'fee: 1 }',
    `${VOICE}.price.tiers[0].fee`,
    'fee: 1',
    'one of from, upTo, price, flat',
  ],
  [
    'an unknown top-level list',
    'taxProfiles:',
    'taxprofiles:',
    'taxprofiles',
    'taxprofiles',
    'Did you mean taxProfiles?',
  ],
  ['a missing name', '            name: Voice\n', '', `${VOICE}.name`, USAGE + 'id: voice', 'found nothing|Add name.'],
  [
    'an empty field',
    'name: Voice',
    'name:',
    `${VOICE}.name`,
    'name:\n            match: { services: [voice]',
    'found nothing',
  ],
  ['a missing unit', '            unit: MB\n', '', `${EU}.unit`, USAGE + 'id: data-eu', 'a unit of bytes: B, kB, MB'],
  ['a missing price', '            price: 0.10\n', '', `${EU}.price`, USAGE + 'id: data-eu', 'Add price.'],
  [
    'no kind of charge',
    '- kind: usage\n            id: voice',
    '- id: voice',
    `${VOICE}.kind`,
    'id: voice',
    'one of "recurring", "oneTime", "usage"',
  ],
  [
    'a wrong choice',
    'measure: bytes',
    'measure: byte',
    `${EU}.measure`,
    'measure: byte',
    'one of "bytes", "bytesUp"|Did you mean bytes?',
  ],
  ['a wrong service', '[voice]', '[vioce]', `${VOICE}.match.services[0]`, 'vioce', 'Did you mean voice?'],
  ['a list for text', 'name: Voice', 'name: [Voice]', `${VOICE}.name`, 'name: [Voice]', 'found a list'],
  ['text for a list', 'charges:\n', 'charges: none\n        rest:\n', `${VERSION}.charges`, 'charges: none', 'a list'],
  [
    'a comma in a price inside braces',
    'name: Monthly fee, price: 2.00',
    'name: Monthly fee, price: 2,50',
    `${FEE}.50`,
    'price: 2,50',
    'unknown field "50"|write decimals with a point',
  ],
  ['accounts', 'taxProfiles:', 'accounts: []\ntaxProfiles:', 'accounts', 'accounts: []', 'billing inventory load'],
  ['a negative price', 'price: 0.10', 'price: -0.10', `${EU}.price`, 'price: -0.10', '0 or more'],
  ['a comma in a price', 'price: 0.10', 'price: "0,10"', `${EU}.price`, '0,10', 'Write 0.10.'],
  ['thousands in a price', 'price: 0.10', 'price: "1,000.5"', `${EU}.price`, '1,000.5', 'Write 1000.5.'],
  ['a currency in a price', 'price: 0.10', 'price: 0.10 EUR', `${EU}.price`, '0.10 EUR', 'the number alone'],
  ['a price too fine', 'price: 0.10', 'price: 0.1234567890123', `${EU}.price`, '0.1234567890123', 'at most 12 digits'],
  ['an exponent', 'price: 0.10', 'price: 1e-3', `${EU}.price`, '1e-3', 'digits and at most one point'],
  ['a currency of its own', 'currency: EUR', 'currency: EURO', 'plans[0].currency', 'EURO', 'ISO 4217'],
  ['a currency in small letters', 'currency: EUR', 'currency: eur', 'plans[0].currency', 'currency: eur', 'Write EUR.'],
  [
    'a date that does not exist',
    'from: 2026-01-01',
    'from: 2026-02-30',
    `${VERSION}.from`,
    '2026-02-30',
    'a date that exists',
  ],
  [
    'an end before the start',
    'from: 2026-01-01\n',
    'from: 2026-01-01\n        until: 2026-01-01\n',
    `${VERSION}.until`,
    'until:',
    'a date after 2026-01-01',
  ],
  ['tiers not ascending', 'upTo: 5 h', 'upTo: 90', `${VOICE}.price.tiers[1].upTo`, 'upTo: 90', 'more than 100 minute'],
  [
    'two tiers with one bound',
    'upTo: 5 h',
    'upTo: 100',
    `${VOICE}.price.tiers[1].upTo`,
    'upTo: 100, price: 0.02',
    'more than 100 minute',
  ],
  [
    'a gap between tiers',
    '{ upTo: 5 h,',
    '{ from: 120, upTo: 5 h,',
    `${VOICE}.price.tiers[1].from`,
    'from: 120',
    'a gap between 100 and 120 minute',
  ],
  [
    'an overlap of tiers',
    '{ price: 0.01 }',
    '{ from: 2 h, price: 0.01 }',
    `${VOICE}.price.tiers[2].from`,
    'from: 2 h',
    'an overlap from 120 to 300 minute',
  ],
  [
    'a last tier that ends',
    '{ price: 0.01 }',
    '{ upTo: 900, price: 0.01 }',
    `${VOICE}.price.tiers[2].upTo`,
    'upTo: 900',
    'an open last tier',
  ],
  [
    'an open tier in between',
    '{ upTo: 5 h, price',
    '{ price',
    `${VOICE}.price.tiers[1].upTo`,
    '{ price: 0.02',
    'every tier but the last',
  ],
  ['a bound of another kind', 'upTo: 5 h', 'upTo: 5 GB', `${VOICE}.price.tiers[1].upTo`, '5 GB', 'Write it in minute'],
  [
    'a bound that is not exact',
    'upTo: 5 h',
    'upTo: 6001 s',
    `${VOICE}.price.tiers[1].upTo`,
    '6001 s',
    'exact in minute',
  ],
  ['a negative flat fee', 'flat: 1 }', 'flat: -1 }', `${VOICE}.price.tiers[0].flat`, 'flat: -1', '0 or more'],
  [
    'both a price and tiers',
    '              tiers:\n',
    '              amount: 1\n              tiers:\n',
    `${VOICE}.price.amount`,
    'amount: 1',
    'unknown field "amount"',
  ],
  [
    'a package of nothing',
    'price: 0.10',
    'price: { model: package, size: 0 MB, amount: 1 }',
    `${EU}.price.size`,
    'model: package',
    'at least 1',
  ],
  [
    'a package of another kind than the price',
    'price: 0.10',
    'price: { model: package, size: 1 minute, amount: 1 }',
    `${EU}.price.size`,
    'model: package',
    'of the kind of',
  ],
  [
    'a step without an amount',
    'price: 0.10',
    'price: { model: stairStep, tiers: [{ upTo: 10 }, { amount: 2 }] }',
    `${EU}.price.tiers[0].amount`,
    'model: stairStep',
    'Add amount',
  ],
  [
    'a price model there is not',
    'price: 0.10',
    'price: { model: tapered, amount: 1 }',
    `${EU}.price.model`,
    'model: tapered',
    'one of unit, graduated, volume',
  ],
  [
    'an unknown zone model',
    'zoneModel: world',
    'zoneModel: wrold',
    'plans[0].zoneModel',
    'wrold',
    'Did you mean world?',
  ],
  [
    'an unknown zone',
    'zones: [eu]',
    'zones: [ue]',
    `${EU}.match.zones[0]`,
    'zones: [ue]',
    "a zone of the plan's zone model: eu, row",
  ],
  [
    'an unknown default zone',
    'defaultZone: row',
    'defaultZone: raw',
    'zoneModels[0].defaultZone',
    'raw',
    'Did you mean row?',
  ],
  [
    'a default zone of a model without zones',
    `
      - { id: eu, name: Europe, networks: [FRA, deu, 262-01] }
      - { id: row, name: Rest, networks: USA }`,
    '',
    'zoneModels[0].defaultZone',
    'row',
    'a zone of the model: there is none',
  ],
  [
    'a network in two zones',
    'networks: USA',
    'networks: [USA, DEU]',
    'zoneModels[0].zones[1].networks[1]',
    '[USA, DEU]',
    'eu names it already',
  ],
  [
    'a network twice, written two ways',
    'networks: USA',
    'networks: "26201"',
    'zoneModels[0].zones[1].networks',
    '"26201"',
    'each network once',
  ],
  [
    'a network that is none',
    'networks: USA',
    'networks: USA-1',
    'zoneModels[0].zones[1].networks',
    'USA-1',
    'TADIG code',
  ],
  ['a zone id twice', 'id: row', 'id: eu', 'zoneModels[0].zones[1].id', 'id: eu, name: Rest', 'zone ids unique'],
  [
    'a carrier without source',
    'zones: [eu] }',
    'zones: [eu], carriers: acne }',
    `${EU}.match.carriers`,
    'acne',
    'Did you mean acme?',
  ],
  ['a charge id twice', 'id: voice', 'id: data-eu', `${VOICE}.id`, '', 'charge ids unique'],
  [
    'a charge always hidden',
    'match: { services: [voice] }',
    'match: { services: [data], zones: eu, directions: mo }',
    VOICE,
    USAGE + 'id: voice',
    '"data-eu" always hides',
  ],
  [
    'an allowance of an unknown charge',
    'covers: [data-eu]',
    'covers: [data-ue]',
    `${ALLOWANCE}.covers[0]`,
    'data-ue',
    'Did you mean data-eu?',
  ],
  [
    'a fee of the peak in advance',
    'name: Monthly fee, price',
    'name: Monthly fee, due: advance, quantity: peak, price',
    `${FEE}.due`,
    '',
    'arrears: what is owed is known when the interval is over',
  ],
  [
    'a fee by use of a quarter',
    'name: Monthly fee, price',
    'name: Monthly fee, months: 3, quantity: used, price',
    `${FEE}.quantity`,
    '',
    'the billing period alone',
  ],
  [
    'a fee of no known quantity',
    'name: Monthly fee, price',
    'name: Monthly fee, quantity: all, price',
    `${FEE}.quantity`,
    '',
    'subscriptions, peak, atEnd, used, one, a whole number',
  ],
  [
    'a fee for no month',
    'name: Monthly fee, price',
    'name: Monthly fee, months: 0, price',
    `${FEE}.months`,
    '',
    'a whole number from 1 to 120',
  ],
  [
    'a property without a value',
    'name: Monthly fee, price',
    'name: Monthly fee, properties: { colour: [] }, price',
    `${FEE}.properties.colour`,
    '',
    'at least one value',
  ],
  [
    'properties that are none',
    'name: Monthly fee, price',
    'name: Monthly fee, properties: red, price',
    `${FEE}.properties`,
    '',
    'a mapping of at most 20 properties',
  ],
  [
    'a one-time charge that is never due',
    '{ kind: recurring, id: fee,',
    '{ kind: oneTime, id: fee,',
    `${FEE}.at`,
    '',
    'an event (at) or a date',
  ],
  [
    'a one-time charge due twice',
    '{ kind: recurring, id: fee,',
    '{ kind: oneTime, at: activation, date: 2026-05-01, id: fee,',
    `${FEE}.at`,
    '',
    'an event (at) or a date',
  ],
  [
    'a term that does not end',
    '{ kind: recurring, id: fee,',
    '{ kind: oneTime, at: activation, term: 24, id: fee,',
    `${FEE}.term`,
    '',
    'at: termination',
  ],
  [
    'states beside an event',
    '{ kind: recurring, id: fee,',
    '{ kind: oneTime, at: activation, states: active, id: fee,',
    `${FEE}.states`,
    '',
    'the event says when it is due',
  ],
  [
    'an allowance of a fee',
    'covers: [data-eu]',
    'covers: fee',
    `${ALLOWANCE}.covers`,
    'covers: fee',
    'a recurring charge',
  ],
  [
    'an allowance of another measure',
    'covers: [data-eu]',
    'covers: [data-eu, sms]',
    `${ALLOWANCE}.covers[1]`,
    'covers:',
    'charges that count octets',
  ],
  ['an allowance without unit', 'size: 100 MB', 'size: 100', `${ALLOWANCE}.size`, 'size: 100,', 'Write the unit too'],
  [
    'an individual allowance of nothing',
    'kind: flexible, pool: eu-data, size: 100 MB',
    'kind: individual, size: 0 MB',
    `${ALLOWANCE}.size`,
    'size: 0 MB',
    'it would cover nothing|Leave the allowance out',
  ],
  [
    'a static pool of nothing',
    'kind: flexible, pool: eu-data, size: 100 MB',
    'kind: static, pool: eu-data, price: 5, size: 0 MB',
    `${ALLOWANCE}.size`,
    'size: 0 MB',
    'it would cover nothing|Write its size.',
  ],
  [
    'an allowance that covers nothing',
    'covers: [data-eu]',
    'covers: []',
    `${ALLOWANCE}.covers`,
    'covers: []',
    'at least one usage charge',
  ],
  [
    'a stack that refers to itself',
    'covers: [data-eu] }',
    'covers: [data-eu] }\n          - { id: more, name: More, kind: flexible, pool: eu-data, size: 1 GB, covers: [data-eu] }',
    `${VERSION}.allowances[1].pool`,
    'id: more',
    '"eu-data" a second time|each pool once in a version',
  ],
  ['a part of an octet', 'size: 100 MB', 'size: 0.5 B', `${ALLOWANCE}.size`, '0.5 B', 'whole number'],
  ['a pool without name', 'pool: eu-data, ', '', `${ALLOWANCE}.pool`, 'size: 100 MB', 'the name of the pool'],
  [
    'a pool of one',
    'pool: eu-data,',
    'pool: eu-data, scope: subscription,',
    `${ALLOWANCE}.scope`,
    'scope:',
    'account or businessUnit',
  ],
  [
    'an individual allowance with a pool',
    'kind: flexible',
    'kind: individual',
    `${ALLOWANCE}.pool`,
    'individual',
    'shared by nobody',
  ],
  [
    'tiers per subscription under a pool',
    'price: 0.10',
    'price: { tiers: [{ price: 1 }] }',
    `${EU}.count`,
    USAGE + 'id: data-eu',
    'Write count: pool.',
  ],
  [
    'tiers counted over no pool',
    'measure: count',
    'measure: count\n            count: pool',
    `${VERSION}.charges[3].count`,
    'count: pool',
    'no pool covers this charge',
  ],
  ['a unit of another kind', 'unit: min', 'unit: MB', `${VOICE}.unit`, '', 'a unit of seconds: second, minute, hour'],
  ['a unit in the wrong case', 'unit: MB', 'unit: mb', `${EU}.unit`, 'unit: mb', 'Did you mean MB?'],
  [
    'a unit of two meanings',
    'increment: 1 kB',
    'increment: 1 KB',
    `${EU}.increment`,
    '1 KB',
    'kB (1,000 octets) or KiB (1,024)',
  ],
  ['an increment without unit', 'increment: 30/6 s', 'increment: 30/6', `${VOICE}.increment`, '30/6', 'Add the unit'],
  [
    'an increment of another kind',
    'increment: 30/6 s',
    'increment: 1 kB',
    `${VOICE}.increment`,
    '1 kB\n            price:\n',
    'an increment in a unit of seconds',
  ],
  ['an increment of nothing', 'increment: 1 kB', 'increment: 0 kB', `${EU}.increment`, '0 kB', 'at least 1'],
  ['a time zone by offset', 'Europe/Berlin', '"+02:00"', 'sellers[0].timeZone', '+02:00', 'no summer time'],
  ['a wrong IBAN', '2020 51', '2020 52', 'sellers[0].bank.iban', 'iban', 'right check digits'],
  [
    'a country in small letters',
    'country: DE',
    'country: de',
    'sellers[0].address.country',
    'country: de',
    'Write DE.',
  ],
  [
    'a counter in the prefix',
    'INV-{year}-',
    'INV-{number}',
    'sellers[0].numbering.invoice.prefix',
    '{number}',
    'only {year}',
  ],
  [
    'one series for both',
    'CN-{year}-',
    'INV-{year}-',
    'sellers[0].numbering.creditNote.prefix',
    'creditNote',
    'no invoice can have',
  ],
  [
    'series that can meet',
    'CN-{year}-',
    'INV-{year}-9',
    'sellers[0].numbering.creditNote.prefix',
    'creditNote',
    'no invoice can have',
  ],
  [
    'a year that is written out beside one that is filled in',
    'CN-{year}-',
    'INV-2026-',
    'sellers[0].numbering.creditNote.prefix',
    'creditNote',
    'no invoice can have',
  ],
  [
    'a slash in a number',
    'INV-{year}-',
    'INV/{year}/',
    'sellers[0].numbering.invoice.prefix',
    'INV/',
    'letters, digits',
  ],
  [
    'a counter that begins again without the year',
    '"CN-{year}-", width: 5',
    '"CN-", reset: year, width: 5',
    'sellers[0].numbering.creditNote.reset',
    'reset: year',
    'a prefix that holds {year}',
  ],
  [
    'corrections on documents of their own without debit notes',
    'timeZone: Europe/Berlin',
    'timeZone: Europe/Berlin\n    corrections: ownDocument',
    'sellers[0].numbering',
    'numbering',
    'numbering.debitNote',
  ],
  [
    'too many digits',
    'width: 5',
    'width: 13',
    'sellers[0].numbering.creditNote.width',
    'width: 13',
    'a whole number from 1 to 12',
  ],
  [
    'no rate',
    ', rates: [{ from: 2007-01-01, percent: 19 }]',
    '',
    'taxProfiles[0].rates',
    'German',
    'at least one rate',
  ],
  [
    'rates out of order',
    'percent: 19 }',
    'percent: 19 }, { from: 2007-01-01, percent: 16 }',
    'taxProfiles[0].rates[1].from',
    'German',
    'a date after 2007-01-01',
  ],
  ['a percentage above all', 'percent: 19', 'percent: 190', 'taxProfiles[0].rates[0].percent', 'German', 'at most 100'],
  [
    'a reason in category S',
    'category: S,',
    'category: S, reason: because,',
    'taxProfiles[0].reason',
    'German',
    'no reason in category S',
  ],
  [
    'an individual allowance behind a pool',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: individual, size: 1 MB, covers: data-eu }\n',
    `${VERSION}.allowances[1].covers`,
    'id: own, name',
    'List the allowance before the pool',
  ],
  [
    'a second pool beside one with a cap',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: flexible, pool: other, size: 1 MB, covers: data-eu, cap: 1 kB }\n',
    `${VERSION}.allowances[1].covers`,
    'id: own, name',
    'let one pool cover it.',
  ],
  [
    'a static pool without a price',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: static, pool: other, size: 1 MB, covers: data-eu }\n',
    `${VERSION}.allowances[1].price`,
    'id: own, name',
    'Add price.',
  ],
  [
    'an adaptive pool without sizes',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: adaptive, pool: other, covers: data-eu }\n',
    `${VERSION}.allowances[1].sizes`,
    'id: own, name',
    'Add sizes.',
  ],
  [
    'sizes that are not in order',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: adaptive, pool: other, covers: data-eu, sizes: [{ size: 2 GB, price: 1 }, { size: 1 GB, price: 2 }] }\n',
    `${VERSION}.allowances[1].sizes[1]`,
    'id: own, name',
    'Put the sizes in order',
  ],
  [
    'a price of an allowance that has none',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: flexible, pool: other, size: 1 MB, price: 1, covers: data-eu }\n',
    `${VERSION}.allowances[1].price`,
    'id: own, name',
    'static have one',
  ],
  [
    'a top-up without an end',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n        topUps: [{ id: boost, name: Boost, size: 1 GB, price: 5, covers: [data-eu] }]\n',
    `${VERSION}.topUps[0]`,
    'topUps: [{ id: boost',
    'Write days: 30, or periods: 1',
  ],
  [
    'a top-up with two ends',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n        topUps: [{ id: boost, name: Boost, size: 1 GB, price: 5, covers: [data-eu], days: 3, until: 2026-12-31 }]\n',
    `${VERSION}.topUps[0]`,
    'topUps: [{ id: boost',
    'one of days, periods and until',
  ],
  [
    'a top-up for what counts something else',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n        topUps: [{ id: boost, name: Boost, size: 1 GB, price: 5, covers: [sms], days: 3 }]\n',
    `${VERSION}.topUps[0].covers[0]`,
    'topUps: [{ id: boost',
    'Give it an allowance of its own.',
  ],
  [
    'a top-up with the id of an allowance',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n        topUps: [{ id: data, name: Boost, size: 1 GB, price: 5, covers: [data-eu], days: 3 }]\n',
    `${VERSION}.topUps[0].id`,
    'topUps: [{ id: data',
    'Rename one of the two.',
  ],
  [
    'carry-over of an adaptive pool',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: adaptive, pool: other, covers: data-eu, sizes: [{ size: 2 GB, price: 1 }], carryOver: 1 }\n',
    `${VERSION}.allowances[1].carryOver`,
    'id: own, name',
    'individual, flexible, static have one',
  ],
  [
    'carry-over for no period',
    'covers: [data-eu] }\n',
    'covers: [data-eu], carryOver: 0 }\n',
    `${VERSION}.allowances[0].carryOver`,
    'id: data, name',
    '1',
  ],
  [
    'a most of carry-over in another kind of unit',
    'covers: [data-eu] }\n',
    'covers: [data-eu], carryOver: { periods: 2, cap: 60 s } }\n',
    `${VERSION}.allowances[0].carryOver.cap`,
    'id: data, name',
    'Use its unit.',
  ],
  [
    'a cap of another kind',
    'covers: [data-eu] }\n',
    'covers: [data-eu] }\n          - { id: own, name: Own, kind: flexible, pool: other, size: 1 MB, cap: 60 s, covers: data-eu }\n',
    `${VERSION}.allowances[1].cap`,
    'id: own, name',
    'Use its unit.',
  ],
  [
    'a pool twice in a version',
    'allowances:\n',
    'allowances:\n          - { id: more, name: More, kind: flexible, pool: eu-data, size: 1 MB, covers: data-eu }\n',
    `${VERSION}.allowances[1].pool`,
    'id: data, name',
    'each pool once in a version',
  ],
  [
    'no reason for no tax',
    ', reason: Reverse charge',
    '',
    'taxProfiles[1].reason',
    'Reverse',
    'why category AE charges no tax',
  ],
  [
    'a rate where none is',
    'reason: Reverse charge',
    'reason: x, rates: [{ from: 2007-01-01, percent: 19 }]',
    'taxProfiles[1].rates[0].percent',
    'Reverse',
    '0 in category AE',
  ],
  [
    'an unknown field of a source',
    'format: tap3',
    'format: tap3, filenamePattern: x',
    'sources[0].filenamePattern',
    'tap3',
    'Did you mean fileNamePattern?',
  ],
  [
    'a source format there is not',
    'format: tap3',
    'format: xml',
    'sources[0].format',
    'xml',
    'one of "tap3", "delimited", "json", "ts32298"',
  ],
  ['an id with a space', 'id: voice', 'id: my voice', `${VOICE}.id`, 'my voice', 'Write my-voice.'],
  [
    'a plan id twice',
    'plans:\n',
    'plans:\n  - { id: iot, name: I, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01 }] }\n',
    'plans[1].id',
    'id: iot\n',
    'the first is in c.yaml line 22',
  ],
];

describe('a catalogue with one mistake', () => {
  test.each(mistakes)('%s', (_name, from, to, path, line, says) => {
    expect(SAMPLE.split(from).length, 'what is replaced is there').toBeGreaterThan(1);
    const text = SAMPLE.replace(from, to);
    const problems = problemsOf(text);
    const problem = problems.find((one) => one.path === path);
    expect(problem, problems.map(catalogProblemText).join('\n')).toBeDefined();
    if (problem === undefined) return;
    for (const words of says.split('|')) expect(catalogProblemText(problem)).toContain(words);
    if (line !== '') expect(text.slice(0, text.indexOf(line)).split('\n').length).toBe(problem.line);
  });

  test('is one problem, not several', () => {
    expect(problemsOf(SAMPLE)).toEqual([]);
    for (const [from, to] of [
      ['price: 0.10', 'price: -1'],
      ['zoneModel: world', 'zoneModel: x'],
      ['upTo: 5 h', 'upTo: 5 x'],
      ['id: data-eu', 'id: "?"'],
      ['currency: EUR', 'currency: x'],
      ['format: tap3', 'format: x'],
    ] as const) {
      expect(
        problemsOf(SAMPLE.replace(from, to))
          .map(catalogProblemText)
          .slice(from === 'id: data-eu' ? 1 : 0),
      ).toHaveLength(1);
    }
  });
});

test('all mistakes are listed, wherever they are', () => {
  const changes = [
    'price: 0.10>price: -1',
    'currency: EUR>currency: x',
    'upTo: 5 h>upTo: 1',
    'networks: USA>networks: DEU',
    'iban: DE02>iban: DE03',
    'kind: flexible>kind: fixed',
  ];
  const text = changes.reduce((before, change) => before.replace(...(change.split('>') as [string, string])), SAMPLE);
  expect(
    problemsOf(text)
      .map((problem) => problem.path)
      .sort(),
  ).toEqual([
    'plans[0].currency',
    `${ALLOWANCE}.kind`,
    `${EU}.price`,
    `${VOICE}.price.tiers[1].upTo`,
    'sellers[0].bank.iban',
    'zoneModels[0].zones[1].networks',
  ]);
});

describe('plans and versions that do not agree', () => {
  test('a pool holds one kind of usage, shared in one way', () => {
    expect(problemsOf(SAMPLE + SECOND_PLAN).map(({ path, expected }) => `${path}: ${expected}`)).toEqual([
      'plans[1].versions[0].allowances[0].size: one of octets, as plan "iot" says of pool "eu-data"',
      'plans[1].versions[0].allowances[0].scope: account, as plan "iot" says of pool "eu-data"',
    ]);
  });

  test('pools stand in one order in all stacks', () => {
    const stack = (...pools: string[]) =>
      pools
        .map((pool) => `{ id: ${pool}, name: P, kind: flexible, pool: ${pool}, size: 1 GB, covers: [d] }`)
        .join(', ');
    const plan = (
      id: string,
      ...pools: string[]
    ) => `  - { id: ${id}, name: P, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01,
      charges: [{ kind: usage, id: d, name: D, measure: bytes, unit: MB, price: 1 }], allowances: [${stack(...pools)}] }] }
`;
    const problems = problemsOf(SAMPLE + plan('p', 'a', 'b') + plan('q', 'b', 'c') + plan('r', 'c', 'a'));
    expect(problems.map(({ path, found, remedy }) => `${path}: ${found}. ${remedy}`)).toEqual([
      'plans[3].versions[0].allowances[1].pool: "a" behind "c". List them in the same order everywhere.',
    ]);
  });

  test.each([
    [
      'from: 2025-06-01, until: 2026-01-02',
      'plans[0].versions[0].from',
      'while the one from 2025-06-01 holds until 2026-01-02',
    ],
    ['from: 2026-01-01', 'plans[0].versions[1].from', 'a second version from 2026-01-01'],
    [
      'from: 2027-01-01, charges: [{ kind: recurring, id: voice, name: V, price: 1 }]',
      'plans[0].versions[1].charges[0].kind',
      'usage, as in the version',
    ],
    [
      'from: 2027-01-01, charges: [{ kind: usage, id: sms, name: S, measure: records, price: 1 }]',
      'plans[0].versions[1].charges[0].measure',
      'count, as in the version',
    ],
  ])('version {%s}', (version, path, says) => {
    const problems = problemsOf(`${SAMPLE}      - { ${version} }\n`);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems.map(catalogProblemText).join()).toContain(says);
  });
});

test('a source is told what is wrong with it, as everything else is', () => {
  const text = `sources:
  - name: csv
    carrier: c
    format: delimited
    delimiter: ":"
    identifiers: [{ kind: imsi }]
    identity: []
    start: { column: t, zone: X/Y }
    service: { rules: [{ service: dat, quantities: [{ measure: bytesUp, column: u, unit: MB }] }] }
    apn: [a]
    network: { colum: n }
  - { name: t, carrier: c, format: tap3, records: aggregates }
  -
`;
  expect(problemsOf(text).map(catalogProblemText)).toEqual([
    'c.yaml:5 sources[0].delimiter: found ":", expected one of ",", ";", "\\t", "|". Correct it.',
    'c.yaml:6 sources[0].identifiers[0].column: found nothing, expected the name of a column. Add column.',
    'c.yaml:7 sources[0].identity: found a list, expected a list, at least 1 long. Correct it.',
    'c.yaml:8 sources[0].start.zone: found "X/Y", expected an IANA time zone, such as Europe/Berlin. Write area/city; an offset such as +02:00 has no summer time.',
    'c.yaml:9 sources[0].service.rules[0].service: found "dat", expected data, sms, voice, supplementary, event:<name>, or value for what the column says. Did you mean data?',
    'c.yaml:11 sources[0].network.colum: found unknown field "colum", expected one of column, constant, prefixes, mcc, mnc. Did you mean column?',
    'c.yaml:10 sources[0].apn: found a list, expected the name of a column or a mapping with column, constant, prefixes. Correct it.',
    'c.yaml:12 sources[1].records: found "aggregates", expected one of "events". Correct it.',
    'c.yaml:13 sources[2]: found nothing, expected a mapping with format. Write it.',
  ]);
});

describe('files that are no catalogue', () => {
  test.each([
    ['broken YAML', 'plans: [\nsellers: x', 'valid YAML'],
    ['a tab', 'plans:\n\t- id: x', 'Indent with spaces.'],
    ['two documents', 'plans: []\n---\nplans: []', 'a file of its own'],
    ['a tag', 'plans: !!js/function x', 'Leave the !tag out.'],
    ['a key twice', 'plans: []\nsellers: []\nplans: []', 'the first is on line 1'],
    [
      'a list',
      '- plans',
      'a mapping with sellers, zoneModels, timeBands, seasons, priceLists, plans, taxProfiles, taxJurisdictions',
    ],
    ['a key that is no name', '? [a]\n: b', 'a name as key'],
    ['an unknown alias', 'plans: *x', 'an anchor &x before it'],
    ['__proto__', '__proto__: { plans: [] }', 'unknown field "__proto__"'],
    ['too much text', `# ${'x'.repeat(500_001)}`, 'at most 500000'],
    ['a list in a list in a list …', `plans: ${'['.repeat(21)}${']'.repeat(21)}`, 'at most 20 levels'],
    ['too many values', `plans: [${'x,'.repeat(100_000)}]`, 'at most 100000 values'],
    ['a deep abyss', `plans: ${'['.repeat(20_000)}`, 'nested too deeply'],
    ['an anchor in itself', 'plans: &a [*a]', 'nested too deeply'],
  ])('%s', (_name, text, says) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map(catalogProblemText).join('\n')).toContain(says);
  });

  test('a bomb of anchors goes out quickly', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level++) {
      const [name, inner] = ['abcdefghi'[level], 'abcdefghi'[level - 1]];
      lines.push(`${name}: &${name} [${Array(10).fill(`*${inner}`).join(',')}]`);
    }
    const problems = problemsOf(lines.join('\n'));
    expect(problems.map((problem) => problem.found)).toContain('too many *aliases');
    expect(problems.length).toBeLessThan(50);
  });

  test('no file at all', () => {
    expect(readCatalog([])).toMatchObject({
      problems: [{ expected: '1 to 1000 files named *.yaml (or *.csv of exchange rates)' }],
    });
  });

  test('an empty file is nothing, and no problem', () => {
    expect(readCatalog([{ path: 'a.yaml', text: '# nothing yet\n' }])).toMatchObject({ catalog: { plans: [] } });
  });

  test('a file of nonsense lists at most a thousand problems', () => {
    const plans = Array.from({ length: 3_000 }, (_, index) => `  - { x${index}: 1 }`).join('\n');
    expect(problemsOf(`plans:\n${plans}`)).toHaveLength(1_000);
  });
});
