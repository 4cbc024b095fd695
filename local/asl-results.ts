import { randomUUID } from 'node:crypto';
import type { AslWorld, Ending } from './asl-world.ts';
import { arn } from './place.ts';

/** One execution of a Distributed Map's child, as it ended. */
export interface Child {
  name: string;
  input: unknown;
  startDate: string;
  stopDate: string;
  ending: Ending;
}

/** Writes what the children came to below the prefix, in the form the service writes it, and answers where the manifest is. */
export async function writeResults(
  world: AslWorld,
  writer: { Bucket: string; Prefix: string },
  machine: { Id: string; Name: string },
  children: Child[],
): Promise<unknown> {
  const run = randomUUID();
  const folder = `${writer.Prefix.replace(/\/$/, '')}/${run}`;
  const MapRunArn = arn('states', `mapRun:${machine.Name}/Map:${run}`);
  const records = (succeeded: boolean) =>
    children
      .filter((child) => (child.ending.status === 'SUCCEEDED') === succeeded)
      .map((child) => recordOf(child, machine));
  const ResultFiles: Record<string, { Key: string; Size: number }[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const [status, list] of [
    ['SUCCEEDED', records(true)],
    ['FAILED', records(false)],
  ] as const) {
    if (list.length === 0) continue;
    const Key = `${folder}/${status}_0.json`;
    const body = JSON.stringify(list);
    await world.putObject(writer.Bucket, Key, body);
    ResultFiles[status]?.push({ Key, Size: Buffer.byteLength(body) });
  }
  const manifest = { DestinationBucket: writer.Bucket, MapRunArn, ResultFiles };
  await world.putObject(writer.Bucket, `${folder}/manifest.json`, JSON.stringify(manifest));
  return { MapRunArn, ResultWriterDetails: { Bucket: writer.Bucket, Key: `${folder}/manifest.json` } };
}

function recordOf(child: Child, machine: { Id: string; Name: string }): object {
  const { ending: end } = child;
  const outcome =
    end.status === 'SUCCEEDED'
      ? { Output: JSON.stringify(end.output), OutputDetails: { Included: true } }
      : { Error: end.error, Cause: end.cause };
  return {
    ExecutionArn: arn('states', `execution:${machine.Name}/Map:${child.name}`),
    Input: JSON.stringify(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    ...outcome,
    RedriveCount: 0,
    RedriveStatus: 'NOT_REDRIVABLE',
    StartDate: child.startDate,
    StateMachineArn: machine.Id,
    Status: end.status,
    StopDate: child.stopDate,
  };
}
