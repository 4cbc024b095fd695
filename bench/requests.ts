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
import { type Meter, type MeterReading, openMeter } from '../local/meter.ts';
import { type CloudParts, startParts } from '../test/contracts/cloud-parts.ts';
import { report, thousands } from './measure.ts';
import { costOf } from './prices.ts';

const RECORDS = 100_000;
const MILLION = 1_000_000 / RECORDS;
const ARRIVED = Date.UTC(2026, 9, 9) / 1000;
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
  meters.now = openMeter();
  const source = presetSource('plain-csv', 'plain', 'demo', '*');
  const settings = { ...DEFAULT_DECODER_SETTINGS, maxPastDays: 36_500, maxFutureSeconds: 36_500 * 86_400 };
  const result = await mediateUsageFile({ ...world, settings }, [source], key, '');
  if (result.outcome !== 'mediated' || result.status !== 'accepted') throw new Error(JSON.stringify(result));
  for (const message of world.sent.filter((each) => each.queue === 'chunks')) {
    await loadUsageChunk(world, message.file, message.generation, message.chunk, 1);
  }
  const { file, generation } = result.arrival;
  await commitFiles(world, [{ file, generation }]);
  return resultOf(perSubscription, meters.now.read());
}

function resultOf(perSubscription: number, reading: MeterReading) {
  const { requests, writeUnits, readUnits } = reading;
  const cost = costOf(reading);
  const each = Object.entries(requests).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    what: `requests of a million records, mediated to committed, ${perSubscription} a subscription and chunk`,
    counted: `${thousands(writeUnits * MILLION)} write units, ${thousands(readUnits * MILLION)} read units; ${each.map(([name, times]) => `${name} ${thousands(times * MILLION)}`).join(', ')}`,
    value: cost * MILLION,
    unit: 'dollars at list price, compute apart',
    target: { 1: '≤ 0.80', 5: '≤ 0.18', 50: '≤ 0.05' }[perSubscription] ?? '',
    isMet: cost * MILLION <= ({ 1: 0.8, 5: 0.18, 50: 0.05 }[perSubscription] ?? Number.POSITIVE_INFINITY),
  };
}

const meters = { now: openMeter() };
const parts = await startParts([(call, proceed) => meters.now.intercept(call, proceed)]);
try {
  for (const perSubscription of [1, 5, 50]) report([await measured(parts, meters, perSubscription)]);
} finally {
  await parts.stop();
}
