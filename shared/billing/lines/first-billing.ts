import { compareIds } from '#shared/money/allocate.ts';
import { amount } from '#shared/money/amount.ts';
import { idInPlan } from '#shared/rating/charge-variant.ts';
import type { RecordedLine } from '../draft.ts';
import { type ChargeLine, dueOf } from './charge-line.ts';

/** Whether a document that stands has billed a recorded line: what is nothing, nobody has. */
export function isBilled({ billedBy, amount: billed, quantity }: RecordedLine): boolean {
  return billedBy !== '' || !amount(billed).isZero() || !amount(quantity).isZero();
}

/**
 * Whose rate and tax treatment a line keeps (pricing rules §7: a charge line keeps those of the document that first billed it): its own, if it was billed.
 * Late usage, a new price or a move takes a charge to another tier, version, season or business unit: what it comes to there keeps those of what was
 * billed of the same charge, zone and period, first in its own unit, then of its own version, then in order of ids. A reduction is taxed as what it
 * reduces: of the lines that were billed, the one it takes most off. Nothing where none was.
 */
export function firstBilling(posted: readonly RecordedLine[]): (line: ChargeLine) => RecordedLine | undefined {
  const billed = inOrder(posted.filter(isBilled));
  const byId = new Map(billed.map((line) => [line.id, line]));
  const byCharge = Map.groupBy(billed, chargeKey);
  return (line) => byId.get(line.id) ?? reduced(line, byId) ?? nearest(line, byCharge.get(chargeKey(line)) ?? []);
}

function inOrder(lines: readonly RecordedLine[]): RecordedLine[] {
  return [...lines].sort((a, b) => compareIds(a.id, b.id));
}

function chargeKey(line: ChargeLine): string {
  const { plan, charge, zone, period, taxCategory } = line;
  return JSON.stringify([plan, idInPlan(charge), zone, period.from, period.until, taxCategory, dueOf(line)]);
}

function nearest(line: ChargeLine, others: readonly RecordedLine[]): RecordedLine | undefined {
  const ofUnit = others.filter(({ businessUnit }) => businessUnit === line.businessUnit);
  const near = ofUnit.length > 0 ? ofUnit : others;
  return near.find(({ version }) => version === line.version) ?? near[0];
}

function reduced({ arithmetic }: ChargeLine, byId: ReadonlyMap<string, RecordedLine>): RecordedLine | undefined {
  if (arithmetic.kind !== 'cap' && arithmetic.kind !== 'discount') return undefined;
  const [most] = arithmetic.shares
    .filter(({ line }) => byId.has(line))
    .sort((a, b) => amount(b.off).comparedTo(a.off) || compareIds(a.line, b.line));
  return most && byId.get(most.line);
}

/**
 * Of a line that nobody billed before, the one that billed its charge and that less is owed of now: a new price, tier or business unit takes what was billed in advance from
 * one line to the other, which needs a reason as the first does (pricing rules §10). Nothing where its charge was not billed, or all of that still is owed.
 */
export function takenOver(
  owed: readonly ChargeLine[],
  posted: readonly RecordedLine[],
): (line: ChargeLine) => RecordedLine | undefined {
  const now = new Map(owed.map(({ id, quantity }) => [id, quantity]));
  const isFallen = ({ id, quantity }: RecordedLine) => amount(now.get(id) ?? 0).lessThan(quantity);
  const byCharge = Map.groupBy(inOrder(posted.filter(isFallen)), chargeKey);
  return (line) => nearest(line, byCharge.get(chargeKey(line)) ?? []);
}
