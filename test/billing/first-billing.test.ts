import { expect, test } from 'vitest';
import type { RecordedLine } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { firstBilling, takenOver } from '#shared/billing/lines/first-billing.ts';
import { line, recorded } from './lines.ts';

/** A line of March named "unit version charge zone tier", billed by r1. */
const of = (name: string, more: Partial<ChargeLine> = {}): ChargeLine => {
  const [businessUnit = '', version = '', charge = '', zone = '', tier = '0'] = name
    .split(' ')
    .map((part) => part.replace('-', ''));
  return {
    ...line('x', '2026-03', '1.00'),
    id: name,
    businessUnit,
    version,
    charge,
    zone,
    tier: Number(tier),
    ...more,
  };
};
const billed = (name: string, more: Partial<ChargeLine> = {}): RecordedLine => recorded(of(name, more), 'r1');
const april = { period: { from: '2026-04-01', until: '2026-05-01' } };

test.each<[string, ChargeLine, RecordedLine[], string]>([
  ['its own', of('a 1 data de 2'), [billed('a 1 data de 1'), billed('a 1 data de 2')], 'a 1 data de 2'],
  ['of another tier', of('a 1 data de 2'), [billed('a 1 data de 1')], 'a 1 data de 1'],
  ['of another version', of('a 2 data de 1'), [billed('a 1 data de 1')], 'a 1 data de 1'],
  ['of another unit', of('b 1 data de 1'), [billed('a 1 data de 1')], 'a 1 data de 1'],
  ['of another season', of('a 1 data@summer de 1'), [billed('a 1 data de 1')], 'a 1 data de 1'],
  [
    'of its unit before its version',
    of('b 2 data de 1'),
    [billed('a 2 data de 1'), billed('b 1 data de 1')],
    'b 1 data de 1',
  ],
  [
    'of its version before others',
    of('c 2 data de 1'),
    [billed('a 1 data de 1'), billed('b 2 data de 1')],
    'b 2 data de 1',
  ],
  ['of equal ones the first', of('c 3 data de 1'), [billed('b 2 data de 1'), billed('a 1 data de 1')], 'a 1 data de 1'],
  ['not of another charge', of('a 1 data de 2'), [billed('a 1 sms de 1')], ''],
  ['not of another zone', of('a 1 data de 2'), [billed('a 1 data fr 1')], ''],
  ['not of another period', of('a 1 data de 2'), [billed('a 1 data de 1', april)], ''],
  [
    'not of what else it is to the tax law',
    of('a 1 data de 2'),
    [billed('a 1 data de 1', { taxCategory: 'goods' })],
    '',
  ],
  ['not of another plan', of('a 1 data de 2'), [billed('a 1 data de 1', { plan: 'b' })], ''],
  [
    'of a line that is nothing, but was billed',
    of('a 1 data de 2'),
    [billed('a 1 data de 1', { amount: '0.00', quantity: '0' })],
    'a 1 data de 1',
  ],
  [
    'of a line whose quantity others billed',
    of('a 1 data de 2'),
    [{ ...billed('a 1 data de 1', { amount: '0.00', quantity: '3' }), billedBy: '' }],
    'a 1 data de 1',
  ],
  [
    'of a line whose amount others billed',
    of('a 1 data de 2'),
    [{ ...billed('a 1 data de 1', { amount: '1.00', quantity: '0' }), billedBy: '' }],
    'a 1 data de 1',
  ],
  [
    'not of a line that is nothing',
    of('a 1 data de 2'),
    [{ ...billed('a 1 data de 1', { amount: '0.00', quantity: '0' }), billedBy: '' }],
    '',
  ],
])('a line keeps rate and treatment %s', (_, its, posted, expected) => {
  expect(firstBilling(posted)(its)?.id ?? '').toBe(expected);
  expect(firstBilling(posted.toReversed())(its)?.id ?? '').toBe(expected);
});

test.each([
  ['what it takes most off', { 'a 1 data de 1': '1.00', 'a 1 sms de 1': '2.00' }, 'a 1 sms de 1'],
  ['what was billed', { 'a 1 data de 1': '1.00', 'a 1 new de 1': '2.00' }, 'a 1 data de 1'],
  ['the first of equal ones', { 'a 1 sms de 1': '1.00', 'a 1 data de 1': '1.00' }, 'a 1 data de 1'],
  ['nothing, where nothing was', { 'a 1 new de 1': '2.00' }, ''],
])('a reduction is taxed as %s', (_, off, expected) => {
  const shares = Object.entries(off).map(([id, each]) => ({ line: id, name: id, left: '9.00', off: each }));
  const sums = { due: 'arrears', net: '9.00', exact: '3', reduction: '3.00', shares } as const;
  const limit = { parts: [{ amount: '6.00', days: 31 }], daysInPeriod: 31, limit: '6.00' };
  const discount = of('a - off - 0', { arithmetic: { kind: 'discount', percent: '10', amount: '', ...sums } });
  const cap = of('a - most - 0', { arithmetic: { kind: 'cap', ...limit, ...sums } });
  for (const line of [discount, cap])
    expect(firstBilling([billed('a 1 data de 1'), billed('a 1 sms de 1')])(line)?.id ?? '').toBe(expected);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ['the one that fell', { a: '10', b: '9' }, 'b'],
  ['the one that is owed no more', { a: '10' }, 'b'],
  ['the first that fell', { a: '9', b: '9' }, 'a'],
  ['none, where all is owed still', { a: '10', b: '10' }, undefined],
  ['none, where more is', { a: '10', b: '11' }, undefined],
])(
  'a line that nobody billed takes over from another of its charge of which less is owed (decision 68): %s',
  (_, now, expected) => {
    const of = (id: string, quantity: string) => line('data', '2026-03', '10.00', { id, quantity });
    const posted = ['a', 'b'].map((id) => recorded(of(id, '10'), 'r1'));
    const owed = Object.entries(now).map(([id, quantity]) => of(id, quantity));
    expect(takenOver(owed, posted)(of('new', '1'))?.id).toBe(expected);
  },
);
