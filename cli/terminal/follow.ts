import type { Session } from '../session.ts';
import { failure } from './failure.ts';
import type { Output } from './output.ts';

/** How something that takes its time stands: where it is, in words, and what came of it once it has ended. */
export interface Look<Ended> {
  readonly progress: string;
  readonly ended: Ended | undefined;
}

const LOOK_MILLISECONDS = 1000;
/** Looks without any change after which a thing is taken to stand still: a quarter of an hour. */
const LOOKS_WITHOUT_CHANGE = 900;

/** Looks at something again and again until it has ended. @throws CommandFailure when nothing has changed for a long time; `remedy` says what then. */
export async function follow<Ended>(
  session: Session,
  output: Output,
  look: () => Promise<Look<Ended>>,
  remedy: string,
): Promise<Ended> {
  let last = '';
  for (let unchanged = 0; unchanged < LOOKS_WITHOUT_CHANGE; unchanged++) {
    const { progress, ended } = await look();
    if (ended !== undefined) return ended;
    if (progress !== last) unchanged = 0;
    last = progress;
    output.progress(progress);
    await session.pause(LOOK_MILLISECONDS);
  }
  throw failure(`${last}; nothing has changed for a quarter of an hour`, remedy);
}
