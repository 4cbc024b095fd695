import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import type { CatalogChange } from '#shared/catalog/catalog-changes.ts';
import { noteSeries } from '#shared/commit-log/use-cases/issued-series.ts';
import { releaseFolder } from '../../cli/catalog/catalog.ts';
import { diffCatalog, readUses, simulate, validateCatalog } from '../../cli/catalog/catalog-tools.ts';
import { SAMPLE } from '../catalog/sample.ts';
import { memorySession, told } from './memory-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-catalog-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'catalog.yaml');

const AGREED = `agreements:
  - account: nordwind
    currency: EUR
    overrides: [{ plan: iot, from: 2026-03-01, charges: [{ charge: fee, price: 1.50 }] }]
    discounts: [{ id: ten, name: Ten percent, from: 2026-01-01, percent: 10 }]
`;

/** Megabytes at 0.01 at home, 0.05 in Europe, 0.10 in the rest of the world. */
const ZONES = `${SAMPLE.replace('    defaultZone: row', '      - { id: home, name: Home, networks: GBR }\n    defaultZone: home')}  - id: three
    name: Three
    currency: EUR
    zoneModel: world
    versions:
      - from: 2026-01-01
        charges: [${['home 0.01', 'eu 0.05', 'row 0.10']
          .map((each) => each.split(' '))
          .map(
            ([zone, price]) =>
              `{ kind: usage, id: ${zone}, name: ${zone}, match: { services: data, zones: ${zone} }, measure: bytes, unit: MB, price: ${price} }`,
          )
          .join(', ')}]
`;
const FREE = { carrierCharge: 0n, currency: '' };

describe('catalog validate', () => {
  test('says that a catalogue is right', async () => {
    writeFileSync(file, SAMPLE);
    expect((await told((output) => validateCatalog([file], output))).text).toBe(
      'The catalogue is right: 1 plan, 0 agreements.',
    );
    expect((await told((output) => validateCatalog([folder], output))).data).toEqual({
      valid: true,
      plans: 1,
      agreements: 0,
    });
  });

  test('lists every problem with file, line and what to write', async () => {
    writeFileSync(file, SAMPLE.replace('price: 0.10', 'price: 0,10').replace('currency: EUR', 'currency: eur'));
    const failed = await told((output) => validateCatalog([file], output)).catch((error) => error);
    expect(failed.message).toBe('the catalogue has 2 problems');
    expect(failed.details.join('\n')).toContain('Write 0.10.');
    expect(failed.details.join('\n')).toContain('Write EUR.');
    expect(failed.details.every((line: string) => line.startsWith(`${file}:`))).toBe(true);
  });

  test('says which file is not there', async () => {
    await expect(told((output) => validateCatalog(['nowhere.yaml'], output))).rejects.toThrow(
      'nowhere.yaml is not there',
    );
  });
});

test('catalog release names agreements with accounts that are not there, and the account that may be meant', async () => {
  const session = memorySession('anna');
  writeFileSync(file, SAMPLE);
  await told((output) => releaseFolder(session, folder, output));
  const address = '{ lines: [A 1], city: B, country: DE }';
  const account = `accounts: [{ account: nordwind, effectiveFrom: 2026-01-01, seller: acme, name: N, address: ${address}, language: de,
    currency: EUR, timeZone: UTC, billingDay: 1, taxProfile: de, paymentTermDays: 14 }]`;
  await loadInventory(session.world, [{ name: 'a.yaml', text: account }], 'anna');
  writeFileSync(file, SAMPLE + AGREED.replace('nordwind', 'nordwnid'));
  const { data, text } = await told((output) => releaseFolder(session, folder, output));
  expect(data).toMatchObject({ outcome: 'released', unknownAccounts: ['nordwnid'] });
  expect(text).toContain('the inventory does not have; they hold once it does:\n  nordwnid: did you mean nordwind?');
});

test('catalog release says where a series stands whose numbers documents of another kind have', async () => {
  const session = memorySession('anna');
  const { decisions } = session.world;
  writeFileSync(file, SAMPLE);
  const line = SAMPLE.split('\n').findIndex((each) => each.includes('creditNote:')) + 1;
  const series = { prefix: 'CN-{year}-', width: 5, start: 1 };
  await noteSeries(
    decisions,
    'acme',
    { invoice: series, creditNote: { ...series, prefix: 'X-' } },
    'acme-c01-2026-01-1',
  );
  const failed = await told((output) => releaseFolder(session, folder, output)).catch((error) => error);
  expect(failed.message).toBe(`the catalogue in ${folder} has 1 problem; nothing is released`);
  expect(failed.details).toEqual([
    `${file}:${line} sellers[0].numbering.creditNote.prefix: found "CN-{year}-" for credit notes, expected a prefix whose numbers no document has: invoices are numbered "CN-{year}-" since run acme-c01-2026-01-1. Write a prefix that was never used, or the one these documents have now.`,
  ]);
});

test('catalog release lets nothing go that accounts are billed by, unless that is accepted; catalog diff tells it', async () => {
  const session = memorySession('anna');
  const other = '  - { id: other, name: O, currency: EUR, zoneModel: world, versions: [{ from: 2026-01-01 }] }\n';
  writeFileSync(file, SAMPLE + other);
  await told((output) => releaseFolder(session, folder, output));
  const account = `accounts: [{ account: nordwind, effectiveFrom: 2026-01-01, seller: acme, name: N, address: { lines: [A 1], city: B, country: DE }, language: de,
    currency: EUR, timeZone: UTC, billingDay: 1, taxProfile: de, paymentTermDays: 14 }]`;
  const subscriptions =
    'subscription,effectiveFrom,payer,plan,state\nS1,2026-01-01,nordwind,other,active\nS2,2026-01-01,nordwind,other,active\n';
  const files = [
    { name: 'a.yaml', text: account },
    { name: 's.csv', text: subscriptions },
  ];
  expect(await loadInventory(session.world, files, 'anna')).toMatchObject({ outcome: 'recorded' });
  writeFileSync(file, SAMPLE);
  const lacks = 'plan other: 2 subscriptions of account nordwind';
  const { text } = await told((output) => diffCatalog(session, [file], output));
  expect(text).toContain(
    `It lacks what accounts are billed by, and is not released without --accept-missing:\n  ${lacks}`,
  );
  const failed = await told((output) => releaseFolder(session, folder, output)).catch((error) => error);
  expect(failed.message).toBe(`the catalogue in ${folder} lacks what accounts are billed by; nothing is released`);
  expect(failed.details).toContain(`  ${lacks}`);
  expect(failed.remedy).toContain('--accept-missing');
  writeFileSync(file, SAMPLE + other.replace('from: 2026-01-01', 'from: 2026-02-01, until: 2026-05-01'));
  const shorter = await told((output) => diffCatalog(session, [file], output));
  expect(shorter.text).toContain(
    'plan other from 2026-01-01 until 2026-02-01 and from 2026-05-01: 2 subscriptions of account nordwind',
  );
  writeFileSync(file, SAMPLE);
  const released = await told((output) => releaseFolder(session, folder, output, true));
  expect(released.text).toContain(`Accepted as missing:\n  ${lacks}`);
  expect(released.data).toMatchObject({
    outcome: 'released',
    missing: [{ what: 'plan', id: 'other', subscriptions: 2 }],
  });
});

describe('catalog diff', () => {
  const changed = async (text: string) => {
    const session = memorySession('anna');
    writeFileSync(file, SAMPLE);
    await told((output) => releaseFolder(session, folder, output));
    writeFileSync(file, text);
    const { data, text: said } = await told((output) => diffCatalog(session, [file], output));
    const { changes } = data as { changes: CatalogChange[] };
    return {
      said,
      changes: changes.map(({ from, what, before, after }) => `${from || 'at once'} ${what}: ${before} → ${after}`),
    };
  };

  test('says nothing of what is the same', async () => {
    const { said, changes } = await changed(SAMPLE.replace('price: 0.10', 'price: 0.100'));
    expect(changes).toEqual([]);
    expect(said).toContain('Nothing');
  });

  test.each([
    [
      'a price',
      SAMPLE.replace('price: 0.10', 'price: 0.08'),
      ['2026-01-01 plans iot › versions 2026-01-01 › charges data-eu › price › amount: 0.1 → 0.08'],
    ],
    [
      'a tier',
      SAMPLE.replace('{ upTo: 100, price: 0.05, flat: 1 }', '{ upTo: 100, price: 0.04, flat: 1 }'),
      ['2026-01-01 plans iot › versions 2026-01-01 › charges voice › price › tiers 1 › amount: 0.05 → 0.04'],
    ],
    [
      'a network',
      SAMPLE.replace('networks: USA', 'networks: [USA, CAN]'),
      ['at once zoneModels world › zones row › networks: USA → CAN, USA'],
    ],
    [
      'an agreement',
      SAMPLE + AGREED,
      [
        'at once agreements nordwind:  → {account:nordwind,currency:EUR,overrides:[{plan:iot,from:2026-03-01,charges:[{charge:fee,price:{model:unit,amount:1.5}}',
      ],
    ],
    [
      'what is gone',
      SAMPLE.replace(/ {10}- kind: usage\n {12}id: sms[\s\S]*?price: 0.06\n/, ''),
      ['2026-01-01 plans iot › versions 2026-01-01 › charges sms: {kind:usage,id:sms,name:Messages'],
    ],
  ])('says what is changed: %s', async (_, text, expected) => {
    const { changes } = await changed(text);
    expect(changes).toHaveLength(expected.length);
    for (const [place, change] of expected.entries()) expect(changes[place]).toContain(change);
  });

  test('says so when only the order of charges changes, since the first that fits prices', async () => {
    const lines = SAMPLE.split('\n');
    const at = lines.findIndex((line) => line.includes('id: sms')) - 1;
    const sms = lines.splice(at, 6);
    lines.splice(lines.findIndex((line) => line.includes('id: data-eu')) - 1, 0, ...sms);
    const { changes } = await changed(lines.join('\n'));
    expect(changes).toEqual([
      '2026-01-01 plans iot › versions 2026-01-01 › charges › order: fee, data-eu, voice, sms → fee, sms, data-eu, voice',
    ]);
  });
});

describe('catalog simulate', () => {
  const bill = async (
    text: string,
    wanted: { sims: number; use?: string[]; account?: string; plan?: string; month?: string },
  ) => {
    writeFileSync(file, text);
    const options = { plan: 'iot', month: '2026-04', account: '', use: [], ...wanted };
    return told((output) => simulate([file], options, output));
  };

  test('100 subscriptions, 120 MB each, 10 of them 60 MB more, priced as a bill run does', async () => {
    const { text, data } = await bill(SAMPLE, { sims: 100, use: ['120 MB in eu', '10 x 60 MB in eu', '3 sms mo'] });
    const { lines, total } = data as { lines: { charge: string; amount: string }[]; total: string };
    expect(lines.map(({ charge, amount }) => `${charge} ${amount}`)).toEqual([
      'data-eu 260.00',
      'fee 200.00',
      'sms 18.00',
    ]);
    expect(total).toBe('478.00');
    expect(text).toContain('3,000 SIM days ÷ 30 × 2.00 EUR');
    expect(text).toContain('478.00 EUR before tax');
  });

  test.each<[string, string[], string[]]>([
    ['10 in zone2, the other 90 at home', ['25 MB, 10 in row'], ['home 22.50', 'row 25.00']],
    ['10 and 5 of them elsewhere', ['25 MB, 10 in row, 5 in eu'], ['home 21.25', 'eu 6.25', 'row 25.00']],
    ['all of them', ['25 MB, 100 in row'], ['row 250.00']],
    ['20 of them, 10 of these elsewhere', ['20 x 25 MB, 10 in row'], ['home 2.50', 'row 25.00']],
  ])('100 SIMs, 25 MB each: %s', async (_, use, expected) => {
    const { data } = await bill(ZONES, { sims: 100, use, plan: 'three' });
    const { lines } = data as { lines: { charge: string; amount: string }[] };
    expect(lines.map(({ charge, amount }) => `${charge} ${amount}`).sort()).toEqual([...expected].sort());
  });

  test('a tenth more than carriers charge: 10 × 3.20 USD at 1.25 USD a EUR', async () => {
    const mark = `- kind: usage
            id: mark
            name: Roaming
            match: { services: data, zones: row }
            measure: amount
            price: { model: percentage, percent: 110 }
          - kind: usage
            id: voice`;
    const rates = 'exchangeRates:\n  - { source: ECB, base: EUR, days: { 2026-01-01: { USD: 1.25, XDR: 0.8 } } }\n';
    const text = SAMPLE.replace('- kind: usage\n            id: voice', mark).replace(
      'format: tap3',
      'format: tap3, amounts: true',
    );
    const { data } = await bill(text + rates, { sims: 10, use: ['1 MB in row for 3.20 USD'] });
    const { lines } = data as { lines: { charge: string; amount: string }[] };
    expect(lines.map(({ charge, amount }) => `${charge} ${amount}`)).toEqual(['fee 20.00', 'mark 28.16']);
  });

  test('as agreed with an account', async () => {
    const { data } = await bill(SAMPLE + AGREED, { sims: 10, use: [], account: 'nordwind' });
    const { lines } = data as { lines: { charge: string; amount: string }[] };
    expect(lines.map(({ charge, amount }) => `${charge} ${amount}`)).toEqual(['fee 15.00', 'ten -1.50']);
  });

  test('says what no charge fits', async () => {
    const { text } = await bill(SAMPLE, { sims: 1, use: ['1 MB in row'] });
    expect(text).toContain('30 records not charged: NO_PRICE');
  });

  test.each([
    ['a zone there is not', { sims: 1, use: ['1 MB in mars'] }, 'there is no zone mars'],
    ['a use without a service', { sims: 1, use: ['3'] }, 'says no use'],
    [
      'more elsewhere than there are',
      { sims: 5, use: ['1 MB, 10 in eu'] },
      '10 subscriptions use something, but there are 5',
    ],
    ['more elsewhere than use it', { sims: 50, use: ['5 x 1 MB, 10 in eu'] }, 'has 10 in zones, of 5'],
    ['a part without a zone', { sims: 5, use: ['1 MB, 10'] }, '"10" of "1 MB, 10" says no part'],
    ['a unit there is not', { sims: 1, use: ['3 mb'] }, '"3 mb" says no use: Did you mean MB?'],
    ['a plan there is not', { sims: 1, plan: 'itt' }, 'there is no plan itt; did you mean iot?'],
    [
      'a month before its first',
      { sims: 1, month: '2025-12' },
      'has no version on 2025-12-01; it has from 2026-01-01 on',
    ],
  ])('refuses %s', async (_, wanted, says) => {
    await expect(bill(SAMPLE, wanted)).rejects.toThrow(says);
  });

  test.each([
    ['25 MB', { subscriptions: 0, service: 'data', direction: '', zone: '', quantity: 25_000_000n, ...FREE }],
    [
      '10 x 0.5 GiB in eu',
      { subscriptions: 10, service: 'data', direction: '', zone: 'eu', quantity: 536_870_912n, ...FREE },
    ],
    ['20 min voice mo', { subscriptions: 0, service: 'voice', direction: 'mo', zone: '', quantity: 1_200n, ...FREE }],
    [
      '3 x 2 MB in eu for 0.35 USD',
      {
        subscriptions: 3,
        service: 'data',
        direction: '',
        zone: 'eu',
        quantity: 2_000_000n,
        carrierCharge: 350_000n,
        currency: 'USD',
      },
    ],
    ['3 event:door', { subscriptions: 0, service: 'event:door', direction: '', zone: '', quantity: 3n, ...FREE }],
  ])('reads "%s"', (text, expected) => {
    expect(readUses(text)).toEqual([{ ...expected, without: 0 }]);
  });
});
