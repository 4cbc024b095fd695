import { expect, test } from 'vitest';
import { sequenceKeys, streamOf } from '#shared/mediation/sequence.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { open, show } from '../../cli/runs/run.ts';
import type { Session } from '../../cli/session.ts';
import { hintAtMissing, missing, showMissing } from '../../cli/usage/missing.ts';
import { smallOperator } from '../billing/small-operator.ts';
import { SECOND_RELEASE } from '../simulation/world.ts';
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

async function hinted(session: Session) {
  const found = await missing(session, '');
  return told(async (output) => hintAtMissing(found, output));
}

test('missing files are listed by sender, and hinted at beside a run', async () => {
  const session = await sessionWith([41, 42, 44, 50]);
  const { text, data } = await told((output) => showMissing(session, '', output));
  expect(text).toBe(
    [
      'by their numbers',
      '  carrier  files          missing',
      '  hub      DEUD2>UTOIO C  43',
      '  hub      DEUD2>UTOIO C  45 to 49',
    ].join('\n'),
  );
  expect(data).toMatchObject({ byNumber: [{ code: 'FILE_MISSING' }, {}], bySchedule: [] });
  expect((await hinted(session)).next).toBe('6 usage files are missing: billing usage files --missing');
  expect((await told((output) => showMissing(session, 'packet', output))).text).toBe(
    'No file is missing, by number or by schedule.',
  );
});

test('nothing is hinted at when nothing is missing', async () => {
  const session = await sessionWith([41, 42]);
  expect(await hinted(session)).toMatchObject({ next: '', text: '' });
});

test('what is overdue by a schedule is listed, and shown with a run before it is approved', async () => {
  const operator = await smallOperator();
  const sources = SECOND_RELEASE.sources.map((source) => ({ ...source, schedule: 'daily by 10:00 Europe/Berlin' }));
  await operator.release({ ...SECOND_RELEASE, sources });
  operator.setClock('2026-11-04T09:30:00+01:00');
  const header = 'record_id,imsi,start,service,network,bytes,count';
  const body = Buffer.from(`${header}\na,262010000000001,2026-10-05T08:00:00Z,data,DEUD1,1000,`);
  await operator.dropFile({ name: 'late.csv', body });
  operator.setClock('2026-11-06T11:00:00+01:00');
  const carrier = sources[0]?.carrier ?? '';
  const due = '2026-11-05 09:00Z to 2026-11-06 09:00Z';
  const expected = new RegExp(`${carrier} .*daily by 10:00 Europe/Berlin +2  ${due} +late\\.csv 2026-11-04 08:30Z`);
  expect((await told((output) => showMissing(operator, '', output))).text).toMatch(expected);
  const asked = { cycle: 1, account: '', month: '2026-10', invoiceDate: '', seller: '', beforeEnd: false, wait: false };
  const opened = await told((output) => open(operator, asked, output));
  await operator.settle();
  const shown = await told((output) =>
    show(operator, (opened.data as { run: string }).run, { all: false, usage: false }, output),
  );
  expect(shown.text).toMatch(new RegExp(`usage files that are missing\n {2}by their schedule\n[^]*${expected.source}`));
  const schedule = 'daily by 10:00 Europe/Berlin';
  expect(shown.text).toMatch(
    new RegExp(
      `files missing +amber +${carrier} source aero-odd: 1 due ${schedule}, ${carrier} source aero-csv: 2 due ${schedule}\n`,
    ),
  );
  expect(shown.data).toMatchObject({ missing: { byNumber: [], bySchedule: [{ code: 'FILE_OVERDUE' }, {}] } });
});
