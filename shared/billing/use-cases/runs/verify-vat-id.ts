import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { writeContent } from '#shared/commit-log/use-cases/content.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { catalogOf, worldAt } from '#shared/commit-log/use-cases/world.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import type { VatIdCheckFact } from '#shared/inventory/fact.ts';
import type { VatIdRegister } from '../../ports.ts';
import { sellerOf } from '../../seller-of.ts';
import { changeInventory, type InventoryPorts } from '../change-inventory.ts';

/** What came of a question to the register: the fact that was recorded, or why none was. */
export type VerifyResult =
  | { readonly outcome: 'recorded'; readonly position: number; readonly check: VatIdCheckFact }
  | { readonly outcome: 'refused'; readonly reason: string };

const refused = (reason: string): VerifyResult => ({ outcome: 'refused', reason });

/**
 * Asks the register about an account's VAT id and records the answer as a fact: the evidence that documents drafted from then on rest on. An id that
 * is not valid is recorded too; question and answer are kept as they were, and the fact names them. Refused when the account is unknown or has no id, and when the register does not answer: then nothing is recorded.
 */
export async function verifyVatId(
  ports: InventoryPorts,
  register: VatIdRegister,
  account: string,
  by: string,
): Promise<VerifyResult> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const now = ports.clock.now();
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  const view = accountAt(await accountFacts(ports.projections, account), known, now);
  if (view === undefined) return refused(`there is no account ${account}; load it with \`billing inventory load\``);
  const { vatId, seller } = view.account;
  if (vatId === '') return refused(`account ${account} has no VAT id; add it to its entry in the accounts file`);
  const { catalog } = await catalogOf(ports, await worldAt(ports, position, () => false));
  const answer = await register.ask(vatId, sellerOf(catalog, seller).vatId);
  if (answer.outcome === 'unavailable')
    return refused(`${register.name} does not answer about ${vatId} (${answer.reason}); ask again later`);
  const { isValid, reference, exchange } = answer;
  const source = register.name;
  const evidence =
    exchange === null ? {} : { evidence: await writeContent(ports.objects, `vat-ids/${vatId}`, exchange) };
  const about = { kind: 'vatIdCheck', account, vatId, effectiveFrom: now } as const;
  const check: VatIdCheckFact = { ...about, isValid, source, reference, ...evidence };
  const result = await changeInventory(ports, [check], by);
  if (result.outcome === 'recorded') return { outcome: 'recorded', position: result.position, check };
  return refused(result.outcome === 'refused' ? result.reasons.join('; ') : `${vatId} was verified this very second`);
}
