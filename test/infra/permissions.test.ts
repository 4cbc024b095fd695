import { describe, expect, test } from 'vitest';
import { type Json, ofType, referent, synthesise } from './synthesised.ts';

type Grant = { role: string; action: string; resource: string };

const { billing } = synthesise('prod');
const functions = ofType(billing, 'AWS::Lambda::Function');
const grants = ofType(billing, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
  Properties.Roles.flatMap(({ Ref }: { Ref: string }) =>
    Properties.PolicyDocument.Statement.flatMap((statement: Json): Grant[] => {
      expect(statement.Effect).toBe('Allow');
      return [statement.Action]
        .flat()
        .flatMap((action: string) =>
          [statement.Resource].flat().map((resource: Json) => ({ role: Ref, action, resource: referent(resource) })),
        );
    }),
  ),
) as Grant[];

/** What everything may do, to say how it is. */
const isOwnVoice = ({ action }: Grant) => /^(logs|xray):/.test(action);

/** `Decisions: GetItem PutItem`, a line a resource. */
function table(of: Grant[]): string[] {
  const actions = new Map<string, string[]>();
  for (const { action, resource } of of) {
    actions.set(resource, [...(actions.get(resource) ?? []), action.split(':')[1] ?? action]);
  }
  return [...actions].map(([resource, names]) => `${resource}: ${names.sort().join(' ')}`).sort();
}

test('every function and machine may do exactly this', () => {
  const roles = [...new Set(grants.map(({ role }) => role))].sort();
  const lines = roles.flatMap((role) => [
    role.slice(0, -8).replace(/Role$/, ''),
    ...table(grants.filter((each) => each.role === role && !isOwnVoice(each))).map((line) => `  ${line}`),
  ]);
  expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    BillingCloseDraft
      Decisions: BatchGetItem GetItem PutItem Query
      Events: PutEvents
      Incoming: ListBucket
      Projections: BatchGetItem GetItem Query
      Usage: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingCommitPosting
      Decisions: BatchGetItem GetItem PutItem Query
      Events: PutEvents
      ToRate: SendMessage
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingDraftRun
      CloseDraft: InvokeFunction
      DraftRun: DescribeExecution RedriveExecution StartExecution StopExecution
      InvoicePayer: InvokeFunction
      MeasureSlice: InvokeFunction
      OpenRun: InvokeFunction
      ProjectFacts: InvokeFunction
      RecordFailure: InvokeFunction
      Work/*: GetObject
      Work/map-results/*: AbortMultipartUpload ListMultipartUploadParts PutObject
    BillingInvoicePayer
      Decisions: BatchGetItem GetItem PutItem Query
      Projections: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingLinkPayers
      Decisions: BatchGetItem GetItem PutItem Query
      Projections: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingMeasureSlice
      Decisions: BatchGetItem GetItem PutItem Query
      Projections: BatchGetItem GetItem Query
      Usage: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingNumberDocuments
      Decisions: BatchGetItem GetItem PutItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingOpenRun
      Decisions: BatchGetItem GetItem PutItem Query
      Projections: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingPostRun
      CommitPosting: InvokeFunction
      LinkPayers: InvokeFunction
      NumberDocuments: InvokeFunction
      PostRun: DescribeExecution RedriveExecution StartExecution StopExecution
      PreparePosting: InvokeFunction
      RenderDocuments: InvokeFunction
      Work/*: GetObject
      Work/map-results/*: AbortMultipartUpload ListMultipartUploadParts PutObject
      WriteDocuments: InvokeFunction
    BillingPreparePosting
      Decisions: BatchGetItem GetItem PutItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingRecordFailure
      Decisions: BatchGetItem GetItem PutItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingStartDueRuns
      Decisions: BatchGetItem GetItem PutItem Query
      DraftRun: StartExecution
      Projections: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    BillingStartDueRunsSchedule
      StartDueRuns: InvokeFunction
    BillingWriteDocuments
      Decisions: BatchGetItem GetItem PutItem Query
      Invoices/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Invoices: ListBucket
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    InvoicingRenderDocuments
      Decisions: BatchGetItem GetItem PutItem Query
      Invoices/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Invoices: ListBucket
      Work/*: GetObject GetObjectVersion
      Work: ListBucket
    MediationCommitFiles
      Complete: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
      Decisions: BatchGetItem GetItem PutItem Query
      ToRate: SendMessage
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    MediationLoadUsageChunk
      Chunks: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
      Complete: SendMessage
      Decisions: BatchGetItem GetItem PutItem Query
      Usage: BatchWriteItem
      Work/*: GetObject GetObjectVersion
      Work/usage/*: AbortMultipartUpload PutObject
      Work: ListBucket
    MediationMediateUsageFile
      Chunks: SendMessage
      Complete: SendMessage
      Decisions: BatchGetItem GetItem PutItem Query
      Inbox: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage SendMessage
      Incoming/*: GetObject GetObjectVersion
      Incoming: ListBucket
      Projections: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    MediationSweep
      Chunks: SendMessage
      Complete: SendMessage
      Decisions: BatchGetItem GetItem Query
      Entries: SendMessage
      Inbox: SendMessage
      Incoming: ListBucket
      Projections: BatchGetItem GetItem Query
      ToRate: SendMessage
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    MediationSweepSchedule
      Sweep: InvokeFunction
    RatingProjectFacts
      Decisions: BatchGetItem GetItem Query
      Entries: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage SendMessage
      Projections: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query
      ToRate: SendMessage
      Work/*: GetObject GetObjectVersion
      Work: ListBucket
    RatingRateUsage
      Decisions: BatchGetItem GetItem PutItem Query
      Entries: SendMessage
      Events: PutEvents
      Projections: BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query
      ToRate: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage SendMessage
      Usage: BatchGetItem GetItem Query
      Work/*: AbortMultipartUpload GetObject GetObjectVersion PutObject
      Work: ListBucket
    "
  `);
});

describe('of the tables', () => {
  const of = (name: string) => grants.filter(({ resource }) => resource === name);

  test('no function may delete from Decisions, or overwrite there without asking what stands', () => {
    expect(new Set(of('Decisions').map(({ action }) => action))).toEqual(
      new Set(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem']),
    );
  });

  test('usage is written by one function alone', () => {
    const writers = of('Usage').filter(({ action }) => !/Get|Query/.test(action));
    expect(writers).toEqual([
      {
        role: expect.stringMatching(/^MediationLoadUsageChunkRole/),
        action: 'dynamodb:BatchWriteItem',
        resource: 'Usage',
      },
    ]);
  });

  test('nobody updates, scans, or asks in SQL', () => {
    expect(grants.filter(({ action }) => /UpdateItem|Scan|PartiQL/.test(action))).toEqual([]);
  });
});

describe('of the buckets', () => {
  test('no function may delete an object or its version', () => {
    expect(grants.filter(({ action }) => /^s3:.*(Delete|Retention|LegalHold|Bypass)/.test(action))).toEqual([]);
  });

  test('posted documents are written by two functions alone', () => {
    const writers = grants.filter(({ action, resource }) => action === 's3:PutObject' && resource === 'Invoices/*');
    expect(writers.map(({ role }) => role.slice(0, -8))).toEqual([
      'InvoicingRenderDocumentsRole',
      'BillingWriteDocumentsRole',
    ]);
  });

  test('what the carriers dropped is only read', () => {
    const actions = grants.filter(({ resource }) => resource.startsWith('Incoming')).map(({ action }) => action);
    expect(new Set(actions)).toEqual(new Set(['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket']));
  });
});

test('no action is a wildcard, and "*" as a resource stands only for logs and traces', () => {
  expect(grants.filter(({ action }) => action.includes('*'))).toEqual([]);
  expect(grants.filter((each) => each.resource === '*' && !isOwnVoice(each))).toEqual([]);
});

describe.each(functions)('%s', (_, { Properties }) => {
  const role: string = Properties.Role['Fn::GetAtt'][0];

  test('has a role of its own', () => {
    const sharing = functions.filter(([, other]) => other.Properties.Role['Fn::GetAtt'][0] === role);
    expect(sharing).toHaveLength(1);
    expect(billing.Resources[role]?.Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('knows the names of what it may use, and of nothing else', () => {
    const variables = Object.entries(Properties.Environment.Variables as Record<string, Json>);
    const named = variables.filter(([, value]) => typeof value !== 'string').map(([, value]) => referent(value));
    const used = grants
      .filter(
        (each) => each.role === role && !isOwnVoice(each) && !/^sqs:(Receive|Delete|Change|Get)/.test(each.action),
      )
      .map(({ resource }) => resource.replace(/(\/usage)?\/\*$/, ''));
    expect(named.sort()).toEqual([...new Set(used)].sort());
  });
});
