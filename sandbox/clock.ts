/**
 * The sandbox's clock: the outside world runs `scale` times faster than the real one, every duration at its true ratio
 * to the others, so that a generation of two minutes takes seconds.
 */
export class SandboxClock {
  /** @param scale how many true milliseconds pass in one real millisecond; 1 is real time. */
  constructor(readonly scale: number = 1) {
    if (!(scale > 0)) throw new RangeError(`The clock's scale must be above 0, not ${scale}`);
  }

  /** The real milliseconds that a true duration takes here. */
  realMs(trueMs: number): number {
    return trueMs / this.scale;
  }

  /** The true milliseconds that lie between two real instants, both in milliseconds. */
  trueMsBetween(fromMs: number, toMs: number): number {
    return (toMs - fromMs) * this.scale;
  }
}
