import { beforeAll, expect, test } from 'vitest';
import { addsUp } from '#shared/billing/draft-usage.ts';
import { isNothing, none, type ProofRow } from '#shared/billing/proof-row.ts';
import { keepUsage } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { type ReckonedUsage, reckonUsage } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { type ShownRun, showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { sequenceKeys, streamOf } from '#shared/mediation/sequence.ts';
import { utcMonthStart, utcMonths } from '#shared/time/period.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { SELLER } from '../../simulation/world.ts';
import { file, OCTOBER, operatorWith, row, writeOffStrays } from '../all-fates.ts';
import type { SmallOperator } from '../small-operator.ts';

const ASKED = { seller: SELLER, cycle: 1, account: '', month: '2026-10', invoiceDate: '', beforeEnd: false, by: 'o' };
let operator: SmallOperator;
let run: string;
let shown: ShownRun;
beforeAll(async () => {
  operator = await operatorWith([...OCTOBER, row('a8', 1, '09-15', 256_000)]);
  const { world } = operator;
  await writeOffStrays(operator);
  const opened = await openRun(world, ASKED);
  run = opened.outcome === 'opened' ? opened.run : opened.reason;
  await operator.settle();
  shown = await showRun(world, run, 10);
});

/** "records/octets" of everything in a row there is any of. */
function told({ suspended, ...rest }: ProofRow): Record<string, string> {
  const all = Object.entries({ ...rest, ...suspended }).filter(([, totals]) => !isNothing(totals));
  return Object.fromEntries(all.map(([name, { records, bytes }]) => [name, `${records}/${bytes}`]));
}
const full = (reckoned: ReckonedUsage | null) => {
  if (reckoned === null || 'tooMuch' in reckoned.usage) throw new Error(JSON.stringify(reckoned));
  return reckoned.usage;
};
const filesOf = (shown: ShownRun) => shown.report!.checks.find(({ check }) => check === 'files not loaded');

test('a draft says where everything is that was read: billed by it, suspended, rejected, not yet due', () => {
  expect(shown.report!.checks.filter(({ check }) => check === 'usage')).toMatchObject([{ state: 'green' }]);
  const usage = shown.report!.usage!;
  expect(usage.months).toEqual(['2026-09', '2026-10', '2026-11']);
  expect(told(usage.row)).toEqual({
    read: '20/674000',
    accepted: '7/367000',
    repeated: '1/1000',
    duplicate: '9/306000',
    rejected: '2/0',
    zero: '1/0',
    zeroBilled: '1/0',
    billed: '3/67000',
    notYetDue: '1/32000',
    writtenOff: '1/8000',
    UNKNOWN_NETWORK: '1/4000',
    UNKNOWN_SUBSCRIBER: '1/256000',
  });
  expect(Object.values(usage.differences).every(isNothing)).toBe(true);
});

test('months of which nothing counts are not read', async () => {
  const { world, settle } = await operatorWith([row('a1', 1, '10-05', 256_000)]);
  const opened = await openRun(world, ASKED);
  await settle();
  const months = new Set<string>();
  const usage: UsageStore = {
    ...world.usage,
    read: (identifier, from, until) => {
      for (const month of utcMonths(utcMonthStart(from), utcMonthStart(until) + 1)) months.add(month);
      return world.usage.read(identifier, from, until);
    },
  };
  const reckoned = full(await reckonUsage({ ...world, usage }, opened.outcome === 'opened' ? opened.run : '', 100));
  expect([reckoned.months, [...months]]).toEqual([['2026-09', '2026-10', '2026-11'], ['2026-10']]);
  expect(reckoned.row.read.records).toBeGreaterThan(0);
  expect(Object.values(reckoned.differences).every(isNothing)).toBe(true);
});

test('files that have arrived and are not loaded are named', async () => {
  expect(filesOf(shown)).toMatchObject({ state: 'amber', files: ['aero/broken.csv quarantined'] });
  await operator.dropFile(file('late.csv', [row('c1', 1, '10-11', 128_000)]));
  operator.drop('incoming/nobody/x.csv', Buffer.from('?'));
  const now = await reckonUsage(operator.world, run, 100);
  expect(now?.files.notLoaded.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'broken.csv quarantined',
    'late.csv loaded since',
    'x.csv waiting',
  ]);
  expect(full(now).row).toEqual(shown.report!.usage!.row);
});

test('much usage is left to whoever asks for it, and the check says so', async () => {
  const reckoned = await reckonUsage(operator.world, run, 5);
  expect(reckoned?.usage).toEqual({ tooMuch: 9 });
  await keepUsage(operator.world, run, reckoned);
  const { checks, usage } = (await showRun(operator.world, run, 0)).report!;
  expect(usage).toBeNull();
  expect(checks.find(({ check }) => check === 'usage')).toMatchObject({ state: 'amber', terms: {} });
  expect(checks.find(({ check }) => check === 'files not loaded')?.terms, 'named all the same').toEqual({
    files: 3,
    named: 3,
  });
});

test('files that have not come are named by their numbers, one or several', async () => {
  const { decisions, clock } = operator.world;
  const stream = streamOf('DEUD2>UTOIO C');
  await decisions.putIfAbsent(sequenceKeys.stream('hub', stream.name), { carrier: 'hub', stream });
  for (const number of [41, 43, 47]) {
    const held = { file: `f-${number}`, generation: 1, name: `file ${number}`, arrivedAt: clock.now() };
    await decisions.putIfAbsent(sequenceKeys.held('hub', { stream, number }, 1), held);
  }
  const { files } = (await reckonUsage(operator.world, run, 100))!;
  expect(files.notCome).toEqual([
    { carrier: 'hub', files: 'DEUD2>UTOIO C 42', count: 1 },
    { carrier: 'hub', files: 'DEUD2>UTOIO C 44 to 46', count: 3 },
  ]);
  expect(files.filesNotCome).toBe(4);
});

test('of a run of one account, what the others are charged is elsewhere', async () => {
  const asked = { cycle: 0, account: 'alpha', month: '2026-10', invoiceDate: '', beforeEnd: false, by: 'o' };
  const opened = await openRun(operator.world, { ...asked, seller: SELLER });
  await operator.settle();
  const { row } = full(await reckonUsage(operator.world, opened.outcome === 'opened' ? opened.run : '', 100));
  expect(told(row)).toMatchObject({ billed: '3/131000', elsewhere: '1/64000' });
});

test('usage that is no longer in the store, or that a draft does not know of, is red', async () => {
  const { usage } = operator.world;
  const read: typeof usage.read = async (identifier, from, until) =>
    (await usage.read(identifier, from, until)).filter(({ month }) => month !== '2026-11');
  const lost = { ...operator.world, usage: { ...usage, read } };
  expect(addsUp(full(await reckonUsage(lost, run, 100)))).toBe(false);
  const query = async (...of: Parameters<typeof lost.decisions.query>) => {
    const found = await operator.world.decisions.query<{ usage?: unknown }>(...of);
    return found.map((each) =>
      each.value.usage === undefined
        ? each
        : { ...each, value: { ...each.value, usage: { since: 0, totals: none() } } },
    );
  };
  const decisions = { ...operator.world.decisions, query: query as typeof operator.world.decisions.query };
  expect(addsUp(full(await reckonUsage({ ...operator.world, decisions }, run, 100)))).toBe(false);
  expect(addsUp(full(await reckonUsage(operator.world, run, 100)))).toBe(true);
});

test('a run whose usage does not add up is approved only by who accepts that', async () => {
  const { world } = operator;
  const deciding = { ...world, fourEyes: false };
  const reckoned = (await reckonUsage(world, run, 100))!;
  const usage = full(reckoned);
  const differences = { ...usage.differences, read: { records: 1, bytes: 0, seconds: 0, count: 0 } };
  await keepUsage(world, run, { ...reckoned, usage: { ...usage, differences } });
  expect(await approveRun(deciding, run, 'a', false)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining(`the usage of run ${run} does not add up`),
  });
  expect((await approveRun(deciding, run, 'a', true)).outcome).toBe('done');
});
