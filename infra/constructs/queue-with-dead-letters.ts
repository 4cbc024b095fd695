import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';

type QueueWithDeadLettersProps = {
  /** The environment variable by which functions know it. */
  variable: string;
  /** The time-out of the function that reads it. */
  consumerTimeout: Duration;
};

/** A queue whose messages are tried five times and then kept aside for 14 days, for a person to look at. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const defaults = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.deadLetters = new Queue(this, 'DeadLetters', defaults);
    this.queue = new Queue(this, 'Queue', {
      ...defaults,
      // Six time-outs: the pollers may hold a message for several tries of a throttled function before they give it back.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    this.#variables = { [props.variable]: this.queue.queueUrl };
  }

  send(): Access {
    return { variables: this.#variables, statements: [allow(['sqs:SendMessage'], this.queue.queueArn)] };
  }
}
