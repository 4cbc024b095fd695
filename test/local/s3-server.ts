import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { openClock } from '../../local/clock.ts';
import { openGateway } from '../../local/gateway.ts';
import { REGION } from '../../local/place.ts';
import { answerS3 } from '../../local/s3/server.ts';
import { type ObjectEvent, openStore, type Store } from '../../local/s3/store.ts';

/** An S3 server of its own, without the rest of the cloud. */
export interface S3Server {
  client: S3Client;
  store: Store;
  endpoint: string;
  directory: string;
  events: ObjectEvent[];
  /** Closes the server and opens another one on the same folder. */
  restart(): Promise<S3Server>;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

async function open(directory: string): Promise<S3Server> {
  const events: ObjectEvent[] = [];
  const gateway = await openGateway(0, console.error);
  const clock = openClock(join(directory, 'clock.json'));
  const store = openStore(join(directory, 's3'), clock, (event) => events.push(event));
  gateway.serve({ s3: ({ request, response }) => answerS3(store, request, response) }, []);
  const { endpoint } = gateway;
  const client = new S3Client({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  const close = async () => {
    client.destroy();
    await gateway.close();
  };
  return {
    ...{ client, store, endpoint, directory, events },
    restart: async () => {
      await close();
      return open(directory);
    },
    stop: async () => {
      await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts the server in a folder of its own. */
export function startS3(): Promise<S3Server> {
  return open(mkdtempSync(join(tmpdir(), 's3-')));
}
