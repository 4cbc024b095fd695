import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_SOURCE, eventbridgeEvents } from '#shared/aws/eventbridge-events.ts';
import { type CloudParts, startParts } from './cloud-parts.ts';

let parts: CloudParts;
beforeAll(async () => {
  parts = await startParts([]);
});
afterAll(() => parts.stop());

describe('events on EventBridge', () => {
  test('twenty-three events all arrive, in order, with the id in the detail', async () => {
    const events = Array.from({ length: 23 }, (_, place) => ({
      id: `fernweh FC-2026-${place}`,
      type: 'InvoicePosted',
      detail: { number: `FC-2026-${place}`, net: '1.00' },
    }));
    await eventbridgeEvents(parts.eventbridge, 'main').publish(events);
    const put = parts.events();
    expect(put.map(({ detail }) => detail)).toEqual(events.map(({ id, detail }) => ({ id, ...detail })));
    for (const event of put) {
      expect(event).toMatchObject({ eventBus: 'main', source: EVENT_SOURCE, 'detail-type': 'InvoicePosted' });
    }
  });

  test('a bus that does not exist is an error', async () => {
    const publishing = eventbridgeEvents(parts.eventbridge, 'none').publish([{ id: '1', type: 'X', detail: {} }]);
    await expect(publishing).rejects.toThrow('none');
  });

  test('nothing to say is said without a call', async () => {
    const before = parts.events().length;
    await eventbridgeEvents(parts.eventbridge, 'none').publish([]);
    expect(parts.events()).toHaveLength(before);
  });
});
