import { beforeEach, describe, expect, test } from 'vitest';
import type { Workflows } from '#shared/billing/ports.ts';
import { runKeys } from '#shared/billing/run.ts';
import { chainEnd, draftOfRun, linkAt } from '#shared/billing/use-cases/runs/chain.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { postingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import { linkPayers, type PreparedPosting, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { lastBlock, numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, planOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { simOf } from '../sim.ts';

const CATALOG = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 3.00 }]'));
const RUN = 'acme-c01-2026-02-1';
const PAYERS = ['p', 'q'];

/** A world in which a run of three accounts is approved, one of which has nothing to bill. */
let world: MemoryWorld;
beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  await world.record([accountFact('empty'), ...PAYERS.flatMap((payer) => [accountFact(payer), ...simOf(payer)])]);
  world.setClock('2026-03-03');
  await world.open('2026-02');
  await world.work();
  await approveRun(world.ports, RUN, 'b', false);
});
const prepared = async (run = RUN): Promise<PreparedPosting & { payers: NonNullable<PreparedPosting['payers']> }> => {
  const posting = await preparePosting(world.ports, run);
  return { ...posting, payers: posting.payers! };
};
/** Posting as far as its documents are written. */
const written = async () => {
  await linkPayers(world.ports, RUN, (await prepared()).payers);
  const { batch } = await numberDocuments(world.ports, RUN);
  await writeDocuments(world.ports, RUN, batch!);
  return batch!;
};

describe('the link decides which of two runs posts an account', () => {
  test('the one that comes second leaves the account out, says so, and posts the others', async () => {
    const alone = await world.open('2026-02', { cycle: 0, account: 'q' });
    await world.finish(alone);
    const { payers } = await prepared();
    expect(await linkPayers(world.ports, RUN, payers)).toEqual([
      { payer: 'p', linked: true },
      { payer: 'q', linked: false },
    ]);
    await postRun(world.ports, RUN);
    await world.work();
    expect((await allDocuments(world.ports, RUN)).map(({ payer }) => payer)).toEqual(['p']);
    expect((await chainEnd(world.ports.decisions, SELLER, 'q'))?.n).toBe(1);
  });

  test('a repeat finds the links of its own run, and says the same', async () => {
    const { payers } = await prepared();
    const first = await linkPayers(world.ports, RUN, payers);
    expect(first).toEqual(PAYERS.map((payer) => ({ payer, linked: true })));
    expect(await linkPayers(world.ports, RUN, payers)).toEqual(first);
  });

  test('a link or a draft that is not there is said', async () => {
    await expect(linkAt(world.ports.decisions, SELLER, 'p', 2)).rejects.toThrow('link 2 of acme and p is gone');
    await expect(draftOfRun(world.ports, RUN, 'z')).rejects.toThrow(`run ${RUN} has no draft of account z`);
  });
});

describe('a posting that died', () => {
  const posted = async () => (await postRun(world.ports, RUN)).outcome;

  test('before anybody was told is taken up again, though the run is posted and everything is rendered', async () => {
    const batch = await written();
    const publish = async () => {
      throw new Error('the bus does not answer');
    };
    await expect(commitPosting({ ...world.ports, events: { publish } }, RUN)).rejects.toThrow('does not answer');
    await renderDocuments({ ...world.ports, pdfOf: async () => new Uint8Array([37]) }, RUN, batch);
    expect((await runStates(world.ports.decisions, RUN)).at(-1)?.state).toBe('posted');
    expect(await postingProgress(world.ports.decisions, RUN)).toEqual({ documents: null, rendered: 2 });
    expect(await posted()).toBe('taken up again');
    await world.work();
    expect(await postingProgress(world.ports.decisions, RUN)).toEqual({ documents: 2, rendered: 2 });
    expect(await posted()).toBe('was so already');
  });

  test('before its documents were rendered is taken up again, until they are', async () => {
    await written();
    await commitPosting(world.ports, RUN);
    expect(await postingProgress(world.ports.decisions, RUN)).toEqual({ documents: 2, rendered: 0 });
    expect(await posted()).toBe('taken up again');
    await world.work();
    expect(await posted()).toBe('was so already');
  });

  test('is told once of each document by its number, and not again', async () => {
    await written();
    await commitPosting(world.ports, RUN);
    await commitPosting(world.ports, RUN);
    const told = world.published.filter(({ type }) => type === 'InvoicePosted').map(({ id }) => id);
    expect(told).toEqual(['acme INV-2026-000001', 'acme INV-2026-000002']);
  });
});

test('documents are numbered in the order of their accounts, whichever batch has linked them', async () => {
  await prepared();
  for (const [batch, payer] of ['q', 'p'].entries()) await linkPayers(world.ports, RUN, { batch, payers: [payer] });
  const { batch } = await numberDocuments(world.ports, RUN);
  const documents = await writeDocuments(world.ports, RUN, batch!);
  expect(documents.map(({ payer, number }) => `${payer} ${number}`)).toEqual([
    'p INV-2026-000001',
    'q INV-2026-000002',
  ]);
});

describe('numbers of a series', () => {
  const OTHER = 'acme-c02-2026-02-1';
  /** Another run, of account r and billing day 2, is prepared and linked. */
  const other = async () => {
    await world.record([accountFact('r', { billingDay: 2 }), ...simOf('r')]);
    await world.open('2026-02', { cycle: 2 });
    await world.work();
    await approveRun(world.ports, OTHER, 'b', false);
    await linkPayers(world.ports, OTHER, (await prepared(OTHER)).payers);
  };
  const numbered = async (run: string) => {
    const { batch } = await numberDocuments(world.ports, run);
    return (await writeDocuments(world.ports, run, batch!)).map(({ payer, number }) => `${payer} ${number}`);
  };

  test('are taken behind what another run took since the end of the series was looked up, and once', async () => {
    await other();
    await linkPayers(world.ports, RUN, (await prepared()).payers);
    const { decisions } = world.ports;
    const dying: typeof decisions = {
      ...decisions,
      putIfAbsent: async (key, value) => {
        if (key.partition.startsWith('series#')) throw new Error('died');
        return decisions.putIfAbsent(key, value);
      },
    };
    await expect(numberDocuments({ ...world.ports, decisions: dying }, RUN)).rejects.toThrow('died');
    await expect(writeDocuments(world.ports, RUN, { batch: 0, from: 0, count: 2 })).rejects.toThrow(
      `run ${RUN} has taken no numbers of acme#invoice#2026 yet`,
    );
    expect(await numbered(OTHER)).toEqual(['r INV-2026-000001']);
    for (const _ of ['first', 'again']) expect(await numbered(RUN)).toEqual(['p INV-2026-000002', 'q INV-2026-000003']);
    expect((await lastBlock(decisions, 'acme#invoice#2026'))?.from).toBe(2);
  });

  test('a batch without its documents is those from a place on', async () => {
    await linkPayers(world.ports, RUN, (await prepared()).payers);
    await expect(allDocuments(world.ports, RUN)).rejects.toThrow(`the documents of run ${RUN} are not listed yet`);
    await numberDocuments(world.ports, RUN);
    const written = await writeDocuments(world.ports, RUN, { batch: 0, from: 1, count: 1 });
    expect(written.map(({ number }) => number)).toEqual(['INV-2026-000002']);
    await expect(commitPosting(world.ports, RUN)).rejects.toThrow(
      `the document of p  in run ${RUN} is not written yet`,
    );
  });

  test('a document that is not drafted, has no series or was written otherwise is not written', async () => {
    await linkPayers(world.ports, RUN, (await prepared()).payers);
    const { batch } = await numberDocuments(world.ports, RUN);
    const [document] = batch!.documents!;
    const write = (more: object) =>
      writeDocuments(world.ports, RUN, { ...batch!, documents: [{ ...document!, ...more }] });
    await expect(write({ businessUnit: 'north' })).rejects.toThrow(`run ${RUN} has no document for p north`);
    await expect(write({ kind: 'debitNote' })).rejects.toThrow('acme has no series of numbers for a debitNote');
    await write({});
    await expect(write({ place: 1 })).rejects.toThrow('INV-2026-000002 was written before with other content');
  });

  test('wait for those of the documents they amend', async () => {
    await linkPayers(world.ports, RUN, (await prepared()).payers);
    const effectiveFrom = instantOf('2026-02-20', BERLIN);
    await world.record([{ kind: 'state', subscription: 'sim-p', effectiveFrom, state: 'terminated' }]);
    const next = 'acme-c01-2026-03-1';
    world.setClock('2026-04-03');
    await world.open('2026-03');
    await world.work();
    await approveRun(world.ports, next, 'b', false);
    await linkPayers(world.ports, next, (await prepared(next)).payers);
    await expect(numberDocuments(world.ports, next)).rejects.toThrow(
      `the document of run ${RUN} that one of p amends has no number yet`,
    );
    const { batch } = await numberDocuments(world.ports, RUN);
    await writeDocuments(world.ports, RUN, batch!);
    const { batch: amending } = await numberDocuments(world.ports, next);
    const [note] = await writeDocuments(world.ports, next, amending!);
    expect(note).toMatchObject({ payer: 'p', kind: '381', amends: ['INV-2026-000001'] });
  });
});

test('a correction names the document of its own business unit', async () => {
  const sims = (['north', 'south'] as const).flatMap((unit) =>
    factsOf(`sim-${unit}`, [{ at: '2026-02-01', state: 'active', payer: 'u', plan: 'a', unit }], BERLIN),
  );
  await world.record([accountFact('u', { billingDay: 3 }), ...sims.map(({ fact }) => fact)]);
  world.setClock('2026-03-04');
  const before = await allDocuments(world.ports, await world.bill('2026-02', { cycle: 3 }));
  const effectiveFrom = instantOf('2026-02-20', BERLIN);
  await world.record(
    (['north', 'south'] as const).map((unit) => ({
      kind: 'state',
      subscription: `sim-${unit}`,
      effectiveFrom,
      state: 'terminated',
    })),
  );
  world.setClock('2026-04-04');
  const after = await allDocuments(world.ports, await world.bill('2026-03', { cycle: 3 }));
  const numbers = new Map(before.map(({ businessUnit, number }) => [businessUnit, number]));
  expect([...numbers.keys()].sort()).toEqual(['north', 'south']);
  expect(after.map(({ businessUnit, amends }) => [businessUnit, amends])).toEqual(
    ['north', 'south'].map((unit) => [unit, [numbers.get(unit)]]),
  );
});

test('the log has one entry for each run that was posted, and the run says where', async () => {
  await written();
  for (const _ of ['first', 'again']) await commitPosting(world.ports, RUN);
  world.setClock('2026-04-03');
  const next = await world.bill('2026-03');
  const { decisions } = world.ports;
  const entries = (await readEntries(decisions, 0, await tail(decisions, 0))).filter(
    ({ body }) => body.kind === 'run posted',
  );
  expect(entries.map(({ id, by }) => [id, by])).toEqual([RUN, next].map((run) => [`run posted ${run}`, 'post-run']));
  for (const [place, run] of [RUN, next].entries())
    expect((await runStates(decisions, run)).at(-1)).toMatchObject({
      by: 'post-run',
      note: `position ${entries[place]!.position}`,
    });
  const told = world.published.filter(({ type }) => type === 'InvoicePosted').map(({ detail }) => detail);
  expect(told).toMatchObject([
    { number: 'INV-2026-000001', payer: 'p', position: entries[0]!.position },
    { number: 'INV-2026-000002', payer: 'q', position: entries[0]!.position },
    { number: 'INV-2026-000003', payer: 'p', position: entries[1]!.position },
    { number: 'INV-2026-000004', payer: 'q', position: entries[1]!.position },
  ]);
});

test('the execution that posts has a name of its own at each attempt', async () => {
  const started: string[] = [];
  const workflows: Workflows = {
    start: async (workflow, name, { runId }) => started.push(`${workflow} ${name} ${runId}`) > 0,
  };
  for (const at of ['2026-03-03T12:00:00Z', '2026-03-03T12:00:01Z']) {
    world.setClock(at);
    await postRun({ ...world.ports, workflows }, RUN);
  }
  expect(started).toEqual([1772539200, 1772539201].map((at) => `post-run ${RUN}-post-${at} ${RUN}`));
});

test('only what is approved is posted; what is posted already may be prepared again', async () => {
  await discardRun(world.ports, RUN, 'b', 'wrong date');
  await expect(preparePosting(world.ports, RUN)).rejects.toThrow(
    `run ${RUN} is discarded; only an approved run can be posted`,
  );
  const run = await world.bill('2026-02');
  expect(run).toBe('acme-c01-2026-02-2');
  expect((await prepared(run)).payers).toEqual({ batch: 0, payers: PAYERS });
});

test('who has something to bill is posted, and decided once: a draft that comes later is not linked', async () => {
  const { payers, payersKey } = await prepared();
  expect([payers, payersKey]).toEqual([{ batch: 0, payers: PAYERS }, `runs/${RUN}/posting-payers.json`]);
  const draft = await world.ports.decisions.get<object>(runKeys.draft(RUN, 'p'));
  await world.ports.decisions.putIfAbsent(runKeys.draft(RUN, 'z'), { ...draft, payer: 'z' });
  expect((await prepared()).payers).toEqual(payers);
  await expect(linkPayers(world.ports, RUN, { batch: 1, payers: ['nobody'] })).rejects.toThrow(
    `account nobody has no draft in run ${RUN}`,
  );
});
