import type { RunDetails } from 'fast-check';
import type { Allowance, Charge, PlanVersion } from '#shared/catalog/catalog.ts';
import { isoInstant } from '#shared/time/local-date.ts';
import { ordersIn } from './orders.ts';
import type { NaiveLine, World } from './world.ts';

/** The lines that are not nothing, each as a text, in order. */
export function toldLines(lines: readonly NaiveLine[]): string[] {
  return lines
    .filter((line) => line.quantity !== '0' || Number(line.amount) !== 0)
    .map(toldLine)
    .sort();
}

function toldLine({ period, businessUnit, plan, version, charge, zone, tier, quantity, amount }: NaiveLine): string {
  return `${period} ${[businessUnit, plan, version, charge, zone, tier].join('|')}: ${quantity} = ${amount}`;
}

/** A world and two opinions of what is owed in it, to be read by people. */
export function toldDifference(world: World, naive: readonly string[], real: readonly string[]): string {
  const { catalog, sims, months, zone, billingDay, moves, usageCutOff, chargeCutOff, invoice } = world;
  return [
    ...(invoice === undefined ? [] : [`invoiced in ${compact(invoice)}`]),
    `${months.join(', ')} from day ${billingDay}, ${zone}; usage before ${toldInstant(usageCutOff)}, charges due by ${toldInstant(chargeCutOff)}`,
    ...moves.map((move) => `account moves ${compact(move)}, ${move.isCustomer ? 'as' : 'no longer'} our customer`),
    ...catalog.agreements.map((agreement) => `agreed ${compact(agreement)}`),
    ...world.pools.map((pool) => `account has ${compact(pool)}`),
    ...catalog.plans.flatMap(({ id, versions }) => versions.flatMap((version) => toldVersion(id, version))),
    ...ordersIn(world).map(
      (order) => `ordered ${compact({ ...order, effectiveFrom: isoInstant(order.effectiveFrom) })}`,
    ),
    ...sims.flatMap(({ id, turns, uses = [] }) => [
      `subscription ${id}`,
      ...turns.map((turn) => `  ${compact(turn)}`),
      ...uses.map((use) => `  used ${compact(use)}`),
    ]),
    ...naive.filter((line) => !real.includes(line)).map((line) => `naively ${line}`),
    ...real.filter((line) => !naive.includes(line)).map((line) => `really  ${line}`),
  ].join('\n');
}

function toldInstant(instant: number): string {
  return instant === Number.MAX_SAFE_INTEGER ? 'the end of time' : isoInstant(instant);
}

function toldVersion(plan: string, { from, until, charges, allowances, commitments }: PlanVersion): string[] {
  return [
    `plan ${plan} from ${from}${until === '' ? '' : ` until ${until}`}`,
    ...charges.map((charge: Charge) => `  ${compact(charge)}`),
    ...allowances.map((allowance: Allowance) => `  ${compact(allowance)}`),
    ...commitments.map((commitment) => `  ${compact(commitment)}`),
  ];
}

/** Without what is empty, and without names. */
function compact(value: object): string {
  const isEmpty = (each: unknown) => each === '' || each === 0 || (Array.isArray(each) && each.length === 0);
  const kept = (name: string, each: unknown) => (name === 'name' || isEmpty(each) ? undefined : each);
  return JSON.stringify(value, kept).replaceAll('"', '');
}

/** Throws what a law failed on as it was told, with the seed to see it again. */
export function throwReadably<Ts>({ failed, seed, numRuns, errorInstance }: RunDetails<Ts>): void {
  if (!failed) return;
  const said = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`after ${numRuns} runs; NAIVE_SEED=${seed} shows it again\n${said}`, { cause: errorInstance });
}
