import { expect, test } from 'vitest';
import { readInventoryFiles } from '#shared/inventory/inventory-file.ts';
import { subscriptionHistory } from '#shared/inventory/subscription-history.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { knownAccount } from './no-change.ts';

const KNOWN = {
  accounts: new Map([['nordwind', knownAccount('acme', 'Europe/Berlin')]]),
  plans: new Set(['fleet-s']),
  addOns: new Set<string>(),
  topUps: new Set<string>(),
};
const read = (text: string) => readInventoryFiles([{ name: 'subscriptions.csv', text }], KNOWN, () => undefined);

const FILE = `subscription,effectiveFrom,payer,plan,state,salesperson,serviceAddress,property.sensors,property.tariff
NW-1,2026-01-01,nordwind,fleet-s,active,Kim,"Hafenstr. 9; 20457; Hamburg; DE",4,eco
NW-1,2026-03-17,,,,,,12,-
`;

test('a file says details and properties of many, from a date on', () => {
  const reading = read(FILE);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const recorded = reading.facts.map((fact, index) => ({ position: 1, index, fact }));
  const history = subscriptionHistory('NW-1', 'acme', recorded, { position: 1, cutOff: Number.MAX_SAFE_INTEGER });
  const [january, march] = ['2026-01-01', '2026-03-17'].map((date) => instantOf(date, 'Europe/Berlin'));
  expect(history.properties).toEqual([
    {
      name: 'sensors',
      spans: [
        { from: january, until: march, value: '4' },
        { from: march, until: Number.MAX_SAFE_INTEGER, value: '12' },
      ],
    },
    {
      name: 'tariff',
      spans: [
        { from: january, until: march, value: 'eco' },
        { from: march, until: Number.MAX_SAFE_INTEGER, value: '' },
      ],
    },
  ]);
  const details = reading.facts.flatMap((fact) => (fact.kind === 'detail' ? [[fact.detail, fact.value]] : []));
  expect(details).toEqual([
    ['salesperson', 'Kim'],
    ['serviceAddress', { lines: ['Hafenstr. 9'], postalCode: '20457', city: 'Hamburg', country: 'DE' }],
  ]);
});

test.each([
  ['a column there is not', 'subscription,effectiveFrom,colour\nNW-1,2026-01-01,red\n', 'property.<name>'],
  ['a property without a name', 'subscription,effectiveFrom,property.\nNW-1,2026-01-01,red\n', 'property.<name>'],
  ['two values from one instant', `${FILE}NW-1,2026-03-17,,,,,,13,\n`, '12 for sensors of NW-1'],
])('%s is refused', (_, text, words) => {
  const reading = read(text);
  expect(reading.ok ? '' : JSON.stringify(reading.problems)).toContain(words);
});
