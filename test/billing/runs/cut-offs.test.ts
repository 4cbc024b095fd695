import { describe, expect, test } from 'vitest';
import { draftOfRun } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';

const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }, { kind: recurring, id: rent, name: Rent, due: advance, price: 9.00, proration: none }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);
const MB = 1_000_000;

/** One SIM of an account since January; February is posted, and March has 5 MB on the 5th, 7 MB on the 18th and 2 MB on the 28th. */
async function opening(): Promise<MemoryWorld> {
  const world = await memoryWorld(CATALOG);
  await world.record([
    accountFact('p'),
    ...factsOf(
      '1',
      [
        { at: '2020-01-01', has: 'imsi#1' },
        { at: '2026-02-01', state: 'active', plan: 'a' },
      ],
      BERLIN,
    ).map(({ fact }) => fact),
  ]);
  world.setClock('2026-03-02');
  await world.bill('2026-02');
  await world.load('march', '1', [
    { at: '2026-03-05T12:00:00Z', bytes: 5 * MB },
    { at: '2026-03-18T12:00:00Z', bytes: 7 * MB },
    { at: '2026-03-28T12:00:00Z', bytes: 2 * MB },
  ]);
  return world;
}
const alone = { cycle: 0, account: 'p' };

/** "data 2026-03 5.00 reason" of every line of a run. */
async function told(world: MemoryWorld, run: string): Promise<string[]> {
  const { documents } = await draftOfRun(world.ports, run, 'p');
  return documents.flatMap(({ lines }) =>
    lines.map(({ line, net, reason }) => `${line.charge} ${line.period.from.slice(0, 7)} ${net} ${reason}`.trim()),
  );
}
async function cutOffs(world: MemoryWorld, run: string) {
  const { usageCutOff, chargeCutOff } = await draftOfRun(world.ports, run, 'p');
  return [isoInstant(usageCutOff), isoInstant(chargeCutOff)];
}

describe('cut-offs of a run', () => {
  test('of a cycle are the end of the period, of each account where it is; charges due at that instant are in', async () => {
    const world = await opening();
    world.setClock('2026-04-03');
    const run = await world.bill('2026-03');
    expect(await cutOffs(world, run)).toEqual(['2026-03-31T22:00:00Z', '2026-03-31T22:00:00Z']);
    expect(await told(world, run)).toEqual(['fee 2026-03 3.00', 'rent 2026-04 9.00', 'data 2026-03 14.00']);
  });

  test('of an account alone, without a month, are the start of today: the cycle bills the rest, which needs no reason', async () => {
    const world = await opening();
    world.setClock('2026-03-20T15:00:00+01:00');
    const first = await world.bill('', alone);
    expect(first).toBe('acme-a-p-2026-03-1');
    expect(await cutOffs(world, first)).toEqual(['2026-03-19T23:00:00Z', '2026-03-19T23:00:00Z']);
    expect(await told(world, first)).toEqual(['data 2026-03 12.00']);
    world.setClock('2026-04-03');
    const second = await world.bill('2026-03');
    expect(await told(world, second)).toEqual(['fee 2026-03 3.00', 'rent 2026-04 9.00', 'data 2026-03 2.00']);
  });

  test('on its billing day an account alone is billed to the end of the period before', async () => {
    const world = await opening();
    world.setClock('2026-04-01T08:00:00+02:00');
    const run = await world.bill('', alone);
    expect(run).toBe('acme-a-p-2026-03-1');
    expect(await told(world, run)).toEqual(['fee 2026-03 3.00', 'rent 2026-04 9.00', 'data 2026-03 14.00']);
  });

  test('of usage and charges are apart: usage to the 10th with all charges, or charges to the 10th with all usage', async () => {
    for (const [terms, first, rest] of [
      [
        { usageCutOff: '2026-03-10' },
        ['fee 2026-03 3.00', 'rent 2026-04 9.00', 'data 2026-03 5.00'],
        ['data 2026-03 9.00'],
      ],
      [{ chargeCutOff: '2026-03-10' }, ['data 2026-03 14.00'], ['fee 2026-03 3.00', 'rent 2026-04 9.00']],
    ] as const) {
      const world = await opening();
      world.setClock('2026-04-03');
      expect(await told(world, await world.bill('2026-03', { terms }))).toEqual(first);
      expect((await world.open('2026-03')).outcome).toBe('refused');
      expect(await told(world, await world.bill('2026-03', alone))).toEqual(rest);
    }
  });

  test('usage that came late into what was billed is late, whatever was cut off behind it', async () => {
    const world = await opening();
    world.setClock('2026-03-20');
    await world.bill('', alone);
    await world.load('late', '1', [{ at: '2026-02-10T12:00:00Z', bytes: MB }]);
    world.setClock('2026-04-03');
    expect(await told(world, await world.bill('2026-03'))).toContain('data 2026-02 1.00 late usage');
  });

  test('what is billed in part is compared with whole periods', async () => {
    const world = await opening();
    world.setClock('2026-03-20');
    await world.bill('', alone);
    world.setClock('2026-04-03');
    const { drafts, checks } = await draftReport(world.ports, await world.bill('2026-03'));
    expect(drafts[0]).toMatchObject({ net: '14', netSoFar: '12', netsBefore: ['21'] });
    expect(checks.find(({ check }) => check === 'total')).toMatchObject({ net: '26', median: '21' });
  });
});

describe('a run is not opened', () => {
  const reason = async (month: string, more: Parameters<MemoryWorld['open']>[1], at = '2026-03-20') => {
    const world = await opening();
    world.setClock(at);
    const opened = await world.open(month, more);
    return opened.outcome === 'refused' ? opened.reason : opened.outcome;
  };
  test.each<[string, string, Parameters<MemoryWorld['open']>[1], string]>([
    [
      'for a usage cut-off before its period',
      '2026-03',
      { terms: { usageCutOff: '2026-02-28' } },
      'write a day from 2026-03-01 to 2026-04-01',
    ],
    [
      'for a charge cut-off behind its period',
      '2026-03',
      { terms: { chargeCutOff: '2026-04-02' } },
      'the cut-off of charges, 2026-04-02, is outside',
    ],
    [
      'of an account, for one outside',
      '2026-03',
      { ...alone, terms: { usageCutOff: '2026-04-02' } },
      'account p: the cut-off of usage, 2026-04-02, is outside',
    ],
    [
      'for a cut-off that is still to come',
      '2026-03',
      { terms: { usageCutOff: '2026-03-25', chargeCutOff: '2026-03-10' } },
      'the cut-off 2026-03-25 is still to come',
    ],
    [
      'for the end of the period when only usage is cut off',
      '2026-03',
      { terms: { usageCutOff: '2026-03-10' } },
      'ends on 2026-04-01',
    ],
    [
      'of an account, for one still to come',
      '2026-03',
      { ...alone, terms: { usageCutOff: '2026-03-25' } },
      '2026-03-25 is still to come',
    ],
    [
      'of an account, for a period that has not begun',
      '2026-04',
      { ...alone, beforeEnd: true },
      'begins on 2026-04-01, which is still to come',
    ],
    ['of an account, for a month that has not ended', '2026-03', alone, 'ends on 2026-04-01'],
    ['for no month of a cycle', '', {}, 'is no month'],
  ])('%s', async (_, month, more, words) => {
    expect(await reason(month, more)).toContain(words);
  });
  test.each<[string, Parameters<MemoryWorld['open']>[1]]>([
    [
      'before the end where both cut-offs are there already',
      { terms: { usageCutOff: '2026-03-10', chargeCutOff: '2026-03-10' } },
    ],
    ['of an account before the end, if asked for', { ...alone, beforeEnd: true }],
    ['of an account to a cut-off of usage', { ...alone, terms: { usageCutOff: '2026-03-10' } }],
    ['of an account to a cut-off of charges', { ...alone, terms: { chargeCutOff: '2026-03-10' } }],
  ])('but it is %s', async (_, more) => {
    expect(await reason('2026-03', more)).toBe('opened');
  });

  test('behind what is billed', async () => {
    const world = await opening();
    world.setClock('2026-03-20');
    await world.bill('', alone);
    const terms = { usageCutOff: '2026-03-10' };
    expect(await world.open('2026-03', { ...alone, terms })).toMatchObject({
      reason:
        'account p: what it owes of usage is billed up to 2026-03-19T23:00:00Z; a cut-off never goes back, to 2026-03-10',
    });
    world.setClock('2026-04-03');
    const opened = await world.open('2026-03', { terms });
    await world.work();
    expect((await draftReport(world.ports, opened.outcome === 'opened' ? opened.run : '')).leftOut).toEqual([
      { payer: 'p', reason: expect.stringContaining('a cut-off never goes back') },
    ]);
  });
});

test('those a posted cycle left out are billed by another, with --rest, and nobody twice', async () => {
  const world = await opening();
  await world.record([accountFact('q', { taxProfile: 'gone' })]);
  await world.record(
    factsOf('2', [{ at: '2026-02-01', state: 'active', plan: 'a', payer: 'q' }], BERLIN).map(({ fact }) => fact),
  );
  world.setClock('2026-04-03');
  const first = await world.bill('2026-03');
  expect((await draftReport(world.ports, first)).inError.map(({ payer }) => payer)).toEqual(['q']);
  expect(await world.open('2026-03')).toMatchObject({ reason: expect.stringContaining('with --rest') });
  await world.record([accountFact('q')]);
  const second = await world.bill('2026-03', { terms: { isRest: true } });
  expect(second).toBe('acme-c01-2026-03-2');
  const { drafts, leftOut } = await draftReport(world.ports, second);
  expect(drafts.map(({ payer, documents }) => [payer, documents])).toEqual([['q', 1]]);
  expect(leftOut).toEqual([{ payer: 'p', reason: `2026-03 is billed already, by run ${first}` }]);
});

test('a pool is paid when charges of all its period are due, a minimum made up for when its usage is over as well', async () => {
  const site = '{ id: site, name: Site, kind: static, pool: site, size: 1 MB, price: 5.00, covers: [data] }';
  const data = '{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }';
  const agreement =
    '{ account: p, currency: EUR, commitments: [{ id: least, name: Least, from: 2026-03-01, minimum: 20 }] }';
  const world = await memoryWorld(
    catalogWith(`${planOf('a', `[${data}]`, `[${site}]`)}agreements:\n  - ${agreement}\n`),
  );
  const turns = [{ at: '2026-03-01', state: 'active', plan: 'a' }] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-04-03');
  const upTo = async (usageCutOff: string, chargeCutOff: string) => {
    const run = await world.bill('2026-03', { ...alone, terms: { usageCutOff, chargeCutOff } });
    return told(world, run);
  };
  expect([
    await upTo('2026-03-10', '2026-03-31'),
    await upTo('2026-03-10', '2026-04-01'),
    await upTo('2026-04-01', '2026-04-01'),
  ]).toEqual([[], ['pool:site 2026-03 5.00'], ['least 2026-03 15.00']]);
});
