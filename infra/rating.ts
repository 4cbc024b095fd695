import { Construct } from 'constructs';
import type { PublishedEvents } from './constructs/published-events.ts';
import { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import { type Service, ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import { timeoutOf } from './functions.ts';

/** The projections: look-ups of inventory and catalogue, and rated usage of the running month. */
export class Rating extends Construct {
  readonly functions: ServiceFunction[];
  /** What commits touched and is to be rated anew. */
  readonly toRate: QueueWithDeadLetters;
  /** Commit-log entries whose facts are to be projected. */
  readonly entries: QueueWithDeadLetters;
  readonly projectFacts: ServiceFunction;

  constructor(scope: Construct, id: string, props: { service: Service; data: DataStack; events: PublishedEvents }) {
    super(scope, id);
    const { service, data, events } = props;
    const { usage, decisions, projections, work } = data;
    const { concurrency } = service.settings;
    this.toRate = new QueueWithDeadLetters(this, 'ToRate', {
      variable: 'RATING_QUEUE_URL',
      consumerTimeout: timeoutOf('rating/rate-usage'),
    });
    this.entries = new QueueWithDeadLetters(this, 'Entries', {
      variable: 'ENTRY_QUEUE_URL',
      consumerTimeout: timeoutOf('rating/project-facts'),
    });

    const rateUsage = new ServiceFunction(this, service, 'rating/rate-usage', [
      ...[usage.read(), decisions.read(), work.read()],
      ...[projections.read(), projections.replace()],
      events.put(),
      // The first use of what is ready is a fact of the inventory.
      ...[decisions.append(), work.write(), this.entries.send()],
      // What one invocation has no time for.
      this.toRate.send(),
    ]);
    // What many files touched at the same time is rated once.
    rateUsage.consume(this.toRate, { size: 100, waitSeconds: 1, maxConcurrency: concurrency.rateUsage });

    this.projectFacts = new ServiceFunction(this, service, 'rating/project-facts', [
      ...[decisions.read(), work.read()],
      ...[projections.read(), projections.replace()],
      this.toRate.send(),
      // What one invocation has no time for.
      this.entries.send(),
    ]);
    this.projectFacts.consume(this.entries, { size: 10, waitSeconds: 0, maxConcurrency: concurrency.projectFacts });

    this.functions = [rateUsage, this.projectFacts];
  }
}
