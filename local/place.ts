/** The one account the embedded cloud has. The queue emulator fixes it in its ARNs. */
export const ACCOUNT = '000000000000';

/** The one region the embedded cloud has. */
export const REGION = 'eu-central-1';

/** An ARN in this cloud's account and region. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** The last segment of an ARN or a queue URL: the name of what it points to. */
export function nameOf(arnOrUrl: string): string {
  return arnOrUrl.split(/[:/]/).at(-1) ?? '';
}
