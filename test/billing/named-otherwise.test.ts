import { expect, test } from 'vitest';
import { smallOperator } from './small-operator.ts';

const EID = '89049032123451234512345678901235';

test.each([
  ['eid', EID],
  ['device', 'HS0ad6bc/7'],
])(
  'usage that names nothing but an %s waits, and is billed once that is said to be of a subscription',
  async (kind, text) => {
    const operator = await smallOperator();
    await operator.dropFile({
      name: `${kind}.csv`,
      body: Buffer.from(
        `record_id,${kind},start,service,network,bytes,count\nr1,${text},2026-10-07T10:00:00Z,data,DEUD1,9000000,\n`,
      ),
    });
    expect(await operator.suspended()).toEqual([`2026-10 UNKNOWN_SUBSCRIBER ${kind}#${text} 1/9000000/0`]);
    await operator.load([
      {
        name: 'more.csv',
        text: `subscription,effectiveFrom,state,payer,plan,businessUnit,${kind}\nS9,2026-10-05,active,alpha,flex,east,${text}\n`,
      },
    ]);
    expect(await operator.suspended()).toEqual([]);
    await operator.bill('2026-10');
    expect((await operator.proof()).total.billed.bytes).toBe(9_000_000);
  },
);
