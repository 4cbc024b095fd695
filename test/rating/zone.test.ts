import { expect, test } from 'vitest';
import type { ZoneModel } from '#shared/catalog/catalog.ts';
import { compileZones, type ZoneFacts } from '#shared/rating/zone.ts';

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
  expect(compileZones(MODEL)({ service: 'data', network, calledPrefix: '' })).toBe(zone);
});

test('without a default zone, a network nobody names has none', () => {
  const find = compileZones({ ...MODEL, defaultZone: '' });
  expect(find({ service: 'data', network: 'FRAF1', calledPrefix: '' })).toBe('');
});

const CALLS: ZoneModel = {
  id: 'calls',
  zones: [
    { id: 'eu', name: 'Europe', networks: ['DEU', 'FRA'], called: [] },
    { id: 'us', name: 'USA', networks: ['USA'], called: [{ from: [], prefixes: ['1'] }] },
    { id: 'eu-us', name: 'Europe to USA', networks: [], called: [{ from: ['eu'], prefixes: ['1', '1212'] }] },
    { id: 'canada', name: 'Canada', networks: [], called: [{ from: [], prefixes: ['1204', '12'] }] },
  ],
  defaultZone: 'us',
};

test.each<[ZoneFacts['service'], string, string, string, string]>([
  ['voice', 'DEU01', '1305555', 'eu-us', 'from where it is called before from anywhere'],
  ['voice', 'USA01', '1305555', 'us', 'from anywhere'],
  ['voice', 'DEU01', '1204555', 'canada', 'the longest first, wherever from'],
  ['voice', 'DEU01', '1212555', 'eu-us', 'four digits before two'],
  ['voice', 'USA01', '1212555', 'canada', 'what is named from elsewhere does not count'],
  ['voice', 'DEU01', '4930555', 'eu', 'the zone of the network where nothing names the number'],
  ['voice', 'DEU01', '', 'eu', 'no number'],
  ['sms', 'FRA01', '1', 'eu-us', 'messages likewise'],
  ['data', 'DEU01', '1', 'eu', 'data has no number called'],
  ['voice', 'XXX01', '1305555', 'us', 'from the default zone'],
])('%s from %s to %s is in zone %s: %s', (service, network, calledPrefix, zone) => {
  expect(compileZones(CALLS)({ service, network, calledPrefix })).toBe(zone);
});
