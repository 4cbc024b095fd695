import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSettings } from '../../infra/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const valid = `removal: destroy
invoiceLock: { mode: governance, years: 10 }
backBillingMonths: 6
usageRetentionMonths: 6
ratingDelayMinutes: 5
chunkRecords: 25000
sliceSubscriptions: 5000
fourEyes: false
approval: person
logRetentionDays: 14
alarmEmail: null
concurrency:
  mediateUsageFile: 5
  loadUsageChunk: 10
  commitFiles: 2
  rateUsage: 5
  projectFacts: 2
  billRunChildren: 20
`;

function read(text: string) {
  writeFileSync(join(folder, 'test.yaml'), text);
  return () => readSettings(folder, 'test');
}

test.each(readdirSync('infra/settings'))('%s is right', (file) => {
  const environment = file.replace('.yaml', '');
  expect(readSettings('infra/settings', environment).environment).toBe(environment);
});

test.each([
  ['prod', { removal: 'retain', fourEyes: true }],
  ['dev', { removal: 'destroy', alarmEmail: null }],
  ['local', { removal: 'destroy', ratingDelayMinutes: 0 }],
])('%s is what it is meant to be', (environment, expected) => {
  expect(readSettings('infra/settings', environment)).toMatchObject(expected);
});

test('a file says everything, and its name is the environment', () => {
  expect(read(valid)()).toMatchObject({ environment: 'test', invoiceLock: { mode: 'governance', years: 10 } });
});

test('all problems are listed, each with its line and field', () => {
  const wrong = valid
    .replace('backBillingMonths: 6', 'backBillingMonths: 6.5')
    .replace('ratingDelayMinutes: 5', 'ratingDelayMinutes: 16')
    .replace('logRetentionDays: 14', 'logRetentionDays: 10')
    .replace('  commitFiles: 2\n', '')
    .replace('alarmEmail: null', 'alarmMail: me@example.com\nalarmEmail: nobody');
  expect(read(wrong)).toThrow('The settings are wrong');
  const path = join(folder, 'test.yaml');
  for (const problem of [
    `${path}:3: backBillingMonths: `,
    `${path}:5: ratingDelayMinutes: `,
    `${path}:10: logRetentionDays: expected one of 1, 3, 5, 7, 14,`,
    `${path}:14: concurrency.commitFiles: `,
    `${path}:12: alarmEmail: `,
    `${path}:1: (file): Unrecognized key: "alarmMail"`,
  ]) {
    expect(read(wrong)).toThrow(problem);
  }
});

test.each([
  ['YAML that is none', 'removal: [', /test\.yaml:\d+: /],
  ['a list', '- removal', /test\.yaml:1: \(file\): /],
  ['nothing', '', /test\.yaml:1: \(file\): /],
  ['a name twice', `${valid}removal: retain\n`, /test\.yaml:19: .*unique/i],
])('%s is refused with file and line', (_, text, message) => {
  expect(read(text)).toThrow(message);
});

test.each(['nowhere', '../settings/prod', 'PROD', ''])(
  'an environment "%s" is refused, with those there are',
  (name) => {
    expect(() => readSettings('infra/settings', name)).toThrow(/expected one of dev, local, prod/);
  },
);
