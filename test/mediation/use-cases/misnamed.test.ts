import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { type Arrival, fileKeys } from '#shared/mediation/usage-file.ts';
import { fileStatuses } from '#shared/mediation/use-cases/file-status.ts';
import { findFiles } from '#shared/mediation/use-cases/find-file.ts';
import { type SmallOperator, smallOperator } from '../../billing/small-operator.ts';
import { CARRIER, SECOND_RELEASE } from '../../simulation/world.ts';

const RIGHT = 'CDDEUD2UTOIO00101';
const body = readFileSync(new URL(`../samples/tap3/${RIGHT}`, import.meta.url));
const [WRONG, ALSO_WRONG] = ['CDDEUD2UTOIO00999', 'CDDEUD2UTOIO00998'];

let operator: SmallOperator;
beforeEach(async () => {
  operator = await smallOperator();
  const tap = presetSource('tap3', 'aero-tap', CARRIER, 'CD*');
  await operator.release({ ...SECOND_RELEASE, sources: [tap] });
});

async function states(): Promise<string[]> {
  const [found] = await findFiles(operator.world, WRONG);
  return (await fileStatuses(operator.world, found?.file ?? '')).map(({ state }) => state);
}

describe('content that was quarantined for its name', () => {
  test('loads when it comes under the right one', async () => {
    await operator.dropFile({ name: WRONG, body });
    expect(await states()).toEqual(['quarantined']);
    await operator.dropFile({ name: RIGHT, body });
    expect(await states()).toEqual(['quarantined', 'loaded']);
    await operator.dropFile({ name: WRONG, body });
    await operator.dropFile({ name: RIGHT, body });
    expect(await states()).toEqual(['quarantined', 'loaded']);
  });

  test('is read once under every name', async () => {
    for (const name of [WRONG, ALSO_WRONG, WRONG, ALSO_WRONG]) await operator.dropFile({ name, body });
    expect(await states()).toEqual(['quarantined', 'quarantined']);
  });

  test('is found by the sweep when its right name came before it was known to be misnamed', async () => {
    await operator.dropFile({ name: WRONG, body });
    const [found] = await findFiles(operator.world, WRONG);
    const key = `incoming/${CARRIER}/${RIGHT}`;
    await operator.world.objects.put('incoming', key, body, '');
    const put = await operator.world.objects.describe('incoming', key, '');
    if (put === undefined || found === undefined) throw new Error('it was not put');
    const { versionId, storedAt, bytes } = put;
    const arrival: Arrival = {
      ...{ key, versionId, storedAt, bytes, carrier: CARRIER, file: found.file, generation: 1, role: 'duplicate' },
    };
    await operator.world.decisions.putIfAbsent(fileKeys.arrival(CARRIER, storedAt, key, versionId), arrival);
    expect(await operator.sweep()).toMatchObject({ withoutManifest: 1 });
    await operator.settle();
    expect(await states()).toEqual(['quarantined', 'loaded']);
    expect(await operator.sweep()).toMatchObject({ withoutManifest: 0 });
  });
});

test('content that counts is a copy under any name', async () => {
  await operator.dropFile({ name: RIGHT, body });
  await operator.dropFile({ name: WRONG, body });
  expect(await states()).toEqual(['loaded']);
});
