import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Billing } from './billing.ts';
import { bundleFunctions, unbundled } from './constructs/bundles.ts';
import { PublishedEvents } from './constructs/published-events.ts';
import type { DataStack } from './data-stack.ts';
import { Invoicing } from './invoicing.ts';
import { Mediation } from './mediation.ts';
import { Observability } from './observability.ts';
import { Rating } from './rating.ts';
import { runtimeSettings, type Settings } from './settings.ts';

type BillingStackProps = StackProps & { settings: Settings; data: DataStack; root: string };

/** Everything that can be deleted and deployed again without loss. */
export class BillingStack extends Stack {
  constructor(scope: Construct, id: string, props: BillingStackProps) {
    const { settings, data, root, ...stackProps } = props;
    super(scope, id, stackProps);
    const { alarmEmail } = settings;
    using bundles = this.bundlingRequired ? bundleFunctions(root) : unbundled;
    const service = { settings, bundles };

    const events = new PublishedEvents(this, 'Events');
    const rating = new Rating(this, 'Rating', { service, data, events });
    const mediation = new Mediation(this, 'Mediation', { service, data, rating });
    const invoicing = new Invoicing(this, 'Invoicing', { service, data });
    const billing = new Billing(this, 'Billing', { service, data, events, rating, invoicing });
    new Observability(this, 'Observability', { alarmEmail, data, mediation, rating, billing, invoicing });

    const outputs: Record<string, [value: string, description: string]> = {
      ChunkQueueUrl: [mediation.chunks.queue.queueUrl, 'Queue of chunks of usage files to load'],
      CompleteQueueUrl: [mediation.complete.queue.queueUrl, 'Queue of complete usage files to commit'],
      RatingQueueUrl: [rating.toRate.queue.queueUrl, 'Queue of what commits touched, to be rated'],
      EntryQueueUrl: [rating.entries.queue.queueUrl, 'Queue of commit-log entries to project'],
      EventBus: [events.bus.eventBusName, 'Bus on which the service says what happened'],
      DraftRunMachine: [billing.draftRun.machine.stateMachineArn, 'State machine that drafts a bill run'],
      PostRunMachine: [billing.postRun.machine.stateMachineArn, 'State machine that posts a bill run'],
      Settings: [runtimeSettings(settings), 'The settings the functions work with, as JSON'],
    };
    for (const [key, [value, description]] of Object.entries(outputs)) new CfnOutput(this, key, { value, description });
  }
}
