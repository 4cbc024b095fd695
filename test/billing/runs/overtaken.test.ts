import { beforeEach, describe, expect, test } from 'vitest';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openAdHocInvoice } from '#shared/billing/use-cases/runs/open-ad-hoc-invoice.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import type { OpenRunResult } from '#shared/billing/use-cases/runs/run-sequence.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import { readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { PostedDocument } from '#shared/invoicing/posted-document.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { CATALOG, january, open, world } from '../amended.ts';
import { accountFact } from '../memory-world.ts';
import { simOf } from '../sim.ts';

let invoice: PostedDocument;
beforeEach(async () => {
  await open(CATALOG);
  invoice = await january();
  world.setClock('2026-02-05');
});

/** A visit of 149.00, opened and drafted. */
const visit = () => {
  const items = [{ text: 'Visit', quantity: '1', price: '149.00', taxCategory: 'service', businessUnit: '' }] as const;
  return drafted(
    openAdHocInvoice(world.ports, { account: 'p', items, reason: 'as ordered', invoiceDate: '', by: 'opener' }),
  );
};
/** Goodwill of 1.00 on January, opened and drafted. */
const goodwill = () => {
  const { number, run, businessUnit } = invoice;
  const amendment = { kind: 'adjustment', line: 1, amount: '1.00', number, run, businessUnit, reason: 'x' } as const;
  return drafted(
    openAmendment(world.ports, { seller: 'acme', account: 'p', amendment, invoiceDate: '', by: 'opener' }),
  );
};
async function drafted(opening: Promise<OpenRunResult>): Promise<string> {
  const opened = await opening;
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  return opened.run;
}
const posted = async (run: string) => {
  await approveRun(world.ports, run, 'approver', true);
  const decision = await postRun(world.ports, run);
  await world.work();
  return decision;
};
const numbers = async () => (await listInvoices(world.ports, { account: '', month: '' })).map(({ number }) => number);
const toldOf = (run: string) => world.published.filter(({ id }) => id === `${run} posted`);

describe('a run none of whose accounts could be posted, since another run was first', () => {
  test('lapses: it says who was first, takes no number, stands in no log, and everybody is told', async () => {
    const [note, billed] = [await goodwill(), await visit()];
    for (const run of [note, billed]) expect(await posted(run)).toEqual({ outcome: 'done' });
    const shown = await showRun(world.ports, billed, 10);
    expect(shown.states.map(({ state }) => state)).toEqual(['opened', 'drafted', 'approved', 'posting', 'lapsed']);
    expect(shown).toMatchObject({
      overtaken: [{ payer: 'p', reason: `run ${note} was posted first` }],
      untaxed: [],
      documents: [],
      posting: { documents: 0, rendered: 0 },
      report: { documents: 0, totals: {} },
    });
    const entries = await readEntries(world.ports.decisions, 0, await tail(world.ports.decisions, 0));
    expect(entries.flatMap(({ body }) => (body.kind === 'run posted' ? [body.run] : []))).toEqual([invoice.run, note]);
    expect(toldOf(billed)).toEqual([
      {
        id: `${billed} posted`,
        type: 'BillRunLapsed',
        detail: {
          run: billed,
          payers: 0,
          documents: 0,
          totals: {},
          overtaken: [{ payer: 'p', reason: `run ${note} was posted first` }],
          untaxed: [],
          accounts: { overtaken: 1, untaxed: 0 },
        },
      },
    ]);
    expect(await posted(billed)).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining(`run ${billed} is lapsed, only an approved run can be posted`),
    });
    expect(await posted(await visit())).toEqual({ outcome: 'done' });
    expect(await numbers()).toEqual(['CN-2026-000001', 'INV-2026-000001', 'INV-2026-000002']);
  });

  test('that died before everybody was told is taken up again, and told once', async () => {
    const [note, billed] = [await goodwill(), await visit()];
    await posted(note);
    await approveRun(world.ports, billed, 'approver', true);
    const { events } = world.ports;
    const dying = { publish: () => Promise.reject(new Error('the bus is full')) };
    Object.assign(world.ports, { events: dying });
    await postRun(world.ports, billed);
    await expect(world.work()).rejects.toThrow('the bus is full');
    Object.assign(world.ports, { events });
    world.setClock('2026-02-06');
    expect(await posted(billed)).toEqual({ outcome: 'taken up again' });
    await commitPosting(world.ports, billed);
    expect(toldOf(billed)).toHaveLength(1);
  });
});

test('an account of a cycle that was overtaken is listed and not counted, and billed with the rest', async () => {
  await world.record([accountFact('q'), ...simOf('q')]);
  world.setClock('2026-03-03');
  const run = await drafted(world.open('2026-02'));
  const note = await goodwill();
  for (const each of [note, run]) await posted(each);
  const shown = await showRun(world.ports, run, 10);
  expect(shown.states.at(-1)?.state).toBe('posted');
  // Of the fee of 3.00 each, and what q has had since it began.
  expect(shown.report?.totals).toEqual({ EUR: shown.documents[0]?.net });
  expect(shown.documents.map(({ payer }) => payer)).toEqual(['q']);
  expect(shown.report?.documents).toBe(1);
  expect(shown.overtaken).toEqual([{ payer: 'p', reason: `run ${note} was posted first` }]);
  expect(toldOf(run)).toMatchObject([
    { type: 'BillRunPosted', detail: { payers: 1, documents: 1, accounts: { overtaken: 1, untaxed: 0 } } },
  ]);
  await world.bill('2026-02', { terms: { isRest: true } });
  expect(await numbers()).toEqual(['CN-2026-000001', 'INV-2026-000001', 'INV-2026-000002', 'INV-2026-000003']);
});

test('of a whole cycle that lapsed another run bills the month', async () => {
  world.setClock('2026-03-03');
  const run = await drafted(world.open('2026-02'));
  for (const each of [await goodwill(), run]) await posted(each);
  expect((await showRun(world.ports, run, 10)).states.at(-1)?.state).toBe('lapsed');
  const next = await drafted(world.open('2026-02', { isDue: true, by: 'schedule' }));
  await posted(next);
  expect((await showRun(world.ports, next, 10)).report?.totals).toEqual({ EUR: '3' });
});
