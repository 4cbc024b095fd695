import { describe, expect, test } from 'vitest';
import type { KnownAccount } from '#shared/inventory/change.ts';
import { readInventoryFiles } from '#shared/inventory/inventory-file.ts';
import { MOST_PROBLEMS, problemText } from '#shared/inventory/inventory-problem.ts';

const ACCOUNTS = `# Customers from October on
accounts:
  - account: nordwind
    effectiveFrom: 2026-10-01
    seller: fernweh
    name: Nordwind Logistik GmbH
    address: { lines: [Am Sandtorkai 1], postalCode: 01067, city: Dresden, country: DE }
    vatId: DE123456788
    email: rechnung@nordwind.example
    language: de
    currency: EUR
    timeZone: Europe/Berlin
    billingDay: 1
    taxProfile: de-standard
    paymentTermDays: 14
    reference: PO-77
    businessUnits:
      - { businessUnit: fleet, name: Fuhrpark, reference: KST-100 }
      - businessUnit: cold
        name: Kühlkette
        address: { lines: [Hafen 2, Tor 3], postalCode: "20457", city: Hamburg, country: DE }
`;
const NOTHING_KNOWN = {
  accounts: new Map<string, KnownAccount>(),
  plans: new Set(['fleet-s', 'fleet-l']),
  addOns: new Set(['extra']),
  topUps: new Set(['boost']),
};

function read(...texts: string[]) {
  const files = texts.map((text, i) => ({ name: text.startsWith('sub') ? `s${i}.csv` : `a${i}.yaml`, text }));
  return readInventoryFiles(files, NOTHING_KNOWN, (subscription) =>
    subscription.startsWith('OLD') ? 'Asia/Tokyo' : undefined,
  );
}

function problemsOf(...texts: string[]): string[] {
  const reading = read(...texts);
  return reading.ok ? [] : reading.problems.map(problemText);
}

/** 2026-10-01T00:00:00+02:00 */
const OCTOBER = 1_790_805_600;
const DAY = 86_400;

describe('accounts', () => {
  test('an account and its units become facts, with the account’s midnight, address and digits as written', () => {
    const address = { lines: ['Am Sandtorkai 1'], postalCode: '01067', city: 'Dresden', country: 'DE' };
    expect(read(ACCOUNTS)).toEqual({
      ok: true,
      facts: [
        {
          kind: 'account',
          account: 'nordwind',
          effectiveFrom: OCTOBER,
          seller: 'fernweh',
          name: 'Nordwind Logistik GmbH',
          address,
          vatId: 'DE123456788',
          email: 'rechnung@nordwind.example',
          language: 'de',
          currency: 'EUR',
          timeZone: 'Europe/Berlin',
          billingDay: 1,
          taxProfile: 'de-standard',
          paymentTermDays: 14,
          reference: 'PO-77',
          pools: [],
          certificates: [],
        },
        {
          kind: 'businessUnit',
          account: 'nordwind',
          businessUnit: 'fleet',
          effectiveFrom: OCTOBER,
          name: 'Fuhrpark',
          address,
          reference: 'KST-100',
        },
        {
          kind: 'businessUnit',
          account: 'nordwind',
          businessUnit: 'cold',
          effectiveFrom: OCTOBER,
          name: 'Kühlkette',
          address: { lines: ['Hafen 2', 'Tor 3'], postalCode: '20457', city: 'Hamburg', country: 'DE' },
          reference: '',
        },
      ],
    });
  });

  test.each<[string, string, string, string]>([
    [
      'a field is missing',
      '    currency: EUR\n',
      '',
      'a0.yaml:3:5 accounts[0].currency: found nothing, expected a text. Add',
    ],
    [
      'a field is misspelt',
      'vatId',
      'vatID',
      'a0.yaml:8:12 accounts[0].vatID: found "vatID", expected a field this file knows',
    ],
    [
      'a billing day no month has',
      'billingDay: 1',
      'billingDay: 32',
      'a0.yaml:13:17 accounts[0].billingDay: found "32", expected a whole number from 1 to 31',
    ],
    [
      'a billing day in words',
      'billingDay: 1',
      'billingDay: first',
      'accounts[0].billingDay: found "first", expected a whole number',
    ],
    [
      'a time zone there is not',
      'Europe/Berlin',
      'Europe/Dresden',
      'a0.yaml:12:15 accounts[0].timeZone: found "Europe/Dresden", expected an IANA time zone',
    ],
    [
      'a country in words',
      'country: DE }\n    vatId',
      'country: Germany }\n    vatId',
      'accounts[0].address.country: found "Germany", expected a country of ISO 3166-1',
    ],
    [
      'a date the calendar lacks',
      '2026-10-01',
      '2026-09-31',
      'a0.yaml:4:20 accounts[0].effectiveFrom: found "2026-09-31", expected a date that exists',
    ],
    [
      'a unit id with a space',
      'businessUnit: fleet',
      'businessUnit: my fleet',
      'accounts[0].businessUnits[0].businessUnit: found "my fleet", expected an id of letters',
    ],
    ['a VAT id that is none', 'DE123456788', '123', 'accounts[0].vatId: found "123"'],
    ['a VAT id with a wrong digit', 'DE123456788', 'DE123456789', 'check digits (its check digits are wrong for DE)'],
    ['a VAT id of another form', 'DE123456788', 'BE428759497', 'BE and ten digits, the first of them 0 or 1'],
    ['an e-mail address that is none', 'rechnung@nordwind.example', 'rechnung', 'accounts[0].email: found "rechnung"'],
    ['broken YAML', 'lines: [Am', 'lines: [[Am', 'a0.yaml:7:'],
    [
      'aliases without end',
      'name: Nordwind Logistik GmbH',
      `name: &a [x]\n    reference2: [${Array(200).fill('*a').join(',')}]`,
      'deep nesting or many aliases',
    ],
  ])('are refused when %s', (_, found, replacement, text) => {
    expect(ACCOUNTS).toContain(found);
    expect(problemsOf(ACCOUNTS.replace(found, replacement))).toContainEqual(expect.stringContaining(text));
  });

  test('are refused when one stands twice at the same date with different terms, and united when the terms are equal', () => {
    const account = ACCOUNTS.slice(ACCOUNTS.indexOf('  - account'), ACCOUNTS.indexOf('    businessUnits'));
    expect(problemsOf(`${ACCOUNTS}${account.replace('EUR', 'USD')}`)).toEqual([
      expect.stringMatching(
        /^a0\.yaml:22 account: found .* expected .*for account nordwind from 2026-09-30T22:00:00Z as in a0\.yaml, line 3/,
      ),
    ]);
    const twice = read(`${ACCOUNTS}${account}`);
    expect(twice.ok && twice.facts.length).toBe(3);
  });

  test('nesting that would exhaust the stack is refused, not thrown', () => {
    expect(problemsOf(`accounts: ${'['.repeat(50_000)}`).length).toBeGreaterThan(0);
  });
});

describe('subscriptions', () => {
  test('a history in any order of rows and columns, each date in the zone of who pays then', () => {
    const rows = [
      'subscription,plan,payer,state,businessUnit,imsi,effectiveFrom',
      'NW-1,,,terminated,,,2026-10-20',
      'NW-1,fleet-s,nordwind,active,fleet,001010000000101,2026-10-01',
      'NW-1,fleet-l,nordwind,,cold,,2026-10-10T15:30:00+02:00',
      'OLD-1,,,suspended,,,2026-10-02',
    ];
    const reading = read(ACCOUNTS, rows.join('\r\n'));
    const assignment = (plan: string, businessUnit: string) => [{ payer: 'nordwind', plan, businessUnit }];
    expect(reading.ok && reading.facts.slice(3)).toEqual([
      { kind: 'state', subscription: 'NW-1', effectiveFrom: OCTOBER + 19 * DAY, state: 'terminated' },
      { kind: 'state', subscription: 'NW-1', effectiveFrom: OCTOBER, state: 'active' },
      {
        kind: 'assignments',
        subscription: 'NW-1',
        seller: 'fernweh',
        effectiveFrom: OCTOBER,
        assignments: assignment('fleet-s', 'fleet'),
      },
      { kind: 'identifier', identifier: 'imsi#001010000000101', effectiveFrom: OCTOBER, subscription: 'NW-1' },
      {
        kind: 'assignments',
        subscription: 'NW-1',
        seller: 'fernweh',
        effectiveFrom: OCTOBER + 9 * DAY + 15.5 * 3600,
        assignments: assignment('fleet-l', 'cold'),
      },
      { kind: 'state', subscription: 'OLD-1', effectiveFrom: OCTOBER + DAY - 7 * 3600, state: 'suspended' },
    ]);
  });

  test('a byte-order mark, quotes, spaces and empty lines do no harm', () => {
    const reading = readInventoryFiles(
      [{ name: 's.csv', text: '\uFEFFsubscription , effectiveFrom,state\n\n"OLD-1",2026-10-02, active\n' }],
      NOTHING_KNOWN,
      () => 'UTC',
    );
    expect(reading.ok && reading.facts).toEqual([
      { kind: 'state', subscription: 'OLD-1', effectiveFrom: 1_790_899_200, state: 'active' },
    ]);
  });

  test('an identifier may pass from one subscription to another, and a statement made twice is one fact', () => {
    const rows =
      'subscription,effectiveFrom,imsi\nOLD-1,2026-10-01,001010000000101\nOLD-2,2026-10-05,001010000000101\nOLD-2,2026-10-05,001010000000101';
    const reading = read(rows);
    expect(reading.ok && reading.facts.map((fact) => fact.kind === 'identifier' && fact.subscription)).toEqual([
      'OLD-1',
      'OLD-2',
    ]);
  });

  test.each<[string, string, string[]]>([
    [
      'two states at one instant',
      'subscription,effectiveFrom,state\nOLD-1,2026-10-02,active\nOLD-1,2026-10-01T15:00:00Z,suspended',
      [
        's0.csv:3 state: found "suspended", expected active for the state of OLD-1 from 2026-10-01T15:00:00Z as in s0.csv, line 2. Both begin at the same instant: take one out, or correct its effectiveFrom.',
      ],
    ],
    [
      'one identifier for two at one instant',
      'subscription,effectiveFrom,imsi\nOLD-1,2026-10-02,001010000000101\nOLD-2,2026-10-02,001010000000101',
      [expect.stringContaining('s0.csv:3 imsi: found "OLD-2", expected OLD-1 for imsi#001010000000101')],
    ],
    [
      'values of a row, by column',
      'subscription,effectiveFrom,state,imsi\nOLD-1,2026-13-02,actve,12\nNEW-1,2026-10-02,active,',
      [
        expect.stringContaining('s0.csv:2:2 effectiveFrom: found "2026-13-02"'),
        expect.stringContaining('s0.csv:2:3 state: found "actve"'),
        expect.stringContaining('s0.csv:2:4 imsi: found "12"'),
        expect.stringContaining('s0.csv:3:1 subscription: found "NEW-1", expected a subscription that exists'),
      ],
    ],
    [
      'an unknown payer, once',
      'subscription,effectiveFrom,state,payer,plan\nNEW-1,2026-10-02,active,nordwnd,fleet-s\nNEW-1,2026-10-09,terminated,,',
      [expect.stringContaining('s0.csv:2:4 payer: found "nordwnd"')],
    ],
    [
      'an unknown and a repeated column',
      'subscription,effectiveFrom,colour,state,state\nOLD-1,2026-10-02,x,active,active',
      [
        expect.stringContaining('s0.csv:1:3: found "colour", expected a column of subscription'),
        expect.stringContaining('s0.csv:1:5: found "state", expected every column once'),
      ],
    ],
    [
      'a missing column',
      'subscription,state\nOLD-1,active',
      [expect.stringContaining('s0.csv:1: found nothing, expected a column effectiveFrom')],
    ],
    [
      'semicolons',
      'subscription;effectiveFrom\nOLD-1;2026-10-02',
      [expect.stringContaining('Save the file as comma-separated values')],
    ],
    [
      'a row too short',
      'subscription,effectiveFrom,state\nOLD-1,2026-10-02',
      [expect.stringContaining('s0.csv:2: found "2 values", expected 3 values, as in the header')],
    ],
    [
      'quotes that do not close',
      'subscription,effectiveFrom\n\n"OLD-1,2026-10-02\nOLD-2,2026-10-02\n',
      [expect.stringMatching(/^s0\.csv:3: .*Mend the quotes: a quote that is not closed\.$/)],
    ],
  ])('are refused for %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('problems are listed up to a bound', () => {
    const reading = read(`subscription,effectiveFrom,state\n${'OLD-1,never,active\n'.repeat(3000)}`);
    expect(reading.ok ? 0 : reading.problems.length).toBe(MOST_PROBLEMS);
  });
});

test('one problem refuses the whole load, and files of no known kind are named', () => {
  const reading = readInventoryFiles(
    [
      { name: 'accounts.yaml', text: ACCOUNTS },
      { name: 'subscriptions.xlsx', text: '' },
    ],
    NOTHING_KNOWN,
    () => undefined,
  );
  expect(reading).toEqual({ ok: false, problems: [expect.objectContaining({ file: 'subscriptions.xlsx' })] });
});
