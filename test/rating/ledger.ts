import { owedLines } from '#shared/billing/lines/owed-lines.ts';
import { agreementOf } from '#shared/catalog/account-plans.ts';
import { hasRecords, totalsIn } from '#shared/rating/charge-usage.ts';
import { NOTHING_HELD } from '#shared/rating/holdings/holdings.ts';
import { createMeter } from '#shared/rating/measure-subscription.ts';
import { pricePeriod } from '#shared/rating/price-subscription.ts';
import { openSums } from '#shared/rating/sum-slice.ts';
import { instantOf } from '#shared/time/local-date.ts';
import {
  BERLIN,
  catalogWith,
  factsOf,
  foldOf,
  historyOf,
  monthsOf,
  NO_EXCHANGE,
  planOf,
  scopeOf,
  type Turn,
  type Use,
} from './fleet.ts';

/** One subscription of plan "plan", active from 2026-01-01 on. */
export interface Told {
  /** Charges and allowances as YAML flow lists. */
  readonly charges: string;
  readonly allowances?: string;
  readonly uses: readonly Use[];
  readonly turns?: readonly Turn[];
  readonly properties?: readonly { readonly at: string; readonly name: string; readonly value: string }[];
  /** The rest of the catalogue. */
  readonly more?: string;
  /** Usage before this instant, or date in Berlin, is there. */
  readonly until?: string;
}

const ACTIVE: Turn[] = [{ at: '2026-01-01', state: 'active', plan: 'plan', has: 'imsi#1' }];

/** What it owes in Berlin in March 2026: "charge zone quantity = amount", in order, and what is not charged. */
export function ledger({
  charges,
  allowances = '[]',
  uses,
  turns = ACTIVE,
  properties = [],
  more = '',
  until,
}: Told): string[] {
  const catalog = catalogWith(`${planOf('plan', charges, allowances)}${more}`);
  const said = factsOf('s', turns, BERLIN);
  const [period] = monthsOf('2026-03');
  if (period === undefined) throw new Error('March is a month');
  const scope = scopeOf(catalog, [period]);
  const usageCutOff = until === undefined ? scope.usageCutOff : instantIn(until);
  const facts = [
    ...said,
    ...properties.map(({ at, name, value }, place) => ({
      position: 2,
      index: place,
      fact: { kind: 'property' as const, subscription: 's', name, effectiveFrom: instantIn(at), value },
    })),
  ];
  const sums = openSums(scope.days, 0);
  const meter = createMeter({ ...scope, usageCutOff });
  const [measured] = meter.measure(historyOf('s', facts), new Map([['imsi#1', foldOf(uses)]]));
  if (measured === undefined) throw new Error('there is one period');
  sums.add(measured, pricePeriod(measured, scope.days, NOTHING_HELD));
  const apart = measured.apart
    .filter((each) => hasRecords(each, 0))
    .map((each) => {
      const { records } = totalsIn(each.counts, 0);
      return each.word === 'free' ? `free ${records}` : `suspended ${each.word} ${records}`;
    });
  const agreement = agreementOf(catalog, 'p');
  const pricing = {
    period,
    plans: scope.plans,
    currency: 'EUR',
    isOver: measured.isOver,
    isDue: true,
    pools: scope.pools,
    agreementOn: () => agreement,
    billingDay: 1,
    exchange: NO_EXCHANGE,
  };
  const lines = owedLines(pricing, sums.close());
  return [...lines.map((line) => `${line.charge} ${line.zone} ${line.quantity} = ${line.amount}`).sort(), ...apart];
}

const instantIn = (at: string) => instantOf(at, BERLIN);
