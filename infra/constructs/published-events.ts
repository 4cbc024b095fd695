import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';

/** The bus on which the service says what happened, for whoever wants to know. */
export class PublishedEvents extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'What happened in billing: thresholds reached, runs posted' });
  }

  put(): Access {
    return {
      variables: { EVENT_BUS: this.bus.eventBusName },
      statements: [allow(['events:PutEvents'], this.bus.eventBusArn)],
    };
  }
}
