import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { billingApp, check } from '../../infra/app.ts';
import { acknowledgements, rules } from '../../infra/rules.ts';
import { discard, WITHOUT_CODE } from './synthesised.ts';

/** Production with all that can be turned on. */
const settings = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(settings, { recursive: true }));
const everything = readFileSync('infra/settings/prod.yaml', 'utf8')
  .replace('invoiceLock: null', 'invoiceLock: { mode: compliance, years: 10 }')
  .replace('alarmEmail: null', 'alarmEmail: billing@example.com');
writeFileSync(join(settings, 'everything.yaml'), everything);

test.each([
  { env: 'prod', settings: 'infra/settings' },
  { env: 'dev', settings: 'infra/settings' },
  { env: 'everything', settings },
])('$env has no finding that nobody acknowledged, and CloudFormation would take it', (context) => {
  const app = billingApp({ ...context, ...WITHOUT_CODE });
  check(app);
  onTestFinished(() => discard(app));
  expect(() => app.synth()).not.toThrow();
});

test.each(acknowledgements.map((each) => [String(each.finding), each] as const))(
  'the synthesis fails without the acknowledgement of %s',
  (_, left) => {
    const app = billingApp({ env: 'everything', settings, ...WITHOUT_CODE });
    Validations.of(app).addPlugins(rules(acknowledgements.filter((each) => each !== left)));
    onTestFinished(() => discard(app));
    expect(() => app.synth()).toThrow(/Acknowledge with 'Rules::(AwsSolutions|Serverless)-/);
  },
);

test('every acknowledgement has a reason that is a sentence', () => {
  for (const { reason } of acknowledgements) expect(reason).toMatch(/^[A-Z].{40,}\.$/);
});
