import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Random, seededRandom } from './random.ts';

/** What becomes of a call to a port. `part`: of a batch, only some is done; `twice`: the client sent it again after a lost answer. */
type Fate = 'go' | 'throttle' | 'lost' | 'twice' | 'part';

/** How likely it is, at each call, that something goes wrong; and how much may go wrong in all. */
export interface Profile {
  readonly crash: number;
  readonly throttle: number;
  readonly lost: number;
  readonly twice: number;
  readonly part: number;
  /** Whoever waits for an invocation takes it for dead, while it goes on. */
  readonly abandon: number;
  /** A message is delivered again although it was handled; an event of the object store is doubled. */
  readonly duplicate: number;
  /** An event of the object store never comes. */
  readonly eventLost: number;
  /** A step of a workflow is invoked twice at the same time. */
  readonly stepTwice: number;
  /** A workflow dies between two steps. */
  readonly executionDies: number;
  readonly budget: number;
}

/** A function at work: one invocation of a handler or one command of the operator. */
export interface Invocation {
  readonly name: string;
  readonly weight: number;
  /** Whoever started it has been told. */
  ended: boolean;
  /** Its work has come to its end. */
  settled: boolean;
  dead: boolean;
  parked: number;
  /** Tells whoever waits what became of it; only the first time counts. */
  readonly report: (outcome: Outcome<unknown>) => void;
}

/** What became of an invocation, for whoever waits for it. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Error };

/** Something that can go on now. */
interface Waiting {
  readonly owner: Invocation | null;
  readonly label: string;
  readonly weight: number;
  readonly go: () => void;
  /** Which faults are possible here. */
  readonly kind: 'read' | 'write' | 'batch' | 'end' | 'other';
  readonly fail: (fate: Fate) => void;
}

/** A fault of the simulation, as the caller of a port sees it. */
class InjectedFault extends Error {}

/** Tasks are slow in very different measures, so that some sleep while the world goes on. */
const WEIGHTS = [1, 1, 1, 0.1, 0.01];
/** More steps than any story needs: beyond, something goes round in circles. */
const STEPS_MAX = 200_000;

export type Scheduler = ReturnType<typeof createScheduler>;

/**
 * Decides who goes on. Every call to a port waits here until it is chosen; between two choices the program runs until everything waits again.
 * The point before a call is also the point after the one before it, and an invocation waits once more before its end is known, so that it can
 * die between any two effects and after the last. The same seed makes the same choices.
 */
export function createScheduler(seed: number, profile: Profile, isTraced: boolean) {
  const random: Random = seededRandom(seed);
  const waiting: Waiting[] = [];
  const trace: string[] = [];
  const errors = new Map<string, number>();
  let steps = 0;
  let faults = 0;
  let faultsAreOn = true;
  let clockBase = 0;
  let clockSteps = 0;
  let invocations = 0;
  let running = 0;

  const note = (text: string) => {
    if (isTraced) trace.push(`${steps} ${text}`);
  };
  const happens = (probability: number, what: string) => {
    if (!faultsAreOn || probability === 0 || faults >= profile.budget || !random.chance(probability)) return false;
    faults++;
    note(`  fault: ${what}`);
    return true;
  };

  function wait(entry: Waiting): void {
    if (entry.owner?.dead) return;
    if (entry.owner) entry.owner.parked++;
    waiting.push(entry);
  }

  function end(invocation: Invocation, outcome: Outcome<unknown>): void {
    if (!invocation.ended) running--;
    invocation.ended = true;
    invocation.report(outcome);
  }

  function crash(invocation: Invocation, label: string): void {
    invocation.dead = true;
    for (let at = waiting.length - 1; at >= 0; at--) if (waiting[at]?.owner === invocation) waiting.splice(at, 1);
    end(invocation, { ok: false, error: new InjectedFault(`crashed at ${label}`) });
  }

  /** A call to a port: waits to be chosen, then happens, or not, or not quite. */
  function call<Answer>(
    owner: Invocation,
    label: string,
    kind: 'read' | 'write',
    effect: () => Promise<Answer>,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fail = (fate: Fate) => {
        if (fate === 'throttle') return reject(new InjectedFault(`${label} was throttled`));
        if (fate === 'twice') return effect().then(effect).then(resolve, reject);
        return effect().then(() => reject(new InjectedFault(`the answer to ${label} was lost`)), reject);
      };
      const go = () => {
        effect().then(resolve, reject);
      };
      wait({ owner, label, weight: owner.weight, kind, go, fail });
    });
  }

  /** A call with many items, of which only the first may be done. */
  function batch<Item>(
    owner: Invocation,
    label: string,
    items: readonly Item[],
    effect: (items: readonly Item[]) => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (fate: Fate) => {
        if (fate === 'throttle') return reject(new InjectedFault(`${label} was throttled`));
        if (fate === 'twice')
          return effect(items)
            .then(() => effect(items))
            .then(resolve, reject);
        const done = fate === 'part' ? items.slice(0, random.below(items.length)) : items;
        return effect(done).then(() => reject(new InjectedFault(`the answer to ${label} was lost`)), reject);
      };
      const go = () => {
        effect(items).then(resolve, reject);
      };
      wait({ owner, label, weight: owner.weight, kind: 'batch', go, fail });
    });
  }

  /** Starts an invocation and answers what became of it, as far as its caller can know. */
  function invoke<Value>(name: string, work: (invocation: Invocation) => Promise<Value>): Promise<Outcome<Value>> {
    const { promise, resolve } = Promise.withResolvers<Outcome<unknown>>();
    const numbered = `${name}·${++invocations}`;
    const weight = random.pick(WEIGHTS);
    const state = { ended: false, settled: false, dead: false, parked: 0 };
    const invocation: Invocation = { name: numbered, weight, ...state, report: resolve };
    running++;
    note(`  start ${numbered} (weight ${weight})`);
    const atEnd = (outcome: Outcome<unknown>) =>
      wait({
        owner: invocation,
        label: 'end',
        weight,
        kind: 'end',
        go: () => end(invocation, outcome),
        fail: () => undefined,
      });
    work(invocation).then(
      (value) => {
        invocation.settled = true;
        atEnd({ ok: true, value });
      },
      (error: Error) => {
        invocation.settled = true;
        if (!(error instanceof InjectedFault)) errors.set(error.message, (errors.get(error.message) ?? 0) + 1);
        note(`  ${numbered} failed: ${error.message}`);
        end(invocation, { ok: false, error });
      },
    );
    return promise as Promise<Outcome<Value>>;
  }

  /** Lets others go on: somebody looks again later. */
  function pause(label: string): Promise<void> {
    return new Promise((resolve) => {
      wait({ owner: null, label, weight: 0.02, kind: 'other', go: resolve, fail: () => undefined });
    });
  }

  /** Something outside any invocation that can happen now: a message that can be delivered. */
  function offer(label: string, weight: number, go: () => void): void {
    wait({ owner: null, label, weight, kind: 'other', go, fail: () => undefined });
  }

  function choose(): number {
    let total = 0;
    for (const entry of waiting) total += entry.weight;
    let left = (random.below(0x4000_0000) / 0x4000_0000) * total;
    for (let at = 0; at < waiting.length; at++) {
      left -= (waiting[at] as Waiting).weight;
      if (left < 0) return at;
    }
    return waiting.length - 1;
  }

  function fateAt({ kind, label, owner }: Waiting): Fate | 'crash' {
    if (owner === null || kind === 'other') return 'go';
    if (happens(profile.crash, `${owner.name} crashes at ${label}`)) return 'crash';
    if (!owner.ended && happens(profile.abandon, `${owner.name} is taken for dead at ${label}`)) {
      end(owner, { ok: false, error: new InjectedFault('timed out') });
    }
    if (kind === 'end') return 'go';
    if (happens(profile.throttle, `${label} is throttled`)) return 'throttle';
    if (kind === 'read') return 'go';
    if (happens(profile.lost, `answer of ${label} is lost`)) return 'lost';
    if (happens(profile.twice, `${label} is done twice`)) return 'twice';
    if (kind === 'batch' && happens(profile.part, `${label} is done in part`)) return 'part';
    return 'go';
  }

  async function step(): Promise<void> {
    const at = choose();
    const [chosen] = waiting.splice(at, 1) as [Waiting];
    steps++;
    clockSteps++;
    if (steps > STEPS_MAX) throw new Error(`no end after ${STEPS_MAX} steps`);
    const { owner } = chosen;
    if (owner) owner.parked--;
    note(`${owner === null ? '-' : owner.name} ${chosen.label}`);
    const fate = fateAt(chosen);
    if (fate === 'crash') crash(owner as Invocation, chosen.label);
    else if (fate === 'go') chosen.go();
    else chosen.fail(fate);
    do await nextTurn();
    while (owner && owner.parked === 0 && !owner.settled && !owner.dead);
  }

  return {
    call,
    batch,
    invoke,
    pause,
    offer,
    random,
    happens,
    profile,
    /** Invocations under way. */
    running: () => running,
    /** Goes on until something has come about. */
    async driveUntil(done: () => boolean): Promise<void> {
      await nextTurn();
      while (!done()) {
        if (waiting.length === 0) throw new Error('everything waits for something else');
        await step();
      }
    },
    /** Goes on until there is nothing left to do. */
    async drain(): Promise<void> {
      await nextTurn();
      while (waiting.length > 0) await step();
    },
    faults: (areOn: boolean) => {
      faultsAreOn = areOn;
    },
    /** It is a certain time now, in epoch seconds; from there on the clock goes on by one second each few steps. */
    setClock: (at: number) => {
      clockBase = at;
      clockSteps = 0;
    },
    clock: { now: () => clockBase + (clockSteps >> 3) },
    trace,
    note,
    /** Errors that no fault explains by itself, and how often. */
    errors,
    counts: () => ({ steps, faults, invocations }),
  };
}
