import { beforeEach, describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { type Arrival, fileKeys, type ManifestSummary } from '#shared/mediation/usage-file.ts';
import { overdueFiles } from '#shared/mediation/use-cases/overdue-files.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';

const at = (text: string) => Date.parse(`2026-10-${text}Z`) / 1000;
const NOW = at('20T12:00');
const source = (name: string, pattern: string, schedule: string): SourceDefinition => ({
  ...presetSource('plain-csv', name, 'hub', pattern),
  schedule,
});
const DAILY = source('hub-daily', 'daily_*', 'daily by 06:00 Europe/Berlin');
const OTHERS = [source('hub-any', 'any_*', ''), source('hub-hourly', 'hour_*', 'hourly')];

let decisions: Decisions;
beforeEach(() => {
  decisions = memoryDecisions();
});

async function arrive(name: string, storedAt: number, role: Arrival['role'], status: ManifestSummary['status']) {
  const [key, file] = [`incoming/hub/${name}`, `file-of-${name}`];
  const arrival: Arrival = { key, versionId: 'v', carrier: 'hub', bytes: 1, storedAt, file, generation: 1, role };
  await decisions.putIfAbsent(fileKeys.arrival('hub', storedAt, key, 'v'), arrival);
  await decisions.putIfAbsent(fileKeys.claim(file, 1), { source: DAILY, replays: 0 });
  const manifest = { key: 'm', sha256: 's' };
  await decisions.putIfAbsent<ManifestSummary>(fileKeys.manifest(file, 1), { manifest, status, chunks: 0 });
}
const come = (name: string, day: string) => arrive(name, at(day), 'first', 'accepted');
const overdue = (carrier: string) => overdueFiles(decisions, [DAILY, ...OTHERS], carrier, NOW);

describe('by a schedule', () => {
  test('is overdue what did not come, from the first file on', async () => {
    await come('daily_17.csv', '17T03:00');
    await come('daily_19.csv', '19T03:10');
    await come('any_20.csv', '20T03:00');
    expect((await overdue('')).filter((each) => each.source === 'hub-daily')).toEqual([
      {
        code: 'FILE_OVERDUE',
        carrier: 'hub',
        source: 'hub-daily',
        schedule: 'daily by 06:00 Europe/Berlin',
        due: [at('18T04:00'), at('20T04:00')],
        refused: [],
        lastSeen: { name: 'daily_19.csv', arrivedAt: at('19T03:10') },
      },
    ]);
  });

  test('neither a copy nor a file that is quarantined is one that came', async () => {
    await come('daily_18.csv', '18T03:00');
    await arrive('daily_18_again.csv', at('19T03:00'), 'duplicate', 'accepted');
    await arrive('daily_20.csv', at('20T03:00'), 'first', 'quarantined');
    expect((await overdue('hub'))[0]).toMatchObject({
      due: [at('19T04:00'), at('20T04:00')],
      refused: ['daily_20.csv'],
      lastSeen: { name: 'daily_18.csv' },
    });
  });

  test('of a source that never had a file the last one is', async () => {
    expect(await overdue('')).toMatchObject([
      { source: 'hub-daily', due: [at('20T04:00')], lastSeen: null },
      { source: 'hub-hourly', due: [at('20T12:00')], lastSeen: null },
    ]);
  });

  test('of another carrier nothing is asked', async () => {
    expect(await overdue('elsewhere')).toEqual([]);
  });
});
