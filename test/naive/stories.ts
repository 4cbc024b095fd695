import type { Catalog } from '#shared/catalog/catalog.ts';
import type { Fact } from '#shared/inventory/fact.ts';
import { addDays, type LocalDate, startOfDay } from '#shared/time/local-date.ts';
import { monthsLater, type Period } from '#shared/time/period.ts';
import type { Sim } from '../billing/chain.ts';
import { factsOf, type Use } from '../rating/fleet.ts';
import { type Calendar, isCustomerOn, midnight, periodsBeginningIn } from './account-calendar.ts';
import type { Story } from './arbitrary-stories.ts';
import { lineKey, type PostedLine, standing } from './kept.ts';
import { naivelyOwed } from './owed.ts';
import type { NaiveLine, World } from './world.ts';

/** Something that becomes known before a run: facts, a usage file, or that one was wrong. */
export type News =
  | { readonly slot: number; readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly slot: number;
      readonly kind: 'load';
      readonly file: string;
      readonly sim: string;
      readonly uses: readonly Use[];
    }
  | { readonly slot: number; readonly kind: 'back out'; readonly file: string };

/** Everything that becomes known in a story, in its order: births before the first run, the rest whenever. */
export function newsOf({ sims, slots, zone, orders }: Story): News[] {
  const numbers = slots[Symbol.iterator]();
  const slot = () => numbers.next().value as number;
  const all = sims.flatMap(({ id, turns, uses = [] }): News[] => {
    const facts = (of: Sim['turns']) => factsOf(id, of, zone).map(({ fact }) => fact);
    const birth = facts([{ at: '2020-01-01', has: `imsi#${id}`, payer: '' }, ...turns.slice(0, 1)]);
    const later = turns.slice(1).map((turn): News => ({ slot: slot(), kind: 'facts', facts: facts([turn]) }));
    const half = Math.ceil(uses.length / 2);
    const files = [uses.slice(0, half), uses.slice(half)].flatMap((part, place) =>
      fileNews(id, `${id}-${place}`, part, slot),
    );
    return [{ slot: 0, kind: 'facts', facts: birth }, ...later, ...files];
  });
  all.push(...orders.map((fact): News => ({ slot: slot(), kind: 'facts', facts: [fact] })));
  return [0, 1, 2].flatMap((at) => all.filter((each) => each.slot === at));
}

/** A usage file comes, and is perhaps taken back before the run after. */
function fileNews(sim: string, file: string, uses: readonly Use[], slot: () => number): News[] {
  if (uses.length === 0) return [];
  const [came, isWrong] = [slot(), slot() === 0];
  const load: News = { slot: came, kind: 'load', file, sim, uses };
  return isWrong ? [load, { slot: Math.min(came + 1, 2), kind: 'back out', file }] : [load];
}

/** The release that counts at a run. */
const catalogAt = ({ catalogs, releasedBefore }: Story, run: number): Catalog =>
  catalogs[releasedBefore <= run ? 1 : 0];

/** A run of our payer: before which news it was made, and the period it billed. */
export interface NaiveRun {
  readonly slot: number;
  readonly period: Period;
}

/** The account as it is known before a run. */
export function calendarAt({ zone, billingDay, moves, movedBefore }: Story, slot: number): Calendar {
  return { zone, billingDay, moves: slot < movedBefore ? [] : moves };
}

/** The run a story ends with. */
export function lastRun(story: Story): NaiveRun {
  return { slot: 2, period: periodsToBill(story, 2).at(-1)! };
}

/**
 * What is known at a run, as a world: all periods up to its own, and the next for what is due in advance. How the account stands at the cut-off is taken to
 * last (pricing rules §1), also where it is known to move later. `billed`: the runs before it that our payer
 * had a document of.
 */
export function worldAt(
  story: Story,
  news: readonly News[],
  { slot: run, period }: NaiveRun,
  billed: readonly NaiveRun[],
): World {
  const { sims, months } = story;
  const announced = calendarAt(story, run);
  const cutOff = midnight(announced, period.until);
  const calendar = { ...announced, moves: announced.moves.filter((move) => startOfDay(move.on, move.zone) <= cutOff) };
  const known = news.filter(({ slot }) => slot <= run);
  const wrong = new Set(known.flatMap((each) => (each.kind === 'back out' ? [each.file] : [])));
  const usesOf = (id: string) =>
    known.flatMap((each) => (each.kind === 'load' && each.sim === id && !wrong.has(each.file) ? each.uses : []));
  const facts = known.flatMap((each, position) =>
    each.kind === 'facts' ? each.facts.map((fact, index) => ({ position, index, fact })) : [],
  );
  const openFrom = new Map<Use, LocalDate>();
  for (const each of known) {
    const open = billed.filter((before) => before.slot < each.slot).at(-1)?.period.until ?? '';
    if (each.kind === 'load' && open !== '') for (const use of each.uses) openFrom.set(use, open);
  }
  const next = monthsLater(`${months[run]}-01`, 1, 1).slice(0, 7);
  return {
    catalog: catalogAt(story, run),
    pools: story.pools,
    sims: sims.map(({ id, turns }) => ({ id, turns, uses: usesOf(id) })),
    facts,
    months: [...months.slice(0, run + 1), next],
    ...calendar,
    unpaidZone: 'Europe/Berlin',
    billedFrom: periodsBeginningIn(calendarAt(story, -1), months[0]!)[0]!.from,
    usageCutOff: cutOff,
    chargeCutOff: cutOff,
    openFrom,
  };
}

/**
 * What a story bills in all, by the pricing rules alone: what is owed at its last run, since every run bills the difference. Only of what was
 * charged in advance without refund what fell away stays (pricing rules §2, §10).
 */
export function naivelyBilled(story: Story, news: readonly News[]): PostedLine[] {
  let posted: PostedLine[] = [];
  const billed: NaiveRun[] = [];
  const days = daysOfRuns(story);
  for (const [slot, fate] of story.fates.entries()) {
    for (const day of fate === 'post' ? days[slot]! : []) {
      const period = periodOfRun(periodsToBill(story, slot), day, billed);
      if (period === undefined) continue;
      const run = { slot, period };
      const world = worldAt(story, news, run, billed);
      const now = standing(world.catalog, naivelyOwed(world, posted), posted);
      if (isMoved(byKey(posted), byKey(now))) billed.push(run);
      posted = now;
    }
  }
  return posted;
}

const byKey = (lines: readonly NaiveLine[]) => new Map(lines.map((line) => [lineKey(line), line]));

/** The periods that begin in the month of a slot: those in which our payer is our seller's customer, or if there is none, all. */
function periodsToBill(story: Story, slot: number): Period[] {
  const calendar = calendarAt(story, slot);
  const all = periodsBeginningIn(calendar, story.months[slot]!);
  const own = all.filter(({ from }) => isCustomerOn(calendar, from));
  return own.length === 0 ? all : own;
}

/** The days on which runs are made for the month of each slot: as each period ends, the last some days later; but never before a run before. */
export function daysOfRuns(story: Story): LocalDate[][] {
  let now = '';
  return story.months.map((_, slot) =>
    periodsToBill(story, slot).map(({ until }, place, { length }) => {
      const date = addDays(until, place === length - 1 ? story.lags[slot]! : 0);
      now = date > now ? date : now;
      return now;
    }),
  );
}

/** Of the periods of a month, the last that has ended by a day, if no document of our payer is for it or a later one (decision 42). */
function periodOfRun(periods: readonly Period[], day: LocalDate, billed: readonly NaiveRun[]): Period | undefined {
  const ended = periods.filter(({ until }) => until <= day);
  return ended.findLast(({ from }) => billed.every(({ period }) => period.from < from));
}

/** Whether anything is to be billed: else there is no document. */
function isMoved(before: ReadonlyMap<string, NaiveLine>, now: ReadonlyMap<string, NaiveLine>): boolean {
  const said = (line: NaiveLine | undefined) => [line?.amount ?? '0', line?.quantity ?? '0'].map(Number).join(' ');
  return [...before.keys(), ...now.keys()].some((key) => said(before.get(key)) !== said(now.get(key)));
}
