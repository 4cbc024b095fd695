import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Events, Workflows } from '#shared/billing/ports.ts';
import type { Decisions, Objects, Projections } from '#shared/commit-log/ports.ts';
import type { Queues } from '#shared/mediation/ports.ts';
import type { Clock, Identifiers } from '#shared/time/ports.ts';
import type { UsageStore } from '#shared/usage/ports.ts';
import { dynamodbDecisions } from './dynamodb-decisions.ts';
import { dynamodbProjections } from './dynamodb-projections.ts';
import { dynamodbUsageStore } from './dynamodb-usage-store.ts';
import { eventbridgeEvents } from './eventbridge-events.ts';
import { s3Objects } from './s3-objects.ts';
import { sqsQueues } from './sqs-queues.ts';
import { stepFunctionsWorkflows } from './step-functions-workflows.ts';
import { randomIdentifiers, systemClock } from './system.ts';

/** How an environment behaves, as its functions are told by their variable SETTINGS. */
export interface RuntimeSettings {
  readonly environment: string;
  readonly backBillingMonths: number;
  readonly usageRetentionMonths: number;
  readonly ratingDelayMinutes: number;
  readonly chunkRecords: number;
  readonly sliceSubscriptions: number;
  readonly fourEyes: boolean;
  readonly approval: 'person' | 'rule';
  /** REST service of VIES, which the command line asks about VAT ids; null or absent = it is not asked. */
  readonly viesUrl?: string | null;
}

/** Every port of the domain, on AWS. What an environment does not name fails when it is used, not before. */
export interface Connection {
  readonly decisions: Decisions;
  readonly projections: Projections;
  readonly objects: Objects;
  readonly usage: UsageStore;
  readonly queues: Queues;
  readonly events: Events;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly settings: RuntimeSettings;
}

/** Names of resources as environment variables carry them; the command line makes the same from the stacks' outputs. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Connects the ports to the resources an environment names. */
export function connect(environment: Environment): Connection {
  const name = (variable: string) => environment[variable] ?? '';
  const settings = JSON.parse(environment.SETTINGS ?? '{}') as RuntimeSettings;
  const dynamodb = new DynamoDBClient({});
  const clock = systemClock();
  return {
    decisions: dynamodbDecisions(dynamodb, name('DECISION_TABLE')),
    projections: dynamodbProjections(dynamodb, name('PROJECTION_TABLE')),
    usage: dynamodbUsageStore(dynamodb, name('USAGE_TABLE')),
    objects: s3Objects(new S3Client({}), {
      incoming: name('INCOMING_BUCKET'),
      work: name('WORK_BUCKET'),
      invoices: name('INVOICE_BUCKET'),
    }),
    queues: sqsQueues(
      new SQSClient({}),
      {
        inbox: name('INBOX_QUEUE_URL'),
        chunks: name('CHUNK_QUEUE_URL'),
        complete: name('COMPLETE_QUEUE_URL'),
        rating: name('RATING_QUEUE_URL'),
        entries: name('ENTRY_QUEUE_URL'),
      },
      (settings.ratingDelayMinutes ?? 0) * 60,
    ),
    events: eventbridgeEvents(new EventBridgeClient({}), name('EVENT_BUS')),
    workflows: stepFunctionsWorkflows(new SFNClient({}), {
      'draft-run': name('DRAFT_RUN_MACHINE'),
      'post-run': name('POST_RUN_MACHINE'),
    }),
    clock,
    identifiers: randomIdentifiers(),
    settings,
  };
}
