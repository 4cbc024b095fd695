/** An error in the shape AWS clients understand: `code` is what they match on, `status` the HTTP status it travels with. */
export interface AwsError extends Error {
  code: string;
  status: number;
}

/** Makes an {@link AwsError}; throw it from anything that answers an API call. */
export function awsError(status: number, code: string, message: string): AwsError {
  return Object.assign(new Error(message), { name: code, code, status });
}

/** Any thrown value as an {@link AwsError}; what is not one becomes `InternalFailure`, status 500. */
export function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof Error && 'code' in thrown && 'status' in thrown) return thrown as AwsError;
  return awsError(500, 'InternalFailure', thrown instanceof Error ? thrown.message : String(thrown));
}

/** What this cloud does not do: an error with a name, never a silent success. */
export function notImplemented(what: string): AwsError {
  return awsError(501, 'NotImplemented', `${what} is not part of the embedded cloud (local/README.md lists what is)`);
}
