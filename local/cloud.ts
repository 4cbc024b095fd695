import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareMachine } from './asl.ts';
import type { AslWorld } from './asl-world.ts';
import { type AsyncInvocations, acceptAsyncInvocations } from './async-invocations.ts';
import { openClock } from './clock.ts';
import { startEventSources } from './event-sources.ts';
import { openEventBuses } from './events.ts';
import { type Executions, openExecutions } from './executions.ts';
import { openGateway } from './gateway.ts';
import { type LambdaRuntime, startLambdaRuntime } from './lambda-runtime.ts';
import { type MeterReading, openMeter } from './meter.ts';
import { notifier } from './notifications.ts';
import { nameOf, REGION } from './place.ts';
import { openQueues, type Queues } from './queues.ts';
import * as wanted from './resources.ts';
import { newest, openStore, type Store } from './s3/store.ts';
import { startScheduler } from './scheduler.ts';
import { makeServices } from './services.ts';
import { openTables } from './tables.ts';
import { makeTargets } from './targets.ts';
import { ofType, readAssembly } from './template-reader.ts';

/** What a cloud is started with. */
export interface CloudOptions {
  /** The synthesised app (`cdk.out`). */
  assemblyDirectory: string;
  /** Where tables, objects, executions, events and logs are kept. One cloud at a time. */
  dataDirectory: string;
  /** Port on 127.0.0.1; 0 is any free one. */
  port: number;
  /** Whether schedules are due by themselves. */
  schedules: boolean;
  /** Whether what the cloud is asked for is counted, which makes it slower. */
  metered: boolean;
  log: (line: string) => void;
}

/** A running cloud. */
export interface Cloud {
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** Stack name → output key → value; also in `outputs.json`, as `cdk deploy --outputs-file` writes it. */
  outputs: Record<string, Record<string, string>>;
  /** What a client of this cloud needs in its environment. */
  environment: Record<string, string>;
  /** The moved clock, epoch milliseconds. */
  clock: { set(epochMilliseconds: number): void; now(): number };
  /**
   * Resolves when nothing is under way: no message visible, in flight or delayed on a queue with a consumer, no invocation
   * and no execution, stable for a moment. Rejects, naming what is busy, after a minute in which nothing ended.
   */
  idle(): Promise<void>;
  /** Sets off the schedule whose logical id begins so; resolves when its target has accepted. */
  trigger(scheduleLogicalIdPrefix: string): Promise<void>;
  /** Dead-letter queues that hold messages, and how many. */
  deadLetters(): Promise<Record<string, number>>;
  /** What it was asked for so far; nothing where it is not metered. */
  meter(): MeterReading;
  /** Ends children and servers; what is on disk stays, and the next start goes on with it. */
  stop(): Promise<void>;
}

const STABLE_CHECKS = 3;
const CHECK_MILLISECONDS = 25;
const PATIENCE_MILLISECONDS = 60_000;

/** Data directories of the clouds in this process. */
const held = new Set<string>();

/** One cloud a data directory: the process that has it is named in a file. A dead holder, or an earlier process of our number, is no holder. */
function lockDirectory(directory: string): () => void {
  const file = join(directory, 'lock');
  const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (held.has(directory) || (holder > 0 && holder !== process.pid && isAlive(holder)))
    throw new Error(`${directory} is in use by process ${holder}; stop it, or take another data directory`);
  writeFileSync(file, String(process.pid));
  held.add(directory);
  return () => {
    held.delete(directory);
    rmSync(file, { force: true });
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bucketAccess(store: Store): Pick<AslWorld, 'getObject' | 'putObject'> {
  return {
    async getObject(bucketName, key) {
      const bucket = store.bucket(bucketName);
      const version = newest(bucket, key);
      if (version?.body === undefined) throw new Error('there is no such object');
      return readFileSync(join(bucket.directory, 'bodies', version.body), 'utf8');
    },
    async putObject(bucketName, key, text) {
      store.putText(bucketName, key, text);
    },
  };
}

/** Waits until `busy` names nothing for a few looks in a row. */
async function settle(busy: () => Promise<string[]>, progress: () => string): Promise<void> {
  let calm = 0;
  let last = progress();
  let since = performance.now();
  while (calm < STABLE_CHECKS) {
    const names = await busy();
    const now = progress() + names.join();
    if (now !== last) since = performance.now();
    calm = names.length === 0 && now === last ? calm + 1 : 0;
    last = now;
    if (performance.now() - since > PATIENCE_MILLISECONDS)
      throw new Error(`The cloud is not idle, and nothing has changed for a minute: ${names.join(', ')}`);
    if (calm < STABLE_CHECKS) await sleep(CHECK_MILLISECONDS);
  }
}

async function busyNames(
  queues: Queues,
  consumed: ReadonlySet<string>,
  runtime: LambdaRuntime,
  asynchronous: AsyncInvocations,
  executions: Executions,
): Promise<string[]> {
  const depths = (await queues.depths()).filter(
    (queue) => consumed.has(queue.name) && queue.visible + queue.inFlight + queue.delayed > 0,
  );
  return [
    ...depths.map(
      ({ name, visible, inFlight, delayed }) =>
        `queue ${name} (${visible} visible, ${inFlight} in flight, ${delayed} delayed)`,
    ),
    ...runtime.busy().map((name) => `function ${name}`),
    ...asynchronous.busy().map((name) => `asynchronous invocation of ${name}`),
    ...executions.busy().map((name) => `execution ${name}`),
  ];
}

/** Starts a cloud out of a synthesised app. Throws, before anything is made, all of the app that is not understood. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { log } = options;
  const dataDirectory = resolve(options.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true });
  const ends: (() => unknown)[] = [lockDirectory(dataDirectory)];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await build();
  } catch (thrown) {
    await stop();
    throw thrown;
  }

  async function build(): Promise<Cloud> {
    const clock = openClock(join(dataDirectory, 'clock.json'));
    const gateway = await openGateway(options.port, log);
    ends.push(() => gateway.close());
    const { endpoint } = gateway;
    let polling = Promise.resolve();
    const queues = await openQueues(endpoint);
    const { resources, outputs, assets } = readAssembly(resolve(options.assemblyDirectory), queues.url);
    const tables = openTables(join(dataDirectory, 'tables'));
    ends.push(() => tables.close());
    ends.push(() => polling);
    ends.push(() => queues.close());
    ends.push(() => gateway.close());
    const store = openStore(
      join(dataDirectory, 's3'),
      clock,
      notifier(wanted.notificationsOf(resources), queues, clock, log),
    );

    await wanted.createTables(resources, tables);
    await wanted.createQueues(resources, queues);
    wanted.createBuckets(resources, store);

    const meter = openMeter();
    const children = await startLambdaRuntime(
      wanted.functionsOf(resources, assets),
      endpoint,
      join(dataDirectory, 'logs'),
      clock,
      meter.used,
    );
    ends.push(() => children.stop());
    const runtime: LambdaRuntime = {
      ...children,
      invoke(functionName, payload) {
        meter.invoked(functionName);
        return children.invoke(functionName, payload);
      },
    };
    const asynchronous = acceptAsyncInvocations(runtime, queues, wanted.asyncSettingsOf(resources), log);
    const world: AslWorld = {
      invoke: runtime.invoke,
      invokeEvent: asynchronous.invoke,
      ...bucketAccess(store),
      now: clock.now,
      entered: meter.entered,
    };
    const machines = ofType(resources, 'AWS::StepFunctions::StateMachine').map(({ name, properties }) => ({
      name,
      machine: prepareMachine(JSON.parse(properties.DefinitionString), name, properties.RoleArn, world),
    }));
    const executions = openExecutions(join(dataDirectory, 'executions'), machines, clock.now, log);
    ends.push(() => executions.stop());
    const targets = makeTargets(
      asynchronous.invoke,
      (stateMachineArn, input) => executions.answer('StartExecution', { stateMachineArn, input }),
      (queueArn, MessageBody) => queues.request('SendMessage', { QueueUrl: queues.url(nameOf(queueArn)), MessageBody }),
    );
    const busNames = new Set(['default', ...ofType(resources, 'AWS::Events::EventBus').map(({ name }) => name)]);
    const buses = openEventBuses(
      join(dataDirectory, 'events.ndjson'),
      busNames,
      wanted.eventRulesOf(resources),
      targets,
      clock.now,
      log,
    );
    gateway.serve(
      makeServices({ tables, queues, store, runtime, asynchronous, executions, buses }),
      options.metered ? [meter.intercept] : [],
    );
    const sources = startEventSources(wanted.eventSourcesOf(resources), queues, runtime, log);
    const scheduler = startScheduler(wanted.schedulesOf(resources), clock, targets, options.schedules, log);
    ends.push(() => {
      scheduler.stop();
      asynchronous.stop();
      polling = sources.stop();
    });

    writeFileSync(join(dataDirectory, 'outputs.json'), `${JSON.stringify(outputs, undefined, 2)}\n`);
    const deadLetterQueues = wanted.deadLetterQueuesOf(resources);
    return {
      endpoint,
      outputs,
      environment: {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'EMBEDDEDCLOUDOPERATOR',
        AWS_SECRET_ACCESS_KEY: 'embedded',
      },
      clock: { set: clock.set, now: clock.now },
      idle: () =>
        settle(
          () => busyNames(queues, sources.queues, runtime, asynchronous, executions),
          () => String(runtime.finished()),
        ),
      trigger: scheduler.trigger,
      meter: meter.read,
      deadLetters: async () =>
        Object.fromEntries(
          (await queues.depths()).flatMap(({ name, visible, inFlight, delayed }) => {
            const messages = visible + inFlight + delayed;
            return deadLetterQueues.has(name) && messages > 0 ? [[name, messages]] : [];
          }),
        ),
      stop,
    };
  }
}
