import { discardRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import { instantOf } from '#shared/time/local-date.ts';
import { monthsLater } from '#shared/time/period.ts';
import { BERLIN, factsOf, SELLER } from '../../rating/fleet.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../memory-world.ts';
import { billedInAll } from './billed.ts';
import { type Fate, type Known, type LongStory, MONTHS, RELEASES } from './long-story.ts';

const OF = [
  [SELLER, 'p'],
  [SELLER, 'q'],
  ['beta', 'p'],
] as const;

/** A played story: what was billed in all by line, chain by chain, and why lines moved. */
export interface Played {
  readonly world: MemoryWorld;
  readonly billed: readonly Record<string, string>[];
}

/** A world of both accounts of which nothing else is known yet. */
export async function opening(backBillingMonths: number) {
  const world = await memoryWorld(RELEASES[0]!, { backBillingMonths });
  const effectiveFrom = instantOf('2027-01-01', BERLIN);
  const account = accountFact('p', { effectiveFrom });
  await world.record([account, accountFact('q', { effectiveFrom })]);
  return { world, tell: tellerOf(world, account) };
}

/** Plays a story, run by run, or all at once at its end. */
export async function played({ known, fates }: LongStory, backBillingMonths: number, atOnce: boolean): Promise<Played> {
  const { world, tell } = await opening(backBillingMonths);
  const isMoving = known.some(({ kind }) => kind === 'move');
  for (const [slot, month] of MONTHS.entries()) {
    for (const each of known) if (each.slot === slot) await tell(each);
    const fate = atOnce && slot < MONTHS.length - 1 ? 'skip' : fates[slot]!;
    // By then every period that begins in the month has ended, on whatever day.
    world.setClock(`${monthsLater(`${month}-01`, 2, 1).slice(0, 8)}05`);
    for (const [seller, payer] of isMoving ? OF : OF.slice(0, 2)) await billAll(world, seller, payer, month, fate);
  }
  const billed: Record<string, string>[] = [];
  for (const [seller, payer] of OF) billed.push(await billedInAll(world, seller, payer));
  return { world, billed };
}

/** Tells a world what becomes known. */
function tellerOf(world: MemoryWorld, first: AccountFact) {
  const months = new Map<string, readonly string[]>();
  let account = first;
  return async (each: Known): Promise<void> => {
    switch (each.kind) {
      case 'turn':
        return world.record(factsOf(each.sim, [each.turn], BERLIN).map(({ fact }) => fact));
      case 'file':
        return void months.set(each.file, await world.load(each.file, each.sim, each.uses));
      case 'replay':
        return void (await world.load(each.file, each.sim, each.uses, 2));
      case 'back out':
        return void (await world.backOut(each.file, months.get(each.file)!));
      case 'release':
        return void (await releaseCatalog(world.ports, each.catalog, 'test'));
      case 'move': {
        account = { ...account, ...each.to };
        account = { ...account, effectiveFrom: instantOf(each.from, account.timeZone) };
        return world.record([account]);
      }
    }
  };
}

/** Bills an account alone until nothing of a month is left: two periods may begin in it. */
export async function billAll(
  world: MemoryWorld,
  seller: string,
  payer: string,
  month: string,
  fate: Fate,
): Promise<void> {
  for (let periods = 0; fate !== 'skip' && periods < 2; periods++) {
    const opened = await world.open(month, { seller, cycle: 0, account: payer });
    if (opened.outcome === 'refused') return;
    if (fate === 'post') await world.finish(opened);
    else {
      await world.work();
      await discardRun(world.ports, opened.run, 'x', 'wrong');
    }
  }
}
