const VARIABLES: Readonly<Record<string, string>> = {
  UsageTable: 'USAGE_TABLE',
  DecisionTable: 'DECISION_TABLE',
  ProjectionTable: 'PROJECTION_TABLE',
  IncomingBucket: 'INCOMING_BUCKET',
  WorkBucket: 'WORK_BUCKET',
  InvoiceBucket: 'INVOICE_BUCKET',
  InboxQueueUrl: 'INBOX_QUEUE_URL',
  ChunkQueueUrl: 'CHUNK_QUEUE_URL',
  CompleteQueueUrl: 'COMPLETE_QUEUE_URL',
  RatingQueueUrl: 'RATING_QUEUE_URL',
  EntryQueueUrl: 'ENTRY_QUEUE_URL',
  EventBus: 'EVENT_BUS',
  DraftRunMachine: 'DRAFT_RUN_MACHINE',
  PostRunMachine: 'POST_RUN_MACHINE',
  Settings: 'SETTINGS',
};
export function environmentOf(outputs: Record<string, Record<string, string>>): Record<string, string> {
  const all = Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
  return Object.fromEntries(Object.entries(VARIABLES).map(([output, variable]) => [variable, all[output] ?? '']));
}
