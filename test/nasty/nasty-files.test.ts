import { beforeAll, describe, expect, test } from 'vitest';
import { isNothing } from '#shared/billing/proof-row.ts';
import { CODES } from '#shared/mediation/codes.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { listFiles } from '#shared/mediation/use-cases/list-files.ts';
import { type SmallOperator, smallOperator } from '../billing/small-operator.ts';
import { droppedTwice, NASTY_FILES, NASTY_RELEASE, nastyInventory } from './nasty-files.ts';

const inventory = nastyInventory();

/** Drops everything twice, in the order of a seed, and bills it. */
async function played(seed: number) {
  const operator = await smallOperator();
  await operator.release(NASTY_RELEASE);
  await operator.load([inventory]);
  for (const { key, body } of droppedTwice(seed)) {
    operator.drop(key, body);
    await operator.settle();
  }
  return { operator, invoices: await operator.bill('2026-10'), suspended: await operator.suspended() };
}

const ENDS = ['loaded', 'quarantined', 'duplicate', 'test', 'notification'];

/** Where in a file something is, or of which file as a whole it is said. */
async function unexplained({ world }: SmallOperator): Promise<string[]> {
  const files = await listFiles(world, { month: '', carrier: '' });
  const bad: string[] = [];
  for (const { file, key, state } of files.filter((each) => each.state === 'quarantined')) {
    for (const { manifest } of await fileStatuses(world, file)) {
      if (manifest?.outcome.status !== 'quarantined') continue;
      const fatal = manifest.outcome.problems.filter(({ severity }) => severity === 'fatal');
      const told = fatal.filter(({ code, text, place, field, entry }) => {
        const isWhole = ['EMPTY_FILE', 'SEQUENCE_REUSED', 'FILE_NAME_MISMATCH', 'NOT_TEXT'].includes(code);
        return (
          Object.hasOwn(CODES, code) && text.length > 10 && (place >= 0 || field !== '' || entry !== '' || isWhole)
        );
      });
      if (fatal.length === 0 || told.length < fatal.length) bad.push(`${key} ${state}: ${JSON.stringify(fatal)}`);
    }
  }
  return bad;
}

describe('every nasty file, twice, in an order of chance', () => {
  let first: Awaited<ReturnType<typeof played>>;
  beforeAll(async () => {
    first = await played(1);
  }, 120_000);

  test('ends as loaded, or with a reason that says where', async () => {
    const files = await listFiles(first.operator.world, { month: '', carrier: '' });
    expect(files).toHaveLength(2 * NASTY_FILES.length);
    expect(files.filter(({ state }) => !ENDS.includes(state))).toEqual([]);
    expect(await unexplained(first.operator)).toEqual([]);
    const counts = Map.groupBy(files, ({ state }) => state);
    for (const state of ENDS) expect(counts.get(state as never)?.length ?? 0, state).toBeGreaterThan(0);
    expect(counts.get('quarantined')?.length).toBeGreaterThan(25);
  });

  test('is accounted for: nothing is left over', async () => {
    const { differences, parts, total } = await first.operator.proof();
    expect(Object.values(differences).every(isNothing)).toBe(true);
    for (const { differences: left } of parts) expect(Object.values(left).every(isNothing)).toBe(true);
    for (const part of ['billed', 'duplicate', 'rejected', 'quarantined', 'test'] as const)
      expect(total[part].records, part).toBeGreaterThan(0);
  });

  test.each([2, 3])(
    'comes to the same invoices and suspense in order %i',
    async (seed) => {
      const other = await played(seed);
      expect(other.invoices).toEqual(first.invoices);
      expect(other.suspended).toEqual(first.suspended);
      expect(Object.values((await other.operator.proof()).differences).every(isNothing)).toBe(true);
    },
    120_000,
  );
});
