import { expect, test } from 'vitest';
import type { Draft, Link, RecordedLine } from '#shared/billing/draft.ts';
import { ENGINE_VERSION, linkOf } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Catalog, Plan } from '#shared/catalog/catalog.ts';
import { readContent, writeContent } from '#shared/commit-log/use-cases/content.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

const CATALOG = catalogWith(
  planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }]'),
);

async function draftOf({ ports }: MemoryWorld, run: string): Promise<Draft> {
  const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(ports.objects, summary!.draft)) as Draft;
}

/** The next link of the chain, as code with a bug would have posted it: every line came to 3.01, or what is said. */
async function postWithBug(
  world: MemoryWorld,
  run: string,
  n: number,
  engineVersion: string,
  wrongly: (line: RecordedLine) => Partial<RecordedLine> = () => ({ amount: '3.01' }),
): Promise<void> {
  const { objects, decisions } = world.ports;
  const draft = await draftOf(world, run);
  const lines = draft.lines.map((line) => ({ ...line, ...wrongly(line) }));
  const wrong = { ...draft, lines, engineVersion };
  const reference = await writeContent(objects, `runs/${run}/drafts/wrong`, wrong);
  await decisions.putIfAbsent<Link>(runKeys.link(SELLER, 'p', n), linkOf(wrong, reference));
}

test.each([
  [
    'is put right at the next run, shows why, and waits for a person',
    '0',
    ['computation changed -0.01', 'computation changed -0.01', ' 3.00'],
  ],
  ['of the same version is not looked for in periods that nothing touched', ENGINE_VERSION, [' 3.00']],
])('a price bug that was mended in the code between two runs %s', async (_, version, moved) => {
  const world = await memoryWorld(CATALOG, { approval: 'rule' });
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  world.setClock('2026-03-02');
  const second = await world.bill('2026-02');
  await postWithBug(world, second, 3, version);

  world.setClock('2026-04-02');
  const opened = await world.open('2026-03');
  await world.work();
  const run = opened.outcome === 'opened' ? opened.run : '';
  const { documents } = await draftOf(world, run);
  const told = documents.flatMap(({ lines }) => lines.map(({ reason, net }) => `${reason} ${net}`));
  expect(told.sort()).toEqual([...moved].sort());
  const isHeld = moved.length > 1;
  expect((await draftReport(world.ports, run)).unexplained).toEqual(isHeld ? ['p'] : []);
  const states = (await runStates(world.ports.decisions, run)).map(({ state }) => state);
  expect(states.includes('approved')).toBe(!isHeld);
  const reason =
    'lines of p moved though no fact did (computation changed); look at them, then say --accept-unexplained';
  const refused = { outcome: 'refused', reason };
  expect(await approveRun(world.ports, run, 'a', false)).toEqual(isHeld ? refused : { outcome: 'was so already' });
  const accepted = { outcome: isHeld ? 'done' : 'was so already' };
  expect(await approveRun(world.ports, run, 'a', true)).toEqual(accepted);
});

const TWO_CHARGES = catalogWith(
  `${planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }, { kind: usage, id: sms, name: Messages, match: { services: sms }, measure: count, price: 1 }]',
  )}${planOf('b', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00, proration: none }]')}${planOf('c', '[]')}`,
);
const RATES = [{ source: 'ECB', base: 'EUR' as const, days: [{ date: '2026-01-20', rates: { USD: '1.1' } }] }];
/** With a charge of a plan that costs 2.00. */
const dearer = (plan: string, charge: string): Catalog => ({
  ...TWO_CHARGES,
  plans: TWO_CHARGES.plans.map((each) => {
    const versions = each.versions.map((version) => ({
      ...version,
      charges: version.charges.map((of) => (of.id === charge ? { ...of, price: { model: 'unit', amount: '2' } } : of)),
    }));
    return each.id === plan ? ({ ...each, versions } as Plan) : each;
  }),
});

const JANUARY = { at: '2026-01-20T10:00:00Z', service: 'sms', count: 1 } as const;
const FEBRUARY = { at: '2026-02-20T10:00:00Z', service: 'sms', count: 1 } as const;

const HELD = [
  '01 fee computation changed -0.01',
  '01 sms computation changed -0.01',
  '02 fee computation changed -0.01',
  '02 sms computation changed -0.01',
];
test.each<[string, (world: MemoryWorld) => Promise<unknown>, readonly string[]]>([
  ['nothing became known', async () => {}, HELD],
  ['rates were released', ({ ports }) => releaseCatalog(ports, { ...TWO_CHARGES, exchangeRates: RATES }, 'x'), HELD],
  [
    'another account was suspended before',
    ({ record }) => record(factsOf('2', [{ at: '2026-01-20', state: 'suspended' }], BERLIN).map(({ fact }) => fact)),
    HELD,
  ],
  ['usage of another account came late', ({ load }) => load('late', '2', [JANUARY, FEBRUARY]), HELD],
  [
    'files with usage of another account alone went away and were read anew',
    async ({ load, backOut }) => {
      await load('others', '2', [JANUARY, FEBRUARY], 2);
      await backOut('more', ['2026-01']);
    },
    HELD,
  ],
  [
    'what became known of it is no cause: an address, an order, a name of a property of another seller',
    ({ record }) =>
      record([
        accountFact('p', { address: { lines: ['Platz 2'], postalCode: '10115', city: 'Berlin', country: 'DE' } }),
        {
          kind: 'adHoc',
          account: 'p',
          businessUnit: '',
          order: 'o1',
          effectiveFrom: instantOf('2026-03-05', BERLIN),
          product: 'SIM',
          quantity: '1',
          price: '5.00',
          reference: '',
          taxCategory: 'goods',
        },
        {
          kind: 'detail',
          subscription: '1',
          detail: 'salesperson',
          effectiveFrom: instantOf('2026-01-01', BERLIN),
          value: 'anna',
        },
      ]),
    HELD,
  ],
  [
    'a subscription that had left it was suspended after that',
    ({ record }) => record(factsOf('3', [{ at: '2026-02-01', state: 'suspended' }], BERLIN).map(({ fact }) => fact)),
    HELD,
  ],
  [
    'usage of its own came late in February',
    ({ load }) => load('late', '1', [FEBRUARY]),
    [
      '01 fee computation changed -0.01',
      '01 sms computation changed -0.01',
      '02 fee computation changed -0.01',
      '02 sms late usage 0.99',
    ],
  ],
  [
    'usage of its own went away in February',
    ({ backOut }) => backOut('02', ['2026-02']),
    [
      '01 fee computation changed -0.01',
      '01 sms computation changed -0.01',
      '02 fee computation changed -0.01',
      '02 sms backed-out file -4.01',
    ],
  ],
  [
    'its own file of February was read anew',
    ({ load }) => load('02', '1', [{ ...FEBRUARY, count: 3 }], 2),
    [
      '01 fee computation changed -0.01',
      '01 sms computation changed -0.01',
      '02 fee computation changed -0.01',
      '02 sms file read anew -1.01',
    ],
  ],
  [
    'it was suspended from 10 February on, which its fee and messages do not ask for',
    ({ record }) => record(factsOf('1', [{ at: '2026-02-10', state: 'suspended' }], BERLIN).map(({ fact }) => fact)),
    HELD,
  ],
  [
    'it had been terminated on 1 February',
    ({ record }) => record(factsOf('1', [{ at: '2026-02-01', state: 'terminated' }], BERLIN).map(({ fact }) => fact)),
    [
      '01 fee computation changed -0.01',
      '01 sms computation changed -0.01',
      '02 fee backdated change -3.01',
      '02 sms backdated change -4.01',
    ],
  ],
  [
    'its identifier had been another’s since 5 February',
    ({ record }) =>
      record(
        factsOf('2', [{ at: '2026-02-05', has: 'imsi#1', payer: '' }], BERLIN)
          .slice(0, 1)
          .map(({ fact }) => fact),
      ),
    [
      '01 fee computation changed -0.01',
      '01 sms computation changed -0.01',
      '02 fee computation changed -0.01',
      '02 sms backdated change -4.01',
    ],
  ],
  ['a plan of others costs more', ({ ports }) => releaseCatalog(ports, dearer('b', 'fee'), 'x'), HELD],
  [
    'messages cost 2.00 instead of 1.00',
    ({ ports }) => releaseCatalog(ports, dearer('a', 'sms'), 'x'),
    [
      '01 fee computation changed -0.01',
      '01 sms price correction 3.99',
      '02 fee computation changed -0.01',
      '02 sms price correction 3.99',
    ],
  ],
])('where each line came to 0.01 too much by a bug, and %s, what it moves by says which', async (_, tell, moved) => {
  const world = await memoryWorld(TWO_CHARGES, { approval: 'rule' });
  const life = (id: string, payer: string, plan: string) =>
    factsOf(
      id,
      [
        { at: '2020-01-01', has: `imsi#${id}`, payer: '' },
        { at: '2026-01-01', state: 'active', plan, payer },
      ],
      BERLIN,
    ).map(({ fact }) => fact);
  await world.record([accountFact('p'), accountFact('q'), ...life('1', 'p', 'a'), ...life('2', 'q', 'b')]);
  await world.record([
    ...factsOf(
      '3',
      [
        { at: '2020-01-01', payer: 'p', plan: 'c' },
        { at: '2026-01-02', payer: 'q', plan: 'b', state: 'active' },
      ],
      BERLIN,
    ).map(({ fact }) => fact),
  ]);
  await world.load('others', '2', [{ ...JANUARY, count: 2 }]);
  await world.load('more', '2', [{ ...JANUARY, count: 5 }]);
  for (const month of ['01', '02'])
    await world.load(month, '1', [{ at: `2026-${month}-10T10:00:00Z`, service: 'sms', count: 4 }]);
  world.setClock('2026-02-02');
  await world.bill('2026-01');
  world.setClock('2026-03-02');
  const second = await world.bill('2026-02');
  await postWithBug(world, second, 3, '0', ({ amount }) => ({ amount: (Number(amount) + 0.01).toFixed(2) }));
  await tell(world);
  world.setClock('2026-04-02');
  const opened = await world.open('2026-03');
  await world.work();
  const run = opened.outcome === 'opened' ? opened.run : '';
  const { documents } = await draftOf(world, run);
  const told = documents
    .flatMap(({ lines }) => lines)
    .filter(({ line }) => line.period.from < '2026-03-01')
    .map(({ line, reason, net }) => `${line.period.from.slice(5, 7)} ${line.charge} ${reason} ${net}`);
  expect(told.sort()).toEqual(moved);
  expect((await draftReport(world.ports, run)).unexplained).toEqual(['p']);
  expect((await runStates(world.ports.decisions, run)).map(({ state }) => state)).not.toContain('approved');
});

test.each([
  [
    'none of a plan that carries nothing on',
    '',
    ['a data computation changed -0.01', ' off computation changed -4.51'],
  ],
  [
    'those of one that does, and what follows from them',
    '{ id: own, name: Own, kind: individual, size: 1 MB, covers: [data], carryOver: 1 }',
    ['a data late usage -1.01', ' off late usage -4.01'],
  ],
])('late usage of January explains lines of March that moved: %s', async (_, allowance, moved) => {
  const plan = planOf(
    'a',
    '[{ kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
    `[${allowance}]`,
  );
  const off = '{ account: p, currency: EUR, discounts: [{ id: off, name: Off, from: 2026-01-01, percent: 50 }] }';
  const world = await memoryWorld(catalogWith(`${plan}agreements:\n  - ${off}\n`));
  const turns = [
    { at: '2020-01-01', has: 'imsi#1' },
    { at: '2026-01-01', state: 'active', plan: 'a' },
  ] as const;
  await world.record([accountFact('p'), ...factsOf('1', turns, BERLIN).map(({ fact }) => fact)]);
  const load = (month: string, day: string) =>
    world.load(`${month}-${day}`, '1', [{ at: `${month}-${day}T12:00:00Z`, bytes: 3_000_000 }]);
  for (const [month, clock] of [
    ['2026-01', '2026-02-02'],
    ['2026-02', '2026-03-02'],
    ['2026-03', '2026-04-02'],
  ] as const) {
    await load(month, '10');
    world.setClock(clock);
    await world.bill(month);
  }
  await postWithBug(world, 'acme-c01-2026-03-1', 4, '0', () => ({ quantity: '3', amount: '3.01' }));
  await load('2026-01', '20');
  world.setClock('2026-05-02');
  const { documents } = await draftOf(world, await world.bill('2026-04'));
  const march = documents.flatMap(({ lines }) => lines.filter(({ line }) => line.period.from === '2026-03-01'));
  // 3.00 of it, or 2.00, and half of that off: all came to 3.01
  expect(march.map(({ line, reason, net }) => `${line.plan} ${line.charge} ${reason} ${net}`)).toEqual(moved);
});
