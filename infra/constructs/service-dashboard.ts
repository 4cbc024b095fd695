import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { LedgerTable } from './ledger-table.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';
import type { RunMachine } from './run-machine.ts';
import type { ServiceFunction } from './service-function.ts';

type ServiceDashboardProps = {
  queues: QueueWithDeadLetters[];
  functions: ServiceFunction[];
  tables: LedgerTable[];
  machines: RunMachine[];
};

/** One page, from what waits to what it costs. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, { queues, functions, tables, machines }: ServiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(1) });
    dashboard.addWidgets(
      graph(
        'Messages that wait',
        queues.map(({ queue, node }) => queue.metricApproximateNumberOfMessagesVisible({ label: node.id })),
      ),
      graph(
        'Age of the oldest message, in seconds',
        queues.map(({ queue, node }) => queue.metricApproximateAgeOfOldestMessage({ label: node.id })),
      ),
      graph(
        'Dead letters',
        queues.map(({ deadLetters, node }) => deadLetters.metricApproximateNumberOfMessagesVisible({ label: node.id })),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Errors',
        functions.map(({ function: lambda, id }) => lambda.metricErrors({ label: id })),
      ),
      graph(
        'Duration, 99 of 100, in ms',
        functions.map(({ function: lambda, id }) => lambda.metricDuration({ label: id, statistic: 'p99' })),
      ),
      graph(
        'Throttles',
        functions.map(({ function: lambda, id }) => lambda.metricThrottles({ label: id })),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Read units',
        tables.map(({ table, node }) => table.metricConsumedReadCapacityUnits({ label: node.id })),
      ),
      graph(
        'Write units',
        tables.map(({ table, node }) => table.metricConsumedWriteCapacityUnits({ label: node.id })),
      ),
      graph(
        'Bill runs',
        machines.flatMap(({ machine, node }) => [
          machine.metricSucceeded({ label: `${node.id} succeeded` }),
          machine.metricFailed({ label: `${node.id} failed` }),
        ]),
      ),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
