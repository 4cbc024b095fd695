import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Billing } from './billing.ts';
import { Alarms } from './constructs/alarms.ts';
import type { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import type { RunMachine } from './constructs/run-machine.ts';
import { ServiceDashboard } from './constructs/service-dashboard.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import type { Invoicing } from './invoicing.ts';
import type { Mediation } from './mediation.ts';
import type { Rating } from './rating.ts';

type ObservabilityProps = {
  alarmEmail: string | null;
  data: DataStack;
  mediation: Mediation;
  rating: Rating;
  billing: Billing;
  invoicing: Invoicing;
};

const HOUR = Duration.hours(1);

/** Alarms for what a person has to look at, and one page that shows how the service is. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { data, mediation, rating, billing, invoicing } = props;
    const functions = [mediation, rating, billing, invoicing].flatMap((capability) => capability.functions);
    const scheduled = [mediation.sweep, billing.startDueRuns];

    const alarms = new Alarms(this, 'Alarms', { email: props.alarmEmail });
    watchQueue(alarms, 'Inbox', data.inbox, 'usage files', 'usage-files-in-the-dead-letters');
    watchQueue(alarms, 'Chunks', mediation.chunks, 'chunks', 'chunks-in-the-dead-letters');
    watchQueue(alarms, 'Complete', mediation.complete, 'complete files', 'complete-files-in-the-dead-letters');
    watchQueue(alarms, 'ToRate', rating.toRate, 'ratings', 'ratings-in-the-dead-letters');
    watchQueue(alarms, 'Entries', rating.entries, 'commit-log entries', 'entries-in-the-dead-letters');
    watchQuarantine(alarms);
    watchMachine(alarms, 'DraftRun', billing.draftRun, 'A bill run ended without a draft.', 'a-draft-run-failed');
    watchMachine(alarms, 'PostRun', billing.postRun, 'Posting stopped half way.', 'a-post-run-failed');
    for (const each of functions) watchErrors(alarms, each, scheduled.includes(each) ? 1 : 5);
    for (const each of scheduled) watchSilence(alarms, each);

    new ServiceDashboard(this, 'Dashboard', {
      queues: [data.inbox, mediation.chunks, mediation.complete, rating.toRate, rating.entries],
      functions,
      tables: [data.usage, data.decisions, data.projections],
      machines: [billing.draftRun, billing.postRun],
    });
  }
}

function watchQueue(alarms: Alarms, id: string, watched: QueueWithDeadLetters, holds: string, chapter: string) {
  alarms.add(`${id}DeadLetters`, {
    metric: watched.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    atLeast: 1,
    says: `Some ${holds} failed five times and wait for you.`,
    chapter,
  });
  alarms.add(`${id}Late`, {
    metric: watched.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
    atLeast: Duration.hours(2).toSeconds(),
    says: `Some ${holds} have been waiting for two hours.`,
    chapter: 'a-queue-falls-behind',
  });
}

/** What mediation counts itself: files of which nothing counts. */
function watchQuarantine(alarms: Alarms) {
  const metric = new Metric({
    namespace: 'IotBilling',
    metricName: 'UsageFile-quarantined',
    dimensionsMap: { service: 'mediation' },
    statistic: 'Sum',
  });
  alarms.add('Quarantined', {
    metric,
    atLeast: 1,
    says: 'Usage files were quarantined.',
    chapter: 'a-usage-file-is-quarantined',
  });
}

function watchMachine(alarms: Alarms, id: string, { machine }: RunMachine, says: string, chapter: string) {
  alarms.add(`${id}Failed`, { metric: machine.metricFailed(), atLeast: 1, says, chapter });
  alarms.add(`${id}TimedOut`, { metric: machine.metricTimedOut(), atLeast: 1, says, chapter });
}

/** Queues and state machines try again, so that a few errors mean nothing; a schedule does not. */
function watchErrors(alarms: Alarms, { function: lambda, name, id }: ServiceFunction, atLeast: number) {
  const says = `${name} failed ${atLeast === 1 ? '' : `${atLeast} times `}within an hour.`;
  alarms.add(`${id}Errors`, {
    metric: lambda.metricErrors({ period: HOUR }),
    atLeast,
    says,
    chapter: 'a-function-fails',
  });
}

function watchSilence(alarms: Alarms, { function: lambda, name, id }: ServiceFunction) {
  alarms.add(`${id}Silence`, {
    metric: lambda.metricInvocations({ period: Duration.hours(3) }),
    below: 1,
    says: `${name} has not run for three hours.`,
    chapter: 'a-schedule-is-silent',
  });
}
