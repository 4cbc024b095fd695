import { expect, test } from 'vitest';
import { failedMessages } from '../../local/event-sources.ts';
import { openQueues } from '../../local/queues.ts';

const ids = ['a', 'b'];
test.each<[string, unknown, string[]]>([
  ['nothing', null, []],
  ['no list', {}, []],
  ['an empty list', { batchItemFailures: [] }, []],
  ['one', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
  ['a stranger', { batchItemFailures: [{ itemIdentifier: 'c' }] }, ids],
  ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }, ids],
  ['a misspelt field', { batchItemFailures: [{ itemId: 'a' }] }, ids],
  ['null among them', { batchItemFailures: [null] }, ids],
  ['no array', { batchItemFailures: 'a' }, ids],
  ['a number', 7, ids],
])('an answer of %s fails the right messages', (_, answer, failed) => {
  expect([...failedMessages(answer, ids)]).toEqual(failed);
});

test('a client that changed a visibility is remembered until asked, the cloud itself is not', async () => {
  const queues = await openQueues('http://127.0.0.1:1');
  const QueueUrl = queues.url('q');
  await queues.request('CreateQueue', { QueueName: 'q' });
  await queues.request('SendMessage', { QueueUrl, MessageBody: 'x' });
  const { Messages } = await queues.request('ReceiveMessage', { QueueUrl });
  const [{ ReceiptHandle }] = Messages as [{ ReceiptHandle: string }];
  const change = { QueueUrl, ReceiptHandle, VisibilityTimeout: 30 };
  await queues.request('ChangeMessageVisibility', change);
  expect(queues.visibilityWasChanged(ReceiptHandle)).toBe(false);
  await queues.answer('ChangeMessageVisibility', JSON.stringify(change));
  expect([1, 2].map(() => queues.visibilityWasChanged(ReceiptHandle))).toEqual([true, false]);
  expect(await queues.depths()).toEqual([{ name: 'q', visible: 0, inFlight: 1, delayed: 0 }]);
  await expect(queues.request('SendMessage', { QueueUrl: queues.url('none'), MessageBody: 'x' })).rejects.toMatchObject(
    {
      code: 'QueueDoesNotExist',
    },
  );
  await queues.close();
});
