import type { FleetFile, FleetRecord } from '../fleet.ts';
import { type Assignment, at, type Inventory } from './inventory.ts';
import { PLANS, type UsageTerms, zoneOf } from './terms.ts';

/** What becomes of every record: read, recognised as one there was before, owned, priced by which terms. */

export interface RatedRecord {
  readonly record: FleetRecord;
  readonly subscription: string;
  readonly to: Assignment;
  readonly terms: UsageTerms;
  readonly order: number;
  readonly quantity: bigint;
}

interface Totals {
  records: number;
  /** Octets of data, seconds of calls, messages. */
  bytes: bigint;
  seconds: number;
  messages: number;
}
const none = (): Totals => ({ records: 0, bytes: 0n, seconds: 0, messages: 0 });
interface Proof {
  readonly read: Totals;
  readonly billed: Totals;
  readonly duplicate: Totals;
  readonly suspended: { readonly UNKNOWN_SUBSCRIBER: Totals; readonly NOT_ACTIVE: Totals };
  /** Start at or after the cut-off. */
  readonly notYetDue: Totals;
  /** Records only: of what cannot be read, nothing is known. */
  readonly rejected: { records: number };
}

function count(totals: Totals, record: FleetRecord): void {
  totals.records += 1;
  totals.bytes += BigInt(record.up + record.down);
  totals.seconds += record.service === 'voice' ? record.seconds : 0;
  totals.messages += record.service === 'sms' ? 1 : 0;
}

/**
 * What became of every record of the loaded files and of copies of them, in total or of one month's usage, and the records that are billed. A
 * copy's records are duplicates all. Whoever is unknown, or not active, has no cut-off: only what would be charged can be not yet due.
 */
export function sortRecords(
  files: readonly FleetFile[],
  inventory: Inventory,
  cutOff: number,
  isCounted: (record: FleetRecord) => boolean,
) {
  const proof: Proof = {
    read: none(),
    billed: none(),
    duplicate: none(),
    suspended: { UNKNOWN_SUBSCRIBER: none(), NOT_ACTIVE: none() },
    notYetDue: none(),
    rejected: { records: 0 },
  };
  const rated: RatedRecord[] = [];
  const seen = new Set<number>();
  const entriesOf = (fate: string) => files.filter((file) => file.fate === fate).flatMap((file) => file.entries);
  for (const { record, garbled } of [...entriesOf('loaded'), ...entriesOf('copy')]) {
    if (!isCounted(record)) continue;
    if (garbled !== '') {
      proof.read.records += 1;
      proof.rejected.records += 1;
      continue;
    }
    count(proof.read, record);
    const isRepeated = seen.has(record.identity);
    seen.add(record.identity);
    const outcome = isRepeated ? 'duplicate' : rate(record, inventory);
    if (outcome === 'duplicate') count(proof.duplicate, record);
    else if (outcome === 'UNKNOWN_SUBSCRIBER' || outcome === 'NOT_ACTIVE') count(proof.suspended[outcome], record);
    else if (record.startedAt >= cutOff) count(proof.notYetDue, record);
    else {
      count(proof.billed, record);
      rated.push(outcome);
    }
  }
  return { proof, rated };
}

function rate(record: FleetRecord, inventory: Inventory): RatedRecord | 'UNKNOWN_SUBSCRIBER' | 'NOT_ACTIVE' {
  const id = at(inventory.owners.get(record.imsi) ?? [], record.startedAt)?.subscription ?? '';
  const subscription = inventory.subscriptions.get(id);
  if (subscription === undefined) return 'UNKNOWN_SUBSCRIBER';
  const state = at(subscription.states, record.startedAt)?.state;
  if (state === 'terminated') return 'NOT_ACTIVE';
  const to = at(subscription.assignments, record.startedAt);
  if (to === undefined || (state !== 'active' && state !== 'suspended'))
    throw new Error(`usage of ${id} in state ${state}`);
  const order = PLANS[to.plan]!.usage.findIndex(
    (terms) => terms.service === record.service && terms.zone === zoneOf(record.network),
  );
  const terms = PLANS[to.plan]!.usage[order];
  if (terms === undefined) throw new Error(`no charge of ${to.plan} for ${record.service} in ${record.network}`);
  const amount = { data: record.up + record.down, sms: 1, voice: record.seconds }[record.service];
  return { record, subscription: id, to, terms, order, quantity: raised(BigInt(amount), terms) };
}

function raised(quantity: bigint, { first, next }: UsageTerms): bigint {
  if (quantity === 0n) return 0n;
  return quantity <= first ? first : first + ((quantity - first + next - 1n) / next) * next;
}
