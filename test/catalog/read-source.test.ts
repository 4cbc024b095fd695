import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { PRESETS, presetSource } from '#shared/catalog/presets/presets.ts';

const read = (...lines: string[]) =>
  readCatalog([{ path: 'c.yaml', text: ['sources:', ...lines.map((line) => `  ${line}`), ''].join('\n') }]);
const only = (...lines: string[]) => {
  const reading = read(...lines);
  if ('problems' in reading) throw new Error(reading.problems.map(catalogProblemText).join('\n'));
  return reading.catalog.sources[0]!;
};
const problems = (...lines: string[]) => {
  const reading = read(...lines);
  return 'problems' in reading ? reading.problems.map(catalogProblemText) : [];
};

test('a preset needs a name and a carrier', () => {
  const source = only('- { name: once, carrier: onenet, preset: 1nce-json, fileNamePattern: "usage_*" }');
  expect(source).toEqual(presetSource('1nce-json', 'once', 'onenet', 'usage_*'));
  expect(source).not.toHaveProperty('preset');
});

test('what is said beside it takes the place of what the preset says, field by field', () => {
  const preset = presetSource('asterisk-csv', 'pbx', 'pbx', '*');
  const source = only(
    '- name: pbx',
    '  carrier: pbx',
    '  preset: asterisk-csv',
    '  start: { zone: Europe/Berlin }',
    '  identifiers: [{ kind: device, column: accountcode }]',
  );
  expect(source).toEqual({
    ...preset,
    start: { column: 'start', formats: ['iso'], zone: 'Europe/Berlin' },
    identifiers: [{ kind: 'device', column: 'accountcode', prefixes: [] }],
  });
});

test('mistakes are told where they stand', () => {
  expect(problems('- { name: a, carrier: c, preset: 1nce-jsn }')).toEqual([
    `c.yaml:2 sources[0].preset: found "1nce-jsn", expected one of ${Object.keys(PRESETS).join(', ')}. Did you mean 1nce-json?`,
  ]);
  expect(problems('- name: a', '  preset: 1nce-json', '  start: { zone: Berlin }', '  colour: red')).toEqual([
    'c.yaml:2 sources[0].carrier: found nothing, expected a carrier of letters, digits and hyphens, as its folder is named. Add carrier.',
    'c.yaml:4 sources[0].start.zone: found "Berlin", expected an IANA time zone, such as Europe/Berlin. Write area/city; an offset such as +02:00 has no summer time.',
    expect.stringContaining('c.yaml:5 sources[0].colour: found unknown field "colour"'),
  ]);
});

test('a definition in JSON is told what is wrong with its paths', () => {
  const text = [
    '- name: a',
    '  carrier: c',
    '  format: json',
    '  recordsAt: data[]',
    '  identifiers: [{ kind: imsi, column: "sims[].imsi" }]',
    '  identity: [id, "a..b"]',
    '  start: { column: at }',
    '  service:',
    '    rules:',
    '      - service: data',
    '        quantities:',
    '          - { measure: bytesUp, column: "units[].up", unit: B }',
    '          - { measure: bytesDown, column: "other[].down", unit: B }',
  ];
  expect(problems(...text)).toEqual([
    'c.yaml:7 sources[0].identity[1]: found "a..b", expected a path such as sim.iccid or units[].volume. Write keys with a dot between them; a key with dots or brackets goes in double quotes.',
  ]);
  expect(problems(...text.map((line) => line.replace('"a..b"', 'at.more')))).toEqual([
    'c.yaml:5 sources[0].recordsAt: found "data[]", expected a path without []. Name the list itself.',
    'c.yaml:6 sources[0].identifiers[0].column: found "sims[].imsi", expected a path to one value. Only quantities, which are added up, may lead through a list, and each of what divides them.',
    'c.yaml:8 sources[0].start.column: found "at", expected a path to a value. "at.more" says that it is no value itself.',
    'c.yaml:14 sources[0].service.rules[0].quantities[1].column: found "other[].down", expected the same list as the other quantities. Quantities may lead through one list only.',
  ]);
});

test('what divides the items of a list is told where it is wrong', () => {
  const source = (records: string, ...each: string[]) => [
    '- name: a',
    '  carrier: c',
    '  format: json',
    `  records: ${records}`,
    '  identifiers: [{ kind: imsi, column: imsi }]',
    '  identity: [id]',
    '  start: { column: at }',
    '  service: { rules: [{ service: data, quantities: [{ measure: bytesUp, column: "units[].used[].up", unit: B }] }] }',
    ...each,
  ];
  const fields = ['ratingGroup: { each: "units[].group" }', 'technology: { column: rat, each: "units[].used[].rat" }'];
  const right = fields.map((field) => `  ${field}`);
  expect(problems(...source('events', ...right))).toEqual([]);
  expect(problems(...source('aggregates', ...right))).toEqual([
    expect.stringContaining('sources[0].ratingGroup.each: found "units[].group", expected no each in aggregates.'),
    expect.stringContaining('sources[0].technology.each: found "units[].used[].rat", expected no each in aggregates.'),
  ]);
  const wrong = ['ratingGroup: { each: group }', 'fiveQi: { each: "others[].qi" }', 'technology: "units[].rat"'];
  const inside = 'a path through the list of the quantities, or a list it is inside of';
  expect(problems(...source('events', ...wrong.map((field) => `  ${field}`)))).toEqual([
    expect.stringContaining(`c.yaml:12 sources[0].technology: found "units[].rat", expected a path to one value.`),
    expect.stringContaining(`c.yaml:10 sources[0].ratingGroup.each: found "group", expected ${inside}.`),
    expect.stringContaining(`c.yaml:11 sources[0].fiveQi.each: found "others[].qi", expected ${inside}.`),
  ]);
  expect(problems(...source('events', '  ratingGroup: { each: "units[].group", constant: 10 }'))).toHaveLength(1);
  expect(problems('- { name: p, carrier: c, preset: plain-csv, ratingGroup: { each: group } }')).toHaveLength(1);
});

test('sources keep amounts where they say what is charged and in which currency', () => {
  const plain = (more: string) => `- { name: p, carrier: c, preset: plain-csv, ${more} }`;
  expect(only(plain('amounts: true')).amounts).toBe(true);
  expect(only(plain('imei: imei')).amounts).toBe(false);
  expect(problems(plain('amounts: true, currency: { constant: EUR }'))).toEqual([]);
  expect(problems(plain("amounts: true, charge: ''"))).toEqual([expect.stringContaining('sources[0].charge')]);
  expect(problems('- { name: t, carrier: c, format: ts32298, amounts: true }')).toEqual([
    expect.stringContaining('no amounts: such records carry none'),
  ]);
});
