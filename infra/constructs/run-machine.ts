import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';
import { MAP_RESULTS } from './batches.ts';
import type { PrivateBucket } from './private-bucket.ts';
import type { ServiceFunction } from './service-function.ts';

type RunMachineProps = {
  /** The environment variable by which functions know it. */
  variable: string;
  comment: string;
  definition: IChainable;
  /** The functions it invokes. */
  invokes: ServiceFunction[];
  /** Where its maps read their batches and write their results. */
  work: PrivateBucket;
  logRetentionDays: number;
};

/** A state machine that walks one bill run through its steps. Its input is `{ "runId": "…" }`. */
export class RunMachine extends Construct {
  readonly machine: StateMachine;
  readonly #variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: RunMachineProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    for (const statement of permissions(props)) role.addToPolicy(statement);
    this.machine = new StateMachine(this, 'Machine', {
      comment: props.comment,
      definitionBody: DefinitionBody.fromChainable(props.definition),
      stateMachineType: StateMachineType.STANDARD,
      timeout: Duration.days(1),
      // What CDK would add lets the machine invoke every version of a function and read every object by wildcard.
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          retention: props.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    });
    this.machine.node.addDependency(role);
    // Its own executions are the children of its maps. In a policy apart, for the machine waits for the one of its role.
    (this.machine.node.findChild('DistributedMapPolicy') as Policy).attachToRole(role);
    this.#variables = { [props.variable]: this.machine.stateMachineArn };
  }

  start(): Access {
    return {
      variables: this.#variables,
      statements: [allow(['states:StartExecution'], this.machine.stateMachineArn)],
    };
  }
}

function permissions({ invokes, work }: RunMachineProps): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: invokes.map((invoked) => invoked.function.functionArn),
    }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [work.bucket.arnForObjects('*')] }),
    new PolicyStatement({
      actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: [work.bucket.arnForObjects(`${MAP_RESULTS}/*`)],
    }),
    // Delivering logs and traces knows no narrower resource.
    new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  ];
}
