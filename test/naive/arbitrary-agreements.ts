import fc from 'fast-check';
import type { Written } from './arbitrary-charges.ts';

/** Plans with commitments, and what was agreed with account "p". */
export interface AgreedPlans {
  readonly plans: readonly Written[];
  readonly agreements: readonly Written[];
}

const money = fc.constantFrom('0', '0.01', '0.37', '3', '9.99', '20.55', '100', '1000');
const percent = fc.constantFrom('0.5', '10', '33.3', '50', '100');
const limits = fc
  .record({ minimum: money, maximum: money, has: fc.constantFrom('minimum', 'minimum', 'maximum', 'both') })
  .map(({ minimum, maximum, has }): Written => {
    const [low, high] = Number(minimum) < Number(maximum) ? [minimum, maximum] : [maximum, minimum];
    if (has === 'both') return { minimum: low, maximum: high };
    return has === 'minimum' ? { minimum } : { maximum };
  });
const proration = fc.constantFrom('day', 'day', 'none');
const taxCategory = fc.constantFrom('telecom', 'telecom', 'goods');

interface WrittenVersion {
  readonly from: string;
  readonly until?: string;
  readonly charges: readonly Written[];
  readonly allowances: readonly Written[];
}
const versionsOf = (plan: Written) => plan.versions as WrittenVersion[];

/** Charges, or allowances, that every version of a plan has, by their ids. */
function inAll(plan: Written, what: 'charges' | 'allowances'): Written[] {
  const [first, ...rest] = versionsOf(plan);
  return (first?.[what] ?? []).filter(({ id }) => rest.every((each) => each[what].some((one) => one.id === id)));
}

/** Some days, the first before the second; the second may be none. */
function spanIn(changes: readonly string[]): fc.Arbitrary<Written> {
  const day = fc.constantFrom('2020-01-01', '2020-01-01', ...changes);
  const end = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom(...changes));
  return fc.tuple(day, end).map(([from, until]) => (until > from ? { from, until } : { from }));
}

function arbitraryCommitments(id: string, covers: readonly string[]): fc.Arbitrary<Written[]> {
  const one = fc
    .record({ limits, proration, taxCategory, covers: fc.oneof(fc.constant([]), fc.subarray([...covers])) })
    .map(({ limits: its, ...rest }): Written => ({ id, name: id, ...its, ...rest }));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Written[]>([]) },
    one.map((each): Written[] => [each]),
  );
}

/** A plan with commitments. */
export function committed(plan: Written): fc.Arbitrary<Written> {
  const versions = versionsOf(plan).map((version) => {
    const ids = version.charges.map(({ id }) => id as string);
    return fc
      .tuple(arbitraryCommitments('least', ids), arbitraryCommitments('more', ids))
      .map((commitments) => ({ ...version, commitments: commitments.flat() }));
  });
  return fc.tuple(...versions).map((each) => ({ ...plan, versions: each }));
}

/** Own prices, increments and sizes of things that all versions have, in a time in which some version holds. */
function arbitraryOverrides(plan: Written, changes: readonly string[]): fc.Arbitrary<Written[]> {
  const charges = inAll(plan, 'charges').filter(({ price }) => typeof price === 'string');
  const sizes = inAll(plan, 'allowances').filter(({ size }) => typeof size === 'string');
  if (charges.length + sizes.length === 0) return fc.constant([]);
  const ends = versionsOf(plan).some(({ until = '' }) => until !== '');
  const span = ends ? fc.constant<Written>({ from: '2020-01-01' }) : spanIn(changes);
  const override = fc
    .record({
      span,
      charges: fc.subarray(charges, { minLength: sizes.length === 0 ? 1 : 0 }),
      sizes: fc.subarray(sizes, { minLength: charges.length === 0 ? 1 : 0 }),
      price: fc.constantFrom('0', '0.05', '0.4', '7'),
      times: fc.constantFrom(0, 1, 3),
    })
    .filter((each) => each.charges.length + each.sizes.length > 0)
    .map((each): Written[] => {
      const own = each.charges.map(({ id }) => ({ charge: id, price: each.price }));
      const allowances = each.sizes.map(({ id, size }) => {
        const [number = '0', unit = ''] = (size as string).split(' ');
        return { allowance: id, size: `${Number(number) * each.times} ${unit}` };
      });
      return [{ plan: plan.id, ...each.span, charges: own, allowances }];
    });
  return fc.oneof({ weight: 2, arbitrary: fc.constant<Written[]>([]) }, override);
}

function arbitraryDiscounts(names: readonly string[], changes: readonly string[]): fc.Arbitrary<Written[]> {
  const one = fc
    .record({
      span: spanIn(changes),
      periods: fc.constantFrom({}, {}, { periods: 1 }, { periods: 2 }),
      off: fc.oneof(
        percent.map((each) => ({ percent: each })),
        money.map((each) => ({ amount: each })),
      ),
      on: fc.oneof(fc.constant([]), fc.subarray([...names])),
    })
    .map(({ span, periods, off, on }): Written => ({ ...span, ...periods, ...off, on }));
  return fc
    .array(one, { maxLength: 3 })
    .map((all) => all.map((each, place) => ({ id: `off${place}`, name: 'Off', ...each })));
}

/** A commitment that ends on a day, and another that begins then: alike but for what they come to, or with limits of its own. */
function followed(one: Written, on: string, its: Written): Written[] {
  const { from, until = '9', minimum: _, maximum: __, ...rest } = one as Record<string, string>;
  if (on <= from! || on >= until) return [one];
  const end = until === '9' ? {} : { until };
  return [
    { ...one, until: on },
    { ...rest, ...its, ...end, id: 'next', from: on },
  ];
}

/** Commitments of these plans and an agreement with "p": overrides, commitments, discounts, or none of it. */
export function arbitraryAgreements(plans: readonly Written[], changes: readonly string[]): fc.Arbitrary<AgreedPlans> {
  return fc.tuple(...plans.map(committed)).chain((all) => {
    const charges = all.flatMap((plan) => inAll(plan, 'charges').map(({ id }) => `${plan.id}/${id}`));
    const names = [...all.map(({ id }) => id as string), ...charges];
    const trueUps = all.flatMap((plan) => {
      return versionsOf(plan).some((each) => JSON.stringify(each).includes('"least"')) ? [`${plan.id}/least`] : [];
    });
    const mine = fc
      .tuple(arbitraryCommitments('mine', names), spanIn(changes), fc.constantFrom('', '', ...changes), limits)
      .map(([list, span, on, its]) => list.flatMap((each) => followed({ ...each, ...span }, on, its)));
    return mine.chain((commitments) => {
      const own = commitments.map(({ id }) => id as string);
      return fc
        .record({
          overrides: fc.tuple(...all.map((plan) => arbitraryOverrides(plan, changes))).map((each) => each.flat()),
          commitments: fc.constant(commitments),
          discounts: arbitraryDiscounts([...names, ...trueUps, ...own], changes),
        })
        .map((agreed) => ({ plans: all, agreements: [{ account: 'p', currency: 'EUR', ...agreed }] }));
    });
  });
}
