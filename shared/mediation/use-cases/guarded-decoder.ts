import type { ChunkedDecoder } from '../chunks/chunked-decoder.ts';
import { UnreadableFile } from './decompress.ts';

/** Of what a decoder said when it broke, and of where. */
const MOST_TEXT = 300;

/**
 * A decoder that cannot hold up its file when it breaks. Decoding has no surroundings that may fail: whatever it throws is an error of the
 * program, which the same bytes bring about each time. The file is then quarantined, and is replayed once the error is mended.
 */
export function guardedDecoder(open: () => ChunkedDecoder): ChunkedDecoder {
  let bytes = 0;
  const guarded = <Result>(step: () => Result): Result => {
    try {
      return step();
    } catch (error) {
      throw new UnreadableFile('DECODER_FAILED', bytes, textOf(error, bytes));
    }
  };
  const decoder = guarded(open);
  return {
    push(entry, block) {
      const chunks = guarded(() => decoder.push(entry, block));
      bytes += block.length;
      return chunks;
    },
    get isStopped() {
      return decoder.isStopped;
    },
    stop: () => guarded(() => decoder.stop()),
    end: () => guarded(() => decoder.end()),
  };
}

function textOf(error: unknown, bytes: number): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const where = /^ +at (?:new )?([\w.#<>]+)/m.exec(stack ?? '')?.[1] ?? '';
  const what = `${name}${where === '' ? '' : ` in ${where}`}: ${message}`.slice(0, MOST_TEXT);
  return `the program that reads the file broke, behind byte ${bytes} (${what}); hand the file to whoever maintains the service, and replay it when that is mended`;
}
