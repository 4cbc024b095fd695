import { expect, test } from 'vitest';
import { ratedKeys, type SuspendedUsage } from '#shared/billing/rated-rows.ts';
import { type RatingPace, rateUsage } from '#shared/billing/use-cases/usage/rate-usage.ts';
import { type Projections, withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { PipelineMessage, RateUsage } from '#shared/mediation/ports.ts';
import { backOutFile } from '#shared/mediation/use-cases/back-out-file.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { notedProjections } from '../simulation/cloud.ts';
import { everything } from '../simulation/rebuilt.ts';
import { FILES } from '../simulation/world.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';
import { UNHURRIED } from './unhurried.ts';

/** Rates everything an operator has from nothing, an invocation after the other until no message is left; answers the rows, and what it took. */
async function rated({ world }: SmallOperator, pace: RatingPace) {
  const { projections, partitions } = notedProjections();
  const left: PipelineMessage[] = [];
  const queues = { send: async (some: readonly PipelineMessage[]) => void left.push(...some) };
  let messages: readonly Omit<RateUsage, 'queue'>[] = await everything(world, await tail(world.decisions, 0));
  let invocations = 0;
  for (; messages.length > 0; invocations++) {
    const result = await rateUsage({ ...world, projections, queues, keepMonths: 12 }, messages, pace);
    messages = left.splice(0).filter((message) => message.queue === 'rating');
    expect(result.left).toBe(messages.length);
    if (invocations > 100) throw new Error('a rating that does not end');
  }
  const rows: Record<string, unknown> = {};
  for (const partition of [...partitions].sort())
    rows[partition] = (await projections.query(partition, withPrefix(''))).map(({ sort, value }) => [sort, value]);
  return { rows, invocations };
}

async function operatorWithUsage(): Promise<SmallOperator> {
  const operator = await smallOperator();
  for (const file of [FILES.early, FILES.first, FILES.second, FILES.wrong]) await operator.dropFile(file);
  return operator;
}

/** Of a message about an entry. */
const ENTRY = { file: '', generation: 0, chunk: -1 } as const;

/** Identifiers of which something of October waits. */
async function waiting({ query }: Projections): Promise<string[]> {
  const rows = await query<SuspendedUsage>(ratedKeys.suspense('2026-10'), withPrefix(''));
  return rows.filter(({ value }) => Object.keys(value.reasons).length > 0).map(({ sort }) => sort);
}

test('a rating that has no time left sends the rest again, and comes to the same', async () => {
  const operator = await operatorWithUsage();
  const whole = await rated(operator, UNHURRIED);
  expect(whole.invocations).toBe(1);
  const noted = Object.entries(whole.rows).filter(([partition]) => /^rated-(chunks|entries)/.test(partition));
  expect(noted.map(([, rows]) => (rows as [string, unknown][]).map(([sort]) => Number(sort)))).toEqual([
    ...[[0], [0], [0], [0]],
    [2],
  ]);
  expect(Object.keys(whole.rows).filter((partition) => partition.startsWith('suspense#'))).not.toEqual([]);
  const hurried = await rated(operator, { identifiersTogether: 1, isTimeLeft: () => false });
  expect(hurried.invocations).toBeGreaterThan(5);
  expect(hurried.rows).toEqual(whole.rows);
  let asked = 0;
  const sometimes = await rated(operator, { identifiersTogether: 2, isTimeLeft: () => asked++ % 3 !== 1 });
  expect(sometimes.rows).toEqual(whole.rows);
});

test('usage that waits no more is taken back, also by a rating that began before it came back', async () => {
  const operator = await smallOperator();
  await operator.dropFile(FILES.first);
  const { world } = operator;
  const { projections } = notedProjections();
  const queues = { send: async () => {} };
  const ports = { ...world, queues, keepMonths: 12 };
  const everythingNow = async () => everything(world, await tail(world.decisions, 0));
  let isOvertaken = false;
  const overtaken = {
    ...projections,
    putNewer: async (row: Parameters<typeof projections.putNewer>[0]) => {
      if (row.partition.startsWith('suspense#') && !isOvertaken) {
        isOvertaken = true;
        const [{ file = '' } = {}] = await findFiles(world, FILES.first.name);
        await backOutFile(world, file, 1, 'wrong', 'ops');
        await rateUsage({ ...ports, projections }, await everythingNow(), UNHURRIED);
      }
      return projections.putNewer(row);
    },
  };
  await rateUsage({ ...ports, projections: overtaken }, await everythingNow(), UNHURRIED);
  expect(isOvertaken).toBe(true);
  expect(await waiting(projections)).toEqual([]);
});

test('whoever rates what somebody has rated who died takes back what waits no more', async () => {
  const operator = await smallOperator();
  await operator.dropFile(FILES.first);
  const { world } = operator;
  const { projections } = notedProjections();
  const ports = { ...world, queues: { send: async () => {} }, keepMonths: 12 };
  const everythingNow = async () => everything(world, await tail(world.decisions, 0));
  await rateUsage({ ...ports, projections }, await everythingNow(), UNHURRIED);
  const before = await waiting(projections);
  expect(before).not.toEqual([]);
  const [{ file = '' } = {}] = await findFiles(world, FILES.first.name);
  await backOutFile(world, file, 1, 'wrong', 'ops');
  const putNewer: Projections['putNewer'] = (row) =>
    row.partition.startsWith('suspense#') ? Promise.reject(new Error('died')) : projections.putNewer(row);
  const dying = { ...projections, putNewer };
  await expect(rateUsage({ ...ports, projections: dying }, await everythingNow(), UNHURRIED)).rejects.toThrow('died');
  expect(await waiting(projections)).toEqual(before);
  await rateUsage({ ...ports, projections }, await everythingNow(), UNHURRIED);
  expect(await waiting(projections)).toEqual([]);
  const released = await rateUsage({ ...ports, projections }, [{ position: 1, ...ENTRY }], UNHURRIED);
  expect(released.identifiers, 'nothing waits for other prices').toBe(0);
});

test('a chunk that is missing from the work store is named', async () => {
  const operator = await operatorWithUsage();
  const { world } = operator;
  const [{ file = '' } = {}] = await findFiles(world, FILES.first.name);
  const get: typeof world.objects.get = async (store, key) =>
    key.includes('manifest') ? world.objects.get(store, key) : undefined;
  const ports = { ...world, objects: { ...world.objects, get }, keepMonths: 12 };
  await expect(rateUsage(ports, [{ position: 3, file, generation: 1, chunk: 0 }], UNHURRIED)).rejects.toThrow(
    `chunk 0 of usage file ${file} is missing from the work store`,
  );
  await expect(rateUsage(ports, [{ position: 3, file, generation: 1, chunk: 7 }], UNHURRIED)).rejects.toThrow(
    `chunk 7 of usage file ${file} is missing from the work store`,
  );
});
