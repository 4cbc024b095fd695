import { shardOf } from '#shared/commit-log/inventory-rows.ts';
import type { Decisions, Objects } from '#shared/commit-log/ports.ts';
import {
  type Holdings,
  holdingsOf,
  type KeptHoldings,
  keptHoldings,
  NOTHING_HELD,
} from '#shared/rating/holdings/holdings.ts';
import type { PlanBook } from '#shared/rating/plan-terms.ts';
import { type MeasuredSubscription, NOTHING_OPENING, type Opening } from '#shared/rating/use-cases/measure-shards.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { closingBefore, type Link } from '../../draft.ts';
import { closingKey, type PlannedPayer } from '../../run.ts';
import { chainEnd, linkAt, postedDraft } from './chain.ts';

/** What is carried into a stretch of periods: into pools, and into subscriptions' own allowances. */
export interface CarriedIn {
  readonly pools: Holdings;
  readonly opening: Opening;
}

interface ClosingPorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
}

/**
 * What the first measured period of a payer begins with: what the period before it left, by the run that measured that last, as the link says that
 * the plan follows. Nothing where no plan moves anything on.
 */
export async function openingOf(
  ports: ClosingPorts,
  seller: string,
  { payer, predecessor, measureFrom }: Omit<PlannedPayer, 'slices'>,
  plans: PlanBook,
): Promise<Opening> {
  if (predecessor === 0 || !carriesIn(plans)) return NOTHING_OPENING;
  const link = await linkAt(ports.decisions, seller, payer, predecessor);
  return (await carriedInto(ports, link, payer, measureFrom)).opening;
}

/** What is carried into a period by what was posted last: nothing more recent is known of it. */
export async function carriedInLast(
  ports: ClosingPorts,
  seller: string,
  payer: string,
  from: LocalDate,
  plans: PlanBook,
): Promise<CarriedIn> {
  const last = carriesIn(plans) ? await chainEnd(ports.decisions, seller, payer) : undefined;
  return last === undefined ? NOTHING_CARRIED : carriedInto(ports, last.link, payer, from);
}

const NOTHING_CARRIED: CarriedIn = { pools: NOTHING_HELD, opening: NOTHING_OPENING };

function carriesIn(plans: PlanBook): boolean {
  return [...plans.values()].some(([first]) => first?.carries === true);
}

async function carriedInto({ objects }: ClosingPorts, link: Link, payer: string, from: LocalDate): Promise<CarriedIn> {
  const draft = await postedDraft(objects, link);
  const closing = closingBefore(draft, from);
  if (closing === undefined) return NOTHING_CARRIED;
  const pools = holdingsOf(closing.pools);
  if (closing.run === '') return { pools, opening: NOTHING_OPENING };
  const opening: Opening = async (shard) => {
    const body = await objects.get('work', closingKey(closing.run, payer, from, shard));
    if (body === undefined) return new Map();
    const kept = JSON.parse(new TextDecoder().decode(body)) as Record<string, KeptHoldings>;
    return new Map(Object.entries(kept).map(([subscription, of]) => [subscription, holdingsOf(of)]));
  };
  return { pools, opening };
}

/** Collects what the subscriptions of a slice leave at the end of each period, and writes it by period and shard. */
export function closingWriter(objects: Objects, run: string, payer: string, periods: readonly Period[]) {
  const closings = new Map<string, [subscription: string, left: KeptHoldings][]>();
  const add = ({ subscription, left }: MeasuredSubscription) => {
    for (const [place, of] of left.entries()) {
      if (of.size === 0) continue;
      const key = closingKey(run, payer, (periods[place] as Period).until, shardOf(subscription));
      const there = closings.get(key) ?? [];
      there.push([subscription, keptHoldings(of as Holdings)]);
      closings.set(key, there);
    }
  };
  const close = async () => {
    for (const [key, of] of closings)
      await objects.put('work', key, JSON.stringify(Object.fromEntries(of)), 'application/json');
  };
  return { add, close };
}
