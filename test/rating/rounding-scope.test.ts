import { expect, test } from 'vitest';
import type { UsageCharge } from '#shared/catalog/catalog.ts';
import type { ChargeUsage } from '#shared/rating/charge-usage.ts';
import { planBook } from '#shared/rating/plan-terms.ts';
import { raiseByScope, type ScopedRecord } from '#shared/rating/rounding-scope.ts';
import { BERLIN, catalogWith, planOf } from './fleet.ts';

const CHARGE =
  '[{ kind: usage, id: voice, name: Voice, measure: seconds, unit: s, increment: 60/1 s, rounding: session, price: 1 }]';
const [terms] = planBook(catalogWith(planOf('a', CHARGE)), BERLIN, '').get('a') ?? [];
const charge = terms?.version.charges[0] as UsageCharge;

const VOICE = { service: 'voice', direction: 'mo' } as const;

/** "zone seconds" of one session that all begin together → what each zone is raised to. */
function raised(parts: readonly string[]): Record<string, number> {
  const usages = new Map<string, ChargeUsage>();
  const records = parts.map((part): ScopedRecord => {
    const [zone = '', seconds] = part.split(' ');
    const of =
      usages.get(zone) ?? ({ zone, charge, quantities: new Float64Array(1), records: undefined } as ChargeUsage);
    usages.set(zone, of);
    return {
      of,
      key: VOICE,
      at: 0,
      seconds: Number(seconds),
      day: 0,
      period: 0,
      session: 7,
      quantity: Number(seconds),
    };
  });
  raiseByScope(records);
  return Object.fromEntries([...usages].map(([zone, { quantities }]) => [zone, quantities[0] as number]));
}

/** 60/1: 10 → 60, and 70 more → 80, of which 20 are the second's. */
test.each<[string, string[], Record<string, number>]>([
  ['the shorter comes first', ['de 10', 'eu 70'], { de: 60, eu: 20 }],
  ['of equally long ones the zone with the smaller id', ['de 40', 'eu 40'], { de: 60, eu: 20 }],
  ['whatever zone the shorter is in', ['us 10', 'de 70'], { us: 60, de: 20 }],
])('of records of a session that begin together, %s', (_, parts, expected) => {
  expect(raised(parts)).toEqual(expected);
  expect(raised(parts.toReversed())).toEqual(expected);
});
