import { styleText } from 'node:util';

/** Where a command says what came of it: the result for people or, asked for with --json, for machines; hints and progress beside it. */
export interface Output {
  /** The result, said once. `data` is what --json prints, `text` what people read. */
  result(data: unknown, text: string): void;
  /** Lines of a result too long to be said at once, as they come: text or JSON lines, whichever was asked for. */
  lines(text: string): Promise<void>;
  /** What one would do next. */
  next(hint: string): void;
  /** How far a long command is: one line that replaces the one before. */
  progress(line: string): void;
}

/** The two streams of a terminal, or what stands for them. */
export interface Streams {
  readonly stdout: (text: string) => void;
  /** Waits until stdout takes more. */
  readonly drained: () => Promise<void>;
  readonly stderr: (text: string) => void;
  /** Whether a person watches stderr: only then there is progress. */
  readonly watched: boolean;
  readonly now: () => number;
}

/** How much is said. */
export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Progress is shown once a command takes longer than this. */
const PATIENCE_MILLISECONDS = 2000;
const CLEAR_LINE = '\r\u001B[2K';

/** Output on streams. `clear` takes the line of progress away. */
export function streamOutput(streams: Streams, { json, quiet }: OutputOptions): Output & { clear(): void } {
  const began = streams.now();
  let shown = false;
  const clear = () => {
    if (shown) streams.stderr(CLEAR_LINE);
    shown = false;
  };
  return {
    clear,
    result(data, text) {
      clear();
      if (json) streams.stdout(`${JSON.stringify(data, undefined, 2)}\n`);
      else streams.stdout(text.endsWith('\n') ? text : `${text}\n`);
    },
    async lines(text) {
      clear();
      streams.stdout(text);
      await streams.drained();
    },
    next(hint) {
      clear();
      if (!json && !quiet) streams.stderr(`${styleText('dim', `next: ${hint}`, { stream: process.stderr })}\n`);
    },
    progress(line) {
      if (json || quiet || !streams.watched || streams.now() - began < PATIENCE_MILLISECONDS) return;
      streams.stderr(`${CLEAR_LINE}${line}`);
      shown = true;
    },
  };
}
