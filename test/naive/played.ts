import type { Draft } from '#shared/billing/draft.ts';
import { type DraftSummary, runKeys } from '#shared/billing/run.ts';
import { approveRun, discardRun, postRun } from '#shared/billing/use-cases/runs/decide-run.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { releaseCatalog } from '#shared/commit-log/use-cases/release-catalog.ts';
import { amount } from '#shared/money/amount.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { accountFact, type MemoryWorld, memoryWorld } from '../billing/memory-world.ts';
import { midnight, periodsBeginningIn } from './account-calendar.ts';
import type { Story } from './arbitrary-stories.ts';
import { shown } from './lines.ts';
import { accountFactsOf, groupOf } from './real.ts';
import { calendarAt, daysOfRuns, type News } from './stories.ts';
import { type NaiveLine, PAYER } from './world.ts';

/** Plays a story with the use cases of bill runs; answers what all posted runs billed our payer, by line. */
export async function reallyBilled(story: Story, news: readonly News[]): Promise<NaiveLine[]> {
  const { catalogs, releasedBefore, months, zone, billingDay, moves, movedBefore, fates } = story;
  const world = await memoryWorld(catalogs[0]);
  const began = calendarAt(story, -1);
  const effectiveFrom = midnight(began, periodsBeginningIn(began, months[0]!)[0]!.from);
  const [account, ...moved] = accountFactsOf(story, effectiveFrom);
  await world.record([account!, accountFact('q', { effectiveFrom, timeZone: zone, billingDay })]);
  const monthsOfFiles = new Map<string, readonly string[]>();
  const posted: string[] = [];
  const days = daysOfRuns(story);
  let clock = 0;
  for (const [place, month] of months.entries()) {
    if (releasedBefore === place) await releaseCatalog(world.ports, catalogs[1], 'test');
    if (movedBefore === place && moved.length > 0) await world.record(moved);
    for (const each of news.filter(({ slot }) => slot === place)) await tell(world, each, monthsOfFiles);
    await world.rateFirstUses(story.sims.map(({ id }) => id));
    const calendar = calendarAt(story, place);
    for (const day of days[place]!) {
      clock = Math.max(clock, midnight(calendar, day));
      world.setClock(isoInstant(clock));
      if (fates[place] === 'skip') continue;
      const of = moves.length === 0 ? { cycle: billingDay } : { cycle: 0, account: PAYER };
      const run = await drafted(world, month, of);
      if (run === '') continue;
      if (fates[place] === 'discard') await discardRun(world.ports, run, 'x', 'wrong');
      else posted.push(await post(world, run));
    }
  }
  return billed(world, posted);
}

async function tell(world: MemoryWorld, news: News, months: Map<string, readonly string[]>): Promise<void> {
  if (news.kind === 'facts') await world.record(news.facts);
  else if (news.kind === 'load') months.set(news.file, await world.load(news.file, news.sim, news.uses));
  else await world.backOut(news.file, months.get(news.file)!);
}

/** Drafts a run of a cycle, or, since one that moved is in none for a while, of an account; '' where its periods in the month that have ended are billed. */
async function drafted(world: MemoryWorld, month: string, of: { cycle: number; account?: string }): Promise<string> {
  const opened = await world.open(month, of);
  if (opened.outcome === 'refused' && /is posted already|is still to come/.test(opened.reason)) return '';
  if (opened.outcome === 'refused') throw new Error(opened.reason);
  await world.work();
  return opened.run;
}

async function post(world: MemoryWorld, run: string): Promise<string> {
  for (const decided of [await approveRun(world.ports, run, 'approver', true), await postRun(world.ports, run)])
    if (decided.outcome === 'refused') throw new Error(decided.reason);
  await world.work();
  return run;
}

/** The lines of our payer's documents, added up over runs. */
async function billed({ ports }: MemoryWorld, runs: readonly string[]): Promise<NaiveLine[]> {
  const sums = new Map<string, NaiveLine>();
  for (const run of runs) {
    for (const { value } of await ports.decisions.query<DraftSummary>(runKeys.run(run), withPrefix('draft#'))) {
      if (value.payer !== PAYER) continue;
      const draft = (await readContent(ports.objects, value.draft)) as Draft;
      for (const { line, quantity, net } of draft.documents.flatMap((document) => document.lines)) {
        const { id, businessUnit, plan, version, charge, zone, tier } = line;
        const head = {
          businessUnit,
          plan,
          version,
          charge,
          zone: zone || groupOf(id),
          tier,
          period: id.split('|')[6]!,
        };
        const before = sums.get(line.id) ?? { quantity: '0', amount: '0' };
        const owed = amount(before.amount).plus(net).toFixed(2);
        sums.set(line.id, { ...head, quantity: shown(amount(before.quantity).plus(quantity)), amount: owed });
      }
    }
  }
  return [...sums.values()];
}
