import { type Instant, isoInstant } from '#shared/time/local-date.ts';
import { periodInstants, periodOfMonth } from '#shared/time/period.ts';
import { readFingerprint } from '#shared/usage/fingerprint.ts';

const MOST = 1_000_000;
const SLOTS = 1 << 21;

/** Remembers the identities of the first million records of a file, in 24 MB whatever the file's size. */
export class SeenIdentities {
  private readonly words = new Int32Array(SLOTS * 3);
  private readonly fingerprint = new Int32Array(3);
  private count = 0;
  private month: ReturnType<typeof periodInstants> = { from: 0, until: 0 };

  /** Whether all records so far could be remembered. */
  get isComplete(): boolean {
    return this.count < MOST;
  }

  /** Whether an identity occurred before in the UTC month of an instant (decision 69); it is remembered, as long as there is room. */
  hasSeen(identity: Uint8Array, startedAt: Instant): boolean {
    const { words, fingerprint } = this;
    readFingerprint(identity, fingerprint);
    const [first, second, third] = [fingerprint[0]! | 1, fingerprint[1]!, fingerprint[2]! ^ this.monthStart(startedAt)];
    let slot = (second >>> 0) % SLOTS;
    for (; words[slot * 3] !== 0; slot = (slot + 1) % SLOTS) {
      if (words[slot * 3] === first && words[slot * 3 + 1] === second && words[slot * 3 + 2] === third) return true;
    }
    if (!this.isComplete) return false;
    this.count++;
    words[slot * 3] = first;
    words[slot * 3 + 1] = second;
    words[slot * 3 + 2] = third;
    return false;
  }

  private monthStart(at: Instant): Instant {
    if (at < this.month.from || at >= this.month.until)
      this.month = periodInstants(periodOfMonth(isoInstant(at).slice(0, 7), 1), 'UTC');
    return this.month.from;
  }
}
