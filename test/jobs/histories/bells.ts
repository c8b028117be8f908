import { AppError, type HandlerResult, type QueueContract, type Wake } from '../../../src/platform/index.js';
import { KilledError, touchOutside } from './mortal-process.js';

/** A stalled job is taken over after its lock has run out. */
const STALLED_MS = 10_000;
const TRIES_MAX = 3;

/** Something that a queue holds. */
export interface Bell {
  id: string;
  queue: string;
  payload: unknown;
  dueAtMs: number;
  tries: number;
}

/** The queues in memory: like BullMQ they ignore an id that they hold, and hold on to what they have not done. */
export class Bells {
  /** Milliseconds of the history's own clock. */
  nowMs = 0;
  /** What handlers threw though nobody killed them. */
  readonly errors: Error[] = [];
  private held: Bell[] = [];

  /** In the shape of `Queues`, for the services. */
  readonly queues = {
    add: <T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> => {
      touchOutside();
      if (wake.replaces !== undefined) this.remove(wake.replaces);
      if (!this.held.some(({ id }) => id === wake.id)) {
        const dueAtMs = this.nowMs + (wake.delayMs ?? 0);
        this.held.push({ id: wake.id, queue: contract.name, payload: wake.payload, dueAtMs, tries: 0 });
      }
      return Promise.resolve();
    },
    tryAdd: <T>(contract: QueueContract<T>, wake: Wake<T>): Promise<void> => this.queues.add(contract, wake),
  };

  clear(): void {
    this.held = [];
    this.errors.length = 0;
  }

  due(): Bell[] {
    return this.held.filter(({ dueAtMs }) => dueAtMs <= this.nowMs);
  }

  /** Until the next one is due; null when nothing is held. */
  nextInMs(): number | null {
    return this.held.length === 0 ? null : Math.min(...this.held.map(({ dueAtMs }) => dueAtMs)) - this.nowMs;
  }

  remove(bellId: string): void {
    this.held = this.held.filter(({ id }) => id !== bellId);
  }

  /** Works on a bell to whatever end that comes to. */
  async answer(bell: Bell, handle: () => Promise<HandlerResult>): Promise<void> {
    try {
      const result = await handle();
      if (result) bell.dueAtMs = this.nowMs + Math.max(1, result.againInMs);
      else this.remove(bell.id);
    } catch (error) {
      bell.dueAtMs = this.nowMs + STALLED_MS;
      if (error instanceof KilledError) return;
      bell.tries += 1;
      if (bell.tries >= TRIES_MAX) this.remove(bell.id);
      if (!(error instanceof AppError && error.retryable)) this.errors.push(error as Error);
    }
  }
}
