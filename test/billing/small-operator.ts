import { loadInventory } from '#shared/billing/use-cases/load-inventory.ts';
import { approveRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { openRun } from '#shared/billing/use-cases/runs/open-run.ts';
import { listSuspense } from '#shared/billing/use-cases/usage/list-suspense.ts';
import { proveUsage } from '#shared/billing/use-cases/usage/prove-usage.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { allDocuments } from '#shared/invoicing/use-cases/read-documents.ts';
import { sweep } from '#shared/mediation/use-cases/sweep.ts';
import { type MemorySession, memorySession } from '../cli/memory-session.ts';
import { CARRIER, FIRST_RELEASE, INVENTORY, SELLER } from '../simulation/world.ts';

/** The small operator of the simulation, in memory and without faults, with everything that runs behind its queues. */
export interface SmallOperator extends MemorySession {
  dropFile(file: { readonly name: string; readonly body: Uint8Array }): Promise<void>;
  load(files: readonly { readonly name: string; readonly text: string }[]): Promise<void>;
  release(catalog: Catalog): Promise<void>;
  /** Bills the accounts of day 1 and answers net by payer and unit, as the documents of the run say it; of credit notes below zero. */
  bill(month: string): Promise<string[]>;
  /** "2026-10 REASON imsi#… records/bytes/count" of everything suspended, as rating last saw it. */
  suspended(): Promise<string[]>;
  /** What the proof says at the tail of the log. */
  proof(): ReturnType<typeof proveUsage>;
  sweep(): ReturnType<typeof sweep>;
}

/** A catalogue of which some plans, or all, count late usage as current. */
export function countingLate({ plans, ...rest }: Catalog, counts: (plan: string) => boolean = () => true): Catalog {
  const versions = (of: Catalog['plans'][number]) => of.versions.map((each) => ({ ...each, late: 'current' as const }));
  return { ...rest, plans: plans.map((plan) => (counts(plan.id) ? { ...plan, versions: versions(plan) } : plan)) };
}

/** Opens the operator on the morning of 4 November: its first catalogue is released, its inventory loaded. */
export async function smallOperator(backBillingMonths?: number): Promise<SmallOperator> {
  const session = memorySession('ops', backBillingMonths);
  const { world } = session;
  session.setClock('2026-11-04T09:00:00+01:00');
  const operator: SmallOperator = {
    ...session,
    async dropFile({ name, body }) {
      session.drop(`incoming/${CARRIER}/${name}`, body);
      await session.settle();
    },
    async load(files) {
      const result = await loadInventory(world, files, 'ops');
      if (result.outcome !== 'recorded') throw new Error(JSON.stringify(result));
      await session.settle();
    },
    async release(catalog) {
      await releaseCatalog(world, catalog, 'ops');
      await session.settle();
    },
    async bill(month) {
      const wanted = { seller: SELLER, cycle: 1, account: '', month, invoiceDate: '', beforeEnd: false, by: 'ops' };
      const opened = await openRun(world, wanted);
      if (opened.outcome === 'refused') throw new Error(opened.reason);
      await session.settle();
      const ports = { ...world, fourEyes: false };
      for (const decided of [await approveRun(ports, opened.run, 'ops', false), await postRun(ports, opened.run)])
        if (decided.outcome === 'refused') throw new Error(decided.reason);
      await session.settle();
      const documents = await allDocuments(world, opened.run);
      return documents.map(({ payer, businessUnit, net, kind }) => {
        return `${payer}/${businessUnit} ${kind === '381' ? '-' : ''}${net}`;
      });
    },
    async suspended() {
      return (await listSuspense(world, '')).flatMap(({ month, reason, identifiers }) =>
        identifiers.map(({ identifier, totals: { records, bytes, count } }) => {
          return `${month} ${reason} ${identifier} ${records}/${bytes}/${count}`;
        }),
      );
    },
    proof: async () => proveUsage(world, await tail(world.decisions, 0)),
    sweep: () => sweep(world),
  };
  await operator.release(FIRST_RELEASE);
  await operator.load(INVENTORY);
  return operator;
}
