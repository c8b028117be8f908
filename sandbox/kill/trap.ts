/** Kills once, at one point of the pipeline; and notes what passed that has no name. */
export class Trap {
  /** When the kill was, on `performance.now()`'s clock; null as long as there was none. */
  killedAtMs: number | null = null;
  /** Commits and calls that belong to the pipeline and have no point of their own. */
  readonly nameless = new Set<string>();
  private point: string | null = null;
  private armed = false;

  constructor(private readonly kill: () => void) {}

  /** Whether the pipeline runs. */
  get isArmed(): boolean {
    return this.armed;
  }

  /** From now on the pipeline runs. @param point where to kill; null leaves that to `spring`. */
  arm(point: string | null): void {
    this.point = point;
    this.armed = true;
    this.killedAtMs = null;
  }

  /** The pipeline is over. */
  disarm(): void {
    this.armed = false;
  }

  /** Something is about to pass. True: this is the point, the application is dead, and what passes here must not go on. */
  meets(name: string, when: 'before' | 'after'): boolean {
    if (!this.armed || this.killedAtMs !== null || this.point !== `${when}:${name}`) return false;
    this.spring();
    return true;
  }

  /** Kills at this moment, unless it was done already. */
  spring(): void {
    if (!this.armed || this.killedAtMs !== null) return;
    this.killedAtMs = performance.now();
    this.kill();
  }

  /** Something of the pipeline passes that has no point. */
  notePassed(what: string): void {
    if (this.armed && this.killedAtMs === null) this.nameless.add(what);
  }
}
