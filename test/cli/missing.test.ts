import { expect, test } from 'vitest';
import { sequenceKeys, streamOf } from '#shared/mediation/sequence.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { hintAtMissing, showMissing } from '../../cli/missing.ts';
import type { Session } from '../../cli/session.ts';
import { told } from './memory-session.ts';

const NOW = Date.UTC(2026, 10, 1) / 1000;

/** A session on a deployment to which one sender has sent files of these numbers, and another one file. */
async function sessionWith(numbers: readonly number[]): Promise<Session> {
  const decisions = memoryDecisions();
  const put = async (carrier: string, name: string, number: number) => {
    const stream = streamOf(name);
    const file = { file: `f-${number}`, generation: 1, name: `file ${number}`, arrivedAt: NOW };
    await decisions.putIfAbsent(sequenceKeys.stream(carrier, name), { carrier, stream });
    await decisions.putIfAbsent(sequenceKeys.held(carrier, { stream, number }, 1), file);
  };
  for (const number of numbers) await put('hub', 'DEUD2>UTOIO C', number);
  await put('packet', '10.1.2.3', 7);
  return { world: { decisions, clock: { now: () => NOW } } } as unknown as Session;
}

test('missing files are listed by sender, and hinted at beside a run', async () => {
  const session = await sessionWith([41, 42, 44, 50]);
  const { text, data } = await told((output) => showMissing(session, '', output));
  expect(text).toBe(
    ['carrier  files          missing', 'hub      DEUD2>UTOIO C  43', 'hub      DEUD2>UTOIO C  45 to 49'].join('\n'),
  );
  expect(data).toHaveLength(2);
  expect((await told((output) => hintAtMissing(session, output))).next).toBe(
    '6 usage files are missing: billing usage files --missing',
  );
  expect((await told((output) => showMissing(session, 'packet', output))).text).toBe('No numbered file is missing.');
});

test('nothing is hinted at when nothing is missing', async () => {
  const session = await sessionWith([41, 42]);
  expect(await told((output) => hintAtMissing(session, output))).toMatchObject({ next: '', text: '' });
});
