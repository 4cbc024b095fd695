import { Validations } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { billingApp, check } from '../../infra/app.ts';
import { acknowledgements, rules } from '../../infra/rules.ts';
import { WITHOUT_CODE } from './synthesised.ts';

test.each(['prod', 'dev'])('%s has no finding that nobody acknowledged, and CloudFormation would take it', (env) => {
  const app = billingApp({ env, ...WITHOUT_CODE });
  check(app);
  expect(() => app.synth()).not.toThrow();
});

test.each(acknowledgements.map((each) => [String(each.finding), each] as const))(
  'without the acknowledgement of %s the synthesis fails',
  (_, left) => {
    expect(synthesisWith(acknowledgements.filter((each) => each !== left))).toThrow();
  },
);

test('an acknowledgement that acknowledges nothing fails the synthesis', () => {
  const idle = { finding: /^AwsSolutions-RDS2$/, at: /Database/, reason: 'There is no database of this kind.' };
  expect(synthesisWith([...acknowledgements, idle])).toThrow();
});

test('every acknowledgement has a reason that is a sentence', () => {
  for (const { reason } of acknowledgements) expect(reason).toMatch(/^[A-Z].{40,}\.$/);
});

function synthesisWith(accepted: typeof acknowledgements) {
  const app = billingApp({ env: 'prod', ...WITHOUT_CODE });
  Validations.of(app).addPlugins(rules(accepted));
  return () => app.synth();
}
