import type { Clock } from './clock.ts';
import { ACCOUNT, nameOf, REGION } from './place.ts';
import type { Queues } from './queues.ts';
import type { ObjectEvent } from './s3/store.ts';

/** One entry of a bucket's notification configuration. */
export interface BucketNotification {
  /** `s3:ObjectCreated:*`, `s3:ObjectRemoved:Delete`, … */
  event: string;
  queueArn: string;
  prefix: string;
  suffix: string;
}

/** Does a change of an object concern a notification? */
function matches(notification: BucketNotification, event: ObjectEvent): boolean {
  const { key } = event.version;
  const wanted = notification.event.replace(/^s3:/, '');
  const named = wanted.endsWith('*') ? event.eventName.startsWith(wanted.slice(0, -1)) : event.eventName === wanted;
  return named && key.startsWith(notification.prefix) && key.endsWith(notification.suffix);
}

/** The message S3 sends for a change: keys are URL-encoded with `+` for a space, as on AWS. */
function notificationMessage(event: ObjectEvent, now: number): object {
  const { version } = event;
  const removed = event.eventName.startsWith('ObjectRemoved');
  const key = encodeURIComponent(version.key).replaceAll('%20', '+').replaceAll('%2F', '/');
  const facts = removed ? {} : { size: version.size, eTag: version.etag };
  const versionId = version.versionId === 'null' ? {} : { versionId: version.versionId };
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: REGION,
        eventTime: new Date(now).toISOString(),
        eventName: event.eventName,
        userIdentity: { principalId: ACCOUNT },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: {},
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: { name: event.bucket, ownerIdentity: { principalId: ACCOUNT }, arn: `arn:aws:s3:::${event.bucket}` },
          object: { key, ...facts, ...versionId, sequencer: version.sequencer },
        },
      },
    ],
  };
}

/** Sends a bucket's changes to the queues that asked for them. */
export function notifier(
  notifications: ReadonlyMap<string, BucketNotification[]>,
  queues: Queues,
  clock: Clock,
  log: (line: string) => void,
): (event: ObjectEvent) => void {
  return (event) => {
    for (const notification of notifications.get(event.bucket) ?? []) {
      if (!matches(notification, event)) continue;
      const MessageBody = JSON.stringify(notificationMessage(event, clock.now()));
      queues
        .request('SendMessage', { QueueUrl: queues.url(nameOf(notification.queueArn)), MessageBody })
        .catch((thrown: Error) =>
          log(`${event.bucket}: the event of ${event.version.key} was not sent: ${thrown.message}`),
        );
    }
  };
}
