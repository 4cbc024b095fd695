import { describe, expect, test } from 'vitest';
import type { UsageOfDraft } from '#shared/billing/draft-usage.ts';
import { isNothing, type ProofRow } from '#shared/billing/proof-row.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { type ListedRun, listRuns } from '#shared/billing/use-cases/runs/list-runs.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { reckonUsage } from '#shared/billing/use-cases/runs/reckon-usage.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { backOut } from '../../cli/usage/usage.ts';
import { told } from '../cli/memory-session.ts';
import { FIRST_RELEASE, SECOND_RELEASE, SELLER } from '../simulation/world.ts';
import { file, row } from './all-fates.ts';
import { countingLate, type SmallOperator, smallOperator } from './small-operator.ts';

/** "records/octets" of everything in a row there is any of. */
function partsOf({ suspended, ...rest }: ProofRow): Record<string, string> {
  const all = Object.entries({ ...rest, ...suspended }).filter(([, totals]) => !isNothing(totals));
  return Object.fromEntries(all.map(([name, { records, bytes }]) => [name, `${records}/${bytes}`]));
}
async function proven(operator: SmallOperator): Promise<Record<string, string>> {
  const { differences, parts, total } = await operator.proof();
  for (const each of [differences, ...parts.map((part) => part.differences)])
    expect(Object.values(each).every(isNothing), JSON.stringify(each)).toBe(true);
  return partsOf(total);
}

/** Of earlier periods that were measured again, what the run bills of them, and what those before it did. */
function againOf({ earlier }: UsageOfDraft): Record<string, string> {
  const all = Object.entries(earlier ?? {}).filter(([, totals]) => !isNothing(totals));
  return Object.fromEntries(all.map(([name, { records, bytes }]) => [`${name} again`, `${records}/${bytes}`]));
}

interface Asked {
  readonly account?: string;
  readonly usageCutOff?: string;
}
const DAY_AFTER: Readonly<Record<string, string>> = {
  '2026-10': '2026-11-04',
  '2026-11': '2026-12-04',
  '2027-01': '2027-02-04',
};

/** Bills a month, on the fourth after it unless another day is named; only if all of its usage is where the draft says. Answers where it is. */
async function billed(
  operator: SmallOperator,
  month: string,
  { account = '', usageCutOff = '' }: Asked = {},
): Promise<Record<string, string | readonly string[]>> {
  const { world } = operator;
  operator.setClock(`${usageCutOff || DAY_AFTER[month] || '2027-01-04'}T09:00:00+01:00`);
  const terms = usageCutOff === '' ? {} : { terms: { usageCutOff } };
  const whose = { seller: SELLER, cycle: account === '' ? 1 : 0, account, month };
  const opened = await openRun(world, { ...whose, invoiceDate: '', beforeEnd: false, by: 'ops', ...terms });
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await operator.settle();
  const usage = (await showRun(world, opened.run, 10)).report!.usage!;
  expect(Object.values(usage.differences).every(isNothing), JSON.stringify(usage)).toBe(true);
  const ports = { ...world, fourEyes: false };
  for (const decided of [await approveRun(ports, opened.run, 'ops', false), await postRun(ports, opened.run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await operator.settle();
  expect((await reckonUsage(world, opened.run, 100))?.usage, 'asked for again').toEqual(usage);
  return { months: usage.months, ...partsOf(usage.row), ...againOf(usage) };
}

const backOutLate = (operator: SmallOperator) => told((output) => backOut(operator, 'aero/late.csv', 'wrong', output));

describe('usage that is late and counts as current is where the draft says it counts', () => {
  async function opened(...lines: readonly string[]): Promise<SmallOperator> {
    const operator = await smallOperator();
    await operator.release(countingLate(FIRST_RELEASE));
    await operator.dropFile(
      file('october.csv', [row('a1', 1, '10-05', 1000), row('a2', 5, '10-06', 64_000), ...lines]),
    );
    return operator;
  }
  /** Two records of October that come after it is billed, one of nothing among them; and one of November. */
  async function dropLate(operator: SmallOperator): Promise<void> {
    operator.setClock('2026-11-19T09:00:00Z');
    const lines = [row('b1', 1, '10-07', 2000), row('b2', 1, '10-08', 0), row('b3', 1, '11-05', 4000)];
    await operator.dropFile(file('late.csv', lines));
  }

  test('of the month before, read for it; of what was billed then nothing is billed again', async () => {
    const operator = await opened();
    expect(await billed(operator, '2026-10')).toMatchObject({ billed: '2/65000' });
    await dropLate(operator);
    expect(await proven(operator)).toMatchObject({ billed: '2/65000', late: '1/2000', notYetDue: '1/4000' });
    expect(await billed(operator, '2026-11')).toEqual({
      months: ['2026-09', '2026-10', '2026-11'],
      read: '5/71000',
      accepted: '4/71000',
      zero: '1/0',
      zeroBilled: '1/0',
      billed: '2/6000',
      earlier: '2/65000',
      'billedBefore again': '2/65000',
    });
    expect(await proven(operator)).toMatchObject({ billed: '4/71000', zeroBilled: '1/0' });
    // Of October again, two months late: the draft of December has measured October again for it, and finds there what was billed of it.
    await operator.dropFile(file('later.csv', [row('c1', 1, '10-09', 8000)]));
    expect(await billed(operator, '2026-12')).toEqual({
      months: ['2026-09', '2026-10', '2026-11', '2026-12'],
      read: '6/79000',
      accepted: '5/79000',
      zero: '1/0',
      zeroEarlier: '1/0',
      billed: '1/8000',
      earlier: '4/71000',
      'billedBefore again': '4/71000',
    });
    expect(await proven(operator)).toMatchObject({ billed: '5/79000', zeroBilled: '1/0' });
  });

  test('the draft of the month after does not read for it once more', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await dropLate(operator);
    expect(await billed(operator, '2026-11')).toMatchObject({ months: ['2026-09', '2026-10', '2026-11'] });
    // Of November the hour by which December begins before its UTC month.
    expect(await billed(operator, '2026-12')).toMatchObject({ months: ['2026-11', '2026-12'] });
  });

  test('and again where the period it counts in is measured once more', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await billed(operator, '2026-11');
    operator.setClock('2026-12-19T09:00:00Z');
    await operator.dropFile(file('late.csv', [row('b1', 1, '10-07', 2000)]));
    await operator.dropFile(file('december.csv', [row('d1', 1, '12-05', 4000)]));
    expect(await billed(operator, '2026-12')).toMatchObject({ billed: '2/6000' });
    await told((output) => backOut(operator, 'aero/december.csv', 'wrong', output));
    // 2000 of October count in December, of which 4000 are taken back
    expect(await billed(operator, '2027-01')).toMatchObject({ earlier: '1/2000', 'billed again': '-1/-4000' });
  });

  test('backed out later, it is taken off what is billed', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await dropLate(operator);
    await billed(operator, '2026-11');
    await backOutLate(operator);
    expect(await proven(operator)).toMatchObject({ billed: '4/71000', late: '-2/-6000' });
    await billed(operator, '2026-12');
    expect(await proven(operator)).toMatchObject({ accepted: '2/65000', billed: '2/65000' });
  });

  test('suspended as it came, and mended after the month it counts in was billed: it counts there', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await operator.dropFile(file('late.csv', [row('b1', 1, '10-07', 2000, 'ANDAA')]));
    expect(await billed(operator, '2026-11')).toMatchObject({ UNKNOWN_NETWORK: '1/2000', earlier: '2/65000' });
    await operator.release(countingLate(SECOND_RELEASE));
    expect(await proven(operator)).toMatchObject({ billed: '2/65000', late: '1/2000' });
    await billed(operator, '2026-12');
    expect(await proven(operator)).toMatchObject({ accepted: '3/67000', billed: '3/67000' });
  });

  test('in two runs of one period, by what had been billed when it came', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await dropLate(operator);
    const upTo = { account: 'alpha', usageCutOff: '2026-11-20' };
    expect(await billed(operator, '2026-11', upTo)).toMatchObject({
      billed: '2/6000',
      earlier: '1/1000',
      elsewhere: '1/64000',
    });
    await operator.dropFile(file('later.csv', [row('c1', 1, '10-09', 8000), row('c2', 1, '11-06', 16_000)]));
    // What of November comes late is of a period that is not billed to its end: the second run bills all of it.
    expect(await billed(operator, '2026-11')).toMatchObject({ billed: '4/30000', earlier: '2/65000' });
    expect(await proven(operator)).toMatchObject({ billed: '6/95000' });
  });

  test('of a period that is billed again, since its document was cancelled, it is elsewhere: it counts behind what was billed', async () => {
    const operator = await opened();
    const { world } = operator;
    await billed(operator, '2026-10', { account: 'alpha' });
    const [{ request }] = (await listRuns(world)) as [ListedRun];
    const [{ number, businessUnit }] = (await allDocuments(world, request.run)) as [PostedDocument];
    const amendment = { kind: 'cancellation', number, run: request.run, businessUnit, reason: 'wrong' } as const;
    const asked = await openAmendment(world, {
      seller: SELLER,
      account: 'alpha',
      amendment,
      invoiceDate: '',
      by: 'ops',
    });
    if (asked.outcome === 'refused') throw new Error(asked.reason);
    await operator.settle();
    const ports = { ...world, fourEyes: false };
    await approveRun(ports, asked.run, 'ops', false);
    await postRun(ports, asked.run);
    await operator.settle();
    await operator.dropFile(file('late.csv', [row('b1', 1, '10-07', 2000)]));
    expect(await billed(operator, '2026-10', { account: 'alpha' })).toMatchObject({
      accepted: '3/67000',
      billed: '1/1000',
      elsewhere: '2/66000',
    });
    expect(await billed(operator, '2026-11', { account: 'alpha' })).toMatchObject({ billed: '1/2000' });
    expect(await proven(operator)).toMatchObject({ billed: '2/3000' });
  });

  test('of somebody who is not in the run it is elsewhere', async () => {
    const operator = await opened();
    await billed(operator, '2026-10');
    await operator.dropFile(file('late.csv', [row('b1', 1, '10-07', 2000), row('b2', 5, '10-07', 4000)]));
    const alone = { account: 'alpha', usageCutOff: '2026-12-01' };
    operator.setClock('2026-12-04T09:00:00+01:00');
    const { billed: its, elsewhere } = await billed(operator, '2026-11', alone);
    expect([its, elsewhere]).toEqual(['1/2000', '2/68000']);
  });
});

describe('what is frozen is billed as it was billed', () => {
  const MONTHS = ['2026-11', '2026-12', '2027-01', '2027-02', '2027-03', '2027-04', '2027-05', '2027-06', '2027-07'];
  async function billNext(operator: SmallOperator, month: string): Promise<void> {
    const [year, number] = month.split('-').map(Number) as [number, number];
    operator.setClock(`${new Date(Date.UTC(year, number, 4)).toISOString().slice(0, 10)}T09:00:00Z`);
    await operator.bill(month);
  }
  /** October and November billed, and what came late; then the rest, until October alone is frozen, or November too. */
  async function until(last: string, release: (catalog: Catalog) => Catalog): Promise<SmallOperator> {
    const operator = await smallOperator();
    await operator.release(release(FIRST_RELEASE));
    await operator.dropFile(file('october.csv', [row('a1', 1, '10-05', 1000), row('a2', 5, '10-06', 64_000)]));
    await billed(operator, '2026-10');
    operator.setClock('2026-11-19T09:00:00Z');
    await operator.dropFile(file('late.csv', [row('b1', 1, '10-07', 2000), row('b3', 1, '11-05', 4000)]));
    await billNext(operator, '2026-11');
    expect(await proven(operator)).toMatchObject({ accepted: '4/71000', billed: '4/71000' });
    await operator.dropFile(file('later.csv', [row('d1', 1, '10-09', 16_000)]));
    for (const month of MONTHS.filter((each) => '2026-11' < each && each <= last)) {
      await billNext(operator, month);
      expect(await proven(operator), month).toMatchObject({ accepted: '5/87000', billed: '5/87000' });
    }
    return operator;
  }

  test.each([
    ['rerate', '2026-12', { billed: '5/87000', late: '-3/-22000' }, { billed: '2/65000' }],
    [
      'rerate',
      '2027-04',
      { billed: '5/87000', late: '-1/-4000', FROZEN: '-2/-18000' },
      { billed: '4/83000', FROZEN: '-2/-18000' },
    ],
    // What of October counts in November, or in December, is taken back as long as that is not frozen.
    ['current', '2027-04', { billed: '5/87000', late: '-3/-22000' }, { billed: '2/65000' }],
    [
      'current',
      '2027-05',
      { billed: '5/87000', late: '-1/-16000', FROZEN: '-2/-6000' },
      { billed: '4/71000', FROZEN: '-2/-6000' },
    ],
    ['current', '2027-06', { billed: '5/87000', FROZEN: '-3/-22000' }, { billed: '5/87000', FROZEN: '-3/-22000' }],
  ])(
    'and backed out, it is late or frozen by the period it counts in (%s, %s)',
    async (late, last, expected, next) => {
      const operator = await until(last, late === 'current' ? countingLate : (catalog) => catalog);
      await backOutLate(operator);
      await told((output) => backOut(operator, 'aero/later.csv', 'wrong', output));
      const left = { read: '2/65000', accepted: '2/65000' };
      expect(await proven(operator)).toEqual({ ...left, ...expected });
      await billNext(operator, MONTHS[MONTHS.indexOf(last) + 1]!);
      expect(await proven(operator)).toEqual({ ...left, ...next });
    },
    60_000,
  );

  test('and what comes when its period is frozen is billed nowhere', async () => {
    const operator = await until('2027-03', countingLate);
    operator.setClock('2027-04-19T09:00:00Z');
    await operator.dropFile(file('dear.csv', [row('c1', 1, '11-09', 100_000_000)]));
    // A run of April freezes October, before its usage is too old to be read.
    await billed(operator, '2027-04', { account: 'alpha', usageCutOff: '2027-04-20' });
    await operator.dropFile(file('too-late.csv', [row('c2', 1, '10-30', 8000), row('c3', 1, '11-09', 16_000)]));
    expect(await proven(operator)).toMatchObject({ billed: '6/100087000', late: '1/16000', FROZEN: '1/8000' });
    await billNext(operator, '2027-04');
    expect(await proven(operator)).toMatchObject({ billed: '7/100103000', FROZEN: '1/8000' });
  }, 60_000);
});

describe('usage of periods before the one that is billed is where the draft bills it', () => {
  const both = [row('a1', 1, '10-05', 1000), row('a2', 5, '10-06', 64_000)];

  test('the first run of an account bills all since it began, and nothing of it is elsewhere', async () => {
    const operator = await smallOperator();
    operator.setClock('2026-11-19T09:00:00Z');
    await operator.dropFile(file('october.csv', [...both, row('a3', 1, '11-05', 4000)]));
    expect(await billed(operator, '2026-11')).toMatchObject({
      read: '3/69000',
      billed: '1/4000',
      earlier: '2/65000',
      'billed again': '2/65000',
    });
    expect(await proven(operator)).toMatchObject({ billed: '3/69000' });
  });

  test('what came late is billed beside what was billed before, and what is backed out is taken off', async () => {
    const operator = await smallOperator();
    await operator.dropFile(file('october.csv', both));
    await billed(operator, '2026-10');
    operator.setClock('2026-11-19T09:00:00Z');
    const late = [row('b1', 1, '10-07', 2000), row('b2', 1, '10-08', 0), row('b3', 1, '11-05', 4000)];
    await operator.dropFile(file('late.csv', late));
    const november = await billed(operator, '2026-11');
    expect(november).toMatchObject({ billed: '1/4000', earlier: '3/67000', zero: '1/0', zeroEarlier: '1/0' });
    expect(november).toMatchObject({ 'billed again': '2/2000', 'billedBefore again': '1/65000' });
    await backOutLate(operator);
    const december = await billed(operator, '2026-12');
    expect(december).toMatchObject({ earlier: '2/65000', 'billed again': '-3/-6000' });
    expect(await proven(operator)).toMatchObject({ accepted: '2/65000', billed: '2/65000' });
  });
});
