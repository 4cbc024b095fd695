import { knownInventory } from '#shared/billing/use-cases/change-inventory.ts';
import type { Catalog } from '#shared/catalog/catalog.ts';
import { nearestName } from '#shared/catalog/catalog-problem.ts';
import type { Session } from '../session.ts';

/** Agreements with accounts the inventory does not have: not wrong, as a catalogue comes before its accounts, but worth a look. */
export interface UnknownAccounts {
  readonly unknownAccounts: readonly string[];
  /** A warning, or ''. */
  readonly warning: string;
}

/** Which agreements wait for accounts, and the names that may have been meant. */
export async function unknownAccounts(session: Session, { agreements }: Catalog): Promise<UnknownAccounts> {
  if (agreements.length === 0) return { unknownAccounts: [], warning: '' };
  const { accounts } = await knownInventory(session.world);
  const unknown = agreements.map(({ account }) => account).filter((account) => !accounts.has(account));
  const lines = unknown.map((account) => {
    const near = nearestName(account, accounts.keys());
    return `  ${account}${near === '' ? '' : `: did you mean ${near}?`}`;
  });
  const head = 'Agreements with accounts that the inventory does not have; they hold once it does:';
  return { unknownAccounts: unknown, warning: unknown.length === 0 ? '' : `\n\n${head}\n${lines.join('\n')}` };
}
