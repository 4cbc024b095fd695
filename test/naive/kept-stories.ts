import fc from 'fast-check';
import type { Catalog, RecurringCharge } from '#shared/catalog/catalog.ts';
import type { Stacks } from './arbitrary-stacks.ts';
import { arbitraryStory, type Story } from './arbitrary-stories.ts';

/** A fee in advance that is not refunded, for every subscription of a plan. */
type KeptFee = Pick<RecurringCharge, 'price' | 'interval' | 'proration'>;

const fees: fc.Arbitrary<KeptFee> = fc.record({
  price: fc.constantFrom('31', '7.77', '0.05').map((amount) => ({ model: 'unit' as const, amount })),
  interval: fc.constantFrom(
    { months: 1, from: 'billingDay' as const },
    { months: 1, from: 'billingDay' as const },
    { months: 3, from: 'billingDay' as const },
    { months: 12, from: 'anniversary' as const },
  ),
  proration: fc.constantFrom('day', 'day', 'none'),
});

/** Stories in which every plan has a fee in advance for good, and what else is charged in advance is for good too: each run is posted. */
export const arbitraryKeptStory = (stacks: Stacks): fc.Arbitrary<Story> =>
  fc.tuple(arbitraryStory(stacks), fees, fc.option(fees, { nil: null })).map(([story, fee, later]): Story => {
    const [first, second] = story.catalogs;
    const catalogs = [withFee(first, fee), withFee(second, later)] as const;
    return { ...story, catalogs, fates: ['post', 'post', 'post'] };
  });

/** `fee`: null = the release takes it away. */
function withFee(catalog: Catalog, fee: KeptFee | null): Catalog {
  const more = fee === null ? [] : [keptFee(fee)];
  const plans = catalog.plans.map((plan) => {
    const versions = plan.versions.map((version) => {
      const charges = version.charges.map((charge) =>
        charge.kind === 'recurring' ? { ...charge, refund: 'none' as const } : charge,
      );
      return { ...version, charges: [...charges, ...more] };
    });
    return { ...plan, versions };
  });
  return { ...catalog, plans };
}

function keptFee(fee: KeptFee): RecurringCharge {
  return {
    kind: 'recurring',
    id: 'kept',
    name: 'Kept',
    due: 'advance',
    days: 'calendar',
    states: ['active'],
    dayRule: 'endOfDay',
    lastDay: 'free',
    properties: [],
    quantity: { of: 'subscriptions', property: '', number: 0, minimum: 0, count: 'account' },
    refund: 'none',
    taxCategory: 'telecom',
    ...fee,
  };
}
