import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

type Watch = {
  metric: IMetric;
  /** What happened, as a sentence. */
  says: string;
  /** The chapter of the runbook that says what to do. */
  chapter: string;
} & ({ atLeast: number } | { below: number });

/** Alarms that say what happened and where to read on, and mail it if somebody is to be told. */
export class Alarms extends Construct {
  readonly #topic: Topic | null;

  constructor(scope: Construct, id: string, { email }: { email: string | null }) {
    super(scope, id);
    this.#topic = email === null ? null : new Topic(this, 'Topic', { enforceSSL: true });
    if (email !== null) this.#topic?.addSubscription(new EmailSubscription(email));
  }

  /** Where silence is no trouble, as with errors, missing numbers are fine; where something must happen, they are not. */
  add(id: string, watch: Watch) {
    const limit =
      'atLeast' in watch
        ? {
            threshold: watch.atLeast,
            comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }
        : {
            threshold: watch.below,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.BREACHING,
          };
    const alarm = new Alarm(this, id, {
      ...limit,
      metric: watch.metric,
      evaluationPeriods: 1,
      alarmDescription: `${watch.says} What to do: docs/runbook.md#${watch.chapter}`,
    });
    if (this.#topic) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
