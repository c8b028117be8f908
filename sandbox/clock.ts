/** A stretch of real time and how fast the clock ran in it. */
interface Pace {
  /** Milliseconds as of `Date.now()`. */
  fromMs: number;
  scale: number;
}

/** The fastest that a sandbox runs: beyond it the application's own work takes longer than what it waits for. */
export const SCALE_MAX = 100;
/** Older ones are forgotten: what they were about is long over. */
const PACES_MAX = 100;

/**
 * The sandbox's clock: the outside world runs `scale` times faster than the real one, every duration at its true ratio
 * to the others, so that a generation of two minutes takes seconds.
 */
export class SandboxClock {
  private paces: Pace[];

  /** @param scale how many true milliseconds pass in one real millisecond; 1 is real time. Throws RangeError unless it is above 0. */
  constructor(scale = 1) {
    this.paces = [{ fromMs: Number.NEGATIVE_INFINITY, scale: checked(scale) }];
  }

  /** How many true milliseconds pass in one real millisecond now. */
  get scale(): number {
    return this.paces.at(-1)?.scale ?? 1;
  }

  /** Runs at another pace from now on. What waits already keeps the pace that it began with. Throws RangeError unless above 0. */
  setScale(scale: number): void {
    this.paces = [...this.paces, { fromMs: Date.now(), scale: checked(scale) }].slice(-PACES_MAX);
    const [first] = this.paces;
    if (first) first.fromMs = Number.NEGATIVE_INFINITY;
  }

  /** The real milliseconds that a true duration takes from now on. */
  realMs(trueMs: number): number {
    return trueMs / this.scale;
  }

  /** The true milliseconds that lie between two real instants, both in milliseconds as of `Date.now()`. */
  trueMsBetween(fromMs: number, toMs: number): number {
    if (toMs < fromMs) return -this.trueMsBetween(toMs, fromMs);
    return this.paces.reduce((sum, pace, index) => {
      const endMs = this.paces[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      const spentMs = Math.min(toMs, endMs) - Math.max(fromMs, pace.fromMs);
      return spentMs > 0 ? sum + spentMs * pace.scale : sum;
    }, 0);
  }
}

function checked(scale: number): number {
  if (!(scale > 0)) throw new RangeError(`The clock's scale must be above 0, not ${scale}`);
  return scale;
}
