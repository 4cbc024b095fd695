import { describe, expect, test } from 'vitest';
import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { changeInventory } from '#shared/billing/use-cases/change-inventory.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { AdHocFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy, told } from './chain.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const once = (rest: string) => `{ kind: oneTime, id: once, name: Once, ${rest} }`;
const state = (at: string, to: Turn['state']): Turn => ({ at, ...(to === undefined ? {} : { state: to }) });
const on = (at: string, more: Partial<Turn> = {}): Turn => ({ at, state: 'active', plan: 'a', ...more });

const owed = (charge: string, ...lives: readonly (readonly Turn[])[]) => owedIn('2026-03', charge, ...lives);

function owedIn(month: string, charge: string, ...lives: readonly (readonly Turn[])[]): string[] {
  const catalog = catalogWith(planOf('a', `[${charge}]`) + planOf('b', `[${charge}]`));
  const sims = lives.map((turns, id) => ({ id: `${id}`, turns }));
  const lines = owedBy({ catalog, sims, months: [month] });
  return lines.map(
    ({ plan, businessUnit, tier, quantity, amount }) =>
      `${plan}${businessUnit && `@${businessUnit}`}${tier ? ` ${tier}` : ''}: ${quantity} = ${amount}`,
  );
}

describe('what happens once (pricing rules §2)', () => {
  const waiting = [
    on('2026-01-01', { state: 'ready' }),
    state('2026-03-10', 'active'),
    state('2026-03-12', 'suspended'),
    state('2026-03-14', 'active'),
  ];

  test.each([
    ['at activation, the first time', once('at: activation, price: 10.00'), waiting, ['a: 1 = 10.00']],
    [
      'not where it was active before',
      once('at: activation, price: 10.00'),
      [on('2026-01-01'), { at: '2026-03-10', plan: 'b' }],
      [],
    ],
    ['each time it is active again', once('at: reactivation, price: 4.00'), waiting, ['a: 1 = 4.00']],
    [
      'each time it is suspended',
      once('at: suspension, price: 4.00'),
      [...waiting, state('2026-03-20', 'suspended')],
      ['a: 2 = 8.00'],
    ],
    [
      'by the plan it changes to',
      once('at: planChange, price: 5.00'),
      [on('2026-01-01'), { at: '2026-03-10', plan: 'b' }],
      ['b: 1 = 5.00'],
    ],
    [
      'at a date, of who counts then',
      once('date: 2026-03-12, price: 7.00'),
      [on('2026-01-01'), { at: '2026-03-12T10:00:00+01:00', plan: 'b' }],
      ['b: 1 = 7.00'],
    ],
    ['at a date, not of who is suspended', once('date: 2026-03-12, price: 7.00'), waiting, []],
    [
      'only with a property',
      once('at: activation, properties: { kit: yes }, price: 10.00'),
      [...waiting, { at: '2026-03-01', property: ['kit', 'yes'] } as Turn],
      ['a: 1 = 10.00'],
    ],
    ['only with a property it has not', once('at: activation, properties: { kit: yes }, price: 10.00'), waiting, []],
    [
      'from the first moment of a period on',
      once('at: activation, price: 10.00'),
      [on('2026-03-01')],
      ['a: 1 = 10.00'],
    ],
    [
      'at a suspension, no other change',
      once('at: suspension, price: 4.00'),
      [on('2026-03-02'), state('2026-03-12', 'suspended'), state('2026-03-20', 'terminated')],
      ['a: 1 = 4.00'],
    ],
    [
      'at a termination, no other change',
      once('at: termination, price: 4.00'),
      [on('2026-03-02'), state('2026-03-12', 'suspended'), state('2026-03-20', 'terminated')],
      ['a: 1 = 4.00'],
    ],
    [
      'of what was terminated from the first, nothing',
      once('at: termination, price: 4.00'),
      [on('2026-03-02', { state: 'terminated' })],
      [],
    ],
    [
      'at a change of plan, no other change',
      once('at: planChange, price: 5.00'),
      [on('2026-01-01'), { at: '2026-03-05', plan: 'a', unit: 'x' }, state('2026-03-10', 'suspended')],
      [],
    ],
    [
      'not with a payer who brings another plan',
      once('at: planChange, price: 5.00'),
      [on('2026-01-01', { payer: 'q' }), { at: '2026-03-10', plan: 'b' }],
      [],
    ],
    [
      'nor with its end',
      once('at: planChange, price: 5.00'),
      [on('2026-01-01'), { ...state('2026-03-10', 'terminated'), plan: 'b' }],
      [],
    ],
    [
      'nor where there was no plan, or is none then',
      once('at: planChange, price: 5.00'),
      [on('2026-01-01', { plan: 'none' }), { at: '2026-03-10', plan: 'b' }, { at: '2026-03-12', plan: 'none' }],
      [],
    ],
    ['of another payer, nothing', once('at: activation, price: 10.00'), [on('2026-03-10', { payer: 'q' })], []],
    ['without a plan, nothing', once('at: activation, price: 10.00'), [on('2026-03-10', { plan: 'none' })], []],
    ['at a date, not of who comes later', once('date: 2026-03-12, price: 7.00'), [on('2026-03-20')], []],
    [
      'at a date, not of another payer’s',
      once('date: 2026-03-12, price: 7.00'),
      [on('2026-01-01', { payer: 'q' })],
      [],
    ],
    [
      'each at its own date, beside what is no one-time charge',
      `${once('date: 2026-03-12, price: 7.00')}, ${once('date: 2026-03-20, price: 1.00').replace('once', 'twice')}, { kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }`,
      [on('2026-01-01')],
      ['a: 1 = 3.00', 'a: 1 = 7.00', 'a: 1 = 1.00'],
    ],
  ])('%s', (_, charge, turns, expected) => {
    expect(owed(charge, turns)).toEqual(expected);
  });

  const left = (start: string, end: string) => [on(start), state(end, 'terminated')];
  const table =
    'price: { model: stairStep, tiers: [{ upTo: 6, amount: 20 }, { upTo: 12, amount: 50 }, { amount: 100 }] }';

  test.each([
    ['22 months that are left, begun ones too', 'price: 5.00', left('2026-01-15', '2026-03-20'), ['a: 22 = 110.00']],
    ['a whole number of months', 'price: 5.00', left('2024-05-20', '2026-03-20'), ['a: 2 = 10.00']],
    ['its last day', 'price: 5.00', left('2024-03-21', '2026-03-20'), ['a: 1 = 5.00']],
    ['nothing after the term', 'price: 5.00', left('2024-03-20', '2026-03-20'), []],
    [
      'nothing before it ever was active, whatever it becomes afterwards',
      'price: 5.00',
      [on('2026-03-01', { state: 'test' }), state('2026-03-05', 'terminated'), on('2026-03-20')],
      [],
    ],
    ['a table by the months that are left', table, left('2024-09-01', '2026-03-20'), ['a 1: 1 = 20.00']],
    ['a table, far from the end', table, left('2026-01-01', '2026-03-20'), ['a 3: 1 = 100.00']],
    [
      'from when its payer paid for it',
      'price: 5.00',
      [on('2024-05-20', { payer: 'q' }), { at: '2025-09-20', plan: 'a' }, state('2026-03-20', 'terminated')],
      ['a: 18 = 90.00'],
    ],
    [
      'from when it had the plan',
      'price: 5.00',
      [
        on('2024-05-20', { plan: 'none' }),
        { at: '2024-06-20', plan: 'b' },
        { at: '2025-09-20', plan: 'a' },
        state('2026-03-20', 'terminated'),
      ],
      ['a: 18 = 90.00'],
    ],
    [
      'by the plan it leaves, though nobody pays from then on',
      'price: 5.00',
      [on('2026-01-15'), { ...state('2026-03-20', 'terminated'), payer: '' }],
      ['a: 22 = 110.00'],
    ],
  ])('early termination of 24 months: %s', (_, price, turns, expected) => {
    expect(owed(once(`at: termination, term: 24, ${price}`), turns)).toEqual(expected);
  });

  const perMonth = 'price: 10.00';
  test.each([
    ['31 March to 30 April: one is over', perMonth, '2025-03-31', '2025-04-30', ['a: 11 = 110.00']],
    ['31 March to 29 April: the first has not ended', perMonth, '2025-03-31', '2025-04-29', ['a: 12 = 120.00']],
    ['31 March to 30 May: the second has not ended', perMonth, '2025-03-31', '2025-05-30', ['a: 11 = 110.00']],
    ['31 March to 28 February: eleven are over', perMonth, '2025-03-31', '2026-02-28', ['a: 1 = 10.00']],
    ['31 March to the day before its end', perMonth, '2025-03-31', '2026-03-30', ['a: 1 = 10.00']],
    ['31 March to its end', perMonth, '2025-03-31', '2026-03-31', []],
    ['30 January to 28 February', perMonth, '2025-01-30', '2025-02-28', ['a: 11 = 110.00']],
    ['30 January to 28 February of a leap year', perMonth, '2024-01-30', '2024-02-28', ['a: 12 = 120.00']],
    ['29 February of a leap year to 28 February', perMonth, '2024-02-29', '2025-02-28', []],
    ['the day it begins', perMonth, '2025-03-31', '2025-03-31T12:00:00+02:00', ['a: 12 = 120.00']],
    ['a table, at a month end', table, '2025-03-31', '2025-09-30', ['a 1: 1 = 20.00']],
    ['a table, the day before', table, '2025-03-31', '2025-09-29', ['a 2: 1 = 50.00']],
  ])('months of a term of 12 end on its day, or a month’s last: %s', (_, price, start, end, expected) => {
    const charge = once(`at: termination, term: 12, ${price}`);
    expect(owedIn(end.slice(0, 7), charge, left(start, end))).toEqual(expected);
  });
});

test.each([
  [
    'a piece',
    'at: activation, price: 5.00',
    { unit: 'piece', unitPrice: '5' },
    { at: 'activation', price: '5', flat: '0', entered: 0, quantity: '2' },
  ],
  [
    'a piece on a date',
    'date: 2026-03-12, price: 5.00',
    { unit: 'piece', unitPrice: '5' },
    { at: '2026-03-12', price: '5', flat: '0', entered: 0, quantity: '2' },
  ],
  [
    'a package',
    'at: activation, price: { model: package, size: 1, amount: 5.00 }',
    { unit: 'package', unitPrice: '5' },
    { model: 'package', price: '0', flat: '5', entered: 2, quantity: '2' },
  ],
  [
    'an amount',
    'at: activation, price: { model: flat, amount: 5.00 }',
    { unit: 'flat', unitPrice: '5' },
    { model: 'flat', price: '0', flat: '5', entered: 2, quantity: '2' },
  ],
])('a line says what is paid: %s', (_, what, line, arithmetic) => {
  const catalog = catalogWith(planOf('a', `[${once(what)}]`));
  const sims = ['1', '2'].map((id) => ({ id, turns: [on('2026-03-10')] }));
  const [owedOnce, ...others] = owedBy({ catalog, sims, months: ['2026-03'] });
  expect(others).toEqual([]);
  expect(owedOnce).toMatchObject({ ...line, quantity: '2', amount: '10.00', zone: '', refund: 'day' });
  expect(owedOnce?.arithmetic).toMatchObject({
    kind: 'oneTime',
    term: 0,
    subscriptions: 2,
    exact: '10',
    ...arithmetic,
  });
});

test.each([
  ['an event on its instant', 'at: activation', '2026-03-10', ['once: 10.00']],
  ['no event after it', 'at: activation', '2026-03-09', []],
  ['a date that begins on its instant', 'date: 2026-03-12', '2026-03-12', ['once: 10.00']],
  ['no date after it', 'date: 2026-03-12', '2026-03-11', []],
])('the charge cut-off lets be due: %s', (_, when, chargeCutOff, expected) => {
  const catalog = catalogWith(planOf('a', `[${once(`${when}, price: 10.00`)}]`));
  const sims = [{ id: '1', turns: [on('2026-03-10')] }];
  expect(told(owedBy({ catalog, sims, months: ['2026-03'], chargeCutOff }))).toEqual(expected);
});

async function bill(world: MemoryWorld, month: string, clock: string): Promise<string[]> {
  world.setClock(clock);
  const run = await world.bill(month);
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  const draft = (await readContent(world.ports.objects, summary!.draft)) as Draft;
  return draft.documents.flatMap(({ lines }) =>
    lines.map(({ line, net, reason }) => `${line.chargeName} ${net}${reason && ` ${reason}`}`),
  );
}
const sim = (turns: readonly Turn[]) =>
  factsOf('1', [{ at: '2020-01-01', has: 'imsi#1' }, ...turns], BERLIN).map(({ fact }) => fact);

test('a year in advance is billed once, and what falls away is credited: 120.00, then −87.45', async () => {
  const world = await memoryWorld(
    catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Year, months: 12, price: 120.00 }]')),
    { backBillingMonths: 2 },
  );
  await world.record([accountFact('p'), ...sim([on('2026-01-01')])]);
  expect(await bill(world, '2026-01', '2026-02-02')).toEqual(['Year 120.00']);
  for (const [month, clock] of [
    ['2026-02', '2026-03-02'],
    ['2026-03', '2026-04-02'],
  ] as const)
    expect(await bill(world, month, clock)).toEqual([]);
  await world.record(sim([state('2026-04-10', 'terminated')]).slice(1));
  expect(await bill(world, '2026-04', '2026-05-02')).toEqual(['Year -87.45 change after billing in advance']);
  for (const [month, clock] of [
    ['2026-05', '2026-06-02'],
    ['2026-06', '2026-07-02'],
  ] as const)
    expect(await bill(world, month, clock)).toEqual([]);
});

test('a year that began before the account is not billed by it, the next one is', async () => {
  const world = await memoryWorld(
    catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Year, months: 12, price: 120.00 }]')),
  );
  await world.record([accountFact('p'), ...sim([on('2025-03-15')])]);
  expect(await bill(world, '2026-01', '2026-02-02')).toEqual([]);
  expect(await bill(world, '2026-02', '2026-03-02')).toEqual(['Year 120.00']);
});

test('a quarter in arrears is new on the invoice it is due for', async () => {
  const quarter = '[{ kind: recurring, id: fee, name: Quarter, months: 3, due: arrears, price: 90.00 }]';
  const world = await memoryWorld(catalogWith(planOf('a', quarter)));
  await world.record([accountFact('p'), ...sim([on('2026-01-01')])]);
  expect(await bill(world, '2026-01', '2026-02-02')).toEqual([]);
  expect(await bill(world, '2026-02', '2026-03-02')).toEqual([]);
  expect(await bill(world, '2026-03', '2026-04-02')).toEqual(['Quarter 90.00']);
});

test('a quarter in arrears that began before the account is billed by it', async () => {
  const quarter = '[{ kind: recurring, id: fee, name: Quarter, months: 3, due: arrears, price: 90.00 }]';
  const world = await memoryWorld(catalogWith(planOf('a', quarter)));
  await world.record([accountFact('p'), ...sim([on('2025-11-01')])]);
  expect(await bill(world, '2026-01', '2026-02-02')).toEqual(['Quarter 90.00']);
});

const order = (more: Partial<AdHocFact> = {}): AdHocFact => ({
  kind: 'adHoc',
  account: 'p',
  businessUnit: '',
  order: 'A-1',
  effectiveFrom: instantOf('2026-01-15', BERLIN),
  product: 'Tracker',
  quantity: '25',
  price: '89.995',
  reference: 'PO 7',
  taxCategory: 'goods',
  ...more,
});

test('an order is billed on the next invoice, once, also when it comes late, and its correction is a difference', async () => {
  const world = await memoryWorld(catalogWith(planOf('a', '[]')));
  await world.record([accountFact('p'), order()]);
  expect(await bill(world, '2026-01', '2026-02-02')).toEqual(['Tracker 2249.88']);
  await world.record([order({ order: 'A-2', quantity: '0.5', price: '3' })]);
  expect(await bill(world, '2026-02', '2026-03-02')).toEqual(['Tracker 1.50']);
  await world.record([order({ quantity: '24' })]);
  expect(await bill(world, '2026-03', '2026-04-02')).toEqual(['Tracker -90.00 backdated change']);
  await world.record([order({ quantity: '0' })]);
  expect(await bill(world, '2026-04', '2026-05-02')).toEqual(['Tracker -2159.88 backdated change']);
});

test('an order keeps its date, and is not recorded where it would never be billed', async () => {
  const world = await memoryWorld(catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, price: 1.00 }]')), {
    backBillingMonths: 1,
  });
  await world.record([accountFact('p'), order(), ...sim([on('2026-01-01')])]);
  const moved = await changeInventory(world.ports, [order({ effectiveFrom: instantOf('2026-02-15', BERLIN) })], 'x');
  expect(JSON.stringify(moved)).toContain('take it back there with a quantity of 0');
  for (const [month, clock] of [
    ['2026-01', '2026-02-02'],
    ['2026-02', '2026-03-02'],
    ['2026-03', '2026-04-02'],
  ] as const)
    await bill(world, month, clock);
  const late = await changeInventory(world.ports, [order({ order: 'A-9' })], 'x');
  expect(JSON.stringify(late)).toContain('its date is behind 2026-0');
});
