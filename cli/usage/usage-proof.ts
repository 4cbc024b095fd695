import { isNothing, type ProofDifferences } from '#shared/billing/proof-row.ts';
import { proveUsage } from '#shared/billing/use-cases/usage/prove-usage.ts';
import { tail } from '#shared/commit-log/use-cases/commit-log.ts';
import type { UsageTotals } from '#shared/usage/folded-usage.ts';
import type { Session } from '../session.ts';
import { CommandFailure } from '../terminal/failure.ts';
import { totalsText } from '../terminal/figures.ts';
import type { Output } from '../terminal/output.ts';
import { proofReport } from './proof-text.ts';

/**
 * `usage proof`: where every record and unit of usage went, by month ('' = every month) and source, as known now. What does not add up is
 * shown whatever month it is of, and fails the command.
 */
export async function proveAll(session: Session, month: string, output: Output): Promise<void> {
  const proof = await proveUsage(session.world, await tail(session.world.decisions, 0));
  const parts = proof.parts.filter((part) => month === '' || part.month === month || !isZero(part.differences));
  const apart = proof.apart.filter((file) => month === '' || file.month === month);
  output.result({ ...proof, parts, apart }, proofReport(proof, parts, apart));
  const off = [
    ...proof.parts.flatMap(({ carrier, source, month: of, differences }) =>
      namedDifferences(`${of}, ${carrier}, ${source}`, differences),
    ),
    ...namedDifferences('all files', proof.differences),
    { name: 'billed less what the invoices say', difference: proof.differences.invoices },
  ].filter(({ difference }) => !isNothing(difference));
  if (off.length === 0) return;
  const details = off.map(({ name, difference }) => `${name}: ${differenceText(difference)}`);
  const remedy =
    'delete nothing, and hand this over to whoever maintains the service: usage may be lost, or billed twice';
  throw new CommandFailure('the usage does not add up', details, remedy);
}

function isZero({ read, accepted }: ProofDifferences): boolean {
  return isNothing(read) && isNothing(accepted);
}

function namedDifferences(name: string, { read, accepted }: ProofDifferences) {
  return [
    { name: `${name}, read`, difference: read },
    { name: `${name}, accepted`, difference: accepted },
  ];
}

function differenceText(difference: UsageTotals): string {
  const { records, bytes, seconds, count } = difference;
  return [bytes, seconds, count].every((value) => value >= 0) && records >= 0
    ? totalsText(difference)
    : `${records} records, ${bytes} octets, ${seconds} seconds, ${count} messages`;
}
