import { setTimeout as pause } from 'node:timers/promises';
import type { SeparateApp } from '../../sandbox/separate-app.js';
import type { Held, HoldingTrap } from './holding-trap.js';
import type { Role } from './points.js';

const LOOK_MS = 20;
/** A caller gives up after 5 s, and then nobody would die there; a commit is waited for. */
const HOLD_MS_MAX = { call: 2_500, commit: 3_500 };
/** So much of what its start took a process lives undisturbed: else nothing got to the points farther on where starts are slow. */
const LIFE_SHARE = 0.5;
/** A dead process's connections are closed by then. */
const CLOSED_MS_MAX = 500;

/** Kills one process whenever the trap holds enough of it. */
export class Reaper {
  /** From each kill until the process was ready again. */
  readonly downMs: number[] = [];
  /** When each kill was, in Unix milliseconds. */
  readonly killedAtMs: number[] = [];

  constructor(
    private readonly app: SeparateApp,
    private readonly trap: HoldingTrap,
    readonly role: Role,
  ) {}

  /** Goes on until it is told to end, and kills what holds something then. @param enough so many things need not wait for more. */
  async reap(enough: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const held = this.trap.heldBy(this.role);
      if (held.length >= enough || held.some(isRipe)) await this.kill();
      else await pause(LOOK_MS);
    }
    if (this.trap.heldBy(this.role).length > 0) await this.kill();
  }

  private async kill(): Promise<void> {
    const { app, trap, role } = this;
    const killedAtMs = performance.now();
    const { current } = app.member(role);
    this.killedAtMs.push(Date.now());
    current.kill();
    const taken = trap.take(role);
    await current.ended;
    const deadline = performance.now() + CLOSED_MS_MAX;
    while (taken.some(({ isThere }) => isThere()) && performance.now() < deadline) await pause(LOOK_MS);
    trap.count(taken);
    await app.restartOne(role, { kill: true });
    const downMs = performance.now() - killedAtMs;
    this.downMs.push(downMs);
    trap.rest(role, downMs * LIFE_SHARE);
  }
}

function isRipe({ point, sinceMs }: Held): boolean {
  const heldMsMax = point.name.includes(':commit:') ? HOLD_MS_MAX.commit : HOLD_MS_MAX.call;
  return performance.now() - sinceMs >= heldMsMax;
}
