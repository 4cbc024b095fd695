import * as z from 'zod';
import type { Commitment } from '../agreement.ts';
import { nearestName } from '../catalog-problem.ts';
import { decimal, id, listOf, taxCategory, words, written } from '../written.ts';
import { itemOf, type Place, type Report, readFields, refuse, within } from './report.ts';

const isName = (text: string) => id.safeParse(text).success;

/** "plan" or "plan/charge". */
export const lineName = written(
  'a plan, or plan/charge',
  (text) => (text.split('/').length <= 2 && text.split('/').every(isName) ? text : undefined),
  () => 'Write the id of a plan, or the ids of a plan and a charge of it with / between them.',
);

const limits = {
  id,
  name: words,
  minimum: decimal.optional(),
  maximum: decimal.optional(),
  proration: z.enum(['day', 'none']).default('day'),
  taxCategory,
};
/** A commitment of a plan version. */
export const planCommitmentSchema = z.strictObject({ ...limits, covers: listOf(id).default([]) });
/** Fields every commitment has, wherever it is written. */
export const commitmentShape = { ...limits, covers: listOf(lineName).default([]) };

/** A commitment of a plan version as far as it could be read. */
export interface ReadCommitment {
  readonly place: Place;
  readonly id: string | undefined;
  readonly commitment: Commitment | undefined;
}

/** Reads a commitment of a plan version, whose charges are known by their ids. What it covers is kept with the plan's name before it. */
export function readPlanCommitment(
  report: Report,
  place: Place,
  plan: string,
  charges: readonly string[],
): ReadCommitment {
  const { fields, complete } = readFields(report, planCommitmentSchema, place);
  checkLimits(report, place, fields);
  for (const [index, name] of (fields.covers ?? []).entries()) {
    if (charges.includes(name)) continue;
    const near = nearestName(name, charges);
    const remedy = near === '' ? 'Leave it out to cover all of the plan.' : `Did you mean ${near}?`;
    refuse(
      report,
      itemOf(place, 'covers', index),
      `"${name}"`,
      `a charge of this version: ${charges.join(', ')}`,
      remedy,
    );
  }
  if (fields.id !== undefined && charges.includes(fields.id))
    refuse(report, within(place, 'id'), `"${fields.id}", the id of a charge`, 'an id of its own', 'Rename it.');
  if (complete === undefined) return { place, id: fields.id, commitment: undefined };
  const covers = complete.covers.length === 0 ? [plan] : complete.covers.map((charge) => `${plan}/${charge}`);
  return { place, id: fields.id, commitment: { ...withLimits(complete), covers } };
}

/** Refuses what a commitment counts where prices have tax in them: it counts amounts without (pricing rules §6), and what is owed follows from no tax. */
export function refuseGross(report: Report, place: Place, found: string): void {
  const remedy = 'Leave it out, or write the prices of the plan without tax (prices: net).';
  refuse(report, place, found, 'what has no tax in its prices: commitments count amounts without tax', remedy);
}

/** A commitment with what it leaves out written as ''. */
export function withLimits<Fields extends { minimum?: string | undefined; maximum?: string | undefined }>(
  fields: Fields,
): Fields & { minimum: string; maximum: string } {
  return { ...fields, minimum: fields.minimum ?? '', maximum: fields.maximum ?? '' };
}

/** A commitment says a minimum, a maximum, or both with the maximum above. */
export function checkLimits(
  report: Report,
  place: Place,
  { minimum, maximum }: { readonly minimum?: string | undefined; readonly maximum?: string | undefined },
): void {
  const at = (field: string) => within(place, field);
  if (at('minimum').content === undefined && at('maximum').content === undefined)
    refuse(report, place, 'neither minimum nor maximum', 'at least one of them', 'Add minimum: what is owed at least.');
  if (minimum !== undefined && maximum !== undefined && Number(maximum) < Number(minimum))
    refuse(report, at('maximum'), `"${maximum}"`, `at least the minimum of ${minimum}`, 'Write the greater one here.');
}
