/** What went wrong, said so that whoever gave the command knows what to do next. Ends the command with exit code 1. */
export class CommandFailure extends Error {
  /** Further lines: every problem found, one a line. */
  readonly details: readonly string[];
  /** What to do; '' when the message says it. */
  readonly remedy: string;

  constructor(message: string, details: readonly string[], remedy: string) {
    super(message);
    this.details = details;
    this.remedy = remedy;
  }
}

/** A failure of one sentence. */
export function failure(message: string, remedy: string): CommandFailure {
  return new CommandFailure(message, [], remedy);
}

/** What is known of failures that come from AWS or the network, by the error's name or code. */
const KNOWN: readonly (readonly [names: readonly string[], sentence: string, remedy: string])[] = [
  [
    ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'],
    'nobody answers at the endpoint',
    'start the embedded cloud with `billing local up`, or check --endpoint and AWS_ENDPOINT_URL',
  ],
  [
    ['ENOTFOUND', 'EAI_AGAIN'],
    'the endpoint has no such host, or there is no network',
    'check the network, --endpoint and AWS_ENDPOINT_URL',
  ],
  [
    ['CredentialsProviderError', 'MissingAuthenticationToken', 'AuthSDKError'],
    'there are no AWS credentials',
    'sign in with `aws sso login`, or set AWS_PROFILE',
  ],
  [
    ['ExpiredToken', 'ExpiredTokenException', 'TokenProviderError', 'TokenRefreshRequired'],
    'the AWS credentials have expired',
    'sign in again, e.g. with `aws sso login`',
  ],
  [
    [
      'AccessDenied',
      'AccessDeniedException',
      'UnrecognizedClientException',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
    ],
    'AWS refuses these credentials',
    'check AWS_PROFILE and the permissions of its role',
  ],
  [
    [
      'ResourceNotFoundException',
      'NoSuchBucket',
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue',
      'StateMachineDoesNotExist',
    ],
    'the outputs name a resource that is not there',
    'check that --outputs is the file of this deployment, and account and region are its own',
  ],
];

/** Any error as a failure: environment errors by what is known of them, others by their own words. */
export function failureOf(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (!(error instanceof Error)) return failure(String(error), '');
  const names = namesOf(error);
  const known = KNOWN.find(([of]) => of.some((name) => names.includes(name)));
  if (known === undefined) return failure(error.message || error.name, '');
  const own = error.message === '' ? '' : ` (${error.message})`;
  return failure(`${known[1]}${own}`, known[2]);
}

function namesOf(error: Error): string[] {
  const { code, cause } = error as Error & { code?: string };
  const parts = error instanceof AggregateError ? error.errors : [];
  const inner = [cause, ...parts].filter((each): each is Error => each instanceof Error);
  return [error.name, code ?? '', ...inner.flatMap(namesOf)];
}
