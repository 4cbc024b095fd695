import { constants, createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { release } from '#shared/usage/byte-view.ts';
import type { UnreadableCode } from '../problem.ts';

/** Compressions whose streams are read. */
export type Compression = 'gzip' | 'zstd' | 'deflate';

const BLOCK_BYTES = 1 << 18;
/** Octets that one compressed octet may become, once there are more than a megabyte: beyond it the file is a bomb. */
const RATIO_MAX = 1000;
/** Window of zstd that is granted, in bits: 128 MiB is what its own tools allow. */
const WINDOW_BITS = 27;

/** A file that cannot be read to its end: it is at fault, not the environment. */
export class UnreadableFile extends Error {
  readonly code: UnreadableCode;
  /** Byte of the file, or of what was decompressed of it. */
  readonly place: number;
  constructor(code: UnreadableCode, place: number, text: string) {
    super(text);
    this.code = code;
    this.place = place;
  }
}

const KINDS = {
  gzip: { open: () => createGunzip({ chunkSize: BLOCK_BYTES }), corrupt: 'CORRUPT_GZIP', bomb: 'GZIP_BOMB' },
  zstd: {
    open: () =>
      createZstdDecompress({ chunkSize: BLOCK_BYTES, params: { [constants.ZSTD_d_windowLogMax]: WINDOW_BITS } }),
    corrupt: 'CORRUPT_ZSTD',
    bomb: 'ZSTD_BOMB',
  },
  deflate: { open: () => createInflateRaw({ chunkSize: BLOCK_BYTES }), corrupt: 'CORRUPT_ZIP', bomb: 'ZIP_BOMB' },
} as const;

/**
 * Decompresses a stream, block by block; of gzip all members, one after the other. A block is there until the next is asked for: whoever
 * needs it longer copies it.
 * @throws UnreadableFile when it is broken, cut off, followed by something else, or grows beyond all measure.
 */
export async function* decompressed(
  compression: Compression,
  compressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { open, corrupt, bomb } = KINDS[compression];
  const stream = open();
  const input = { read: 0, meant: 0 };
  let written = 0;
  let failure: unknown;
  const feeding = feed(compressed, stream, input).catch((error: Error) => {
    failure = error;
    stream.destroy(error);
  });
  try {
    for await (const block of stream) {
      written += (block as Uint8Array).length;
      if (written > 1_000_000 && written > input.read * RATIO_MAX) {
        const text = `${input.read} compressed bytes became more than ${written}; at most ${RATIO_MAX} times as many are taken`;
        throw new UnreadableFile(bomb, input.read, text);
      }
      yield block as Uint8Array;
      // A block that fills its memory is not written to any more by the stream, which goes on in another.
      release(block as Uint8Array);
    }
    if (input.meant > stream.bytesWritten)
      throw new Error(`something else follows after ${stream.bytesWritten} compressed bytes`);
  } catch (error) {
    if (failure !== undefined || error instanceof UnreadableFile) throw failure ?? error;
    const what = `the ${compression} stream is broken after ${written} decompressed bytes (${(error as Error).message})`;
    throw new UnreadableFile(corrupt, written, `${what}; ask the carrier to send the file again`);
  } finally {
    stream.destroy();
    await feeding;
  }
}

type Decompressor = ReturnType<(typeof KINDS)[Compression]['open']>;

/** Writes blocks to a stream as fast as it takes them, and counts: bytes read, and those up to the last that is not zero. */
async function feed(
  blocks: AsyncIterable<Uint8Array>,
  stream: Decompressor,
  input: { read: number; meant: number },
): Promise<void> {
  for await (const block of blocks) {
    if (stream.destroyed) return;
    let meant = block.length;
    while (meant > 0 && block[meant - 1] === 0) meant--;
    if (meant > 0) input.meant = input.read + meant;
    input.read += block.length;
    if (!stream.write(block)) await drained(stream);
  }
  stream.end();
}

function drained(stream: Decompressor): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
