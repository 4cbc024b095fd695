import { beforeEach, describe, expect, test } from 'vitest';
import type { TaxEngine } from '#shared/billing/ports.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import type { TaxRequest } from '#shared/billing/taxes/tax-request.ts';
import { chainEnd, postedDraft } from '#shared/billing/use-cases/runs/chain.ts';
import { draftReport } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { taxPayers } from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import { showRun } from '#shared/billing/use-cases/runs/show-run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { Invoice } from '#shared/invoicing/invoice.ts';
import { listInvoices } from '#shared/invoicing/use-cases/list-invoices.ts';
import { reproduceInvoice } from '#shared/invoicing/use-cases/reproduce-invoice.ts';
import { catalogWith, planOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { simOf } from '../sim.ts';

const PLAIN = catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 30.00 }]'));
const CATALOG: Catalog = {
  ...PLAIN,
  taxProfiles: [...PLAIN.taxProfiles, { kind: 'engine', id: 'outside', name: 'Outside' }],
};
const RUN = 'acme-c01-2026-02-1';
const POSTING = { terms: { taxes: 'posting' } } as const;
/** An engine that can be switched between not reachable, silent and answering 7 %. */
function engine(): TaxEngine & { mode: 'broken' | 'silent' | 'answers'; asked: TaxRequest[] } {
  return {
    mode: 'broken',
    asked: [],
    placeOf: () => 'the engine',
    async decide(request) {
      this.asked.push(request);
      if (this.mode === 'broken') throw new Error('the engine cannot be reached');
      const lines = request.lines.map(({ id }) => ({ id, category: 'S', taxes: [{ name: 'City', percent: '7' }] }));
      return this.mode === 'silent' ? undefined : { response: { lines } };
    },
  };
}
let world: MemoryWorld;
let outside: ReturnType<typeof engine>;

beforeEach(async () => {
  world = await memoryWorld(CATALOG);
  outside = engine();
  Object.assign(world.ports, { taxEngine: outside });
  await world.record([accountFact('p'), accountFact('q', { taxProfile: 'outside' }), ...simOf('p'), ...simOf('q')]);
  world.setClock('2026-03-03');
});
const draftIn = async (run: string, payer: string) => {
  const summary = await world.ports.decisions.get<DraftSummary>(runKeys.draft(run, payer));
  return (await readContent(world.ports.objects, summary!.draft)) as Awaited<ReturnType<typeof postedDraft>>;
};
const taxesOf = (documents: readonly { taxes: readonly { tax: string; name: string; percent: string }[] }[]) =>
  documents.map(({ taxes }) => taxes.map(({ name, percent, tax }) => `${name} ${percent} % ${tax}`.trim()));
const posted = () => listInvoices(world.ports, { account: '', month: '' });
const invoiceOf = async (key: string) =>
  JSON.parse(new TextDecoder().decode(await world.ports.objects.get('invoices', key))) as Invoice;

describe('a run whose taxes are decided when it is posted', () => {
  test('is drafted and approved without them, though the engine cannot be reached, and posted with them', async () => {
    await world.open('2026-02', POSTING);
    await world.work();
    const approved = await draftReport(world.ports, RUN);
    expect(approved.inError).toEqual([]);
    expect(approved.drafts.map(({ payer, net, isUntaxed }) => [payer, net, isUntaxed])).toEqual([
      ['p', '46.45', true],
      ['q', '46.45', true],
    ]);
    expect(taxesOf((await draftIn(RUN, 'p')).documents)).toEqual([[]]);
    expect(outside.asked).toHaveLength(1);
    outside.mode = 'answers';
    await approveRun(world.ports, RUN, 'b', false);
    await postRun(world.ports, RUN);
    await world.work();
    const invoices = await Promise.all((await posted()).map(({ key }) => invoiceOf(key)));
    expect(invoices.map(({ totals }) => totals)).toEqual([
      { net: '46.45', tax: '8.83', gross: '55.28', due: '55.28' },
      { net: '46.45', tax: '3.25', gross: '49.70', due: '49.70' },
    ]);
    expect(outside.asked[1]).toEqual(outside.asked[0]);
  });

  test('posts the same documents as one whose taxes are decided with the draft, byte for byte', async () => {
    outside.mode = 'answers';
    const other = await memoryWorld(CATALOG);
    Object.assign(other.ports, { taxEngine: outside });
    await other.record([accountFact('p'), accountFact('q', { taxProfile: 'outside' }), ...simOf('p'), ...simOf('q')]);
    other.setClock('2026-03-03');
    await other.bill('2026-02');
    await world.bill('2026-02', POSTING);
    const hashes = async (of: MemoryWorld) =>
      (await listInvoices(of.ports, { account: '', month: '' })).map(({ number, sha256 }) => [number, sha256]);
    expect(await hashes(world)).toEqual(await hashes(other));
  });

  test('of one whose taxes are decided with the draft nobody is asked again', async () => {
    outside.mode = 'answers';
    await world.bill('2026-02');
    expect(outside.asked).toHaveLength(1);
    expect(await taxPayers(world.ports, RUN, ['p', 'q'], async () => {})).toEqual([]);
  });

  test.each([{}, POSTING])(
    'of an account that cannot be drafted the engine is not asked, and the reason is said (%j)',
    async (more) => {
      outside.mode = 'answers';
      await world.record([accountFact('r', { taxProfile: 'outside', currency: 'USD' }), ...simOf('r')]);
      await world.open('2026-02', more);
      await world.work();
      expect((await draftReport(world.ports, RUN)).inError).toEqual([
        { payer: 'r', reason: expect.stringContaining('plan a is in EUR and has to be told in USD') },
      ]);
      expect(outside.asked.map(({ account }) => account)).toEqual(['q']);
    },
  );

  test('an account whose tax nobody knows is left out for good, says so, and is billed with the rest', async () => {
    outside.mode = 'silent';
    await world.bill('2026-02', POSTING);
    expect((await posted()).map(({ payer }) => payer)).toEqual(['p']);
    const { untaxed } = await showRun(world.ports, RUN, 10);
    expect(untaxed).toEqual([
      { payer: 'q', reason: expect.stringContaining('its answer is waited for at the engine') },
    ]);
    expect(await chainEnd(world.ports.decisions, SELLER, 'q')).toBeUndefined();
    outside.mode = 'answers';
    await postRun(world.ports, RUN);
    await world.work();
    expect(await posted()).toHaveLength(1);
    await world.bill('2026-02', { terms: { taxes: 'posting', isRest: true } });
    expect((await posted()).map(({ payer }) => payer).sort()).toEqual(['p', 'q']);
  });

  test('the engine not reachable at posting: the step is tried again, nothing is linked before, and the tax is decided once', async () => {
    await world.open('2026-02', POSTING);
    await world.work();
    await approveRun(world.ports, RUN, 'b', false);
    const { payers } = await preparePosting(world.ports, RUN);
    const tax = () => taxPayers(world.ports, RUN, payers!.payers, async () => {});
    await expect(tax()).rejects.toThrow('cannot be reached');
    await expect(linkPayers(world.ports, RUN, payers!)).rejects.toThrow('taxes of account q in run');
    outside.mode = 'answers';
    await tax();
    const asked = outside.asked.length;
    await tax();
    expect(outside.asked).toHaveLength(asked);
    await postRun(world.ports, RUN);
    await world.work();
    const { link } = (await chainEnd(world.ports.decisions, SELLER, 'q'))!;
    expect(taxesOf((await postedDraft(world.ports.objects, link)).documents)).toEqual([['City 7 % 3.25']]);
  });

  test('what fails its proof with the tax on it is left out, and holds up nobody', async () => {
    outside.mode = 'answers';
    await world.open('2026-02', POSTING);
    await world.work();
    await approveRun(world.ports, RUN, 'b', false);
    const { payers } = await preparePosting(world.ports, RUN);
    const leftOut = await taxPayers(world.ports, RUN, payers!.payers, async ({ payer }) => {
      if (payer === 'p') throw new Error('no paper');
    });
    expect(leftOut).toEqual([{ payer: 'p', reason: 'no paper' }]);
    expect(await linkPayers(world.ports, RUN, payers!)).toEqual([
      { payer: 'p', linked: false },
      { payer: 'q', linked: true },
    ]);
    await postRun(world.ports, RUN);
    await world.work();
    expect((await posted()).map(({ payer }) => payer)).toEqual(['q']);
  });

  test('what comes to other lines than were approved is not posted', async () => {
    outside.mode = 'answers';
    await world.open('2026-02', POSTING);
    await world.work();
    await approveRun(world.ports, RUN, 'b', false);
    const sums = `runs/${RUN}/sums/p/000000.json`;
    const body = new TextDecoder().decode(await world.ports.objects.get('work', sums));
    await world.ports.objects.put('work', sums, body.replace('"days":28', '"days":14'), 'application/json');
    await postRun(world.ports, RUN);
    await world.work();
    const { untaxed } = await showRun(world.ports, RUN, 10);
    expect(untaxed.map(({ payer, reason }) => `${payer}: ${reason}`)).toEqual([
      'p: computed again for its taxes, it comes to other lines than were approved',
    ]);
  });

  test('its documents can be made again byte for byte', async () => {
    outside.mode = 'answers';
    await world.bill('2026-02', POSTING);
    for (const document of await posted()) {
      const again = await reproduceInvoice({ ...world.ports, pdfOf: async () => new Uint8Array([37]) }, document);
      expect(again.values).toEqual([]);
      expect(again.isSame).toBe(true);
    }
  });
});
