import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { chainEnd, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import { approveRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import type { Numbering } from '#shared/catalog/numbering.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { documentNumber } from '#shared/invoicing/numbering.ts';
import { documentKeys, type NumberBlock, type PostedDocument, seriesName } from '#shared/invoicing/posted-document.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { type DocumentBatch, numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import type { MemoryObjects } from '#shared/memory/objects.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../billing/memory-world.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../rating/fleet.ts';
import { type Ports, portsOf, type Stores } from './ports.ts';
import { createScheduler, type Profile, type Scheduler } from './scheduler.ts';

const SEEDS = 12;
const CYCLES = Array.from({ length: 28 }, (_, at) => at + 1);
/** The turn of a year lies between them. */
const DATES = ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'] as const;
const NUMBERING: Required<Numbering> = {
  invoice: { prefix: 'INV-{year}-', width: 3, start: 1 },
  creditNote: { prefix: 'CN-', width: 1, start: 41 },
  debitNote: { prefix: 'DN-{year}-', width: 2, start: 1, reset: 'never' },
};
const CATALOG = catalogWith(
  planOf(
    'a',
    '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }, { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 1 }]',
  ),
);

/** Anything may go wrong at any call; an invocation dies about once in two postings. */
const PROFILE: Profile = {
  ...{ crash: 0.012, throttle: 0.004, lost: 0.008, twice: 0.004, part: 0.004, abandon: 0.008 },
  ...{ duplicate: 0, eventLost: 0, stepTwice: 0, executionDies: 0, budget: 200 },
};

/** An account a cycle. October is billed; since then, a file came late for some, and that of others was taken back. November is approved, 28 runs. */
async function approved(): Promise<{ world: MemoryWorld; runs: string[] }> {
  const sellers = CATALOG.sellers.map((seller) => ({
    ...seller,
    numbering: NUMBERING,
    corrections: 'ownDocument' as const,
  }));
  const world = await memoryWorld({ ...CATALOG, sellers });
  const from = '2026-09-01';
  const facts = CYCLES.flatMap((billingDay) => {
    const payer = `p${billingDay}`;
    const turns = [
      { at: '2020-01-01', has: `imsi#${billingDay}` },
      { at: from, state: 'active', plan: 'a', payer },
    ] as const;
    return [accountFact(payer, { billingDay }), ...factsOf(`${billingDay}`, turns, BERLIN).map(({ fact }) => fact)];
  });
  await world.record(facts);
  const use = { at: '2026-11-01', bytes: 5_000_000 };
  for (const cycle of CYCLES) if (cycle % 3 === 0) await world.load(`first ${cycle}`, `${cycle}`, [use]);
  world.setClock('2026-12-01');
  for (const cycle of CYCLES) await world.bill('2026-10', { cycle, invoiceDate: '2026-12-01' });
  for (const cycle of CYCLES) {
    if (cycle % 3 === 0 && cycle % 2 === 0) await world.backOut(`first ${cycle}`, ['2026-11']);
    else if (cycle % 3 === 0) await world.load(`late ${cycle}`, `${cycle}`, [{ ...use, at: '2026-11-02' }]);
  }
  world.setClock('2027-01-02');
  const runs: string[] = [];
  for (const cycle of CYCLES) {
    const opened = await world.open('2026-11', { cycle, invoiceDate: DATES[cycle % 4] as string });
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    runs.push(opened.run);
  }
  await world.work();
  for (const run of runs) expect((await approveRun(world.ports, run, 'a', true)).outcome).toBe('done');
  return { world, runs };
}

/** The steps of a posting, one after the other: where one dies, another begins from the start. */
async function post(ports: Ports, run: string): Promise<void> {
  const json = async (key: string) => JSON.parse(new TextDecoder().decode(await ports.objects.get('work', key)));
  const { payersKey } = await preparePosting(ports, run);
  for (const batch of await json(payersKey)) await linkPayers(ports, run, batch);
  const { documentsKey } = await numberDocuments(ports, run);
  for (const batch of (await json(documentsKey)) as DocumentBatch[]) await writeDocuments(ports, run, batch);
  await commitPosting(ports, run);
}

async function postAll(scheduler: Scheduler, stores: Stores, runs: readonly string[]): Promise<number> {
  let left = runs.length;
  let tries = 0;
  const again = async (run: string): Promise<void> => {
    tries++;
    const outcome = await scheduler.invoke(`post ${run}`, (invocation) =>
      post(portsOf(scheduler, stores, invocation), run),
    );
    if (!outcome.ok) return again(run);
    left--;
  };
  for (const run of runs) void again(run);
  await scheduler.driveUntil(() => left === 0);
  await scheduler.drain();
  return tries;
}

/** What is wrong with the numbers of a series: gaps, numbers without a document, dates that go back. Its documents are taken out of the list. */
async function seriesProblems(
  { decisions, objects }: Pick<Stores, 'decisions' | 'objects'>,
  kind: keyof Numbering,
  date: string,
  left: Map<string, PostedDocument>,
): Promise<string[]> {
  const series = NUMBERING[kind];
  const name = seriesName(SELLER, kind, series, date);
  const problems: string[] = [];
  let next = series.start;
  let dated = '';
  for (const { value } of await decisions.query<NumberBlock>(`series#${name}`, withPrefix(''))) {
    if (value.from !== next) problems.push(`${name}: ${value.from} follows ${next - 1}`);
    if (value.invoiceDate < dated) problems.push(`${name}: ${value.invoiceDate} follows ${dated}`);
    for (; next < value.from + value.count; next++) {
      const number = documentNumber(series, Number(value.invoiceDate.slice(0, 4)), next);
      const found = await decisions.get<PostedDocument>(documentKeys.number(SELLER, number));
      const body = found && (await objects.get('invoices', found.key));
      if (body === undefined || hash('sha256', body) !== found?.sha256) problems.push(`${number} has no document`);
      if (found?.issueDate !== value.invoiceDate || found.run !== value.run) problems.push(`${number} is another's`);
      left.delete(number);
    }
    dated = value.invoiceDate;
  }
  return problems;
}

async function problemsOf(stores: Stores, runs: readonly string[]): Promise<string[]> {
  const { decisions, objects } = stores;
  const rows = await decisions.query<PostedDocument>(documentKeys.numbers(SELLER), withPrefix(''));
  const left = new Map(rows.map(({ value }) => [value.number, value]));
  const problems: string[] = [];
  for (const kind of ['invoice', 'creditNote', 'debitNote'] as const)
    for (const date of new Set(
      ['2026-12-31', '2027-01-01'].map((each) => (NUMBERING[kind].reset === 'never' ? '2026-12-31' : each)),
    ))
      if (kind !== 'creditNote' || date === '2026-12-31')
        problems.push(...(await seriesProblems(stores, kind, date, left)));
  problems.push(...[...left.keys()].map((number) => `${number} is in no series`));
  for (const run of runs)
    if ((await runStates(decisions, run)).at(-1)?.state !== 'posted') problems.push(`${run} is not posted`);
  let drafted = 0;
  for (const cycle of CYCLES) {
    const end = await chainEnd(decisions, SELLER, `p${cycle}`);
    if (end?.n !== 2) problems.push(`p${cycle} has ${end?.n} links`);
    else drafted += (await postedDraft(objects, end.link)).documents.length;
  }
  const posted = rows.filter(({ value }) => runs.includes(value.run)).length;
  if (posted !== drafted) problems.push(`${posted} documents of ${drafted} drafted`);
  const stored: string[] = [];
  for await (const { key } of objects.list('invoices', '')) if (key.endsWith('.json')) stored.push(key);
  const wanted = rows.map(({ value }) => value.key);
  if (JSON.stringify(stored.sort()) !== JSON.stringify(wanted.sort()))
    problems.push('a document is stored without number');
  return problems;
}

test('28 runs posted at once, dying between any two steps: a number for each document, and a document for each number', {
  timeout: 300_000,
}, async () => {
  let faults = 0;
  let tries = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { world, runs } = await approved();
    const scheduler = createScheduler(seed, PROFILE, false);
    scheduler.setClock(world.ports.clock.now());
    const { decisions, projections, objects, usage } = world.ports;
    const stores: Stores = {
      ...{ decisions, projections, objects: objects as MemoryObjects, usage },
      ...{ send: () => undefined, start: async () => true, publish: () => undefined },
    };
    tries += await postAll(scheduler, stores, runs);
    faults += scheduler.counts().faults;
    expect({ seed, problems: await problemsOf(stores, runs) }).toEqual({ seed, problems: [] });
    const kinds = new Set(
      (await decisions.query<PostedDocument>(documentKeys.numbers(SELLER), withPrefix(''))).map(
        ({ value }) => value.kind,
      ),
    );
    expect([...kinds].sort()).toEqual(['380', '381', '383']);
  }
  expect(tries).toBeGreaterThan(SEEDS * CYCLES.length * 1.2);
  console.info(`${SEEDS} seeds, ${faults} faults, ${tries} postings for ${SEEDS * CYCLES.length} runs`);
});
