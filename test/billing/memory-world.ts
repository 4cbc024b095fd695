import type { Amendment } from '#shared/billing/amendment-request.ts';
import type { BusinessEvent, Workflows } from '#shared/billing/ports.ts';
import { closeDraft } from '#shared/billing/use-cases/runs/close-draft.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { fileTaxEngine } from '#shared/billing/use-cases/runs/file-tax-engine.ts';
import {
  type DraftProof,
  invoicePayers,
  type ProveDraft,
  taxPayers,
} from '#shared/billing/use-cases/runs/invoice-payers.ts';
import { measureSlice } from '#shared/billing/use-cases/runs/measure-slice.ts';
import { openAmendment } from '#shared/billing/use-cases/runs/open-amendment.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { payerBatches, planRun } from '#shared/billing/use-cases/runs/plan-run.ts';
import { linkPayers, preparePosting } from '#shared/billing/use-cases/runs/prepare-posting.ts';
import type { OpenRunResult } from '#shared/billing/use-cases/runs/run-sequence.ts';
import { readPlan } from '#shared/billing/use-cases/runs/stored-plan.ts';
import { recordFirstUses } from '#shared/billing/use-cases/usage/first-uses.ts';
import { ownerLookup } from '#shared/billing/use-cases/usage/owner-views.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { append, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { recordFacts } from '#shared/commit-log/use-cases/record-facts.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { ALL_MONTHS, catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { OPEN_END } from '#shared/inventory/timeline.ts';
import { commitPosting } from '#shared/invoicing/use-cases/commit-posting.ts';
import { draftObstacle } from '#shared/invoicing/use-cases/draft-obstacle.ts';
import { type DocumentBatch, numberDocuments } from '#shared/invoicing/use-cases/number-documents.ts';
import { type RenderPorts, renderDocuments } from '#shared/invoicing/use-cases/render-documents.ts';
import { writeDocuments } from '#shared/invoicing/use-cases/write-documents.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { memoryDecisions, memoryProjections } from '#shared/memory/decisions.ts';
import { memoryObjects } from '#shared/memory/objects.ts';
import { memoryUsageStore } from '#shared/memory/usage-store.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { headerOf } from '#shared/usage/usage-item.ts';
import { BERLIN, itemsOf, SELLER, type Use } from '../rating/fleet.ts';

/** An account of the seller, billed on day 1 in Berlin. */
export function accountFact(account: string, more: Partial<AccountFact> = {}): AccountFact {
  return {
    kind: 'account',
    account,
    effectiveFrom: instantOf('2026-01-10', BERLIN),
    seller: SELLER,
    name: account,
    address: { lines: ['Weg 1'], postalCode: '10115', city: 'Berlin', country: 'DE' },
    vatId: '',
    email: '',
    language: 'en',
    currency: 'EUR',
    timeZone: BERLIN,
    billingDay: 1,
    taxProfile: 'de',
    paymentTermDays: 14,
    reference: '',
    pools: [],
    certificates: [],
    ...more,
  };
}

/** Holds a draft against nothing. */
export const UNPROVED: DraftProof = { byItself: async () => {}, byWorld: async () => '' };

/** How a world is made. */
interface WorldOptions {
  readonly backBillingMonths: number;
  readonly approval: 'person' | 'rule';
  readonly fourEyes: boolean;
  readonly prove: ProveDraft;
  readonly pdfOf: RenderPorts['pdfOf'];
}
const DEFAULT: WorldOptions = {
  approval: 'person',
  fourEyes: false,
  backBillingMonths: 6,
  prove: async () => {},
  pdfOf: async () => new Uint8Array([37]),
};

/**
 * A world in memory in which workflows run, one step after the other, when `work` is called: the same use cases as deployed. Drafts are not
 * proved and PDFs are empty, unless it is told how. A workflow whose step fails is thrown by `work` and dies there.
 */
export async function memoryWorld(catalog: Catalog, options: Partial<WorldOptions> = {}) {
  const { approval, fourEyes, backBillingMonths, prove, pdfOf } = { ...DEFAULT, ...options };
  let now = instantOf('2026-01-20', BERLIN);
  const clock = { now: () => now };
  const names = new Set<string>();
  const waiting: { workflow: string; run: string }[] = [];
  const workflows: Workflows = {
    async start(workflow, name, { runId }) {
      if (names.has(name)) return false;
      names.add(name);
      waiting.push({ workflow, run: runId });
      return true;
    },
  };
  const published: BusinessEvent[] = [];
  let commands = 0;
  const objects = memoryObjects(clock);
  const ports = {
    decisions: memoryDecisions(),
    projections: memoryProjections(),
    objects,
    usage: memoryUsageStore(),
    clock,
    workflows,
    events: { publish: async (events: readonly BusinessEvent[]) => void published.push(...events) },
    entryQueue: { send: async () => undefined },
    identifiers: { next: () => `command ${++commands}` },
    sliceSubscriptions: 7,
    backBillingMonths,
    fourEyes,
    settings: { approval, fourEyes },
    taxEngine: fileTaxEngine(objects),
  };
  await releaseCatalog(ports, catalog, 'test');

  async function draft(run: string): Promise<void> {
    await planRun(ports, run);
    const plan = await readPlan(ports, run);
    for (const slice of plan.slices) await measureSlice(ports, run, slice);
    for (const { payers } of payerBatches(plan.payers))
      await invoicePayers(ports, run, payers, {
        byItself: prove,
        byWorld: (draft) => draftObstacle(ports, draft),
      });
    await closeDraft({ ...ports, ...ports.settings, reckon: async () => null }, run);
  }
  async function post(run: string): Promise<void> {
    const { payersKey } = await preparePosting(ports, run);
    for (const batch of await json(payersKey)) {
      await taxPayers(ports, run, batch.payers, prove);
      await linkPayers(ports, run, batch);
    }
    const { documentsKey } = await numberDocuments(ports, run);
    for (const batch of (await json(documentsKey)) as DocumentBatch[]) await writeDocuments(ports, run, batch);
    await commitPosting(ports, run);
    for (const batch of (await json(documentsKey)) as DocumentBatch[])
      await renderDocuments({ ...ports, pdfOf }, run, batch);
  }
  const json = async (key: string) => JSON.parse(new TextDecoder().decode(await ports.objects.get('work', key)));
  const add = async (id: string, body: Parameters<typeof append>[1]['body']) =>
    append(ports.decisions, { id, at: now, by: 'test', body }, await tail(ports.decisions, 0));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      await (next.workflow === 'draft-run' ? draft(next.run) : post(next.run));
  };
  const open = (month: string, more: Partial<Parameters<typeof openRun>[1]> = {}) =>
    openRun(ports, {
      seller: SELLER,
      cycle: 1,
      account: '',
      month,
      invoiceDate: '',
      beforeEnd: false,
      by: 'opener',
      ...more,
    });
  const carryOut = async (opened: OpenRunResult) => {
    if (opened.outcome === 'refused') throw new Error(opened.reason);
    await work();
    for (const decided of [await approveRun(ports, opened.run, 'approver', true), await postRun(ports, opened.run)])
      if (decided.outcome === 'refused') throw new Error(decided.reason);
    await work();
    return opened.run;
  };
  return {
    ports,
    /** Events everybody was told, in order. */
    published,
    work,
    /** From now on whoever opens a run does not approve it. */
    askFourEyes() {
      ports.settings = { ...ports.settings, fourEyes: true };
    },
    /** Workflows that were started die before they do anything. */
    killWorkflows: () => waiting.splice(0).length,
    open,
    setClock: (at: string) => {
      now = instantOf(at, BERLIN);
    },
    /** Records facts and projects them. */
    async record(facts: readonly Fact[]) {
      await projectFacts(ports, await recordFacts(ports, facts, 'test', `command ${++commands}`));
    },
    /** Rates some subscriptions as far as their first use goes, as if all that is loaded had just come or gone; answers what queues were told. */
    async rateFirstUses(subscriptions: readonly string[]): Promise<readonly PipelineMessage[]> {
      const position = await tail(ports.decisions, 0);
      await projectFacts(ports, position);
      const state = await worldAt(ports, position, ALL_MONTHS);
      const { catalog: current } = await catalogOf(ports, state);
      const lookup = ownerLookup(ports, current, { position, cutOff: OPEN_END });
      const months = new Set(Object.keys(state.months));
      const sent: PipelineMessage[] = [];
      const queues = { send: async (some: readonly PipelineMessage[]) => void sent.push(...some) };
      const rating = { ...ports, queues, keepMonths: 12 };
      await recordFirstUses(rating, state, lookup, new Map(subscriptions.map((each) => [each, months])));
      await projectFacts(ports, await tail(ports.decisions, 0));
      return sent;
    },
    /** Loads a usage file of one subscription; a later generation replaces the one before. */
    async load(file: string, sim: string, uses: readonly Use[], generation = 1) {
      const items = itemsOf(uses, file);
      const months = items.map(({ packed }) => new Date(headerOf(packed).monthStart * 1000).toISOString().slice(0, 7));
      for (const [at, { packed, chunk, part }] of items.entries())
        await ports.usage.put(
          [{ identifier: `imsi#${sim}`, month: months[at]!, file, generation, chunk, attempt: 'a', part, packed }],
          0,
        );
      const attempts = items.map(() => 'a');
      const loaded = { file, generation, replaces: generation - 1, months: [...new Set(months)], attempts };
      await add(`load ${file} ${generation}`, {
        kind: 'files loaded',
        files: [loaded],
        manifest: { key: 'm', sha256: 'm' },
      });
      return loaded.months;
    },
    backOut: (file: string, months: readonly string[]) =>
      add(`back out ${file}`, { kind: 'file backed out', file, generation: 1, months, reason: 'wrong' }),
    /** Drafts, approves and posts what was opened; answers the run. */
    finish: carryOut,
    /** Opens, drafts, approves and posts; answers the run. */
    bill: async (month: string, more: Partial<Parameters<typeof openRun>[1]> = {}) => carryOut(await open(month, more)),
    /** Amends a posted document: drafts, approves and posts; answers the run. */
    amend: async (account: string, amendment: Amendment) =>
      carryOut(await openAmendment(ports, { seller: SELLER, account, amendment, invoiceDate: '', by: 'opener' })),
  };
}
export type MemoryWorld = Awaited<ReturnType<typeof memoryWorld>>;
