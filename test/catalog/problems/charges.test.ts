import { EU, FEE, oneMistake, USAGE, VERSION, VOICE } from './one-mistake.ts';

const TOGETHER = `match: { services: [voice], zones: eu }
            measure: seconds
            unit: min
            price: 1
          - { kind: usage, id: far, name: Far, match: { services: voice, zones: row }, measure: seconds, unit: min, price: 1 }
          - kind: usage
            id: fallback
            name: Rest
            match: { services: [voice], directions: mo }`;

oneMistake('a charge or a zone that is wrong', [
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
    'a charge that two others always hide together',
    'match: { services: [voice] }',
    TOGETHER,
    `${VERSION}.charges[4]`,
    '',
    '"voice" and "far" together always hide',
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
]);
