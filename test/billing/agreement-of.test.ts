import { expect, test } from 'vitest';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, planOf } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';
import { billed, sim } from './moved-account.ts';

const SMS = '[{ kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1.00 }]';
const agreed = (terms: string) =>
  catalogWith(
    `${planOf('a', SMS)}agreements: [{ account: p, currency: EUR, commitments: [{ id: least, name: Least, ${terms} }] }]\n`,
  );

test.each<[string, string, string, string[]]>([
  ['10 of 31 days', '2026-03-22', 'from: 2025-01-01, minimum: 310', ['least 03-01..04-01 100.00']],
  [
    'what it is agreed for of those: from the 25th on 7 days',
    '2026-03-22',
    'from: 2026-03-25, minimum: 310',
    ['least 03-01..04-01 70.00'],
  ],
  [
    'until the 25th 3 days',
    '2026-03-22',
    'from: 2025-01-01, until: 2026-03-25, minimum: 310',
    ['least 03-01..04-01 30.00'],
  ],
  ['nothing of what ended before it began', '2026-03-22', 'from: 2025-01-01, until: 2026-03-22, minimum: 310', []],
  [
    'all of what is not prorated',
    '2026-03-22',
    'from: 2025-01-01, minimum: 310, proration: none',
    ['least 03-01..04-01 310.00'],
  ],
  ['a whole month', '2026-03-01', 'from: 2025-01-01, minimum: 310', ['least 03-01..04-01 310.00']],
])(
  'of what an account has committed itself to, its first month has %s (pricing rules §6)',
  async (_, since, terms, lines) => {
    const world = await memoryWorld(agreed(terms));
    const account = accountFact('p', { effectiveFrom: instantOf(since, BERLIN) });
    await world.record([account, ...sim([{ at: since, state: 'active', plan: 'a' }])]);
    world.setClock('2026-04-03');
    expect(await billed(world, '2026-03')).toEqual(lines);
    world.setClock('2026-05-03');
    const next = terms.includes('until') ? [] : ['least 04-01..05-01 310.00'];
    expect(await billed(world, '2026-04')).toEqual(next);
  },
);

test('a maximum agreed before the account began holds on all of its days: 10.00 of 100.00 for the 10 of March', async () => {
  const fee = '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 310.00 }]';
  const most = '{ id: most, name: Most, from: 2025-01-01, maximum: 31 }';
  const world = await memoryWorld(
    catalogWith(`${planOf('a', fee)}agreements: [{ account: p, currency: EUR, commitments: [${most}] }]\n`),
  );
  const account = accountFact('p', { effectiveFrom: instantOf('2026-03-22', BERLIN) });
  await world.record([account, ...sim([{ at: '2026-03-22', state: 'active', plan: 'a' }])]);
  world.setClock('2026-04-03');
  expect(await billed(world, '2026-03')).toEqual(['fee 03-01..04-01 100.00', 'most 03-01..04-01 -90.00']);
});
