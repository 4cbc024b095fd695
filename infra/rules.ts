import type { IPolicyValidationPlugin } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

type Acknowledgement = {
  /** The finding: a rule, or a rule with what it found in brackets. */
  finding: RegExp;
  /** The paths of the constructs where it is meant to be; anywhere else it still fails. */
  at: RegExp;
  reason: string;
};

/**
 * Every finding we live with, and why.
 *
 * cdk-nag's own acknowledgements name a finding word for word; ours contain references to the other stack as JSON, so
 * they are matched by pattern instead.
 */
export const acknowledgements: Acknowledgement[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /\/Role\/DefaultPolicy\/Resource$/,
    reason:
      'X-Ray and the delivery of logs know no resources. test/infra/permissions.test.ts holds "*" to their actions.',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::\{"Fn::GetStackOutput".*(Incoming|Work|Invoices)Bucket.*\}\/(map-results\/)?\*\]$/,
    at: /\/Role\/DefaultPolicy\/Resource$/,
    reason: 'The objects of one bucket. Their keys are made at run time, from carriers, files and runs.',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:.*(DraftRun|PostRun)Machine.*\]$/,
    at: /\/(DraftRun|PostRun)\/Machine\/DistributedMapPolicy\/Resource$/,
    reason:
      'A machine follows the executions of itself that are the children of its maps. Their names are made by AWS.',
  },
  {
    finding: /^Serverless-LambdaDLQ$/,
    at: /\/Function\/Resource$/,
    reason:
      'The dead letters of a function that reads a queue are those of the queue; a function called by a state machine ' +
      'is tried again by it; a scheduled one is followed by the next, which does the same work.',
  },
  {
    finding: /^Serverless-LambdaAsyncFailureDestination$/,
    at: /\/(Sweep|StartDueRuns)\/Function\/EventInvokeConfig\/Resource$/,
    reason:
      'The event of a schedule says nothing but the time, so that there is nothing to keep: the next one does the same ' +
      'work. Errors and silence raise an alarm.',
  },
  {
    finding: /^Serverless-LambdaEventSourceMappingDestination$/,
    at: /\/Messages\/Resource$/,
    reason: 'All sources are SQS, whose own redrive keeps what failed; a destination is for streams.',
  },
  {
    finding: /^Serverless-SQSRedrivePolicy$/,
    at: /\/DeadLetters\/Resource$/,
    reason: 'These are the dead letters. An alarm says when there is one, and the runbook what to do with it.',
  },
];

/**
 * The AWS Solutions and Serverless rules of cdk-nag. Fails the synthesis on a finding that nobody has acknowledged, and on
 * an acknowledgement that acknowledges nothing.
 */
export function rules(accepted: Acknowledgement[]): IPolicyValidationPlugin {
  return {
    name: 'Rules',
    validate: (context) => {
      const used = new Set<Acknowledgement>();
      const acknowledged = (finding: string, path: string) => {
        const match = accepted.find((each) => each.finding.test(finding) && each.at.test(path));
        if (match) used.add(match);
        return match !== undefined;
      };
      const packs = [new AwsSolutionsChecks(), new ServerlessChecks()];
      const findings = packs.flatMap((pack) => [...pack.validate(context).violations]);
      const open = findings.flatMap((violation) => {
        const violatingResources = violation.violatingResources.filter(
          ({ constructPath }) => !acknowledged(violation.ruleName, constructPath ?? ''),
        );
        return violatingResources.length > 0 ? [{ ...violation, violatingResources }] : [];
      });
      const idle = accepted
        .filter((each) => !used.has(each))
        .map(({ finding, at }) => ({
          ruleName: 'IdleAcknowledgement',
          description: `Nothing is found by ${finding} at ${at}: take it out of infra/rules.ts.`,
          violatingResources: [{ constructPath: 'Billing', locations: ['infra/rules.ts'] }],
        }));
      return { success: open.length + idle.length === 0, violations: [...open, ...idle] };
    },
  };
}
