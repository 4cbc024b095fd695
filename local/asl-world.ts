/** What a state machine reaches outside itself. */
export interface AslWorld {
  invoke(functionName: string, payload: string): Promise<{ payload: string; failed: boolean }>;
  invokeEvent(functionName: string, payload: string): void;
  getObject(bucket: string, key: string): Promise<string>;
  putObject(bucket: string, key: string, body: string): Promise<void>;
  /** Epoch milliseconds on the moved clock. */
  now(): number;
  /** Hears of each state that is entered: whether by a map's child, how many bytes it is given, and what its execution came to so far. */
  entered(isChild: boolean, bytes: number, soFar: History): void;
}

/** States an execution has entered, and the bytes they were given in all: what its history grows with. */
export interface History {
  states: number;
  bytes: number;
}

/** How an execution ended. */
export type Ending =
  | { status: 'SUCCEEDED'; output: unknown }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error: string; cause: string };
