import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { MAP_RESULTS } from './constructs/batches.ts';
import { LedgerTable } from './constructs/ledger-table.ts';
import { bucketDefaults, PrivateBucket } from './constructs/private-bucket.ts';
import { QueueWithDeadLetters } from './constructs/queue-with-dead-letters.ts';
import { timeoutOf } from './functions.ts';
import type { Settings } from './settings.ts';

/** What must survive everything: the tables, the buckets, and the queue that the incoming bucket reports to. */
export class DataStack extends Stack {
  /** What the carriers reported. */
  readonly usage: LedgerTable;
  /** What was decided: commit log, claims, links, invoice numbers. Every item was put once, when it was absent. */
  readonly decisions: LedgerTable;
  /** What can be computed again from the logs: look-ups and rated usage. */
  readonly projections: LedgerTable;
  /** Where carriers drop usage files. */
  readonly incoming: PrivateBucket;
  /** Manifests, chunks, partial sums, drafts and releases. */
  readonly work: PrivateBucket;
  /** Posted documents. */
  readonly invoices: PrivateBucket;
  /** One message for each usage file that was dropped. */
  readonly inbox: QueueWithDeadLetters;

  constructor(scope: Construct, id: string, props: StackProps & { settings: Settings }) {
    const { settings, ...stackProps } = props;
    const { removal } = settings;
    super(scope, id, { ...stackProps, terminationProtection: removal === 'retain' });

    this.usage = new LedgerTable(this, 'Usage', { variable: 'USAGE_TABLE', removal, keep: { until: 'expiresAt' } });
    this.decisions = new LedgerTable(this, 'Decisions', { variable: 'DECISION_TABLE', removal, keep: 'forever' });
    this.projections = new LedgerTable(this, 'Projections', { variable: 'PROJECTION_TABLE', removal, keep: 'forever' });

    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...bucketDefaults,
      removalPolicy: removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [{ expiration: Duration.days(settings.logRetentionDays) }],
    });
    const defaults = { removal, accessLogs, lock: null, expiry: [] };
    this.incoming = new PrivateBucket(this, 'Incoming', { ...defaults, variable: 'INCOMING_BUCKET' });
    this.work = new PrivateBucket(this, 'Work', {
      ...defaults,
      variable: 'WORK_BUCKET',
      expiry: [
        { prefix: `${MAP_RESULTS}/`, expiration: Duration.days(30) },
        // Repeated steps put the same bytes again. As long as a table can be restored, so can what was overwritten.
        { noncurrentVersionExpiration: Duration.days(35) },
      ],
    });
    this.invoices = new PrivateBucket(this, 'Invoices', {
      ...defaults,
      variable: 'INVOICE_BUCKET',
      lock: settings.invoiceLock,
    });

    this.inbox = new QueueWithDeadLetters(this, 'Inbox', {
      variable: 'INBOX_QUEUE_URL',
      consumerTimeout: timeoutOf('mediation/mediate-usage-file'),
    });
    this.#announceUsageFiles();
    this.#outputs();
  }

  /** The bucket tells the inbox of every object under `incoming/`, however it was put. */
  #announceUsageFiles() {
    const { queue } = this.inbox;
    const permission = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        // The account and not the bucket: the bucket needs this policy to be there before it is made.
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    const bucket = this.incoming.bucket.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: 's3:ObjectCreated:*',
          queue: queue.queueArn,
          filter: { s3Key: { rules: [{ name: 'prefix', value: 'incoming/' }] } },
        },
      ],
    };
    if (permission.policyDependable) this.incoming.node.addDependency(permission.policyDependable);
  }

  #outputs() {
    const outputs: Record<string, [value: string, description: string]> = {
      UsageTable: [this.usage.table.tableName, 'Table of the usage the carriers reported'],
      DecisionTable: [this.decisions.table.tableName, 'Table of the commit log and all else that is decided once'],
      ProjectionTable: [this.projections.table.tableName, 'Table of look-ups and rated usage, which can be rebuilt'],
      IncomingBucket: [this.incoming.bucket.bucketName, 'Drop usage files here, as incoming/<carrier>/<file>'],
      WorkBucket: [this.work.bucket.bucketName, 'Bucket of manifests, chunks, drafts and releases'],
      InvoiceBucket: [this.invoices.bucket.bucketName, 'Bucket of posted documents'],
      InboxQueueUrl: [this.inbox.queue.queueUrl, 'Queue of usage files to mediate'],
    };
    for (const [key, [value, description]] of Object.entries(outputs)) new CfnOutput(this, key, { value, description });
  }
}
