import { describe, expect, test } from 'vitest';
import type { KnownInventory } from '#shared/inventory/change.ts';
import { readInventoryFiles } from '#shared/inventory/inventory-file.ts';
import { problemText } from '#shared/inventory/inventory-problem.ts';
import { knownAccount } from './no-change.ts';

const KNOWN: KnownInventory = {
  accounts: new Map([['nordwind', knownAccount('fernweh', 'Europe/Berlin', ['fleet'])]]),
  plans: new Set(['fleet-s']),
  addOns: new Set(['extra']),
  topUps: new Set<string>(),
};

function read(name: string, text: string) {
  return readInventoryFiles([{ name, text }], KNOWN, () => undefined);
}

function problemsOf(text: string): string[] {
  const reading = read('s.yaml', text);
  return reading.ok ? [] : reading.problems.map(problemText);
}

const YAML = `subscriptions:
  - { subscription: NW-1, effectiveFrom: 2026-10-01, state: active, payer: nordwind, plan: fleet-s, businessUnit: fleet, imsi: 001010000000001 }
  - subscription: NW-1
    effectiveFrom: 2026-11-03T10:00:00+01:00
    addOn: extra
    properties: { sensors: 012, tariff: "-" }
    category: tracker
    salesperson: Kim
    start: 2026-10-01
    tags: [north, cold]
    serviceAddress: { lines: [Hafen 2, Tor 3], postalCode: 01099, city: Dresden, country: DE }
    billToAddress: "-"
`;
const CSV = `subscription,effectiveFrom,state,payer,plan,businessUnit,imsi,addOn,property.sensors,property.tariff,category,salesperson,start,tags,serviceAddress,billToAddress
NW-1,2026-10-01,active,nordwind,fleet-s,fleet,001010000000001,,,,,,,,,
NW-1,2026-11-03T10:00:00+01:00,,,,,,extra,012,-,tracker,Kim,2026-10-01,north cold,Hafen 2; Tor 3; 01099; Dresden; DE,-
`;

describe('subscriptions in YAML', () => {
  test('say what the same rows of a CSV file say', () => {
    const [yaml, csv] = [read('s.yaml', YAML), read('s.csv', CSV)];
    const facts = (reading: typeof yaml) =>
      reading.ok ? reading.facts.map((fact) => JSON.stringify(fact)).sort() : [];
    expect(csv.ok && csv.facts).toHaveLength(12);
    expect(facts(yaml)).toEqual(facts(csv));
  });

  test('may name accounts of the same file', () => {
    const account = `accounts:
  - { account: new, effectiveFrom: 2026-10-01, seller: fernweh, name: New, address: { lines: [A 1], city: B, country: DE }, language: de,
      currency: EUR, timeZone: Asia/Tokyo, billingDay: 1, taxProfile: de, paymentTermDays: 14 }
`;
    const reading = read(
      's.yaml',
      `${account}subscriptions: [{ subscription: N-1, effectiveFrom: 2026-10-01, payer: new, plan: fleet-s }]`,
    );
    // 2026-10-01T00:00:00+09:00
    expect(reading.ok && reading.facts.map(({ kind, effectiveFrom }) => [kind, effectiveFrom])).toEqual([
      ['account', 1_790_780_400],
      ['assignments', 1_790_780_400],
    ]);
  });

  test.each([
    [
      'an unknown plan, at its own place',
      '    plan: fleet-x\n    payer: nordwind\n',
      's.yaml:4:11 plan: found "fleet-x", expected',
    ],
    [
      'days that are none',
      '    state: ready\n    readyDays: soon\n',
      's.yaml:5:16 readyDays: found "soon", expected whole days from 1',
    ],
    ['a wrong state', '    state: live\n', 's.yaml:4:12 state: found "live", expected one of inventory, test, ready'],
    ['a date that does not exist', '    state: active\n    end: 2026-02-30\n', 's.yaml:5:10 end: found "2026-02-30"'],
    [
      'an unknown field',
      '    colour: red\n',
      's.yaml:4:13 subscriptions[0].colour: found "colour", expected a field this file knows',
    ],
    [
      'a value of a property too long, at its own place',
      `    properties: { tariff: ${'x'.repeat(201)} }\n`,
      's.yaml:4:27 property.tariff: found "xxx',
    ],
    [
      'a semicolon in an address',
      '    serviceAddress: { lines: [A; B], city: C, country: DE }\n',
      'expected an address without semicolons. Write a comma instead.',
    ],
  ])('%s is refused with its line', (_, fields, expected) => {
    const text = `subscriptions:\n  - subscription: NW-1\n    effectiveFrom: 2026-10-01\n${fields}    imsi: 001010000000001\n`;
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  test('a file that says nothing is refused', () => {
    expect(problemsOf('accounts: []\n').join('\n')).toContain(
      'expected accounts or subscriptions. Write a list of either.',
    );
  });
});
