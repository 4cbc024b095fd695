import { accountPlans, agreementOf } from '#shared/catalog/account-plans.ts';
import type { Catalog, Charge } from '#shared/catalog/catalog.ts';
import { idInPlan, pricedAs, recordPartOf } from '#shared/rating/charge-variant.ts';
import type { ChargeLine } from './charge-line.ts';

/** The charge of a catalogue that a payer's line was priced by; null when the line is of terms that the catalogue does not have. */
export function chargeOfLine(catalog: Catalog, payer: string, line: ChargeLine): Charge | null {
  const versions = accountPlans(catalog, payer).find((plan) => plan.id === line.plan)?.versions ?? [];
  const cuts = (agreementOf(catalog, payer)?.commitments ?? []).flatMap(({ from, until }) => [from, until]);
  const held = versions.findLast(({ from }) => from <= line.version);
  const charges = held?.from === line.version || cuts.includes(line.version) ? (held?.charges ?? []) : [];
  const charge = charges.find(({ id }) => id === idInPlan(line.charge)) ?? null;
  return charge?.kind === 'usage' || charge?.kind === 'recurring' ? pricedAs(charge, line.charge) : charge;
}

/** What a line's quantities are counted in: records, where it is what each pays; else the charge's unit, also where packages or flat amounts are paid. */
export function unitOfLine(line: Pick<ChargeLine, 'unit' | 'charge'>, charge: Charge | null): string {
  if (recordPartOf(line.charge) !== '') return 'piece';
  return charge?.kind === 'usage' ? charge.unit : line.unit;
}
