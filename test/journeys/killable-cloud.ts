import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Question {
  readonly id: number;
  readonly ask: 'set clock' | 'idle' | 'trigger' | 'dead letters' | 'stop';
  readonly value: unknown;
}
export interface Answer {
  readonly id: number;
  readonly value: unknown;
  readonly error?: string;
}

/** An embedded cloud in a process of its own, which can be killed and started again on its data, at the same endpoint. */
export interface KillableCloud {
  readonly endpoint: string;
  setClock(at: string): Promise<void>;
  idle(): Promise<void>;
  trigger(schedule: string): Promise<void>;
  deadLetters(): Promise<Record<string, number>>;
  /** kill -9, and a new process on the same data and port. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** A process of the cloud, and the way to ask it. */
async function host(assemblyDirectory: string, dataDirectory: string, port: string) {
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'cloud-host.ts'),
    [assemblyDirectory, dataDirectory, port],
    {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  child.on('message', ({ id, value, error }: Answer) => {
    if (error === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`the cloud ended: ${code ?? signal}`));
  });
  let last = 0;
  const answered = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
  const ask = (what: Question['ask'], value: unknown) => {
    const id = ++last;
    const answer = answered(id);
    child.send({ id, ask: what, value } satisfies Question);
    return answer;
  };
  const endpoint = String(await answered(0));
  const ended = () => new Promise((resolve) => child.once('exit', resolve));
  return { child, ask, endpoint, ended };
}

/** Starts a cloud on a data directory. */
export async function startKillableCloud(assemblyDirectory: string, dataDirectory: string): Promise<KillableCloud> {
  let running = await host(assemblyDirectory, dataDirectory, '0');
  const { endpoint } = running;
  const port = new URL(endpoint).port;
  return {
    endpoint,
    setClock: async (at) => void (await running.ask('set clock', Date.parse(at))),
    idle: async () => void (await running.ask('idle', '')),
    trigger: async (schedule) => void (await running.ask('trigger', schedule)),
    deadLetters: async () => (await running.ask('dead letters', '')) as Record<string, number>,
    async killAndRestart() {
      const ended = running.ended();
      running.child.kill('SIGKILL');
      await ended;
      running = await host(assemblyDirectory, dataDirectory, port);
    },
    async stop() {
      if (running.child.exitCode !== null || running.child.signalCode !== null) return;
      const ended = running.ended();
      running.ask('stop', '').catch(() => undefined);
      await ended;
    },
  };
}
