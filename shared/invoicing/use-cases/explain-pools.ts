import type { Draft } from '#shared/billing/draft.ts';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import type { PoolStatus } from '#shared/billing/lines/pool-status.ts';
import type { Allowance, Catalog, Charge } from '#shared/catalog/catalog.ts';

/** A pool as it was measured, and what kind of pool it is. */
export interface ExplainedPool extends PoolStatus {
  readonly kind: Allowance['kind'];
  /** Most that one subscription may draw on it in a period, in base units; '' = no limit. */
  readonly cap: string;
  /** What it took of the line's charge and zone, in base units. */
  readonly tookOfLine: string;
}

/** The pool a line is over of, as the draft saw it in the line's period, and those in front of it; null where the line is of none. */
export function explainedPools(
  draft: Draft,
  state: { readonly line: ChargeLine; readonly charge: Charge | null } | null,
  catalog: Catalog,
): { readonly pool: ExplainedPool | null; readonly poolsBefore: readonly ExplainedPool[] } {
  if (state?.line.arithmetic.kind !== 'pool' || state.charge === null) return { pool: null, poolsBefore: [] };
  const { line } = state;
  const { pool, used, left, over, before = [] } = state.line.arithmetic;
  const took = (BigInt(used) - BigInt(left ?? over)).toString();
  return {
    pool: poolOf(draft, line, catalog, pool, ['', line.businessUnit], took),
    poolsBefore: before.flatMap((each) => {
      return poolOf(draft, line, catalog, each.pool, [each.businessUnit], each.took) ?? [];
    }),
  };
}

/** A pool by the name plans give it, that one of some business units shares; null where it was not measured. */
function poolOf(
  draft: Draft,
  { plan, version, period }: ChargeLine,
  { plans }: Catalog,
  name: string,
  units: readonly string[],
  tookOfLine: string,
): ExplainedPool | null {
  const naming = plans.flatMap(({ id, versions }) =>
    versions.flatMap(({ from, allowances }) =>
      allowances.flatMap((each) => (each.pool === name ? [{ isOwn: id === plan && from <= version, each }] : [])),
    ),
  );
  const allowance = (naming.findLast(({ isOwn }) => isOwn) ?? naming[0])?.each;
  const measured = draft.measured.find((each) => each.period.from === period.from);
  const isNamed = (each: PoolStatus) =>
    each.pool === undefined ? naming.some((its) => its.each.name === each.name) : each.pool === name;
  const found = measured?.pools.find((each) => isNamed(each) && units.includes(each.businessUnit));
  if (found === undefined || allowance === undefined) return null;
  return { ...found, kind: allowance.kind, cap: allowance.cap, tookOfLine };
}
