import { expect, test } from 'vitest';
import type { ChargeLine } from '#shared/billing/lines/charge-line.ts';
import { sameQuantity } from '#shared/billing/lines/same-quantity.ts';
import { fee, line } from './lines.ts';

const used = (quantity: string, more: Partial<ChargeLine> = {}) => line('data', '2026-03', quantity, more);
const TEN = used('10');
/** A line by another kind of arithmetic, or another price model. */
const by = (kind: string, model = 'unit', more: Partial<ChargeLine> = {}) =>
  used('10', { arithmetic: { ...TEN.arithmetic, kind, model } as ChargeLine['arithmetic'], ...more });
const ANEW = used('10', { version: '2026-03-01' });

test.each<[string, ChargeLine[], ChargeLine[], boolean, line?: ChargeLine]>([
  ['on another version', [ANEW], [TEN], true],
  ['less', [used('9', { version: '2026-03-01' })], [TEN], false],
  ['more', [used('11', { version: '2026-03-01' })], [TEN], false],
  ['over two tiers', [used('6', { tier: 1 }), used('4', { tier: 2 })], [TEN], true],
  ['over the year and a season', [used('6'), used('4', { charge: 'data@spring' })], [TEN], true],
  ['of a pool', [by('pool')], [by('pool')], true, by('pool')],
  ['in tiers', [by('usage', 'graduated')], [TEN], true, by('usage', 'graduated')],
  ['all in the tier it comes to', [by('usage', 'volume')], [TEN], true, by('usage', 'volume')],
  ['in another business unit', [used('10', { businessUnit: 'x' })], [TEN], false],
  ['on another plan', [used('10', { plan: 'b' })], [TEN], false],
  ['for another charge', [used('10', { charge: 'sms' })], [TEN], false],
  ['in another zone', [used('10', { zone: 'eu' })], [TEN], false],
  ['in another unit', [used('10', { unit: 'GB' })], [TEN], false],
  ['from another day on', [used('10', { period: { ...TEN.period, from: '2026-02-16' } })], [TEN], false],
  ['until another', [used('10', { period: { ...TEN.period, until: '2026-03-16' } })], [TEN], false],
  ['of what is counted in packages', [by('usage', 'package')], [by('usage', 'package')], false, by('usage', 'package')],
  ['of a fee', [fee('fee', '2026-03', '1', 'arrears')], [], false, fee('fee', '2026-03', '1', 'arrears')],
  ['of a percentage', [by('amount')], [by('amount')], false, by('amount')],
  ['of a percentage, for units before', [by('amount')], [TEN], false],
  ['the other way round', [ANEW], [by('amount')], false],
  ['where nothing of it is', [ANEW], [TEN], false, used('10', { charge: 'sms' })],
])('as much is owed as was posted: 10 MB %s', (_, owed, posted, expected, of = TEN) => {
  expect(sameQuantity(owed, posted)(of)).toBe(expected);
});
