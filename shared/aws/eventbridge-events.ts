import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusinessEvent, Events } from '#shared/billing/ports.ts';
import { inParallel } from '#shared/commit-log/use-cases/in-parallel.ts';

/** Source of every event: receivers match rules on it. */
export const EVENT_SOURCE = 'com.iotbilling';

const EVENTS_A_REQUEST = 10;
const REQUESTS_AT_ONCE = 8;

/** Events on an EventBridge bus. @throws Error when the bus refuses one: the step that tells is tried again, under the same ids. */
export function eventbridgeEvents(client: EventBridgeClient, bus: string): Events {
  return {
    async publish(events) {
      const starts = Array.from(
        { length: Math.ceil(events.length / EVENTS_A_REQUEST) },
        (_, at) => at * EVENTS_A_REQUEST,
      );
      await inParallel(starts, REQUESTS_AT_ONCE, async (at) => {
        const entries = events.slice(at, at + EVENTS_A_REQUEST).map((event) => entryOf(bus, event));
        const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: entries }));
        if (FailedEntryCount)
          throw new Error(
            `${FailedEntryCount} events were refused: ${Entries?.find((e) => e.ErrorCode)?.ErrorMessage}`,
          );
      });
    },
  };
}

function entryOf(bus: string, { id, type, detail }: BusinessEvent) {
  return { EventBusName: bus, Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify({ id, ...detail }) };
}
