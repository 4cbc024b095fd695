import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusinessEvent, Events } from '#shared/billing/ports.ts';

/** Source of every event: receivers match rules on it. */
export const EVENT_SOURCE = 'com.iotbilling';

const EVENTS_A_REQUEST = 10;
const REQUESTS_AT_ONCE = 8;

/** Events on an EventBridge bus. @throws Error when the bus refuses one: the step that tells is tried again, under the same ids. */
export function eventbridgeEvents(client: EventBridgeClient, bus: string): Events {
  return {
    async publish(events) {
      let at = 0;
      const worker = async () => {
        while (at < events.length) {
          const some = events.slice(at, at + EVENTS_A_REQUEST);
          at += EVENTS_A_REQUEST;
          await put(client, bus, some);
        }
      };
      await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
    },
  };
}

async function put(client: EventBridgeClient, bus: string, events: readonly BusinessEvent[]): Promise<void> {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({ Entries: events.map((event) => entryOf(bus, event)) }),
  );
  if (FailedEntryCount)
    throw new Error(`${FailedEntryCount} events were refused: ${Entries?.find((e) => e.ErrorCode)?.ErrorMessage}`);
}

function entryOf(bus: string, { id, type, detail }: BusinessEvent) {
  return { EventBusName: bus, Source: EVENT_SOURCE, DetailType: type, Detail: JSON.stringify({ id, ...detail }) };
}
