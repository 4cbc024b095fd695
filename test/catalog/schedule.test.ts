import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { readCatalog } from '#shared/catalog/files/read-catalog.ts';
import { readSchedule } from '#shared/catalog/schedule.ts';

test.each([
  ['hourly', { every: 'hour' }],
  ['daily by 06:00', { every: 'day', by: '06:00', zone: 'UTC' }],
  ['daily by 23:59 Europe/Berlin', { every: 'day', by: '23:59', zone: 'Europe/Berlin' }],
  ['daily', undefined],
  ['daily by 6:00', undefined],
  ['daily by 24:00', undefined],
  ['daily by 06:00 Berlin', undefined],
  ['hourly by 20', undefined],
  ['Hourly', undefined],
  ['', undefined],
])('"%s" says %o', (text, schedule) => {
  expect(readSchedule(text)).toEqual(schedule);
});

const sourceOf = (schedule: string) =>
  readCatalog([
    {
      path: 'c.yaml',
      text: `sources:\n  - { name: hub, carrier: hub, format: tap3${schedule === '' ? '' : `, schedule: ${schedule}`} }\n`,
    },
  ]);

test('a source says it, and need not', () => {
  expect(sourceOf('daily by 06:00 Europe/Berlin')).toMatchObject({
    catalog: { sources: [{ schedule: 'daily by 06:00 Europe/Berlin' }] },
  });
  expect(sourceOf('')).toMatchObject({ catalog: { sources: [{ schedule: '' }] } });
});

test('what is none is refused, with what to write', () => {
  const reading = sourceOf('daily at six');
  expect('problems' in reading && reading.problems.map(catalogProblemText)).toEqual([
    expect.stringMatching(/c\.yaml.*schedule.*daily at six.*hourly, daily by 06:00.*Write hourly, or daily by HH:MM/s),
  ]);
});
