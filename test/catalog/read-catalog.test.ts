import { describe, expect, test } from 'vitest';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { SAMPLE } from './sample.ts';

function catalogOf(...texts: string[]): Catalog {
  const result = readCatalog(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.catalog;
}

describe('a catalogue that is right', () => {
  const catalog = catalogOf(SAMPLE);
  const version = catalog.plans[0]?.versions[0];

  test('fills in the defaults of a seller', () => {
    expect(catalog.sellers[0]).toEqual({
      id: 'acme',
      name: 'Acme IoT GmbH',
      address: { lines: ['Hauptstr. 1'], postalCode: '01099', city: 'Dresden', country: 'DE' },
      vatId: '',
      registerNumber: '',
      timeZone: 'Europe/Berlin',
      bank: { iban: 'DE02120300000000202051', bic: 'BYLADEM1001', accountHolder: '' },
      contact: { email: '', phone: '', web: '' },
      colour: '#1f3a5f',
      consumerSales: 'destination',
      bookCurrency: '',
      exchangeDate: 'invoiceDate',
      numbering: {
        invoice: { prefix: 'INV-{year}-', width: 6, start: 1 },
        creditNote: { prefix: 'CN-{year}-', width: 5, start: 1 },
      },
    });
  });

  test('writes networks in capitals without signs, in order', () => {
    expect(catalog.zoneModels[0]).toEqual({
      id: 'world',
      zones: [
        { id: 'eu', name: 'Europe', networks: ['26201', 'DEU', 'FRA'], called: [] },
        { id: 'row', name: 'Rest', networks: ['USA'], called: [] },
      ],
      defaultZone: 'row',
    });
  });

  test('takes a monthly fee in advance, by day, for active subscriptions, unless it says otherwise', () => {
    expect(version?.charges[0]).toEqual({
      kind: 'recurring',
      id: 'fee',
      days: 'calendar',
      dayRule: 'endOfDay',
      lastDay: 'free',
      properties: [],
      interval: { months: 1, from: 'billingDay' },
      quantity: { of: 'subscriptions', property: '', number: 0, minimum: 0, count: 'account' },
      name: 'Monthly fee',
      due: 'advance',
      proration: 'day',
      states: ['active'],
      price: { model: 'unit', amount: '2' },
      refund: 'day',
      taxCategory: 'telecom',
    });
  });

  test('keeps prices as exact text and increments in base units', () => {
    expect(version?.charges[1]).toEqual({
      kind: 'usage',
      id: 'data-eu',
      name: 'Data in Europe',
      match: {
        services: ['data'],
        directions: [],
        zones: ['eu'],
        carriers: [],
        networks: [],
        apns: [],
        technologies: [],
        slices: [],
        fiveQis: [],
        ratingGroups: [],
        bands: [],
        properties: [],
      },
      measure: 'bytes',
      unit: 'MB',
      increment: { first: '1000', next: '1000' },
      rounding: 'record',
      count: 'subscription',
      price: { model: 'unit', amount: '0.1' },
      usageDiscount: { percent: '0', quantity: '0' },
      taxCategory: 'telecom',
      property: '',
      seasons: [],
      connectionFee: '0',
      minimum: '0',
      maximum: '',
      whenSuspended: 'charge',
      flatAtZero: false,
      hidden: false,
    });
  });

  test('counts voice by session, and tiers in the unit of their price', () => {
    expect(version?.charges[2]).toMatchObject({
      unit: 'minute',
      increment: { first: '30', next: '6' },
      rounding: 'session',
      price: {
        model: 'graduated',
        tiers: [
          { upTo: '100', amount: '0.05', flat: '1' },
          { upTo: '300', amount: '0.02', flat: '0' },
          { upTo: '', amount: '0.01', flat: '0' },
        ],
      },
    });
  });

  test('needs no unit where only one fits, and no increment where nothing is rounded', () => {
    expect(version?.charges[3]).toMatchObject({ unit: 'piece', increment: { first: '1', next: '1' } });
  });

  test('keeps allowances in base units', () => {
    expect(version?.allowances[0]).toEqual({
      id: 'data',
      name: '100 MB each',
      kind: 'flexible',
      pool: 'eu-data',
      scope: 'account',
      size: '100000000',
      unit: 'MB',
      proration: 'day',
      covers: ['data-eu'],
      share: 'byUsage',
      cap: '',
      price: '0',
      sizes: [],
    });
  });

  test('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog);
  });

  test('is the same however it is divided among files, and in whatever order they come', () => {
    const parts = SAMPLE.split(/^(?=[a-zA-Z]+:)/m);
    expect(parts).toHaveLength(5);
    const files = parts.map((text, index) => ({ path: `plans/${index}.yaml`, text }));
    const texts = [files, files.toReversed()].map((some) => JSON.stringify(readCatalog(some)));
    expect(texts).toEqual([JSON.stringify({ catalog }), JSON.stringify({ catalog })]);
  });

  test('has its plans by id, and the rest in order of the paths of their files', () => {
    const seller = (id: string) => `${SAMPLE.slice(0, SAMPLE.indexOf('zoneModels:')).replace('acme', id)}`;
    const plan = (id: string) =>
      `plans: [{ id: ${id}, name: P, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01 }] }]\n`;
    const zones = SAMPLE.slice(SAMPLE.indexOf('zoneModels:'), SAMPLE.indexOf('taxProfiles:'));
    const files = [
      { path: 'b.yaml', text: seller('second') + plan('a') },
      { path: 'a.yaml', text: seller('first') + plan('z') + zones },
      { path: 'c.yaml', text: plan('m') },
    ];
    const result = readCatalog(files);
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    expect(result.catalog.sellers.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(result.catalog.plans.map(({ id }) => id)).toEqual(['a', 'm', 'z']);
  });

  test('is the same however its numbers are written', () => {
    const other = SAMPLE.replace('2.00', '"2"').replace('0.10', '0.1').replace('upTo: 100,', 'upTo: 6000 s,');
    expect(catalogOf(other.replace('size: 100 MB', 'size: 100000 kB').replace('30/6 s', '0.5 min/6 s'))).toEqual({
      ...catalog,
      plans: [
        { ...catalog.plans[0], versions: [{ ...version, allowances: [{ ...version?.allowances[0], unit: 'kB' }] }] },
      ],
    });
  });

  test('understands anchors, so that versions can repeat charges', () => {
    const anchored = SAMPLE.replace('charges:\n', 'charges: &prices\n').replace(
      'versions:\n',
      'versions:\n      - { from: 2027-01-01, charges: *prices }\n',
    );
    expect(() => catalogOf(anchored)).toThrow('anchor');
    const later = `${SAMPLE.replace('charges:\n', 'charges: &prices\n')}      - { from: 2027-01-01, charges: *prices }\n`;
    expect(catalogOf(later).plans[0]?.versions[1]?.charges).toEqual(version?.charges);
  });
});

describe('versions', () => {
  const plan = (versions: string) => `zoneModels: [{id: z, zones: [{id: a, name: A, networks: [DEU]}]}]
plans: [{id: p, name: P, currency: EUR, zoneModel: z, versions: ${versions}}]`;

  test('stand by date, and one without an end holds until the next begins', () => {
    const versions = catalogOf(
      plan(
        '[{from: 2027-01-01}, {from: 2026-01-01}, {from: 2025-01-01, until: 2025-07-01}, {from: 2025-07-01, until: 2025-08-01}]',
      ),
    ).plans[0]?.versions;
    expect(versions?.map(({ from, until }) => `${from}/${until}`)).toEqual([
      '2025-01-01/2025-07-01',
      '2025-07-01/2025-08-01',
      '2026-01-01/2027-01-01',
      '2027-01-01/',
    ]);
  });
});
