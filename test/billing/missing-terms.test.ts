import { describe, expect, test } from 'vitest';
import { type MissingTerm, missingTerms } from '#shared/billing/use-cases/missing-terms.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, type Turn } from '../rating/fleet.ts';
import { accountFact, memoryWorld } from './memory-world.ts';

const fee = '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]';
const addOn = (id: string) => planOf(id, fee).replace('zoneModel: zones,', 'zoneModel: zones, kind: addOn,');
const ended = (id: string, until: string) =>
  planOf(id, fee).replace('from: 2020-01-01', `from: 2020-01-01, until: ${until}`);
const LISTED = catalogWith(
  ['a', 'b', 'c'].map((id) => planOf(id, fee)).join('') +
    addOn('extra') +
    ended('short', '2026-01-31') +
    ended('long', '2026-03-05') +
    planOf(
      'offering',
      '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
      '[], topUps: [{ id: boost, name: Boost, size: 1 MB, price: 5.00, covers: [data], days: 30 }]',
    ),
);
const CATALOG: Catalog = {
  ...LISTED,
  taxProfiles: [...LISTED.taxProfiles, ...LISTED.taxProfiles.map((profile) => ({ ...profile, id: 'new' }))],
};
const without = (...ids: string[]): Catalog => ({
  ...CATALOG,
  plans: CATALOG.plans.filter(({ id }) => !ids.includes(id)),
});
/** The versions of one plan instead of its own, as a list of days and top-ups: "2020-01-01..2026-03-01 boost". */
const changed = (id: string, ...versions: readonly string[]): Catalog => ({
  ...CATALOG,
  plans: CATALOG.plans.map((plan) => {
    const [first] = plan.versions;
    const version = (text: string) => {
      const [days = '', topUp] = text.split(' ');
      const [from = '', until = ''] = days.split('..');
      const topUps = first?.topUps?.filter((each) => each.id === topUp) ?? [];
      return { ...first!, from, until, topUps };
    };
    return plan.id === id ? { ...plan, versions: versions.map(version) } : plan;
  }),
});
const active = (plan: string, at = '2026-01-01'): Turn => ({ at, state: 'active', plan });

/** What a release would lack of what some facts say, after January to March are billed: what is before March is frozen. */
async function missingAfter(facts: readonly Fact[], next: Catalog): Promise<MissingTerm[]> {
  const world = await memoryWorld(CATALOG, { backBillingMonths: 1 });
  await world.record(facts);
  for (const month of ['2026-01', '2026-02', '2026-03']) {
    world.setClock(`2026-0${Number(month.slice(5)) + 1}-02`);
    await world.bill(month);
  }
  return missingTerms(world.ports, CATALOG, next);
}

test.each<[string, readonly Turn[], Catalog, string[]]>([
  ['nothing', [active('a')], CATALOG, []],
  ['a plan nobody has', [active('a')], without('b', 'extra'), []],
  ['a plan that is in use', [active('a')], without('a'), ['plan a: 1 of p']],
  [
    'a plan that was left in a period that is open',
    [active('a'), active('b', '2026-03-10')],
    without('a'),
    ['plan a: 1 of p'],
  ],
  ['a plan that is to be taken', [active('a'), active('b', '2026-08-01')], without('b'), ['plan b: 1 of p']],
  ['a plan that was left in a period that is frozen', [active('a'), active('b', '2026-01-20')], without('a'), []],
  [
    'a plan of what ended in a period that is frozen',
    [active('a'), { at: '2026-01-20', state: 'terminated' }],
    without('a'),
    [],
  ],
  [
    'a plan of what ended as the open periods began: its termination is an event of them',
    [active('a'), { at: '2026-03-01', state: 'terminated' }],
    without('a'),
    ['plan a: 1 of p'],
  ],
  [
    'a plan that was left as the open periods began: the change is an event of them',
    [active('a'), active('b', '2026-03-01')],
    without('a'),
    ['plan a: 1 of p'],
  ],
  ['a plan that ended by itself in a period that is frozen', [active('short')], without('short'), []],
  ['a plan that ended by itself in a period that is open', [active('long')], without('long'), ['plan long: 1 of p']],
  [
    'a plan of what has no state yet: charges may list the inventory',
    [{ at: '2026-01-01', plan: 'a' }],
    without('a'),
    ['plan a: 1 of p'],
  ],
  [
    'a plan of what nobody pays for any more, after a period that is frozen',
    [active('a'), { at: '2026-01-20', payer: '' }],
    without('a'),
    [],
  ],
  [
    'a plan that one account left and another one came to',
    [active('a'), { at: '2026-03-10', payer: 'q', plan: 'b' }],
    without('a', 'b'),
    ['plan a: 1 of p', 'plan b: 1 of q'],
  ],
  [
    'several, each once for a subscription',
    [active('b'), active('a', '2026-03-02'), active('b', '2026-04-01')],
    without('a', 'b', 'c'),
    ['plan a: 1 of p', 'plan b: 1 of p', 'plan c: 1 of p'],
  ],
  [
    'a plan of several subscriptions and accounts',
    [active('c'), { at: '2026-03-10', payer: 'q', plan: 'c' }],
    without('c'),
    ['plan c: 3 of p,q'],
  ],
  [
    'an add-on that was taken back in a period that is frozen',
    [active('a'), { at: '2026-01-05', addOn: 'extra' }, { at: '2026-01-20', addOn: '-extra' }],
    without('extra'),
    [],
  ],
  [
    'an add-on that ended with its payer: another one has it not',
    [active('a'), { at: '2026-03-05', addOn: 'extra' }, { at: '2026-03-10', payer: 'q', plan: 'b' }],
    without('extra'),
    ['add-on extra: 1 of p'],
  ],
  [
    'an add-on that is in use',
    [active('a'), { at: '2026-01-05', addOn: 'extra' }],
    without('extra'),
    ['add-on extra: 1 of p'],
  ],
  [
    'a plan that is an add-on now',
    [active('b')],
    { ...CATALOG, plans: CATALOG.plans.map((plan) => (plan.id === 'b' ? { ...plan, kind: 'addOn' } : plan)) },
    ['plan b: 1 of p'],
  ],
  ['the days of a plan that are frozen', [active('a')], changed('a', '2026-03-01'), []],
  ['days of a plan that are open', [active('a')], changed('a', '2026-03-02'), ['plan a: 1 of p']],
  [
    'days of a plan as the open periods began, when it was left',
    [active('a'), active('b', '2026-03-01')],
    changed('a', '2026-03-01'),
    ['plan a: 1 of p'],
  ],
  ['days of a plan to come', [active('a')], changed('a', '2020-01-01..2027-01-01'), ['plan a: 1 of p']],
  [
    'days of a plan to come, when nobody has it any more',
    [active('a'), active('b', '2026-12-31')],
    changed('a', '2020-01-01..2027-01-01'),
    [],
  ],
  [
    'days of a plan to come, when somebody still has it for a part of a day',
    [active('a'), active('b', '2027-01-01T11:00:00Z')],
    changed('a', '2020-01-01..2027-01-01'),
    ['plan a: 1 of p'],
  ],
  [
    'a top-up that was bought in a period that is open',
    [active('offering'), { at: '2026-03-10', topUp: 'boost:1' }],
    changed('offering', '2020-01-01'),
    ['top-up offering/boost: 1 of p'],
  ],
  [
    'a top-up that was bought in a period that is frozen',
    [active('offering'), { at: '2026-02-20', topUp: 'boost:1' }],
    changed('offering', '2020-01-01'),
    [],
  ],
  [
    'a top-up that was bought as the open periods began, and as the plan began that offers it',
    [active('a'), active('offering', '2026-03-01'), { at: '2026-03-01', topUp: 'boost:1' }],
    changed('offering', '2020-01-01'),
    ['top-up offering/boost: 1 of p'],
  ],
  [
    'a top-up that was bought as the plan ended that offered it',
    [active('offering'), active('a', '2026-03-10'), { at: '2026-03-10', topUp: 'boost:1' }],
    changed('offering', '2020-01-01'),
    [],
  ],
  [
    'a top-up that was bought in the last moment of the days that it is offered on',
    [active('offering'), { at: '2026-03-10T22:59:59.999Z', topUp: 'boost:1' }],
    changed('offering', '2020-01-01..2026-03-11 boost', '2026-03-11'),
    [],
  ],
  [
    'a top-up that was bought as the day began on which it is offered no longer',
    [active('offering'), { at: '2026-03-10', topUp: 'boost:1' }],
    changed('offering', '2020-01-01..2026-03-10 boost', '2026-03-10'),
    ['top-up offering/boost: 1 of p'],
  ],
  [
    'a top-up for which another one paid',
    [
      active('offering'),
      { at: '2026-03-10', payer: 'q', plan: 'a' },
      { at: '2026-03-12', topUp: 'boost:1' },
      { at: '2026-03-20', payer: 'p', plan: 'offering' },
    ],
    changed('offering', '2020-01-01'),
    [],
  ],
  ['no top-up that still is offered', [active('offering'), { at: '2026-03-10', topUp: 'boost:1' }], without('b'), []],
  [
    'no top-up that nothing offered',
    [active('offering'), { at: '2026-03-10', topUp: 'other:1' }],
    changed('offering', '2020-01-01'),
    [],
  ],
  [
    'no top-up of what nobody pays for',
    [active('offering'), { at: '2026-03-10', payer: '' }, { at: '2026-03-11', topUp: 'boost:1' }],
    changed('offering', '2020-01-01'),
    [],
  ],
  [
    'a top-up on days on which nobody bought it',
    [active('offering'), { at: '2026-03-10', topUp: 'boost:1' }],
    changed('offering', '2020-01-01..2026-03-11 boost', '2026-03-11'),
    [],
  ],
  [
    'a top-up on the day it was bought',
    [active('offering'), { at: '2026-03-10T22:30:00Z', topUp: 'boost:1' }],
    changed('offering', '2020-01-01..2026-03-10 boost', '2026-03-10'),
    ['top-up offering/boost: 1 of p'],
  ],
  ['tax profiles of accounts', [active('a')], { ...CATALOG, taxProfiles: [] }, ['tax profile de: 0 of f,p,q']],
  ['a seller of accounts', [active('a')], { ...CATALOG, sellers: [] }, ['seller acme: 0 of f,p,q']],
])('what a release lacks that accounts are billed by: %s', async (_, turns, next, expected) => {
  const facts = [...factsOf('1', turns, BERLIN), ...factsOf('2', [active('c')], BERLIN)];
  const corrected = [accountFact('nobody'), accountFact('nobody', { seller: 'other' })];
  const later = accountFact('f', { billingDay: 2 });
  const accounts = [later, accountFact('q'), accountFact('p'), ...corrected];
  const found = await missingAfter([...accounts, ...facts.map(({ fact }) => fact)], next);
  expect(
    found.map(({ what, id, subscriptions, accounts }) => `${what} ${id}: ${subscriptions} of ${accounts}`),
  ).toEqual(expected);
});

describe('of an account without subscriptions', () => {
  const other = factsOf('1', [active('c')], BERLIN).map(({ fact }) => fact);
  const said = (at: string, more: Parameters<typeof accountFact>[1]) =>
    accountFact('p', { effectiveFrom: instantOf(at, BERLIN), ...more });
  const pool = (from: string, until: string) => ({ pools: [{ pool: 'fleet', plan: 'b', from, until }] });
  test.each<[string, readonly AccountFact[], string[]]>([
    ['the plan on whose terms it has a pool', [said('2026-01-10', pool('2026-01-10', ''))], ['plan b of p']],
    ['of a pool it is to have', [said('2026-01-10', pool('2026-08-01', ''))], ['plan b of p']],
    [
      'of a pool that ended in a period that is open',
      [said('2026-01-10', pool('2026-01-10', '2026-03-02'))],
      ['plan b of p'],
    ],
    ['of one that ended in a period that is frozen', [said('2026-01-10', pool('2026-01-10', '2026-03-01'))], []],
    [
      'the tax profile that it left in a period that is open',
      [said('2026-01-10', { taxProfile: 'new' }), said('2026-03-02', {})],
      ['tax profile new of p'],
    ],
    [
      'that it left in a period that is frozen',
      [said('2026-01-10', { taxProfile: 'new' }), said('2026-03-01', {})],
      [],
    ],
    [
      'that it is to have',
      [said('2026-01-10', {}), said('2026-08-01', { taxProfile: 'new' })],
      ['tax profile new of p'],
    ],
  ])('%s', async (_, facts, expected) => {
    const next = { ...without('b'), taxProfiles: LISTED.taxProfiles };
    const missing = await missingAfter([...facts, ...other], next);
    expect(missing.map(({ what, id, accounts }) => `${what} ${id} of ${accounts}`)).toEqual(expected);
  });

  test.each<[string, Catalog, string, string, string[]]>([
    ['days of its plan that are frozen', changed('b', '2026-03-01'), '2026-01-10', '', []],
    ['days that are open', changed('b', '2026-03-02'), '2026-01-10', '', ['plan b of p']],
    ['days before it has the pool', changed('b', '2020-01-01..2026-04-01', '2026-05-01'), '2026-05-01', '', []],
    ['days behind it', changed('b', '2020-01-01..2026-06-01'), '2026-04-01', '2026-06-01', []],
    ['its last day', changed('b', '2020-01-01..2026-05-31'), '2026-04-01', '2026-06-01', ['plan b of p']],
  ])('with a pool: %s', async (_, next, from, until, expected) => {
    const missing = await missingAfter([said('2026-01-10', pool(from, until)), ...other], next);
    expect(missing.map(({ what, id, accounts }) => `${what} ${id} of ${accounts}`)).toEqual(expected);
  });
});
