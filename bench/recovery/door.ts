import { SandboxError } from '../../sandbox/errors.js';
import type { CallOnItsWay } from '../../sandbox/fake-server.js';
import type { OutsideWorld } from '../../sandbox/outside-world.js';

/** Which calls are meant. */
export type CallFilter = (call: CallOnItsWay) => boolean;

/** The providers' door: sees each call when it comes, and may keep it there. */
export class Door {
  /** Calls that are never answered. */
  holds: CallFilter = () => false;
  private readonly listeners = new Set<(call: CallOnItsWay) => void>();

  constructor(world: OutsideWorld) {
    world.setGate((call, when) => {
      if (when === 'after') return false;
      for (const listener of this.listeners) listener(call);
      return this.holds(call);
    });
  }

  /** Tells of each call; the returned function ends it. */
  onCall(listener: (call: CallOnItsWay) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Waits for the next call that is meant. Returns when it came, on `performance.now()`'s clock. @throws SandboxError */
  next(what: string, isMeant: CallFilter, timeoutMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        stop();
        clearTimeout(timer);
      };
      const stop = this.onCall((call) => {
        if (!isMeant(call)) return;
        end();
        resolve(performance.now());
      });
      const timer = setTimeout(() => {
        end();
        reject(new SandboxError(`${what} did not come in ${timeoutMs / 1_000} s.`));
      }, timeoutMs);
    });
  }
}
