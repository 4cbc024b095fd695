import { isWrittenOff, type WriteOff } from '#shared/billing/draft.ts';
import { chainEnd } from '#shared/billing/use-cases/runs/chain.ts';
import type { RecordedPayment } from '#shared/commit-log/payment.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import { withPrefix } from '#shared/commit-log/ports.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { paymentsOf } from '#shared/commit-log/use-cases/payments.ts';
import { projectFacts } from '#shared/commit-log/use-cases/project-facts.ts';
import { accountFacts } from '#shared/commit-log/use-cases/read-inventory.ts';
import { accountAt } from '#shared/inventory/account-history.ts';
import type { AccountFact } from '#shared/inventory/fact.ts';
import type { LocalDate } from '#shared/time/local-date.ts';
import type { Clock } from '#shared/time/ports.ts';
import { type Balance, balanceOf, type OpenItem } from '../../balances/open-items.ts';
import { documentKeys, type PostedDocument } from '../../posted-document.ts';

/** What looking at balances needs of the world. */
export interface BalancePorts {
  readonly decisions: Decisions;
  readonly objects: Objects;
  readonly projections: Projections;
  readonly clock: Clock;
}

/** What an account owes its seller, and all it follows from. */
export interface AccountBalance extends Balance {
  readonly account: AccountFact;
  readonly payments: readonly RecordedPayment[];
  readonly writeOffs: readonly WriteOff[];
}

/** The account as it stands now, the inventory projected up to the tail first; nothing when there is none. */
export async function knownAccount(ports: BalancePorts, account: string): Promise<AccountFact | undefined> {
  const position = await tail(ports.decisions, 0);
  await projectFacts(ports, position);
  const known = { position, cutOff: Number.MAX_SAFE_INTEGER };
  return accountAt(await accountFacts(ports.projections, account), known, ports.clock.now())?.account;
}

/** Whose balance with whom, by what is dated up to a day, inclusive. `seller` '' = whose customer it is now; `at` '' = by everything. */
export interface BalanceQuery {
  readonly account: string;
  readonly seller: string;
  readonly at: LocalDate | '';
}

/** The balance of an account with a seller; nothing when there is no such account. */
export async function accountBalance(ports: BalancePorts, query: BalanceQuery): Promise<AccountBalance | undefined> {
  const known = await knownAccount(ports, query.account);
  if (known === undefined) return undefined;
  const seller = query.seller || known.seller;
  const end = await chainEnd(ports.decisions, seller, query.account);
  return balanceBy(ports, { ...known, seller }, end?.link.writeOffs ?? [], query.at);
}

/** The balance of an account as it would be with these write-offs. */
export async function balanceBy(
  { decisions, projections }: Pick<BalancePorts, 'decisions' | 'projections'>,
  account: AccountFact,
  writtenOff: readonly WriteOff[],
  at: LocalDate | '',
): Promise<AccountBalance> {
  const { seller, account: id, currency } = account;
  const isSoFar = (date: LocalDate) => at === '' || date <= at;
  const rows = await decisions.query<PostedDocument>(documentKeys.ofPayer(seller, id), withPrefix(''));
  const documents = rows.map(({ value }) => value).filter(({ issueDate }) => isSoFar(issueDate));
  const payments = (await paymentsOf(projections, seller, id)).filter(({ date }) => isSoFar(date));
  const writeOffs = writtenOff.filter((each) => isWrittenOff(each, at));
  return { account, payments, writeOffs, ...balanceOf({ currency, documents, payments, writeOffs }) };
}

/** What became of a posted invoice or debit note; nothing of a credit note. */
export async function openItem(ports: BalancePorts, document: PostedDocument): Promise<OpenItem | undefined> {
  const { payer: account, seller } = document;
  const balance = await accountBalance(ports, { account, seller, at: '' });
  return balance?.items.find((item) => item.document.number === document.number);
}
