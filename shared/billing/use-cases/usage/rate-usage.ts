import type { Position } from '#shared/commit-log/entry.ts';
import type { ProjectionRow, Projections } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { ALL_MONTHS, worldAt } from '#shared/commit-log/use-cases/world.ts';
import type { WorldState } from '#shared/commit-log/visibility.ts';
import type { RateUsage } from '#shared/mediation/ports.ts';
import { ratedChunkKey, ratedEntryKey } from '#shared/mediation/use-cases/unrated-entries.ts';
import { type SuspenseRow, takeBackEnded, takeBackOvertaken } from './note-suspense.ts';
import { type RatedIdentifiers, rateIdentifiers } from './rate-identifiers.ts';
import type { RatedSums } from './rate-payers.ts';
import type { RatedStamp, RateUsagePorts } from './rating-ports.ts';
import { type Touched, touchedBy } from './touched-usage.ts';

/** How much is rated at a time. */
export interface RatingPace {
  /** Identifiers rated together: what bounds memory. */
  readonly identifiersTogether: number;
  /** Whether more may be begun before the invocation has to end. */
  readonly isTimeLeft: () => boolean;
  /** When more is begun only once sums are made and noted; as many as are usual where nothing is said. */
  readonly settleAt?: SettleAt;
}

/** How much may be rated that is not summed and noted yet. */
interface SettleAt {
  /** Notes of what is rated: a large payer's sums are read whole each time, so this is done seldom, and is what a rating that dies has to do again. */
  readonly notes: number;
  /** Payers: what sums each is in memory until then, and small ones are summed quickly. */
  readonly payers: number;
}

const USUAL: SettleAt = { notes: 100_000, payers: 1_000 };

/** What messages came to. */
export interface RatingResult {
  readonly position: number;
  readonly identifiers: number;
  readonly suspended: number;
  /** Messages there was no time for, sent again. */
  readonly left: number;
}

/**
 * Rates what entries touched, on all that is visible now: the running month of each subscription and payer, and what is suspended. It is the
 * same computation as the bill run's. Rows are stamped with the position they were computed at and never go back, so that messages may come
 * late, twice and in any order; many at once cost one rating. The first use of what is ready is recorded as a fact: it is rated in its turn.
 * What there is no time left for is sent again: of a message half done, nothing that is rated is rated a second time.
 */
export async function rateUsage(
  ports: RateUsagePorts,
  messages: readonly Omit<RateUsage, 'queue'>[],
  pace: RatingPace,
): Promise<RatingResult> {
  const since = Math.max(0, ...messages.map((message) => message.position));
  const position = await tail(ports.decisions, since);
  await projectFacts(ports, position);
  const world = await worldAt(ports, position, ALL_MONTHS);
  const rating = openRating(ports, world, since, pace);
  let done = 0;
  for (const [place, message] of messages.entries()) {
    rating.gather(await touchedBy(ports, world, message));
    if (rating.gathered() < pace.identifiersTogether && place < messages.length - 1) continue;
    if (!(await rating.rate())) break;
    const notes = messages.slice(done, place + 1).map((each) => ({ ...ratedKey(each), position: since, value: {} }));
    rating.note(notes);
    done = place + 1;
    if (!pace.isTimeLeft()) break;
  }
  await rating.settle();
  const left = messages.slice(done);
  await ports.queues.send(left.map((message) => ({ ...message, queue: 'rating' })));
  return { position, ...rating.result(), left: left.length };
}

/** Where it is noted that a message is done: as of the last position asked for, for what is later may have been passed over. */
function ratedKey({ file, generation, chunk, position }: Omit<RateUsage, 'queue'>) {
  return chunk < 0 ? ratedEntryKey(position) : ratedChunkKey(file, generation, chunk);
}

/** A rating under way: what is gathered and not rated, and what is rated and not summed and noted. */
function openRating(
  ports: RateUsagePorts,
  world: WorldState,
  since: Position,
  { identifiersTogether, isTimeLeft, settleAt = USUAL }: RatingPace,
) {
  const identifiers = new Set<string>();
  const months = new Set<string>();
  const settling = openSettling(ports.projections, settleAt);
  const result = { identifiers: 0, suspended: 0 };
  /** Answers whether any of them was not rated before. */
  const rateSome = async (some: readonly string[]): Promise<boolean> => {
    const rated = await rateIdentifiers(ports, world, { identifiers: some, months }, since);
    settling.add(rated);
    result.identifiers += some.length;
    result.suspended += new Set(rated.suspended.map(({ sort }) => sort)).size;
    if (settling.isFull()) await settling.settle();
    return rated.stamps.length > 0;
  };
  return {
    gathered: () => identifiers.size,
    gather: (touched: Touched) => {
      for (const identifier of touched.identifiers) identifiers.add(identifier);
      for (const month of touched.months) months.add(month);
    },
    /** Rates what is gathered; answers whether there was time for all of it. */
    rate: async (): Promise<boolean> => {
      const all = [...identifiers];
      let hasRated = false;
      for (let at = 0; at < all.length; at += identifiersTogether) {
        if (hasRated && !isTimeLeft()) return false;
        hasRated = (await rateSome(all.slice(at, at + identifiersTogether))) || hasRated;
      }
      identifiers.clear();
      months.clear();
      return true;
    },
    note: settling.note,
    settle: settling.settle,
    result: () => result,
  };
}

/** What was rated and is not summed and noted yet. */
function openSettling(projections: Projections, settleAt: SettleAt) {
  const sums: RatedSums = new Map();
  let stamps: RatedStamp[] = [];
  let known: RatedStamp[] = [];
  let suspended: SuspenseRow[] = [];
  let notes: ProjectionRow<unknown>[] = [];
  return {
    isFull: () => stamps.length + known.length >= settleAt.notes || sums.size >= settleAt.payers,
    add: (rated: RatedIdentifiers) => {
      for (const [payer, { shards, sum }] of rated.sums)
        sums.set(payer, { shards: new Set([...(sums.get(payer)?.shards ?? []), ...shards]), sum });
      for (const stamp of rated.stamps) stamps.push(stamp);
      for (const stamp of rated.known) known.push(stamp);
      for (const row of rated.suspended) suspended.push(row);
    },
    /** Notes that messages are done, once all is summed. */
    note: (rows: readonly ProjectionRow<unknown>[]) => notes.push(...rows),
    settle: async () => {
      for (const { shards, sum } of sums.values()) await sum(shards);
      await takeBackOvertaken(projections, suspended);
      await projections.put(stamps);
      await takeBackEnded(projections, [...known, ...stamps]);
      await projections.put(notes);
      sums.clear();
      stamps = [];
      known = [];
      suspended = [];
      notes = [];
    },
  };
}
