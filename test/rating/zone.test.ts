import { expect, test } from 'vitest';
import type { ZoneModel } from '#shared/catalog/catalog.ts';
import { compileZones, zoneOf } from '#shared/rating/zone.ts';

const MODEL: ZoneModel = {
  id: 'world',
  zones: [
    { id: 'germany', name: 'Germany', networks: ['DEU', '262'], called: [] },
    { id: 'partner', name: 'Partner', networks: ['DEUD2', '26202', '310'], called: [] },
    { id: 'texas', name: 'Texas', networks: ['310410'], called: [] },
  ],
  defaultZone: 'rest',
};

test.each([
  ['DEUD2', 'partner'],
  ['DEUD1', 'germany'],
  ['deud2', 'partner'],
  ['DEU', 'germany'],
  ['DE', 'rest'],
  ['26202', 'partner'],
  ['26201', 'germany'],
  ['310410', 'texas'],
  ['310411', 'partner'],
  ['31041', 'partner'],
  ['FRAF1', 'rest'],
  ['', 'rest'],
])('network "%s" is in zone %s', (network, zone) => {
  expect(zoneOf(MODEL, network)).toBe(zone);
  expect(compileZones(MODEL)(network)).toBe(zone);
});

test('without a default zone, a network nobody names has none', () => {
  expect(zoneOf({ ...MODEL, defaultZone: '' }, 'FRAF1')).toBe('');
});
