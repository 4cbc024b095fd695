import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionReading, MeterReading } from '../../local/meter.ts';
import type { Phase } from './stage.ts';

/** A step of a shape, done once or many times: what all of it asked the cloud for. */
export interface Step extends Phase {
  readonly times: number;
}

/** What was measured of a shape in a size. */
export interface Measured {
  readonly shape: string;
  readonly machine: string;
  readonly accounts: number;
  readonly subscriptions: number;
  /** Whether it was measured to its end. */
  readonly isWhole: boolean;
  readonly phases: readonly Step[];
}

/** All that was measured and kept, by shape and size. */
export function readMeasured(folder: string): Measured[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const all = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Measured);
  return all.sort((a, b) => (a.shape < b.shape ? -1 : a.shape > b.shape ? 1 : a.subscriptions - b.subscriptions));
}

/** Steps of the same name as one. */
export function together(phases: readonly Phase[]): Step[] {
  return [...Map.groupBy(phases, ({ name }) => name)].map(([name, of]) => ({
    name,
    times: of.length,
    seconds: of.reduce((sum, each) => sum + each.seconds, 0),
    cloudSeconds: of.reduce((sum, each) => sum + each.cloudSeconds, 0),
    asked: allOf(of.map(({ asked }) => asked)),
  }));
}

/** Readings of some steps as one of all of them. */
export function allOf(readings: readonly MeterReading[]): MeterReading {
  const sum = (of: (reading: MeterReading) => number) => readings.reduce((total, reading) => total + of(reading), 0);
  const most = (of: (reading: MeterReading) => number) => Math.max(0, ...readings.map(of));
  return {
    requests: named(
      readings.map(({ requests }) => requests),
      (values) => values.reduce((a, b) => a + b, 0),
    ),
    invocations: named(
      readings.map(({ invocations }) => invocations),
      (values) => values.reduce((a, b) => a + b, 0),
    ),
    functions: named(
      readings.map(({ functions }) => functions),
      functionsTogether,
    ),
    writeUnits: sum((reading) => reading.writeUnits),
    readUnits: sum((reading) => reading.readUnits),
    itemBytesWritten: sum((reading) => reading.itemBytesWritten),
    itemBytesRead: sum((reading) => reading.itemBytesRead),
    objectBytesWritten: sum((reading) => reading.objectBytesWritten),
    objectBytesRead: sum((reading) => reading.objectBytesRead),
    transitions: sum((reading) => reading.transitions),
    children: sum((reading) => reading.children),
    largestState: most((reading) => reading.largestState),
    mostStates: most((reading) => reading.mostStates),
    largestHistory: most((reading) => reading.largestHistory),
  };
}

function named<Value>(
  readings: readonly Readonly<Record<string, Value>>[],
  join: (values: Value[]) => Value,
): Record<string, Value> {
  const by = Map.groupBy(readings.flatMap(Object.entries<Value>), ([name]) => name);
  return Object.fromEntries([...by].map(([name, of]) => [name, join(of.map(([, value]) => value))]));
}

function functionsTogether(all: readonly FunctionReading[]): FunctionReading {
  const sum = (of: (reading: FunctionReading) => number) => all.reduce((total, reading) => total + of(reading), 0);
  const most = (of: (reading: FunctionReading) => number) => Math.max(...all.map(of));
  return {
    seconds: sum(({ seconds }) => seconds),
    processorSeconds: sum(({ processorSeconds }) => processorSeconds),
    gigabyteSeconds: sum(({ gigabyteSeconds }) => gigabyteSeconds),
    longestSeconds: most(({ longestSeconds }) => longestSeconds),
    largestMegabytes: most(({ largestMegabytes }) => largestMegabytes),
  };
}
