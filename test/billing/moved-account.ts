import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import type { AccountFact, Fact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { BERLIN, catalogWith, factsOf, type Turn } from '../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from './memory-world.ts';

/** Where accounts move to. */
export const NEW_YORK = 'America/New_York';
/** Fees in arrears and in advance, one that is not prorated, and data. */
export const FEES = `[{ kind: recurring, id: fee, name: Fee, due: arrears, price: 31.00 },
  { kind: recurring, id: rent, name: Rent, price: 62.00 },
  { kind: recurring, id: once, name: Once, due: arrears, price: 5.00, proration: none },
  { kind: usage, id: data, name: Data, match: { services: data }, measure: bytes, unit: MB, price: 0.01 }]`;
export const MEGABYTE = 1_000_000;

/** The operator, and a reseller of the same catalogue. */
function catalogOf(plans: string): Catalog {
  const catalog = catalogWith(plans);
  const [operator] = catalog.sellers;
  return { ...catalog, sellers: [operator!, { ...operator!, id: 'beta', name: 'Beta' }] };
}

/** Facts of the one subscription, "1". */
export const sim = (turns: readonly Turn[]): Fact[] =>
  factsOf('1', [{ at: '2020-01-01', has: 'imsi#1', payer: '' }, ...turns], BERLIN).map(({ fact }) => fact);

/** What is said of the account from a day on. */
export const moved = (at: string, more: Partial<AccountFact>) =>
  accountFact('p', { effectiveFrom: instantOf(at, more.timeZone ?? BERLIN), ...more });

/** A world of the account, since 2026. */
export async function opening(plans: string, more: readonly Fact[] = []): Promise<MemoryWorld> {
  const world = await memoryWorld(catalogOf(plans));
  await world.record([accountFact('p', { effectiveFrom: instantOf('2026-01-01', BERLIN) }), ...more]);
  return world;
}

/** Bills, and tells what the documents of the run say: "charge from..until amount (reason)". */
export async function billed(world: MemoryWorld, month: string, more: Parameters<MemoryWorld['bill']>[1] = {}) {
  return linesOf(world, await world.bill(month, more));
}

/** The account's draft in a run. */
export async function draftIn({ ports }: MemoryWorld, run: string): Promise<Draft> {
  const summary = await ports.decisions.get<DraftSummary>(runKeys.draft(run, 'p'));
  return (await readContent(ports.objects, summary!.draft)) as Draft;
}

/** What the documents of a run say. */
export async function linesOf(world: MemoryWorld, run: string): Promise<string[]> {
  return (await draftIn(world, run)).documents.flatMap(({ lines }) =>
    lines.map(({ line, net, reason }) => {
      const { from, until } = line.period;
      return `${line.charge} ${from.slice(5)}..${until.slice(5)} ${net}${reason === '' ? '' : ` (${reason})`}`;
    }),
  );
}
