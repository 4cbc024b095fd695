import { writeOffUsage } from '#shared/billing/use-cases/usage/write-off-usage.ts';
import { SECOND_RELEASE } from '../simulation/world.ts';
import { type SmallOperator, smallOperator } from './small-operator.ts';

const HEADER = 'record_id,imsi,start,service,network,bytes,count';
/** A line of a file; its SIM by the last digit. */
export const row = (id: string, imsi: number, at: string, bytes: number, network = 'DEUD1') =>
  `${id},26201000000000${imsi},2026-${at}T08:00:00Z,data,${network},${bytes},`;
/** A file of such lines. */
export const file = (name: string, rows: readonly string[]) => ({
  name,
  body: Buffer.from([HEADER, ...rows].join('\n')),
});
/** What a carrier said of October: good, said twice, of nothing, from a network without a price, of an unknown SIM, without a date, of November. */
export const OCTOBER: readonly string[] = [
  row('a1', 1, '10-05', 1000),
  row('a2', 1, '10-06', 2000),
  row('a1', 1, '10-05', 1000),
  row('a3', 1, '10-07', 0),
  row('a4', 1, '10-08', 4000, 'USAAT'),
  row('a5', 9, '10-09', 8000),
  row('a6', 1, '31-99', 16_000),
  row('a7', 1, '11-02', 32_000),
];

/** An operator that was sent these lines, twice, and with them a file of others and a broken one. */
export async function operatorWith(october: readonly string[]): Promise<SmallOperator> {
  const operator = await smallOperator();
  await operator.release(SECOND_RELEASE);
  await operator.dropFile(file('a.csv', october));
  await operator.dropFile(file('copy-of-a.csv', october));
  await operator.dropFile(file('odd.csv', [row('a2', 1, '10-06', 2000), row('b1', 5, '10-10', 64_000)]));
  await operator.dropFile({ name: 'broken.csv', body: Buffer.from('record_id,imsi\na,b\n') });
  return operator;
}

/** Writes off what was sent for a SIM nobody has. */
export async function writeOffStrays(operator: SmallOperator): Promise<void> {
  const command = { month: '2026-10', reason: 'UNKNOWN_SUBSCRIBER', identifiers: [], note: 'x', by: 'ops' } as const;
  await writeOffUsage(operator.world, command);
  await operator.settle();
}

/** An operator whose usage went every way there is: billed, late, not yet due, written off, suspended, rejected, said twice, of nothing, in a broken file. */
export async function operatorWithAllFates(): Promise<SmallOperator> {
  const operator = await operatorWith(OCTOBER);
  await operator.bill('2026-10');
  await operator.dropFile(file('late.csv', [row('c1', 1, '10-11', 128_000)]));
  await writeOffStrays(operator);
  return operator;
}
