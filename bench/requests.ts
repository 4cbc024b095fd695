import { gzipSync } from 'node:zlib';
import { dynamodbDecisions } from '#shared/aws/dynamodb-decisions.ts';
import { dynamodbProjections } from '#shared/aws/dynamodb-projections.ts';
import { dynamodbUsageStore } from '#shared/aws/dynamodb-usage-store.ts';
import { s3Objects } from '#shared/aws/s3-objects.ts';
import { sqsQueues } from '#shared/aws/sqs-queues.ts';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import { DEFAULT_DECODER_SETTINGS } from '#shared/mediation/decoder.ts';
import type { PipelineMessage } from '#shared/mediation/ports.ts';
import { commitFiles } from '#shared/mediation/use-cases/commit-files.ts';
import { loadUsageChunk } from '#shared/mediation/use-cases/load-usage-chunk.ts';
import { mediateUsageFile } from '#shared/mediation/use-cases/mediate-usage-file.ts';
import type { Call } from '../local/gateway.ts';
import { type CloudParts, startParts } from '../test/contracts/cloud-parts.ts';
import { report, thousands } from './measure.ts';

const RECORDS = 100_000;
const MILLION = 1_000_000 / RECORDS;
const ARRIVED = Date.UTC(2026, 9, 9) / 1000;
/** List prices of us-east-1 in dollars: a million on-demand write units, SQS requests, S3 puts and S3 gets. */
const PRICES = { writeUnits: 0.625, sqs: 0.4, put: 5, get: 0.4 };

/** What a million records cost in requests. */
interface Meter {
  readonly requests: Record<string, number>;
  writeUnits: number;
}

/** Counts each call as AWS would bill it: a write unit is a started kilobyte of each item that is put. */
function count(meter: Meter, { service, operation, input }: Call): void {
  const name = service === 'dynamodb' || service === 'sqs' ? `${service} ${operation}` : `s3 ${operation}`;
  meter.requests[name] = (meter.requests[name] ?? 0) + 1;
  if (operation === 'PutItem') meter.writeUnits += writeUnits(input.Item as Attributes);
  if (operation !== 'BatchWriteItem') return;
  for (const puts of Object.values(input.RequestItems as Record<string, { PutRequest: { Item: Attributes } }[]>)) {
    for (const { PutRequest } of puts) meter.writeUnits += writeUnits(PutRequest.Item);
  }
}

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function writeUnits(item: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    const [[type, said] = ['', '']] = Object.entries(value);
    bytes += name.length + (type === 'B' ? Buffer.byteLength(String(said), 'base64') : String(said).length);
  }
  return Math.ceil(bytes / 1024);
}

/** A gzipped file in which each chunk holds so many records of each of its subscriptions. */
function usageFile(perSubscription: number): Uint8Array {
  const lines = [
    'record_id,start,service,direction,imsi,iccid,msisdn,network,apn,technology,session,bytes_up,bytes_down,seconds,count,imei,charge,currency',
  ];
  for (let record = 0; record < RECORDS; record++) {
    const subscription = String(Math.floor(record / perSubscription)).padStart(9, '0');
    const start = new Date(Date.UTC(2026, 9, 7) + (record % 86_400) * 1000).toISOString().replace('.000', '');
    const where = `26201,iot.example,LTE-M,s${record}`;
    lines.push(
      `${record},${start},data,,00101${subscription}0,,,${where},${record % 60_000},${record * 7},900,,,0.001,EUR`,
    );
  }
  return gzipSync(`${lines.join('\n')}\n`);
}

/** Connects the ports to the servers, with a queue that keeps its messages for the steps that follow. */
async function connected(parts: CloudParts, run: number) {
  const table = (name: string) => parts.createTable(`${name}-${run}`);
  const url = await parts.createQueue(`queue-${run}`);
  const urls = { inbox: url, chunks: url, complete: url, rating: url, entries: url };
  const sent: PipelineMessage[] = [];
  const queues = sqsQueues(parts.sqs, urls, 0);
  return {
    sent,
    decisions: dynamodbDecisions(parts.dynamodb, await table('decisions')),
    projections: dynamodbProjections(parts.dynamodb, await table('projections')),
    usage: dynamodbUsageStore(parts.dynamodb, await table('usage')),
    objects: s3Objects(parts.s3, {
      incoming: parts.createBucket(`incoming-${run}`, true),
      work: parts.createBucket(`work-${run}`, false),
      invoices: parts.createBucket(`invoices-${run}`, true),
    }),
    queues: {
      async send(messages: readonly PipelineMessage[]) {
        sent.push(...messages);
        await queues.send(messages);
      },
    },
    clock: { now: () => ARRIVED },
    settings: DEFAULT_DECODER_SETTINGS,
    keepMonths: 12,
  };
}

async function measured(parts: CloudParts, meters: { now: Meter }, perSubscription: number) {
  const world = await connected(parts, perSubscription);
  const key = 'incoming/demo/usage.csv.gz';
  await world.objects.put('incoming', key, usageFile(perSubscription), 'application/gzip');
  meters.now = { requests: {}, writeUnits: 0 };
  const source = presetSource('plain-csv', 'plain', 'demo', '*');
  const settings = { ...DEFAULT_DECODER_SETTINGS, maxPastDays: 36_500, maxFutureSeconds: 36_500 * 86_400 };
  const result = await mediateUsageFile({ ...world, settings }, [source], key, '');
  if (result.outcome !== 'mediated' || result.status !== 'accepted') throw new Error(JSON.stringify(result));
  for (const message of world.sent.filter((each) => each.queue === 'chunks')) {
    await loadUsageChunk(world, message.file, message.generation, message.chunk, 1);
  }
  const { file, generation } = result.arrival;
  await commitFiles(world, [{ file, generation }]);
  return resultOf(perSubscription, meters.now);
}

function resultOf(perSubscription: number, { requests, writeUnits: units }: Meter) {
  const sum = (beginning: string) =>
    Object.entries(requests).reduce((total, [name, times]) => total + (name.startsWith(beginning) ? times : 0), 0);
  const puts = sum('s3 Put') + sum('s3 CreateMultipart') + sum('s3 UploadPart') + sum('s3 Complete');
  const gets = sum('s3 ') - puts;
  const cost = (units * PRICES.writeUnits + sum('sqs') * PRICES.sqs + puts * PRICES.put + gets * PRICES.get) / 1e6;
  const each = Object.entries(requests).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    what: `requests of a million records, mediated to committed, ${perSubscription} a subscription and chunk`,
    counted: `${thousands(units * MILLION)} write units; ${each.map(([name, times]) => `${name} ${thousands(times * MILLION)}`).join(', ')}`,
    value: cost * MILLION,
    unit: 'dollars at list price, compute apart',
    target: { 1: '≤ 0.80', 5: '≤ 0.18', 50: '≤ 0.05' }[perSubscription] ?? '',
    isMet: cost * MILLION <= ({ 1: 0.8, 5: 0.18, 50: 0.05 }[perSubscription] ?? Number.POSITIVE_INFINITY),
  };
}

const meters = { now: { requests: {}, writeUnits: 0 } as Meter };
const parts = await startParts([
  async (call, proceed) => {
    count(meters.now, call);
    await proceed();
  },
]);
try {
  for (const perSubscription of [1, 5, 50]) report([await measured(parts, meters, perSubscription)]);
} finally {
  await parts.stop();
}
