import type { CarryOver } from '../catalog.ts';
import type { ReadAllowance } from './read-allowance.ts';
import type { ReadPlan } from './read-plan.ts';
import { type Report, refuse, within } from './report.ts';

/** Checks that a pool moves on what it leaves as every plan says that names it at the same time: it is one pool. */
export function checkCarryOver(report: Report, plans: readonly ReadPlan[]): void {
  const seen = new Map<string, NamedPool[]>();
  for (const named of plans.flatMap(poolsOf)) {
    const others = seen.get(named.pool) ?? [];
    const other = others.find((each) => overlap(each, named) && each.said !== named.said);
    if (other !== undefined) {
      const found = `${named.said === '' ? 'no carryOver' : 'another carryOver'} for pool "${named.pool}"`;
      const expected = `that of plan ${other.plan}, which names the pool at the same time`;
      const at = named.said === '' ? named.allowance.place : within(named.allowance.place, 'carryOver');
      refuse(report, at, found, expected, 'Write the same, or name another pool.');
    }
    seen.set(named.pool, [...others, named]);
  }
}

interface NamedPool {
  readonly plan: string;
  readonly pool: string;
  readonly from: string;
  readonly until: string;
  readonly allowance: ReadAllowance;
  readonly said: string;
}

function poolsOf({ id = '', plan, versions }: ReadPlan): NamedPool[] {
  return versions.flatMap(({ from = '', allowances }) =>
    allowances.flatMap((allowance): NamedPool[] => {
      const { pool = '', kind } = allowance.fields;
      if (kind === 'individual' || pool === '' || allowance.allowance === undefined) return [];
      const until = plan?.versions.find((each) => each.from === from)?.until ?? '';
      return [{ plan: id, pool, from, until, allowance, said: saidOf(allowance.allowance.carryOver) }];
    }),
  );
}

function saidOf(carryOver: CarryOver | undefined): string {
  return carryOver === undefined ? '' : `${carryOver.periods} ${carryOver.cap}`;
}

function overlap(one: NamedPool, other: NamedPool): boolean {
  return (one.until === '' || other.from < one.until) && (other.until === '' || one.from < other.until);
}
