import { describe, expect, test } from 'vitest';
import { catalogWith, planOf, type Turn, type Use } from '../rating/fleet.ts';
import { owedBy, told } from './chain.ts';

const data = (id: string, price: string, match = 'services: data') =>
  `{ kind: usage, id: ${id}, name: Data, match: { ${match} }, measure: bytes, unit: MB, price: ${price} }`;
const own = (id: string, size: string, covers = 'data') =>
  `{ id: ${id}, name: Own, kind: individual, size: ${size}, covers: [${covers}] }`;
const fee = (price: string) => `{ kind: recurring, id: fee, name: Fee, due: arrears, price: ${price} }`;
const addOn = (charges: string, allowances: string) =>
  planOf('extra', `[${charges}]`, `[${allowances}]`).replace('name: extra,', 'name: Extra, kind: addOn,');

const start: Turn = { at: '2026-04-01', state: 'active', plan: 'a' };
const used = (megabytes: number, day = 10, network = 'DEU01'): Use => ({
  at: `2026-04-${String(day).padStart(2, '0')}T12:00:00Z`,
  bytes: megabytes * 1_000_000,
  network,
});
const owed = (turns: readonly Turn[], uses: readonly Use[], plan: string, extra: string) =>
  told(
    owedBy({
      catalog: catalogWith(plan + extra),
      sims: [{ id: '1', turns: [start, ...turns], uses }],
      months: ['2026-04'],
    }),
  );

describe('time bands and seasons of an add-on (pricing rules §5)', () => {
  const at = (hour: string, megabytes: number): Use => ({
    at: `2026-04-${hour}:00:00Z`,
    bytes: megabytes * 1_000_000,
    network: 'DEU01',
  });
  const all: Turn[] = [{ at: '2026-04-01', addOn: 'extra' }];
  const nights = addOn(data('night', '0.50', 'services: data, bands: night'), '');

  test.each<[string, string, string, Use[], string[]]>([
    [
      'its nights match before the plan, by the clock of the payer',
      planOf('a', `[${data('data', '1')}]`),
      nights,
      [at('10T12', 3), at('10T19', 5), at('10T20', 8), at('11T03', 16), at('11T04', 32)],
      ['data de: 40.00', 'night de: 12.00'],
    ],
    [
      'beside hours of the plan',
      planOf('a', `[${data('office', '2', 'bands: office')}, ${data('data', '1')}]`),
      nights,
      [at('10T15', 3), at('10T16', 5), at('10T20', 8)],
      ['data de: 5.00', 'office de: 6.00', 'night de: 4.00'],
    ],
    [
      'in a season, of which the fifth of April is not a part',
      planOf('a', `[${data('data', '1')}]`),
      addOn(data('spring', '0.50, seasons: [{ season: spring, factor: 3 }]'), ''),
      [at('04T12', 1), at('05T12', 1)],
      ['spring@spring de: 1.50', 'spring de: 0.50'],
    ],
  ])('%s', (_, plan, extra, uses, lines) => {
    expect(owed(all, uses, plan, extra)).toEqual(lines);
    expect(owed(all, uses.toReversed(), plan, extra).sort()).toEqual([...lines].sort());
  });
});

describe('an add-on beside a plan (pricing rules §3.1, §4)', () => {
  const plan = planOf('a', `[${fee('3.00')}, ${data('data', '1')}]`, `[${own('own', '40 MB')}]`);

  test.each<[string, Turn[], Use[], string, string[]]>([
    [
      'it is not had by itself',
      [],
      [used(50)],
      addOn(fee('6.00'), own('more', '30 MB')),
      ['fee: 3.00', 'data de: 10.00'],
    ],
    [
      'its allowance stands on top',
      [{ at: '2026-04-01', addOn: 'extra' }],
      [used(75)],
      addOn(fee('6.00'), own('more', '30 MB')),
      ['fee: 3.00', 'data de: 5.00', 'fee: 6.00'],
    ],
    [
      'its fee and allowance are prorated by its days',
      [{ at: '2026-04-16', addOn: 'extra' }],
      [used(60, 20)],
      addOn(fee('6.00'), own('more', '30 MB')),
      ['fee: 3.00', 'data de: 5.00', 'fee: 3.00'],
    ],
    [
      'until it is taken away',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-11', addOn: '-extra' },
      ],
      [used(50, 20)],
      addOn(fee('6.00'), own('more', '30 MB')),
      ['fee: 3.00', 'data de: 10.00', 'fee: 2.00'],
    ],
    [
      'usage after it draws on the plan alone',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-11', addOn: '-extra' },
      ],
      [used(5, 5), used(50, 20)],
      addOn('', own('more', '30 MB')),
      ['fee: 3.00', 'data de: 10.00'],
    ],
    [
      'it ends with its payer',
      [
        { at: '2026-03-01', plan: 'a', payer: 'q' },
        { at: '2026-03-02', addOn: 'extra' },
      ],
      [used(50)],
      addOn(fee('6.00'), own('more', '30 MB')),
      ['fee: 3.00', 'data de: 10.00'],
    ],
    [
      'but not with its plan',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-11', plan: 'a', unit: 'x' },
      ],
      [],
      addOn(fee('6.00'), ''),
      ['fee: 1.00', 'fee: 2.00', 'fee@x: 2.00', 'fee@x: 4.00'],
    ],
    [
      'its usage charges match before the plan’s',
      [{ at: '2026-04-01', addOn: 'extra' }],
      [used(50), used(8, 11, 'USA01')],
      addOn(data('abroad', '0.5', 'services: data, zones: [world]'), ''),
      ['fee: 3.00', 'data de: 10.00', 'abroad world: 4.00'],
    ],
    [
      'by a property of the subscription at the instant, as they ask for it',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-05', property: ['colour', 'red'] },
        { at: '2026-04-10', property: ['colour', 'blue'] },
      ],
      [used(50, 4), used(8, 6), used(4, 12)],
      addOn(data('red', '0.5', 'services: data, properties: { colour: red }'), ''),
      ['fee: 3.00', 'red de: 4.00', 'data de: 14.00'],
    ],
    [
      'one after the other, each by its own',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-10', addOn: '-extra' },
        { at: '2026-04-10', addOn: 'other' },
      ],
      [used(8, 6), used(4, 12)],
      addOn(data('own', '0.5'), '') + addOn(data('own', '3'), '').replace('id: extra', 'id: other'),
      ['fee: 3.00', 'own de: 4.00', 'own de: 12.00'],
    ],
    [
      'and its allowance covers nothing of before it: 40 and 15 of 65',
      [{ at: '2026-04-16', addOn: 'extra' }],
      [used(45, 5), used(20, 20)],
      addOn('', own('more', '30 MB')),
      ['fee: 3.00', 'data de: 10.00'],
    ],
    [
      'nor of after it: 9 of 30 MB of one, 14 of 20 MB of the next, and 40 of 65 of the plan',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-10', addOn: '-extra' },
        { at: '2026-04-10', addOn: 'other' },
      ],
      [used(35, 5), used(30, 12)],
      addOn('', own('more', '30 MB')) + addOn('', own('more', '20 MB')).replace('id: extra', 'id: other'),
      ['fee: 3.00', 'data de: 2.00'],
    ],
    [
      'without a plan it charges nothing',
      [
        { at: '2026-04-01', addOn: 'extra' },
        { at: '2026-04-01', plan: 'none' },
      ],
      [used(8, 6)],
      addOn(data('own', '0.5'), ''),
      [],
    ],
    [
      'and draw on its own allowances, not on the plan’s',
      [{ at: '2026-04-01', addOn: 'extra' }],
      [used(9, 11, 'USA01')],
      addOn(data('abroad', '0.5', 'services: data, zones: [world]'), own('more', '5 MB', 'abroad')),
      ['fee: 3.00', 'abroad world: 2.00'],
    ],
  ])('%s', (_, turns, uses, extra, expected) => {
    expect(owed(turns, uses, plan, extra).sort()).toEqual([...expected].sort());
  });

  const noon = '2026-04-20T12:00:00+02:00';
  test.each<[string, Turn[]]>([
    ['is taken away with it', [{ at: noon, state: 'terminated', addOn: '-extra' }]],
    ['ends with its payer', [{ at: noon, state: 'terminated', payer: '' }]],
    ['ends with the assignment, with the day', [{ at: '2026-04-20', state: 'terminated', payer: '' }]],
  ])('its day of termination counts, also where it %s: 19 days of 3.00, 11 of 6.00', (_, turns) => {
    const extra = addOn('{ kind: recurring, id: fee, name: Fee, due: arrears, lastDay: counts, price: 6.00 }', '');
    expect(owed([{ at: '2026-04-10', addOn: 'extra' }, ...turns], [], planOf('a', `[${fee('3.00')}]`), extra)).toEqual([
      'fee: 1.90',
      'fee: 2.20',
    ]);
  });

  test('beside charges of the plan that ask for a property', () => {
    const asking = planOf(
      'a',
      `[${data('red', '0.5', 'services: data, properties: { colour: red }')}, ${data('data', '1')}]`,
    );
    const turns: Turn[] = [
      { at: '2026-04-01', addOn: 'extra' },
      { at: '2026-04-05', property: ['colour', 'red'] },
    ];
    expect(owed(turns, [used(4, 4), used(8, 6)], asking, addOn(fee('6.00'), ''))).toEqual([
      'data de: 4.00',
      'red de: 4.00',
      'fee: 6.00',
    ]);
  });

  test('whose charges nothing covers but add-ons, each in its time: 5 of 30 MB, then 14 of 20 MB', () => {
    const turns: Turn[] = [
      { at: '2026-04-05', addOn: 'extra' },
      { at: '2026-04-10', addOn: '-extra' },
      { at: '2026-04-10', addOn: 'other' },
    ];
    const addOns = addOn('', own('more', '30 MB')) + addOn('', own('more', '20 MB')).replace('id: extra', 'id: other');
    const uses = [used(1, 2), used(7, 6), used(15, 12)];
    expect(owed(turns, uses, planOf('a', `[${data('data', '1')}]`), addOns)).toEqual(['data de: 4.00']);
  });

  test('each subscription has its own, also where none changes in the period', () => {
    const more = (id: string, price: string) => addOn(fee(price), '').replace('id: extra', `id: ${id}`);
    const catalog = catalogWith(planOf('a', '[]') + more('extra', '1.00') + more('other', '5.00'));
    const sims = ['extra', 'other', '', 'extra'].map((id, place) => ({
      id: `${place}`,
      turns: [{ ...start, at: '2026-03-01' }, ...(id === '' ? [] : [{ at: '2026-03-01', addOn: id }])],
    }));
    expect(told(owedBy({ catalog, sims, months: ['2026-04'] })).sort()).toEqual(['fee: 2.00', 'fee: 5.00']);
  });

  test('it adds to the pool its plan draws on', () => {
    const pool = (size: string) =>
      `{ id: pool, name: Pool, kind: flexible, pool: fleet, size: ${size}, covers: [data] }`;
    const pooled = planOf('a', `[${data('data', '1')}]`, `[${pool('40 MB')}]`);
    expect(owed([], [used(75)], pooled, addOn('', pool('30 MB')))).toEqual(['data de: 35.00']);
    expect(owed([{ at: '2026-04-01', addOn: 'extra' }], [used(75)], pooled, addOn('', pool('30 MB')))).toEqual([
      'data de: 5.00',
    ]);
  });
});

describe('what an add-on costs once, and what it commits to (pricing rules §2, §6)', () => {
  const plan = planOf('a', `[${data('data', '1')}]`);
  const once = (rest: string) => addOn(`{ kind: oneTime, id: once, name: Once, ${rest} }`, '');
  const given = (day: number): Turn => ({ at: `2026-04-${day}`, addOn: 'extra' });
  const taken = (day: number): Turn => ({ at: `2026-04-${day}`, addOn: '-extra' });

  test.each<[string, Turn[], string, string[]]>([
    ['it is activated when it is given', [given(10)], once('at: activation, price: 10.00'), ['once: 10.00']],
    ['each time it is given', [given(10), taken(12), given(20)], once('at: activation, price: 10.00'), ['once: 20.00']],
    [
      'or when its subscription is',
      [{ at: '2026-04-02', state: 'suspended' }, given(10), { at: '2026-04-20', state: 'active' }],
      once('at: activation, price: 10.00'),
      ['once: 10.00'],
    ],
    [
      'what it was before is nothing to it',
      [{ at: '2026-04-02', state: 'suspended' }, given(10)],
      once('at: suspension, price: 10.00'),
      [],
    ],
    [
      'it ends when it is taken away: of its year from 10 April on, twelve months are begun on 20 April',
      [given(10), taken(20)],
      once('at: termination, term: 12, price: 2.00'),
      ['once: 24.00'],
    ],
    [
      'and with its subscription, once',
      [given(10), { at: '2026-04-20', state: 'terminated' }, taken(25)],
      once('at: termination, term: 12, price: 2.00'),
      ['once: 24.00'],
    ],
    [
      'it is activated with the subscription that begins with it',
      [{ at: '2026-04-01', addOn: 'extra' }],
      once('at: activation, price: 10.00'),
      ['once: 10.00'],
    ],
    [
      'it goes on where the subscription changes its unit',
      [given(10), { at: '2026-04-20', plan: 'a', unit: 'x' }],
      once('at: activation, price: 10.00'),
      ['once: 10.00'],
    ],
    [
      'and does not end then',
      [given(10), { at: '2026-04-20', plan: 'a', unit: 'x' }],
      once('at: termination, price: 10.00'),
      [],
    ],
    [
      'it ends with its payer, also where the next one gives it at once',
      [given(10), { at: '2026-04-20', plan: 'a', payer: 'q' }, given(20)],
      once('at: termination, term: 12, price: 2.00'),
      ['once: 24.00'],
    ],
    [
      'and is activated for a payer who gives it at once',
      [{ at: '2026-04-02', plan: 'a', payer: 'q' }, given(10), { at: '2026-04-20', plan: 'a' }, given(20)],
      once('at: activation, price: 10.00'),
      ['once: 10.00'],
    ],
    [
      'it does not end where its terms do',
      [given(10)],
      once('at: termination, price: 10.00').replace('from: 2020-01-01', 'from: 2020-01-01, until: 2026-04-20'),
      [],
    ],
    [
      'each by its own terms',
      [given(10), { at: '2026-04-12', addOn: 'other' }, { at: '2026-04-12', addOn: 'free' }],
      once('at: activation, price: 10.00') +
        once('at: activation, price: 7.00').replace('id: extra', 'id: other') +
        addOn('', '').replace('id: extra', 'id: free'),
      ['once: 10.00', 'once: 7.00'],
    ],
    ['on a date on which it is there', [given(10), taken(20)], once('date: 2026-04-15, price: 7.00'), ['once: 7.00']],
    ['not on another', [given(10), taken(20)], once('date: 2026-04-20, price: 7.00'), []],
    [
      'a minimum of 30.00 holds on 15 of 30 days: 15.00 less a fee of 3.00',
      [given(16)],
      addOn(fee('6.00'), '').replace(
        'versions: [{',
        'versions: [{ commitments: [{ id: least, name: Least, minimum: 30.00 }],',
      ),
      ['fee: 3.00', 'least: 12.00'],
    ],
  ])('%s', (_, turns, extra, expected) => {
    expect(owed(turns, [], plan, extra).sort()).toEqual([...expected].sort());
  });

  test('a change of plan is no event of it', () => {
    expect(() => catalogWith(plan + once('at: planChange, price: 1.00'))).toThrow(/an event of the add-on/);
  });
});
