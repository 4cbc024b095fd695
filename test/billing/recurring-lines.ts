import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { catalogWith, planOf, type Turn } from '../rating/fleet.ts';
import { owedBy, type Sim } from './chain.ts';

/** A recurring charge of the catalogue. */
export const fee = (rest: string, id = 'fee') => `{ kind: recurring, id: ${id}, name: ${id}, ${rest} }`;
/** Active on plan "a" from a day on, unless said. */
export const on = (at: string, more: Partial<Turn> = {}): Turn => ({ at, state: 'active', plan: 'a', ...more });
/** Subscriptions with these lives. */
export const fleet = (...lives: readonly (readonly Turn[])[]): Sim[] =>
  lives.map((turns, id) => ({ id: `${id}`, turns }));
/** So many with one life. */
export const many = (count: number, turns: readonly Turn[]) => fleet(...Array.from({ length: count }, () => turns));

/** "[from..until ]charge[@unit][ tier]: quantity = amount" of each line; the period where it is not a month of the calendar. */
export function told(lines: readonly ChargeLine[]): string[] {
  return lines.map(({ charge, businessUnit, tier, period: { from, until }, quantity, amount }) => {
    const isMonth =
      from.endsWith('-01') && until.endsWith('-01') && Number(until.slice(5, 7)) - Number(from.slice(5, 7)) === 1;
    const period = isMonth ? '' : `${from}..${until} `;
    return `${period}${charge}${businessUnit && `@${businessUnit}`}${tier ? ` ${tier}` : ''}: ${quantity} = ${amount}`;
  });
}

/** What is owed for some months on plan "a" with these charges. */
export const owed = (charges: string, sims: readonly Sim[], months = ['2026-03'], usageCutOff = '') =>
  told(owedBy({ catalog: catalogWith(planOf('a', `[${charges}]`)), sims, months, usageCutOff }));
