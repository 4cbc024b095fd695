import type { UsageFileArrived } from '#shared/mediation/ports.ts';

/** What S3 tells a queue: some objects were created, or (`Event`) that the notification has been set up. */
export interface S3Notification {
  readonly Event?: string;
  readonly Records?: readonly {
    readonly s3: { readonly object: { readonly key: string; readonly versionId?: string } };
  }[];
}

/** The objects a message of the inbox is about. Keys come from S3 as a form is encoded: "+" is a space. */
export function usageFilesOf(message: S3Notification | UsageFileArrived): { key: string; versionId: string }[] {
  if ('queue' in message) return [{ key: message.key, versionId: message.versionId }];
  return (message.Records ?? []).map(({ s3 }) => ({
    key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
    versionId: s3.object.versionId ?? '',
  }));
}
