import type { Allowance } from '#shared/catalog/catalog.ts';
import { allocate } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Period } from '#shared/time/period.ts';
import { isCustomerOn, wholeDays } from './account-calendar.ts';
import { topUpsFor } from './bought.ts';
import type { Stock, Stocks } from './carried.ts';
import { type Day, isChargeable } from './days.ts';
import type { Piece } from './usage.ts';
import { inOrderOf, type World } from './world.ts';

/** What one member brings to an allowance or pool, all of it in one business unit. */
export interface Contribution {
  /** Which allowance or pool: `sourceOf`. */
  readonly source: string;
  readonly subscription: string;
  readonly businessUnit: string;
  readonly size: bigint;
}

/** A piece of usage, or the rest of it that no allowance covered. */
export interface Rest {
  readonly piece: Piece;
  readonly quantity: bigint;
  /** The pool whose overage it is, or ACCOUNT; '' = it belongs to the subscription. */
  readonly pool: string;
  readonly share: Allowance['share'];
}

/** What a piece came to a pool with, before it drew. */
export interface PoolUse {
  readonly pool: string;
  readonly piece: Piece;
  readonly quantity: bigint;
  /** With how much it came to the first pool of its stack, and the pools it drew on before this one. */
  readonly came: bigint;
  readonly before: readonly string[];
}

/** Stands for a pool of all there is: what no pool covers and counts over the account is priced for it as a whole. */
const ACCOUNT = 'account';

/** Whose allowance it is: a subscription's own, or a pool of the account or of a business unit. */
export function sourceOf(
  { kind, id, pool, scope }: Allowance,
  { subscription, plan, businessUnit }: Pick<Day, 'subscription' | 'plan' | 'businessUnit'>,
): string {
  if (kind === 'individual') return JSON.stringify(['own', subscription, plan, id]);
  return JSON.stringify(scope === 'account' ? ['pool', pool] : ['pool', pool, businessUnit]);
}

/** Whether a pool may be drawn on, or contributed to, on a day: if the account names it, on the days it says while it is our seller's customer (decision 42). */
export function mayDraw(world: World, { kind, pool }: Allowance, date: LocalDate): boolean {
  const named = kind === 'individual' ? [] : world.pools.filter((each) => each.pool === pool);
  if (named.length === 0) return true;
  return isCustomerOn(world, date) && named.some(({ from, until }) => from <= date && (until === '' || date < until));
}

/** A day on which an allowance counts for a subscription. */
interface AllowanceDay {
  readonly day: Day;
  readonly allowance: Allowance;
}

/** What the days of all subscriptions bring: size × chargeable days ÷ days of the period, rounded down once a member, or the size whole. */
export function contributionsOf(world: World, period: Period, days: readonly Day[]): Contribution[] {
  const brought = days
    .flatMap((day) => [day, ...day.addOns.map((addOn): Day => ({ ...day, ...addOn }))])
    .filter(isChargeable)
    .flatMap((day) => day.version.allowances.map((allowance): AllowanceDay => ({ day, allowance })))
    .filter(({ allowance: { kind } }) => kind === 'individual' || kind === 'flexible')
    .filter(({ day, allowance }) => mayDraw(world, allowance, day.date));
  const byDay = brought.filter(({ allowance }) => allowance.proration === 'day');
  const whole = brought.filter(({ allowance }) => allowance.proration === 'whole');
  return [
    ...[...Map.groupBy(byDay, memberOf).values()].flatMap((of) => proratedSizes(world, period, of)),
    ...[...Map.groupBy(whole, memberOf).values()].map((of) =>
      contributionOf(of.at(-1)!, BigInt(of.at(-1)!.allowance.size)),
    ),
  ];
}

/** What one member brings by day: each version and business unit what it adds to the sum, rounded down. */
function proratedSizes(world: World, period: Period, of: readonly AllowanceDay[]): Contribution[] {
  const spans = Map.groupBy(of, ({ day }) => JSON.stringify([day.version.from, day.businessUnit]));
  const length = BigInt(wholeDays(world, period));
  let sum = 0n;
  return [...spans.values()].map((span) => {
    const before = sum / length;
    for (const { allowance } of span) sum += BigInt(allowance.size);
    return contributionOf(span[0]!, sum / length - before);
  });
}

function contributionOf({ day, allowance }: AllowanceDay, size: bigint): Contribution {
  const { subscription, businessUnit } = day;
  return { source: sourceOf(allowance, day), subscription, businessUnit, size };
}

/** Whose contribution to what it is, from which allowance of which plan: over all versions and business units it is one. */
function memberOf({ day, allowance }: AllowanceDay): string {
  return JSON.stringify([sourceOf(allowance, day), day.subscription, day.plan, allowance.id]);
}

/**
 * Lets usage draw on allowances, one piece after the other: by local day; in a day by the plan's order of charges, then the earlier price,
 * then plan, zone, business unit and subscription; on the stack in its order (pricing rules §4). Where an allowance of the subscription's own stands
 * behind a pool, the pieces of a day, charge and business unit go through their stack together.
 */
export function draw(
  world: World,
  sizes: ReadonlyMap<string, bigint>,
  contributions: readonly Contribution[],
  carried: Stocks,
  pieces: readonly Piece[],
): { rests: Rest[]; uses: PoolUse[]; left: Stocks } {
  const drawing: Drawing = { world, left: stockOf(sizes, contributions, carried), drawn: new Map(), uses: [] };
  const together = Map.groupBy(inDrawingOrder(pieces), (piece) =>
    hasOwnBehindPool(piece) ? JSON.stringify([...DRAWING_ORDER, chargeId].map((key) => key(piece))) : piece,
  );
  const rests = [...together.values()].flatMap((of) => drawTogether(drawing, of));
  return { rests, uses: drawing.uses, left: drawing.left };
}

interface Drawing {
  readonly world: World;
  readonly left: Map<string, Stock[]>;
  readonly drawn: Map<string, bigint>;
  readonly uses: PoolUse[];
}

/** A piece on its way through its stack. */
interface Underway {
  readonly piece: Piece;
  readonly stack: { readonly allowance: Allowance; readonly plan: string }[];
  quantity: bigint;
  pool: string;
  share: Allowance['share'];
  came: bigint | undefined;
  readonly before: string[];
}

/** Lets pieces that all stand before the same pools draw on their stacks: each on its own allowances, all of them on a pool before any goes on. */
function drawTogether(drawing: Drawing, pieces: readonly Piece[]): Rest[] {
  const { left, uses } = drawing;
  const underway = pieces.map((piece): Underway => {
    const start = { pool: '', share: 'byUsage' as const, came: undefined, before: [] };
    return { ...start, piece, stack: stackOf(piece), quantity: piece.quantity };
  });
  for (const each of underway) {
    for (const source of topUpsFor(left, each.piece))
      each.quantity -= take(left, source, each.quantity, each.piece.date);
    drawOnOwn(drawing, each);
  }
  while (underway.some(({ stack }) => stack.length > 0)) {
    drawOnPool(drawing, underway);
    for (const each of underway) drawOnOwn(drawing, each);
  }
  return underway.map((each): Rest => {
    const { piece, quantity, share } = each;
    if (each.pool === '' && piece.charge.count === 'account') {
      each.pool = ACCOUNT;
      uses.push({ pool: ACCOUNT, piece, quantity, came: quantity, before: [] });
    }
    return { piece, quantity, pool: each.pool, share };
  });
}

/** The subscription's own allowances, up to the next pool. What an own allowance leaves is the subscription's. */
function drawOnOwn({ left }: Drawing, each: Underway): void {
  while (each.stack[0]?.allowance.kind === 'individual') {
    const { allowance, plan } = each.stack.shift()!;
    const source = sourceOf(allowance, { ...each.piece, plan });
    each.quantity -= take(left, source, each.quantity, each.piece.date);
    each.pool = '';
    each.share = 'byUsage';
  }
}

/** The pool all of them stand before: what it leaves is theirs by what they came with. */
function drawOnPool({ world, left, drawn, uses }: Drawing, underway: readonly Underway[]): void {
  let covered = 0n;
  for (const each of underway) {
    const { piece, quantity, before } = each;
    const { allowance, plan } = each.stack.shift()!;
    const source = sourceOf(allowance, { ...piece, plan });
    each.came ??= quantity;
    each.pool = source;
    each.share = allowance.share;
    uses.push({ pool: source, piece, quantity, came: each.came, before: [...before] });
    before.push(source);
    let may = mayDraw(world, allowance, piece.date) ? quantity : 0n;
    if (allowance.cap !== '') may = smaller(may, roomUnderCap(drawn, allowance, source, piece, quantity));
    covered += take(left, source, may, piece.date);
  }
  if (underway.length === 1) {
    underway[0]!.quantity -= covered;
    return;
  }
  const bySubscription = Map.groupBy(underway, ({ piece }) => piece.subscription);
  const came = [...bySubscription].map(([id, of]) => ({
    id,
    weight: of.reduce((sum, each) => sum + each.quantity, 0n),
  }));
  const over = came.reduce((sum, { weight }) => sum + weight, -covered);
  const parts = allocate(amount(over), came, amount(1n));
  for (const { id, weight } of came) {
    let taken = weight - BigInt(parts.get(id)!.toFixed(0));
    for (const each of bySubscription.get(id)!) {
      const its = smaller(taken, each.quantity);
      each.quantity -= its;
      taken -= its;
    }
  }
}

function hasOwnBehindPool(piece: Piece): boolean {
  const kinds = stackOf(piece).map(({ allowance }) => allowance.kind === 'individual');
  return kinds.lastIndexOf(true) > kinds.indexOf(false) && kinds.includes(false);
}

/** What there is of each source: what was carried into the period, oldest first, and its own. */
function stockOf(
  sizes: ReadonlyMap<string, bigint>,
  contributions: readonly Contribution[],
  carried: Stocks,
): Map<string, Stock[]> {
  const own = new Map(sizes);
  for (const { source, size } of contributions) own.set(source, (own.get(source) ?? 0n) + size);
  return new Map(
    [...new Set([...own.keys(), ...carried.keys()])].map((source) => [
      source,
      [
        ...(carried.get(source) ?? []),
        ...(JSON.parse(source)[0] === 'bought' ? [] : [{ since: '', until: '', quantity: own.get(source) ?? 0n }]),
      ],
    ]),
  );
}

/** Takes at most so much out of a source, of what counts on a day; answers how much it was. */
function take(left: Map<string, Stock[]>, source: string, most: bigint, date: LocalDate): bigint {
  let wanted = most;
  const stocks = (left.get(source) ?? []).map((stock) => {
    const { from = '', until } = stock;
    if (date < from || (until !== '' && date >= until)) return stock;
    const taken = smaller(wanted, stock.quantity);
    wanted -= taken;
    return { ...stock, quantity: stock.quantity - taken };
  });
  left.set(source, stocks);
  return most - wanted;
}

/** What covers a piece, in order: individual allowances of add-ons on top of those of the plan. */
function stackOf({ addOns, plan, version, charge }: Piece): { allowance: Allowance; plan: string }[] {
  const above = addOns.flatMap((each) =>
    each.version.allowances
      .filter(({ kind }) => kind === 'individual')
      .map((allowance) => ({ allowance, plan: each.plan })),
  );
  const own = version.allowances.map((allowance) => ({ allowance, plan }));
  return [...above, ...own].filter(({ allowance }) => allowance.covers.includes(charge.id));
}

const smaller = (one: bigint, other: bigint) => (one < other ? one : other);

/** What a subscription may still draw on a pool with a cap, of which it now wants some more. */
function roomUnderCap(
  drawn: Map<string, bigint>,
  { cap }: Allowance,
  source: string,
  piece: Piece,
  quantity: bigint,
): bigint {
  const whose = JSON.stringify([piece.subscription, piece.plan, source]);
  const before = drawn.get(whose) ?? 0n;
  drawn.set(whose, before + quantity);
  return BigInt(cap) > before ? BigInt(cap) - before : 0n;
}

const chargeId = ({ charge, season }: Piece) => `${charge.id}@${season}`;

/** What comes first: up to here it is the same for pieces that go through a stack together. */
const DRAWING_ORDER: readonly ((piece: Piece) => string | number)[] = [
  (piece) => piece.date,
  (piece) => piece.version.charges.indexOf(piece.charge),
  (piece) => piece.version.from,
  (piece) => piece.plan,
  (piece) => piece.zone,
  (piece) => piece.businessUnit,
];

function inDrawingOrder(pieces: readonly Piece[]): Piece[] {
  return [...pieces].sort(
    inOrderOf<Piece>(
      ...DRAWING_ORDER,
      (piece) => piece.subscription,
      (piece) => piece.at,
      (piece) => piece.quantity,
    ),
  );
}
