import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { BillingStack } from './billing-stack.ts';
import { DataStack } from './data-stack.ts';
import { acknowledgements, rules } from './rules.ts';
import { readSettings } from './settings.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `This needs Node 24 and found ${process.version}. "npm ci" installs it; start with "npm run" or "npx".`,
  );
}

const ROOT = join(import.meta.dirname, '..');

/** Feature flags live here and not in cdk.json, which only the CDK command line reads. */
const flags = {
  ...recommendedFlags,
  // A reference from one stack to the other is resolved when it is deployed, and never blocks a change.
  '@aws-cdk/core:defaultCrossStackReferences': 'weak',
  // Without it the result writer of a map vanishes silently.
  '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': true,
};

/**
 * The whole deployment: two stacks.
 *
 * @param context CDK context. `env` names the environment: what the command line says (`-c env=prod`) comes first, then
 *   this, then the variable ENV, then `dev`. `settings` is the folder of the environments' files.
 */
export function billingApp(context: Record<string, unknown>): App {
  const app = new App({
    context: { env: process.env.ENV ?? 'dev', settings: join(ROOT, 'infra/settings'), ...flags, ...context },
    builtinCloudFormationValidation: false,
  });
  const settings = readSettings(app.node.tryGetContext('settings'), String(app.node.tryGetContext('env')));
  const named = (part: string) => ({
    settings,
    stackName: `iot-billing-${settings.environment}-${part}`,
    tags: { Project: 'iot-billing', Environment: settings.environment },
  });
  const data = new DataStack(app, 'Data', {
    ...named('data'),
    description: 'Billing for IoT connectivity: usage, decisions, documents. Keep it.',
  });
  new BillingStack(app, 'Billing', {
    ...named('billing'),
    description: 'Billing for IoT connectivity: mediation, rating, bill runs. Keeps nothing.',
    data,
    root: ROOT,
  });
  return app;
}

/** Has the synthesis fail on a template that CloudFormation would refuse, and on an open finding of the rules. */
export function check(app: App) {
  Validations.of(app).addPlugins(rules(acknowledgements), new CloudFormationValidatePlugin());
}

if (import.meta.main) {
  const app = billingApp({});
  // The checks take two thirds of the time. On one's own machine somebody waits for it, and nothing is deployed.
  if (app.node.tryGetContext('env') !== 'local') check(app);
  app.synth();
}
