import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '#shared/aws/connect.ts';
import type { Upload } from '#shared/aws/upload.ts';
import type { EntryQueue } from '#shared/commit-log/use-cases/record-facts.ts';
import type { Deployment } from './deployment.ts';
import { confirmOnTerminal } from './terminal/confirm.ts';

/** What commands work with: the world they act on, and who acts. */
export interface Session {
  readonly world: Connection & { readonly entryQueue: EntryQueue };
  readonly upload: Upload;
  /** Name under which decisions are recorded. */
  readonly by: string;
  /** Waits between two looks at something that takes its time, milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Asks a person whether to go on; where nobody can be asked, the answer is yes. */
  readonly confirm: (question: string) => Promise<boolean>;
}

/** Any access key is taken by the embedded cloud, which binds to this machine alone. */
const EMBEDDED = { AWS_ACCESS_KEY_ID: 'EMBEDDEDCLOUDOPERATOR', AWS_SECRET_ACCESS_KEY: 'embedded' };

/** Connects to a deployment. Its region and endpoint are put into the environment, where the SDK finds them. */
export async function openSession(deployment: Deployment, by: string): Promise<Session> {
  const { resources, region, endpoint, clockOffset } = deployment;
  const environment = process.env;
  if (region !== '') environment.AWS_REGION = region;
  if (endpoint !== '') environment.AWS_ENDPOINT_URL = endpoint;
  if (isThisMachine(endpoint)) {
    delete environment.AWS_PROFILE;
    delete environment.AWS_SESSION_TOKEN;
    Object.assign(environment, EMBEDDED);
  }
  const [{ connect }, { connectUpload }] = await Promise.all([
    import('#shared/aws/connect.ts'),
    import('#shared/aws/upload.ts'),
  ]);
  const connection = connect(resources);
  const clock = clockOffset === 0 ? connection.clock : movedClock(clockOffset);
  return {
    world: withEntryQueue({ ...connection, clock }),
    upload: connectUpload(resources.INCOMING_BUCKET ?? ''),
    by,
    pause: (milliseconds) => sleep(milliseconds),
    confirm: confirmOnTerminal,
  };
}

/** A world with the way to the projector. */
export function withEntryQueue(connection: Connection): Session['world'] {
  const send = (position: number) => connection.queues.send([{ queue: 'entries', position }]);
  return { ...connection, entryQueue: { send } };
}

function movedClock(offset: number): Connection['clock'] {
  return { now: () => Math.floor((Date.now() + offset) / 1000) };
}

function isThisMachine(endpoint: string): boolean {
  return endpoint !== '' && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}
