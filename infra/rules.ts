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
      /^AwsSolutions-IAM5\[Resource::\{"Fn::GetStackOutput".*(Incoming|Work|Invoices)Bucket.*\}\/(map-results\/|usage\/)?\*\]$/,
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
  {
    finding: /^Serverless-SNSRedrivePolicy$/,
    at: /\/Alarms\/Topic\/[^/]+\/Resource$/,
    reason: 'The mail of an alarm that cannot be delivered is not worth keeping: the alarm stays on until it is seen.',
  },
];

/** The AWS Solutions and Serverless rules of cdk-nag. Fails the synthesis on a finding that nobody has acknowledged. */
export function rules(accepted: Acknowledgement[]): IPolicyValidationPlugin {
  return {
    name: 'Rules',
    validate: (context) => {
      const isOpen = (finding: string, path: string) =>
        !accepted.some((each) => each.finding.test(finding) && each.at.test(path));
      const packs = [new AwsSolutionsChecks(), new ServerlessChecks()];
      const violations = packs
        .flatMap((pack) => pack.validate(context).violations)
        .map((violation) => ({
          ...violation,
          violatingResources: violation.violatingResources.filter(({ constructPath }) =>
            isOpen(violation.ruleName, constructPath ?? ''),
          ),
        }))
        .filter(({ violatingResources }) => violatingResources.length > 0);
      return { success: violations.length === 0, violations };
    },
  };
}
