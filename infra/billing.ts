import { Duration } from 'aws-cdk-lib';
import { Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Access } from './constructs/access.ts';
import { eachBatch, step } from './constructs/batches.ts';
import type { PublishedEvents } from './constructs/published-events.ts';
import { RunMachine } from './constructs/run-machine.ts';
import { type Service, ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import type { FunctionName } from './functions.ts';
import type { Invoicing } from './invoicing.ts';
import type { Rating } from './rating.ts';

type BillingProps = {
  service: Service;
  data: DataStack;
  events: PublishedEvents;
  rating: Rating;
  invoicing: Invoicing;
};

const RUN = { runId: '$.runId' };

/** Bill runs: from what is due to drafts, and from approved drafts to posted documents. */
export class Billing extends Construct {
  readonly functions: ServiceFunction[] = [];
  readonly startDueRuns: ServiceFunction;
  readonly draftRun: RunMachine;
  readonly postRun: RunMachine;

  constructor(scope: Construct, id: string, props: BillingProps) {
    super(scope, id);
    this.draftRun = this.#draftRun(props);
    this.postRun = this.#postRun(props);

    const { decisions, projections, work } = props.data;
    this.startDueRuns = this.#function(props, 'billing/start-due-runs', [
      ...[decisions.read(), decisions.append(), projections.read()],
      ...[work.read(), work.write()],
      this.draftRun.start(),
    ]);
    this.startDueRuns.every(Duration.hours(1));
  }

  /** Measures and invoices every payer of a run. What fails is recorded, and the closing step decides. */
  #draftRun(props: BillingProps): RunMachine {
    const { usage, decisions, projections, work } = props.data;
    const { settings } = props.service;
    const record = [...[decisions.read(), decisions.append()], ...[work.read(), work.write()]];
    const openRun = this.#function(props, 'billing/open-run', [projections.read(), projections.replace(), ...record]);
    const measureSlice = this.#function(props, 'billing/measure-slice', [usage.read(), projections.read(), ...record]);
    const invoicePayer = this.#function(props, 'billing/invoice-payer', [projections.read(), ...record]);
    const closeDraft = this.#function(props, 'billing/close-draft', [
      ...[...record, props.events.put()],
      ...[usage.read(), projections.read(), props.data.incoming.list()],
    ]);
    const recordFailure = this.#function(props, 'billing/record-failure', record);
    const { projectFacts } = props.rating;

    const scope = new Construct(this, 'DraftRunSteps');
    const batches = {
      retries: 2,
      work,
      maxConcurrency: settings.concurrency.billRunChildren,
      failure: { recordedBy: recordFailure },
    };
    const close = step(scope, 'CloseDraft', { invokes: closeDraft, payload: RUN, answer: 'nothing', retries: 3 });
    const invoice = eachBatch(scope, {
      ...batches,
      invokes: invoicePayer,
      count: '$.payerBatchCount',
      key: '$.payersKey',
      only: '$.payers',
      next: close,
    });
    const measure = eachBatch(scope, {
      ...batches,
      invokes: measureSlice,
      count: '$.sliceCount',
      key: '$.slicesKey',
      only: '$.slice',
      next: invoice,
    });
    return new RunMachine(this, 'DraftRun', {
      variable: 'DRAFT_RUN_MACHINE',
      comment: 'Drafts the documents of a bill run',
      definition: step(scope, 'ProjectFacts', { invokes: projectFacts, payload: {}, answer: 'nothing', retries: 3 })
        .next(step(scope, 'OpenRun', { invokes: openRun, payload: RUN, answer: 'state', retries: 3 }))
        .next(measure),
      invokes: [projectFacts, openRun, measureSlice, invoicePayer, closeDraft, recordFailure],
      work,
      logRetentionDays: settings.logRetentionDays,
    });
  }

  /** Only goes forwards: a step that fails for good ends the execution, and another one takes up where it was. */
  #postRun(props: BillingProps): RunMachine {
    const { decisions, projections, work, invoices } = props.data;
    const { settings } = props.service;
    const may = [...[decisions.read(), decisions.append()], ...[work.read(), work.write()]];
    const preparePosting = this.#function(props, 'billing/prepare-posting', may);
    const linkPayers = this.#function(props, 'billing/link-payers', [...may, projections.read()]);
    const numberDocuments = this.#function(props, 'billing/number-documents', may);
    const writeDocuments = this.#function(props, 'billing/write-documents', [
      ...may,
      ...[invoices.read(), invoices.write()],
    ]);
    const commitPosting = this.#function(props, 'billing/commit-posting', [
      ...may,
      ...[props.events.put(), props.rating.toRate.send()],
    ]);
    const { renderDocuments } = props.invoicing;

    const scope = new Construct(this, 'PostRunSteps');
    const batches = {
      work,
      maxConcurrency: settings.concurrency.billRunChildren,
      failure: 'fails-the-run' as const,
    };
    const documents = { count: '$.batchCount', key: '$.documentsKey', only: '$.batch' };
    const end = new Pass(scope, 'Posted');
    const render = eachBatch(scope, { ...batches, ...documents, invokes: renderDocuments, retries: 2, next: end });
    const commit = step(scope, 'CommitPosting', {
      invokes: commitPosting,
      payload: RUN,
      answer: 'nothing',
      retries: 8,
    });
    commit.next(render);
    const write = eachBatch(scope, { ...batches, ...documents, invokes: writeDocuments, retries: 5, next: commit });
    const number = step(scope, 'NumberDocuments', {
      invokes: numberDocuments,
      payload: RUN,
      answer: 'state',
      retries: 8,
    });
    number.next(write);
    const link = eachBatch(scope, {
      ...batches,
      invokes: linkPayers,
      retries: 5,
      count: '$.payerBatchCount',
      key: '$.payersKey',
      only: '$.payers',
      next: number,
    });
    return new RunMachine(this, 'PostRun', {
      variable: 'POST_RUN_MACHINE',
      comment: 'Posts the approved drafts of a bill run',
      definition: step(scope, 'PreparePosting', {
        invokes: preparePosting,
        payload: RUN,
        answer: 'state',
        retries: 8,
      }).next(link),
      invokes: [preparePosting, linkPayers, numberDocuments, writeDocuments, commitPosting, renderDocuments],
      work,
      logRetentionDays: settings.logRetentionDays,
    });
  }

  #function({ service }: BillingProps, name: FunctionName, may: Access[]): ServiceFunction {
    const made = new ServiceFunction(this, service, name, may);
    this.functions.push(made);
    return made;
  }
}
