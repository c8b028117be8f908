import { KNOWN } from '../../sandbox/kill/points.js';
import type { CrashPoint, Role } from './points.js';

/** What is held at a point. */
export interface Held {
  point: CrashPoint;
  /** On `performance.now()`'s clock. */
  sinceMs: number;
  /** Whether whoever does it is still there. */
  isThere: () => boolean;
  /** Lets what comes from outside go on, after the death. */
  release: () => void;
}

/** What passes. */
export interface Passing {
  name: string;
  when: 'before' | 'after';
  /** Whose it is, where that is known. */
  role?: Role;
  isThere: () => boolean;
  release?: () => void;
}

/** How many deaths are wanted at each point, and how many things may be held there for one death. */
export interface TrapOptions {
  deaths: number;
  heldMax: number;
}

/** Where there is only one at a time (a slot of the account, a row that all want), the others wait behind the one that is held. */
export class HoldingTrap {
  /** By point. */
  readonly deaths = new Map<CrashPoint, number>();
  /** Commits and calls that have no name that is known. */
  readonly nameless = new Set<string>();
  /** Points at which something was held whose process was not the one that died. */
  readonly strangers = new Map<CrashPoint, number>();
  private readonly held = new Map<Role, Held[]>();
  private options: TrapOptions = { deaths: 0, heldMax: 0 };
  private isArmed = false;
  /** Until when nothing is held of a process, on `performance.now()`'s clock. */
  private readonly restsUntilMs = new Map<Role, number>();

  constructor(private readonly points: readonly CrashPoint[]) {}

  /** From now on things are held until there are so many deaths at each point. */
  arm(options: TrapOptions): void {
    this.options = options;
    this.isArmed = true;
  }

  /** Nothing more is held; what is held already still is. */
  disarm(): void {
    this.isArmed = false;
  }

  /** True: it is held here until its process dies. */
  meets({ name, when, role, isThere, release = () => undefined }: Passing): boolean {
    if (!this.isArmed) return false;
    const point = this.points.find(
      (one) => one.name === `${when}:${name}` && (role === undefined || role === one.role),
    );
    if (!point || !this.isWanted(point)) return false;
    this.heldBy(point.role).push({ point, sinceMs: performance.now(), isThere, release });
    return true;
  }

  /** Something passes that has a name of its own, or none. */
  notePassed(name: string): void {
    if (this.isArmed && !KNOWN.has(name)) this.nameless.add(name);
  }

  /** For so long nothing is held of a process. */
  rest(role: Role, forMs: number): void {
    this.restsUntilMs.set(role, performance.now() + forMs);
  }

  /** What is held of a process. */
  heldBy(role: Role): Held[] {
    const held = this.held.get(role) ?? [];
    this.held.set(role, held);
    return held;
  }

  /** The process is being killed: takes what is held of it. */
  take(role: Role): Held[] {
    const held = this.heldBy(role);
    this.held.set(role, []);
    return held;
  }

  /** What died with its process is counted; what is still there is somebody else's. */
  count(taken: readonly Held[]): void {
    for (const { point, isThere, release } of taken) {
      const counts = isThere() ? this.strangers : this.deaths;
      counts.set(point, (counts.get(point) ?? 0) + 1);
      release();
    }
  }

  /** The points at which deaths are missing. */
  missing(role?: Role): CrashPoint[] {
    return this.points.filter(
      (point) => (role === undefined || point.role === role) && this.deathsAt(point) < this.options.deaths,
    );
  }

  deathsAt(point: CrashPoint): number {
    return this.deaths.get(point) ?? 0;
  }

  private isWanted(point: CrashPoint): boolean {
    const held = this.heldBy(point.role).filter((one) => one.point === point).length;
    if (performance.now() < (this.restsUntilMs.get(point.role) ?? 0)) return false;
    return held < this.options.heldMax && this.deathsAt(point) + held < this.options.deaths;
  }
}
