import { beforeEach, describe, expect, test } from 'vitest';
import type { Workflows } from '#shared/billing/ports.ts';
import { runKeys } from '#shared/billing/run.ts';
import { chainEnd, draftOfRun, linkAt } from '#shared/billing/use-cases/runs/chain.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { postingProgress } from '#shared/billing/use-cases/runs/posting-progress.ts';
import { linkPayers, type PreparedPosting, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { runStates } from '#shared/billing/use-cases/runs/run-state.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import { catalogWith, planOf, SELLER } from '../../rating/fleet.ts';
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
