import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import { type Service, ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import { timeoutOf } from './functions.ts';
import type { Rating } from './rating.ts';

/** From a dropped usage file to an entry in the commit log. */
export class Mediation extends Construct {
  readonly functions: ServiceFunction[];
  readonly sweep: ServiceFunction;
  readonly chunks: QueueWithDeadLetters;
  readonly complete: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, props: { service: Service; data: DataStack; rating: Rating }) {
    super(scope, id);
    const { service, data, rating } = props;
    const { usage, decisions, projections, incoming, work, inbox } = data;
    const { concurrency } = service.settings;
    this.chunks = new QueueWithDeadLetters(this, 'Chunks', {
      variable: 'CHUNK_QUEUE_URL',
      consumerTimeout: timeoutOf('mediation/load-usage-chunk'),
    });
    this.complete = new QueueWithDeadLetters(this, 'Complete', {
      variable: 'COMPLETE_QUEUE_URL',
      consumerTimeout: timeoutOf('mediation/commit-files'),
    });
    const { chunks, complete } = this;

    const mediateUsageFile = new ServiceFunction(this, service, 'mediation/mediate-usage-file', [
      ...[incoming.read(), work.read(), work.write()],
      ...[decisions.read(), decisions.append(), projections.read()],
      ...[inbox.send(), chunks.send(), complete.send()],
    ]);
    mediateUsageFile.consume(inbox, { size: 1, waitSeconds: 0, maxConcurrency: concurrency.mediateUsageFile });

    const loadUsageChunk = new ServiceFunction(this, service, 'mediation/load-usage-chunk', [
      ...[work.read(), work.writeUnder('usage'), usage.load()],
      ...[decisions.read(), decisions.append()],
      complete.send(),
    ]);
    loadUsageChunk.consume(chunks, { size: 1, waitSeconds: 0, maxConcurrency: concurrency.loadUsageChunk });

    const commitFiles = new ServiceFunction(this, service, 'mediation/commit-files', [
      ...[work.read(), work.write()],
      ...[decisions.read(), decisions.append()],
      rating.toRate.send(),
    ]);
    commitFiles.consume(complete, { size: 10, waitSeconds: 0, maxConcurrency: concurrency.commitFiles });

    this.sweep = new ServiceFunction(this, service, 'mediation/sweep', [
      ...[incoming.list(), work.read(), work.write(), decisions.read(), projections.read()],
      ...[inbox, chunks, complete, rating.toRate, rating.entries].map((queue) => queue.send()),
    ]);
    this.sweep.every(Duration.minutes(15));

    this.functions = [mediateUsageFile, loadUsageChunk, commitFiles, this.sweep];
  }
}
